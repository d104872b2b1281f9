"""``sprintbot init``: a first manifest from what git says."""

from typing import TYPE_CHECKING, Annotated

import typer

from sprintbot.cli import options

if TYPE_CHECKING:
    import datetime

Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="REF|DATE", help="What was added or changed since then; the last 14 days if not given."
    ),
]
DAYS = 14


def init(
    sprint: Annotated[str, typer.Argument(metavar="SPRINT", help="The sprint's name, which becomes the file's.")],
    since: Since = None,
    repo: options.Repo = None,
    now: options.Now = None,
    quiet: options.Quiet = False,
) -> int:
    """Write a first manifest from what git says has changed.

    It goes to sprints/SPRINT.yaml: a check for each file that was added or changed, with what it has today as the
    least that it must have, and a claim of what is in it. Never overwrites a manifest.
    """
    from pathlib import Path

    from sprintbot.checks.fields import Slug
    from sprintbot.cli.printing import print_out
    from sprintbot.cli.writing import write_whole
    from sprintbot.errors import UsageError
    from sprintbot.manifest.search import manifests_in, shown
    from sprintbot.repository.provenance import changed_since
    from sprintbot.repository.snapshot import open_snapshot
    from sprintbot.request import repository_around
    from sprintbot.scaffold import draft_manifest

    try:
        name = Slug.parse(sprint)
    except ValueError as exc:
        raise UsageError(f"SPRINT: {exc}") from exc
    top = repository_around(Path.cwd()) or Path.cwd()
    sprints = top / "sprints"
    if there := next((file for file in manifests_in(sprints) if file.stem == name), None):
        raise UsageError(f"{shown(there)} is there already", "Edit it, or name another sprint")
    today = options.read_now(now).date()
    start = _start(since, today)
    with open_snapshot(repo or top) as tree:
        changed = changed_since(tree, since or start.isoformat())
        draft = draft_manifest(name, tree, changed, start, today)
    file = sprints / f"{name}.yaml"
    write_whole(file, draft.text)
    if not quiet:
        left = f"; {draft.left_out} more changed, which it leaves out" if draft.left_out else ""
        none = "" if draft.named else f"; nothing changed since {since or start}: --since says from when"
        print_out(f"wrote {shown(file)}: {draft.named} checks{left}{none}\n")
        print_out(f"Say in it what was promised, then: sprintbot check {name}\n")
    return 0


def _start(since: str | None, today: "datetime.date") -> "datetime.date":
    """The sprint's first day: the one that ``--since`` names, else two weeks back."""
    import datetime

    two_weeks = today - datetime.timedelta(days=DAYS - 1)
    try:
        return min(datetime.datetime.fromisoformat(since).date(), today) if since else two_weeks
    except ValueError:
        return two_weeks
