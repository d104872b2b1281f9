"""What is known of a file's bytes."""

import enum
from collections.abc import Iterator
from typing import NamedTuple

from sprintbot.repository.counting import Counts, Tally, is_lfs_pointer, not_text

CONTENT_LIMIT = 50_000_000
"""Bytes; of a longer file only the counts are known."""


class Need(enum.IntFlag):
    """What to learn of a blob beside its size and lines."""

    COUNTS = 0
    WORDS = 1
    CONTENT = 2


class Blob(NamedTuple):
    """What is known of a file's bytes.

    ``counts`` is None when the bytes themselves could not be had. ``obstacle`` says why its lines, words and text mean
    nothing; empty for text. ``content`` is there when it was wanted and is not too long.
    """

    counts: Counts | None
    obstacle: str = ""
    content: bytes | None = None


def blob_of(pieces: Iterator[bytes], need: Need) -> Blob:
    """What is known of a file that comes in pieces, the first of at least 8,000 bytes unless the file is shorter."""
    tally, kept, head = Tally(words=Need.WORDS in need), bytearray(), b""
    for piece in pieces:
        head = head or piece
        tally.add(piece)
        if Need.CONTENT in need and len(kept) <= CONTENT_LIMIT:
            kept += piece
    if is_lfs_pointer(head):
        return lfs_pointer()
    fits = Need.CONTENT in need and len(kept) <= CONTENT_LIMIT
    return Blob(tally.counts(), not_text(head), bytes(kept) if fits else None)


def lfs_pointer() -> Blob:
    """What is known of a file whose content is stored elsewhere."""
    return Blob(None, "a Git LFS pointer: the content is not in the repository")
