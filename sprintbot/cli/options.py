"""Options that several commands have, and what they come to."""

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sprintbot.request import Request


def sprint_names(incomplete: str) -> list[str]:
    """For the shell's completion: the sprints there are, above or below the current folder."""
    from sprintbot.manifest.search import manifests_in
    from sprintbot.request import CURRENT, repository_around

    here = Path.cwd()
    folders = [here / "sprints", (repository_around(here) or here) / "sprints"]
    names = {file.stem for folder in folders for file in manifests_in(folder)}
    return [name for name in [*sorted(names), CURRENT] if name.startswith(incomplete)]


SprintName = Annotated[
    str,
    typer.Argument(
        metavar="SPRINT",
        help="A name under sprints/, a manifest's path, or 'current' for the sprint that is under way.",
        autocompletion=sprint_names,
    ),
]
Repo = Annotated[
    Path | None, typer.Option("--repo", metavar="DIR", help="The repository to measure; it is never written to.")
]
At = Annotated[str | None, typer.Option("--at", metavar="REF", help="Measure this commit instead of HEAD.")]
Worktree = Annotated[bool, typer.Option("--worktree", help="Measure the files on disk instead of a commit.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="ADDRESS", help="Only this check, or all checks of this deliverable. May be given again."
    ),
]
Env = Annotated[
    list[str] | None, typer.Option("--env", metavar="NAME", help="Only checks of this env. May be given again.")
]
NoProbes = Annotated[
    bool, typer.Option("--no-probes", help="Look at nothing live: no request, no port, no command, no test run.")
]
Deadline = Annotated[
    str | None, typer.Option("--deadline", metavar="TIME", help="End the whole run after this long, such as 90s or 5m.")
]
Now = Annotated[
    str | None,
    typer.Option("--now", metavar="ISO", help="The time of the run, for reproducible reports (or SOURCE_DATE_EPOCH)."),
]
Output = Annotated[
    list[Path] | None,
    typer.Option(
        "-o", "--output", metavar="FILE", help="Write here: .md, .json or .txt; '-' prints. May be given again."
    ),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="The format of what is printed: text, markdown or json."),
]
Template = Annotated[
    Path | None,
    typer.Option(
        "--template", metavar="DIR", help="Templates to take instead of sprintbot's own (.sprintbot/templates)."
    ),
]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Show every claim, not only those that do not hold.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")]


def read_now(given: str | None) -> datetime.datetime:
    """The time of the run, with its zone: as given, by SOURCE_DATE_EPOCH, or the clock's. Raises UsageError."""
    from sprintbot.errors import UsageError

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if given is not None:
            now = datetime.datetime.fromisoformat(given)
            return now if now.tzinfo else now.replace(tzinfo=datetime.UTC)
        if epoch:
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError) as exc:
        named = f"--now {given}" if given is not None else f"SOURCE_DATE_EPOCH={epoch}"
        raise UsageError(f"{named}: no time; write one such as 2025-11-05T12:00:00Z, or seconds since 1970") from exc
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def read_request(
    sprint: str,
    *,
    repo: Path | None,
    at: str | None,
    worktree: bool,
    only: list[str] | None,
    env: list[str] | None,
    no_probes: bool,
    deadline: str | None,
    now: str | None,
) -> "Request":
    """The common options as one request. Raises UsageError."""
    from sprintbot.errors import UsageError
    from sprintbot.request import Request

    if at is not None and worktree:
        raise UsageError("--at and --worktree contradict each other", "Give one of them")
    return Request(
        sprint=sprint,
        repo=repo,
        at=at,
        worktree=worktree,
        only=tuple(only or ()),
        envs=tuple(env or ()),
        probes=not no_probes,
        deadline=None if deadline is None else read_deadline(deadline),
        now=read_now(now),
    )


def read_deadline(given: str) -> float:
    """The seconds that ``--deadline`` allows. Raises UsageError."""
    from sprintbot.checks.fields import Duration
    from sprintbot.errors import UsageError

    try:
        return float(Duration.parse(given))
    except ValueError as exc:
        raise UsageError(f"--deadline {given}: {exc}", "Write a time with its unit, such as 90s or 5m") from exc
