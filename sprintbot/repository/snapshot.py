"""Opening what is to be measured."""

from pathlib import Path

from sprintbot.errors import UsageError
from sprintbot.repository.committed import CommittedFiles
from sprintbot.repository.discovery import find
from sprintbot.repository.disk import DiskFiles
from sprintbot.repository.tree import Tree


def open_snapshot(folder: Path, ref: str | None = None, *, worktree: bool = False) -> Tree:
    """The tree of HEAD, or of the commit that ``ref`` names, or the files on disk, of the repository around a folder.

    The caller closes it. Nothing is written and nothing is fetched. Where nothing is committed yet, the tree is empty.
    Raises UsageError for a folder in no repository, a repository that git refuses to read, a ``ref`` that names no
    commit, a work tree that is not there; WorkError where git fails.
    """
    if worktree and ref is not None:
        raise UsageError("--worktree and --at exclude each other", "Name one of them")
    found = find(folder, ref)
    is_head = found.commit == found.head
    if not worktree:
        files = CommittedFiles(found.place.folder, found.commit.oid if found.commit is not None else "")
        return Tree(found.place, files, commit=found.commit, is_head=is_head, source="commit")
    if found.place.top is None:
        raise UsageError(f"{folder} has no work tree", "Leave --worktree out to measure a commit")
    on_disk = DiskFiles(found.place.top)
    return Tree(found.place, on_disk, commit=found.commit, is_head=is_head, source="worktree")
