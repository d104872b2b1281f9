"""Opening what is to be measured."""

from pathlib import Path

from sprintbot.errors import UsageError
from sprintbot.repository.committed import CommittedFiles
from sprintbot.repository.discovery import Discovery
from sprintbot.repository.disk import DiskFiles
from sprintbot.repository.tree import Tree


class Opening:
    """A tree that is being opened: git works already. The caller closes it, and the tree. Raises UsageError.

    What it opens is the tree of HEAD, or of the commit that ``ref`` names, or the files on disk, of the repository
    around a folder. Nothing is written and nothing is fetched. Where nothing is committed yet, the tree is empty.
    """

    def __init__(self, folder: Path, ref: str | None = None, *, worktree: bool = False) -> None:
        if worktree and ref is not None:
            raise UsageError("--worktree and --at exclude each other", "Name one of them")
        self._folder = folder
        self._worktree = worktree
        self._discovery = Discovery(folder, ref)

    def tree(self) -> Tree:
        """The tree, once.

        Raises UsageError for a folder in no repository, a repository that git refuses to read, a ``ref`` that names no
        commit, a work tree that is not there; WorkError where git fails.
        """
        found = self._discovery.found()
        is_head = found.commit == found.head
        if not self._worktree:
            files = CommittedFiles(found.place.folder, found.commit.oid if found.commit is not None else "")
            return Tree(found.place, files, commit=found.commit, is_head=is_head, source="commit")
        if found.place.top is None:
            raise UsageError(f"{self._folder} has no work tree", "Leave --worktree out to measure a commit")
        on_disk = DiskFiles(found.place.top)
        return Tree(found.place, on_disk, commit=found.commit, is_head=is_head, source="worktree")

    def close(self) -> None:
        """End what still runs."""
        self._discovery.close()


def open_snapshot(folder: Path, ref: str | None = None, *, worktree: bool = False) -> Tree:
    """See Opening; opened at once. The caller closes it."""
    opening = Opening(folder, ref, worktree=worktree)
    try:
        return opening.tree()
    finally:
        opening.close()
