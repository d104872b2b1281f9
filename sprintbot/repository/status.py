"""What ``git status`` says of paths: how the disk differs from HEAD."""

import os
from collections.abc import Iterable
from pathlib import Path

from sprintbot.repository.disk import look_at
from sprintbot.repository.files import Files
from sprintbot.repository.git import run_git

_STATUS = ("status", "--porcelain=v2", "-z", "--no-renames", "--ignore-submodules=dirty")
_EVERYTHING = ("--untracked-files=all", "--ignored=traditional")
_TRACKED = ("--untracked-files=no",)

FEW = 200
"""Up to so many paths are named to git; of more, all tracked ones are asked for."""

_FIELDS = {"1": 8, "u": 10}
"""How many fields stand before the path, by the record's first (git-status(1), "Porcelain Format Version 2")."""


def read_status(answer: bytes) -> dict[str, str]:
    """The word for each path of ``git status --porcelain=v2 -z``.

    ``untracked``; ``ignored``; ``staged`` for what HEAD does not have; ``deleted`` for what the disk does not have;
    ``removed`` for what the index does not have any more; ``modified``.
    """
    words: dict[str, str] = {}
    for record in os.fsdecode(answer).split("\0"):
        if record and not record.startswith("#"):
            path, word = _read_record(record)
            words.setdefault(path, word)
    return words


def _read_record(record: str) -> tuple[str, str]:
    kind = record[0]
    if kind in "?!":
        return record[2:], "untracked" if kind == "?" else "ignored"
    *fields, path = record.split(" ", _FIELDS[kind])
    return path, _word(kind, fields)


def _word(kind: str, fields: list[str]) -> str:
    staged, on_disk = list(fields[1])
    if kind == "1" and fields[3] == "000000":  # the mode in HEAD
        return "staged"
    if on_disk == "D":
        return "deleted"
    return "removed" if staged == "D" else "modified"


class DiskState:
    """How the disk differs from HEAD.

    Few announced paths are named to one git process. Where they are many, and for a path that nobody announced, git is
    asked for all that is tracked, and then, if that has to be, for all that is not: three processes at the most.
    """

    def __init__(self, top: Path, files: Files) -> None:
        self._top = top
        self._files = files
        self._announced: set[str] = set()
        self._covered: set[str] | None = None
        self._whole: set[tuple[str, ...]] = set()
        self._words: dict[str, str] = {}

    def announce(self, paths: Iterable[str]) -> None:
        """Name paths that will be asked for."""
        self._announced.update(paths)

    def word(self, path: str) -> str:
        """See read_status; empty for what is as in HEAD, and for what is nowhere."""
        if self._covered is None:
            self._covered = {*self._announced, path}
            if len(self._covered) <= FEW:
                self._ask(_EVERYTHING, sorted(self._covered))
            else:
                self._covered = set()
        if path not in self._covered and path not in self._words:
            self._ask_for_all(path)
        return self._words.get(path, "")

    def word_within(self, folder: str) -> str:
        """The word of a path, or of the first file in it where it is a folder."""
        inside = f"{folder}/"
        return self.word(folder) or next((word for path, word in self._words.items() if path.startswith(inside)), "")

    def _ask(self, paths: list[str]) -> None:
        self._covered.update(paths)
        if len(paths) <= FEW:
            self._words.update(self._run(_EVERYTHING, paths))
            return
        self._words.update(self._run(_TRACKED, []))
        on_disk = [path for path in paths if path not in self._words and look_at(self._top, path) is not None]
        for at in range(0, len(on_disk), FEW):
            self._words.update(self._run(_EVERYTHING, on_disk[at : at + FEW]))

    def _run(self, options: tuple[str, ...], paths: list[str]) -> dict[str, str]:
        return read_status(run_git((*_STATUS, *options, "--", *paths), self._top))

    def _ask_for_all(self, path: str) -> None:
        tracked = self._files.entry(path) is not None
        if not tracked and look_at(self._top, path) is None:
            return
        options = _TRACKED if tracked else _EVERYTHING
        if options not in self._whole:
            self._whole.add(options)
            self._ask(options, [])

    def _ask(self, options: tuple[str, ...], paths: list[str]) -> None:
        self._words.update(read_status(run_git((*_STATUS, *options, "--", *paths), self._top)))


def is_dirty(top: Path) -> bool:
    """Whether a tracked file on disk, or in the index, differs from HEAD."""
    return bool(run_git((*_STATUS, *_TRACKED), top))
