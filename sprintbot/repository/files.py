"""Where a tree's files are read from."""

from collections.abc import Mapping
from typing import Protocol

from sprintbot.repository.blob import Blob, Need
from sprintbot.repository.entry import Entry


class Files(Protocol):
    """The files of one commit, or of the work tree."""

    def entry(self, path: str) -> Entry | None:
        """The file at a path; None for a folder, and where there is nothing."""
        ...

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder with files in it."""
        ...

    def paths(self) -> list[str]:
        """All paths, sorted."""
        ...

    def target_of(self, path: str) -> str | None:
        """Where a symbolic link leads, as it is written; None for what is none."""
        ...

    def read(self, asked: Mapping[str, Need]) -> dict[str, Blob]:
        """What is known of the bytes of several paths, all of them files."""
        ...

    def close(self) -> None:
        """Give back what is held."""
        ...
