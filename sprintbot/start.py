"""The start of a run: what is to be measured is found, and git begins to answer.

It does so while what reads manifests, looks and judges is imported, which takes about as long.
"""

from typing import Self

from sprintbot.repository.provenance import ManifestCommit
from sprintbot.repository.snapshot import Opening
from sprintbot.request import Request, locate


class Start:
    """A run that has begun. Use as a context manager. Raises UsageError, WorkError where git is not there."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.where = locate(request)
        self.opening = Opening(self.where.repository, request.at, worktree=request.worktree)
        try:
            self.manifest_commit = ManifestCommit(self.where.file)
        except BaseException:
            self.opening.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.opening.close()
        self.manifest_commit.close()
