"""The files of a work tree, as they are on disk."""

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from sprintbot.repository.blob import Blob, Need, blob_of
from sprintbot.repository.entry import Entry
from sprintbot.repository.git import run_git
from sprintbot.repository.symlinks import parents

_PIECE = 1_000_000
_LIST = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_NO_SUCH_NAME = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}


def look_at(top: Path, path: str) -> os.stat_result | None:
    """What is on disk at a path of the repository, found without following a link; None for nothing."""
    if not path or ".git" in path.lower().split("/"):
        return None
    try:
        if any(not stat.S_ISDIR((top / folder).lstat().st_mode) for folder in parents(path)):
            return None
        return (top / path).lstat()
    except OSError as exc:
        if exc.errno in _NO_SUCH_NAME:
            return None
        raise


class DiskFiles:
    """The files of a work tree. Ignored ones are found by their name, and are in no list."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._sorted: list[str] | None = None

    def entry(self, path: str) -> Entry | None:
        found = look_at(self._top, path)
        if found is None:
            return None
        if stat.S_ISLNK(found.st_mode):
            return Entry("120000", "")
        if stat.S_ISDIR(found.st_mode):
            return Entry("160000", "") if (self._top / path / ".git").exists() else None
        if stat.S_ISREG(found.st_mode):
            return Entry("100755" if found.st_mode & stat.S_IXUSR else "100644", "")
        return Entry(f"{stat.S_IFMT(found.st_mode):06o}", "")

    def is_folder(self, path: str) -> bool:
        found = look_at(self._top, path) if path else self._top.lstat()
        return found is not None and stat.S_ISDIR(found.st_mode) and self.entry(path) is None

    def paths(self) -> list[str]:
        if self._sorted is None:
            listed = os.fsdecode(run_git(_LIST, self._top)).split("\0")[:-1]
            self._sorted = sorted(path for path in set(listed) if self.entry(path) is not None)
        return self._sorted

    def target_of(self, path: str) -> str | None:
        entry = self.entry(path)
        return os.fsdecode((self._top / path).readlink()) if entry is not None and entry.is_symlink else None

    def read(self, asked: Mapping[str, Need]) -> dict[str, Blob]:
        return {path: self._read(path, need) for path, need in asked.items()}

    def close(self) -> None:
        """Nothing is held."""

    def _read(self, path: str, need: Need) -> Blob:
        try:
            with _open(self._top / path) as opened:
                return blob_of(iter(lambda: opened.read(_PIECE), b""), need)
        except OSError as exc:
            return Blob(None, f"cannot read: {exc.strerror}")


def _open(file: Path) -> IO[bytes]:
    """Open without following a link, and without waiting for the other end of a pipe."""
    return open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb", buffering=0)  # noqa: PTH123 - a descriptor
