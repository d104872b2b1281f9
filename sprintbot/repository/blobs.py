"""Blobs in bulk: the ids of all that is wanted through one ``git cat-file --batch``, or two when there are many."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Self

from sprintbot.errors import WorkError
from sprintbot.repository.blob import Blob, Need, blob_of, lfs_pointer
from sprintbot.repository.counting import count, is_lfs_pointer, not_text
from sprintbot.repository.git import TIME_LIMIT, end, failure, run_git, spawn

_MANY = 500
"""From so many blobs on, a second process pays for its start (measured on 4,000 files)."""

_PIECE = 8_000_000
_DAMAGED_LIMIT = 8
_ARGS = ("cat-file", "--batch", "--buffer")


class _PromisedError(Exception):
    """Git would have to fetch what a partial clone left out, and stopped because it must not."""


class _Cut(Exception):  # noqa: N818 - git stopped in the middle of its answer
    """The stream ended before the blob did."""


def read_blobs(folder: Path, asked: Mapping[str, Need], commit: str) -> dict[str, Blob]:
    """The blobs of a commit by id; the ``obstacle`` of one tells that it is not in the clone, or damaged.

    Raises WorkError.
    """
    try:
        return _read_all(folder, list(asked.items()))
    except _PromisedError:
        promised = _promised(folder, commit)
        found = {oid: _not_here(oid) for oid in asked if oid in promised}
        return found | _read_all(folder, [(oid, need) for oid, need in asked.items() if oid not in promised])


def _read_all(folder: Path, wanted: list[tuple[str, Need]]) -> dict[str, Blob]:
    if len(wanted) < _MANY:
        return _read(folder, wanted)
    middle = len(wanted) // 2
    found: list[dict[str, Blob]] = []
    failures: list[BaseException] = []

    def read_first_half() -> None:
        try:
            found.append(_read(folder, wanted[:middle]))
        except BaseException as exc:
            failures.append(exc)

    beside = threading.Thread(target=read_first_half)
    beside.start()
    try:
        found.append(_read(folder, wanted[middle:]))
    finally:
        beside.join()
    if failures:
        raise failures[0]
    return found[0] | found[1]


def _promised(folder: Path, commit: str) -> set[str]:
    """The ids that a partial clone does not have of a commit: ``?<id>`` of git-rev-list(1), ``--missing=print``."""
    asked = ("rev-list", "--objects", "--no-object-names", "--no-walk", "--missing=print", commit)
    listed = run_git(asked, folder).decode().split()
    return {told[1:] for told in listed if told.startswith("?")}


def _not_here(oid: str) -> Blob:
    return Blob(None, f"cannot read: {oid} is not in this clone")


def _read(folder: Path, wanted: list[tuple[str, Need]]) -> dict[str, Blob]:
    found: dict[str, Blob] = {}
    for _ in range(_DAMAGED_LIMIT):
        with _Batch(folder, wanted[len(found) :]) as batch:
            stopped = batch.read(found)
            if stopped is None:
                return found
            found[stopped] = Blob(None, f"cannot read: {stopped} is damaged ({batch.last_words()})")
    raise WorkError(f"more than {_DAMAGED_LIMIT} damaged files in {folder}", "Run `git fsck`")


class _Batch:
    """One ``git cat-file --batch``: ids are written and stderr is read beside the answers, so that no pipe fills up."""

    def __init__(self, folder: Path, wanted: list[tuple[str, Need]]) -> None:
        self._folder = folder
        self._wanted = wanted
        self._told: list[bytes] = []
        self._process = spawn(_ARGS, folder)
        self._late = False
        self._watch = threading.Timer(TIME_LIMIT, self._end_late)
        self._beside = [threading.Thread(target=self._write), threading.Thread(target=self._listen)]
        for thread in (*self._beside, self._watch):
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        if self._process.poll() is None:
            self._process.kill()
        for thread in self._beside:
            thread.join()
        end(self._process)

    def read(self, found: dict[str, Blob]) -> str | None:
        """Add the blobs that git answers with; gives the id at which it stopped, None when all are there."""
        assert self._process.stdout is not None
        for oid, need in self._wanted:
            try:
                found[oid] = _next_blob(self._process.stdout, oid, need)
            except _Cut:
                return oid
        return None

    def last_words(self) -> str:
        """Why git stopped. Raises WorkError where it was made to stop."""
        status = self._process.wait()
        self._beside[1].join()
        told = b"".join(self._told)
        if b"promisor" in told:
            raise _PromisedError
        error = failure(_ARGS, self._folder, status, told)
        if self._late:
            raise WorkError(f"git cat-file took longer than {TIME_LIMIT:g} s in {self._folder}")
        if status < 0:
            raise error
        return error.message.rpartition(": ")[2]

    def _end_late(self) -> None:
        self._late = True
        self._process.kill()

    def _write(self) -> None:
        assert self._process.stdin is not None
        try:
            with self._process.stdin as pipe:
                pipe.write("".join(f"{oid}\n" for oid, _ in self._wanted).encode())
        except BrokenPipeError:
            return  # git ended early; what it said of it is on stderr

    def _listen(self) -> None:
        assert self._process.stderr is not None
        self._told.append(self._process.stderr.read())


def _next_blob(stream: IO[bytes], oid: str, need: Need) -> Blob:
    """Git's answer: ``<id> blob <size>``, a line end, the bytes, a line end; or ``<id> missing``."""
    words = stream.readline().split()
    if len(words) < 2:
        raise _Cut
    if words[1] == b"missing":
        return _not_here(oid)
    size = int(words[2])
    if size > _PIECE:
        blob = blob_of(_pieces(stream, size), need)
        stream.read(1)
        return blob
    data = stream.read(size)
    if len(data) < size or not stream.read(1):
        raise _Cut
    if is_lfs_pointer(data):
        return lfs_pointer()
    return Blob(count(data, words=Need.WORDS in need), not_text(data), data if Need.CONTENT in need else None)


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        piece = stream.read(min(size, _PIECE))
        if not piece:
            raise _Cut
        size -= len(piece)
        yield piece
