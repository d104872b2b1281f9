"""One path of a tree, and how paths are shown."""

import os
from typing import NamedTuple


class Entry(NamedTuple):
    """``mode`` as git writes it, six octal digits; ``oid`` is empty for a file that was found on disk."""

    mode: str
    oid: str

    @property
    def is_symlink(self) -> bool:
        """A symbolic link; its target is what git holds."""
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        """A commit of another repository."""
        return self.mode == "160000"

    @property
    def is_executable(self) -> bool:
        """A file with the executable bit."""
        return self.mode == "100755"

    @property
    def is_file(self) -> bool:
        """A file with bytes of its own."""
        return self.mode.startswith("100")


def show_path(path: str) -> str:
    r"""A path in printable characters: bytes that are no UTF-8 as ``\xff``, a newline as ``\n``."""
    if path.isprintable():
        return path
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
