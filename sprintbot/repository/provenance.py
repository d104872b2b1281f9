"""Where files come from: what changed since when, which commit a manifest is of."""

import datetime
from pathlib import Path

from sprintbot.repository.discovery import find
from sprintbot.repository.git import NotARepositoryError, Started, run_git
from sprintbot.repository.tree import Tree

UNCOMMITTED = "uncommitted"
_SHORT = 12
_STATE = (
    "status",
    "--porcelain=v2",
    "-z",
    "--branch",
    "--no-ahead-behind",
    "--no-renames",
    "--ignored=traditional",
    "--untracked-files=all",
)


def changed_since(tree: Tree, since: str) -> list[str]:
    """The paths that were added or changed from ``since`` to the measured commit, and are still there; sorted.

    ``since`` is an ISO date (from its start, UTC), an ISO time, or a REF; where a branch went another way, from
    where the two parted. Raises UsageError for a REF that names no commit; WorkError.
    """
    if not tree.commit:
        return []
    moment = _moment(since)
    base = _base_of_ref(tree, since) if moment is None else _base_before(tree, moment)
    if not base:
        return tree.paths()
    asked = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=AMT", base, tree.commit)
    changed = run_git(asked, tree.folder).decode("utf-8", "surrogateescape").split("\0")
    return sorted(changed[:-1])


class ManifestCommit:
    """Which commit a file is of, asked but not yet answered. One process; the caller closes it."""

    def __init__(self, file: Path) -> None:
        self._asked = Started((*_STATE, "--", file.name), file.parent)

    def name(self) -> str:
        """The short id of HEAD where the file is in it as it is on disk; else ``uncommitted``. Once."""
        try:
            told = self._asked.output().decode("utf-8", "replace")
        except NotARepositoryError:
            return UNCOMMITTED
        records = [record for record in told.split("\0") if record]
        commit = next((record.split()[-1] for record in records if record.startswith("# branch.oid ")), "(initial)")
        clean = all(record.startswith("#") for record in records)
        return commit[:_SHORT] if clean and not commit.startswith("(") else UNCOMMITTED

    def close(self) -> None:
        """End what still runs."""
        self._asked.close()


def _moment(since: str) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(since)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)


def _base_before(tree: Tree, moment: datetime.datetime) -> str:
    """The last commit before a moment on the measured commit's own line; empty where history starts later."""
    asked = ("rev-list", "-1", "--first-parent", f"--min-age={int(moment.timestamp()) - 1}", tree.commit)
    return run_git(asked, tree.folder).decode().strip()


def _base_of_ref(tree: Tree, ref: str) -> str:
    named = find(tree.folder, ref).commit
    assert named is not None
    parted = run_git(
        ("merge-base", named.oid, tree.commit), tree.folder, accept=lambda status: status in {0, 1}
    ).decode()
    return parted.strip() or named.oid
