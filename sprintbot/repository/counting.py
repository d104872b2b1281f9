"""What the bytes of a file count: pure, and the same on every system."""

from typing import NamedTuple

BINARY_HEAD = 8000
"""How many bytes git looks at for a NUL, to call a file binary (``buffer_is_binary`` of git's xdiff-interface.c)."""

_LFS = b"version https://git-lfs.github.com/spec/"
_WIDE_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32 text",
    b"\x00\x00\xfe\xff": "UTF-32 text",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


class Counts(NamedTuple):
    """The figures of one file.

    ``size`` in bytes; ``newlines`` as ``wc -l`` counts them; ``lines`` with an unterminated last one; ``words``, where
    they were asked for, split at ASCII white space. A lone carriage return ends no line.
    """

    size: int
    newlines: int
    lines: int
    words: int | None = None


class Tally:
    """Counts of a file that comes in pieces."""

    def __init__(self, *, words: bool) -> None:
        self._size = 0
        self._newlines = 0
        self._words = 0 if words else None
        self._last = b"\n"

    def add(self, piece: bytes) -> None:
        """Count one more piece."""
        if not piece:
            return
        if self._words is not None:
            split_word = not self._last.isspace() and not piece[:1].isspace()
            self._words += len(piece.split()) - split_word
        self._size += len(piece)
        self._newlines += piece.count(b"\n")
        self._last = piece[-1:]

    def counts(self) -> Counts:
        """The counts of all pieces."""
        return Counts(self._size, self._newlines, self._newlines + (self._last != b"\n"), self._words)


def count(data: bytes, *, words: bool = False) -> Counts:
    """The counts of a whole file."""
    newlines = data.count(b"\n")
    unterminated = data[-1:] not in {b"\n", b""}
    return Counts(len(data), newlines, newlines + unterminated, len(data.split()) if words else None)


def is_lfs_pointer(head: bytes) -> bool:
    """Whether a file is Git LFS's stand-in for a content stored elsewhere (the LFS specification, "The Pointer")."""
    return head.startswith(_LFS)


def not_text(head: bytes) -> str:
    """What a file is whose lines mean nothing: ``binary``, ``UTF-16 text``; empty for text, by how it begins."""
    for mark, name in _WIDE_MARKS.items():
        if head.startswith(mark):
            return name
    return "binary" if head.find(b"\0", 0, BINARY_HEAD) >= 0 else ""
