"""``sprintbot init``: a first manifest from what git says."""

from typing import Annotated

import typer

from sprintbot.cli import options

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
    """Write sprints/SPRINT.yaml: a check for each file that was added or changed, with measured floors."""
    import datetime
    import sys
    from pathlib import Path

    from sprintbot.cli.writing import shown, write_whole
    from sprintbot.errors import UsageError
    from sprintbot.manifest.model import Slug
    from sprintbot.measurement import repository_around
    from sprintbot.repository.provenance import changed_since
    from sprintbot.repository.snapshot import open_snapshot
    from sprintbot.scaffold import draft_manifest

    try:
        name = Slug.parse(sprint)
    except ValueError as exc:
        raise UsageError(f"SPRINT: {exc}") from exc
    top = repository_around(Path.cwd()) or Path.cwd()
    file = top / "sprints" / f"{name}.yaml"
    if file.exists():
        raise UsageError(f"{shown(file)} is there already", "Edit it, or name another sprint")
    today = options.read_now(now).date()
    start = today - datetime.timedelta(days=DAYS - 1)
    with open_snapshot(repo or top) as tree:
        changed = changed_since(tree, since or start.isoformat())
        draft = draft_manifest(name, tree, changed, start, today)
    write_whole(file, draft.text)
    if not quiet:
        left = f"; {draft.left_out} more changed, which it leaves out" if draft.left_out else ""
        sys.stdout.write(f"wrote {shown(file)}: {draft.named} checks{left}\n")
        sys.stdout.write(f"Say in it what was promised, then: sprintbot check {name}\n")
    return 0
