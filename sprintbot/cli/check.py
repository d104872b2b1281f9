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
    """Measure a sprint and say what does not hold.

    Exits by the verdict: 0 when every measured claim holds, 1 when one does not or nothing was proved.
    """
    from sprintbot.cli.running import measure_and_tell
    from sprintbot.cli.writing import read_documents
    from sprintbot.start import Start

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
    wanted = read_documents(output or (), format)
    with Start(request) as start:
        return measure_and_tell(start, wanted, verbose=verbose, quiet=quiet).exit_code
