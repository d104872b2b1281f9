"""``sprintbot check``: findings on the terminal, the verdict as exit code."""

from sprintbot.cli import options


def check(
    sprint: options.SprintName,
    repo: options.Repo = None,
    at: options.At = None,
    worktree: options.Worktree = False,
    only: options.Only = None,
    env: options.Env = None,
    no_probes: options.NoProbes = False,
    deadline: options.Deadline = None,
    now: options.Now = None,
    output: options.Output = None,
    format: options.Format = None,  # noqa: A002 - the option's name
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
) -> int:
    """Measure a sprint, print what does not hold, and exit by the verdict."""
    from sprintbot.cli.progress import Ticker
    from sprintbot.cli.writing import publish
    from sprintbot.measurement import measure

    request = options.read_request(
        sprint,
        repo=repo,
        at=at,
        worktree=worktree,
        only=only,
        env=env,
        no_probes=no_probes,
        deadline=deadline,
        now=now,
    )
    with Ticker(quiet=quiet) as ticker:
        measured = measure(request, ticker.tell)
    publish(measured, output or [], format_=format, verbose=verbose, quiet=quiet)
    return measured.exit_code
