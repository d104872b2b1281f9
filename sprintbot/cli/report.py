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
    """Measure a sprint and write its status report.

    It goes to reports/SPRINT.md, at the top of the repository around the manifest, unless -o says otherwise; the
    verdict is printed in short. Exits with 0 when the report was written, with --strict by the verdict.
    """
    from sprintbot.cli.running import default_report, measure_and_tell
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
    read_documents(output or (), format, template)
    with Start(request) as start:
        wanted = read_documents(output or [default_report(start.where)], format, template)
        measured = measure_and_tell(start, wanted, verbose=verbose, quiet=quiet)
    return measured.exit_code if strict or measured.interrupted else 0
