"""``sprintbot report``: the status report as a document."""

from typing import Annotated

import typer

from sprintbot.cli import options

Strict = Annotated[bool, typer.Option("--strict", help="Exit by the verdict, as check does.")]


def report(
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
    template: options.Template = None,
    strict: Strict = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
) -> int:
    """Measure a sprint and write its status report, reports/SPRINT.md unless -o says otherwise."""
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
    name = measured.verdict.manifest.sprint
    files = output or [measured.top / "reports" / f"{name}.md"]
    publish(measured, files, format_=format, template=template, verbose=verbose, quiet=quiet)
    return measured.exit_code if strict or measured.interrupted else 0
