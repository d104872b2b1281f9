"""The start of a run: what is to be measured is found, and git begins to answer.

It does so while what reads manifests, looks and judges is imported, which takes about as long.
"""

from contextlib import ExitStack, closing
from functools import cached_property
from typing import Self

from sprintbot.repository.provenance import ManifestCommit
from sprintbot.repository.snapshot import Opening
from sprintbot.repository.tree import Tree
from sprintbot.request import Request, locate


class Start:
    """A run that has begun. Use as a context manager. Raises UsageError, WorkError where git is not there."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.where = locate(request)
        with ExitStack() as begun:
            opening = Opening(self.where.repository, request.at, worktree=request.worktree)
            self._opening = begun.enter_context(closing(opening))
            self.manifest_commit = begun.enter_context(closing(ManifestCommit(self.where.file)))
            self._stack = begun.pop_all()

    @cached_property
    def tree(self) -> Tree:
        """What is measured. Raises as Opening.tree."""
        return self._stack.enter_context(closing(self._opening.tree()))

    def list_tree(self) -> None:
        """Let git list what is measured, which it does once the commit is known. Raises as Opening.tree."""
        _ = self.tree

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
