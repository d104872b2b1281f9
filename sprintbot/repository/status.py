"""What ``git status`` says of paths: how the disk differs from HEAD."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from sprintbot.repository.disk import look_at
from sprintbot.repository.git import Started, run_git

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

    Few announced paths are named to one git process. Where they are many, and for paths that nobody announced, git is
    asked once for all that is tracked, and once for all that is not: however many paths, four processes at the most.
    ``is_tracked`` may say False of what HEAD has, at some cost.
    """

    def __init__(self, top: Path, is_tracked: Callable[[str], bool]) -> None:
        self._top = top
        self._is_tracked = is_tracked
        self._announced: set[str] = set()
        self._covered: set[str] = set()
        self._asked_for_all: set[tuple[str, ...]] = set()
        self._words: dict[str, str] = {}
        self._beside: Started | None = None

    def announce(self, paths: Iterable[str]) -> None:
        """Name paths that will be asked for."""
        self._announced.update(paths)

    def start(self) -> None:
        """Let git answer for the announced paths beside other work, where they are few."""
        if self._covered or not self._announced:
            return
        named = set[str]().union(*self._split(self._announced))
        if len(named) <= FEW:
            self._covered |= self._announced
            self._beside = Started(_asking(_EVERYTHING, named), self._top)

    def close(self) -> None:
        """End what was started and not read."""
        if self._beside is not None:
            self._beside.close()

    def word(self, path: str) -> str:
        """See read_status; empty for what is as in HEAD, and for what is nowhere."""
        if self._beside is not None:
            self._words |= read_status(self._beside.output())
            self._beside = None
        if path not in self._covered:
            self._cover({*self._announced, path} - self._covered)
        return self._words.get(path, "")

    def word_within(self, folder: str) -> str:
        """The word of a path, or of the first file in it where it is a folder."""
        inside = f"{folder}/"
        return self.word(folder) or next((word for path, word in self._words.items() if path.startswith(inside)), "")

    def _cover(self, paths: set[str]) -> None:
        tracked, others = self._split(paths)
        limit = 0 if self._covered else FEW
        self._covered |= paths
        if len(tracked) + len(others) <= limit:
            self._ask(_EVERYTHING, tracked | others)
            return
        if tracked:
            self._ask_for_all(_TRACKED)
        if len(others) <= limit:
            self._ask(_EVERYTHING, others)
        elif others:
            self._ask_for_all(_EVERYTHING)

    def _split(self, paths: set[str]) -> tuple[set[str], set[str]]:
        """Those that HEAD has, and others that are on disk; git knows nothing of the rest."""
        tracked = {path for path in paths if self._is_tracked(path)}
        return tracked, {path for path in paths - tracked if look_at(self._top, path) is not None}

    def _ask_for_all(self, options: tuple[str, ...]) -> None:
        if options not in self._asked_for_all:
            self._asked_for_all.add(options)
            self._words |= read_status(run_git(_asking(options, set()), self._top))

    def _ask(self, options: tuple[str, ...], paths: set[str]) -> None:
        if paths:
            self._words |= read_status(run_git(_asking(options, paths), self._top))


def _asking(options: tuple[str, ...], paths: set[str]) -> tuple[str, ...]:
    return (*_STATUS, *options, "--", *sorted(paths))


def is_dirty(top: Path) -> bool:
    """Whether a tracked file on disk, or in the index, differs from HEAD."""
    return bool(run_git((*_STATUS, *_TRACKED), top))
