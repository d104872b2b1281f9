"""Where a repository is, and which commit a name means."""

import os
from pathlib import Path
from typing import NamedTuple

from sprintbot.errors import UsageError, WorkError
from sprintbot.repository.git import LEAST_VERSION, Started, run_git

_QUESTIONS = ("--is-shallow-repository", "--is-inside-work-tree", "--show-cdup")


class Place(NamedTuple):
    """``top`` is the work tree's top, None where there is none (bare). ``folder`` is where git is run."""

    folder: Path
    top: Path | None
    shallow: bool


class Commit(NamedTuple):
    """``oid`` in full; ``committed_at`` in unix seconds."""

    oid: str
    committed_at: int


class Found(NamedTuple):
    """A repository, the commit that was asked for and the one of HEAD; None where nothing was committed yet."""

    place: Place
    commit: Commit | None
    head: Commit | None


class Discovery:
    """What ``find`` wants to know, asked but not yet answered: git works meanwhile. The caller closes it."""

    def __init__(self, folder: Path, ref: str | None) -> None:
        if ref is not None and (not ref or "\n" in ref or "\0" in ref):
            raise UsageError(f"{ref!r} names no commit", "Name a branch, a tag or a commit")
        self._ref = ref
        self._folder = folder
        names = ["HEAD"] if ref is None else ["HEAD", ref]
        # As input and not as an argument, a name that starts with a dash is no option.
        given = "".join(f"{name}^{{commit}}\n" for name in names)
        self._asked = Started(("rev-parse", *_QUESTIONS), folder)
        self._commits = Started(("cat-file", "--batch"), folder, given.encode("utf-8", "surrogateescape"))

    def found(self) -> Found:
        """The answer, once. Raises as ``find`` does."""
        place = _place(self._folder, self._asked.output())
        ref = self._ref
        # Of some names, such as main@{9} where the reflog is shorter, git dies.
        answer = self._commits.output(accept=lambda status: status == 0 or ref is not None)
        head, *named = _read_commits(answer) or [None]
        if head is None:
            _refuse_broken_head(place)
        if ref is None:
            return Found(place, head, head)
        commit = named[0] if named else None
        if commit is None:
            raise _bad_ref(ref, place)
        return Found(place, commit, head)

    def close(self) -> None:
        """End what still runs."""
        self._asked.close()
        self._commits.close()


def find(folder: Path, ref: str | None) -> Found:
    """The repository around a folder, and the commit that a REF names in it, HEAD's without one.

    Raises UsageError for a folder that is in no repository and a REF that names no commit; WorkError.
    """
    discovery = Discovery(folder, ref)
    try:
        return discovery.found()
    finally:
        discovery.close()


def _place(folder: Path, answer: bytes) -> Place:
    shallow, inside, *up = os.fsdecode(answer).removesuffix("\n").split("\n", 2)
    if shallow.startswith("--"):
        raise WorkError("this git is too old", f"Install git {LEAST_VERSION} or later")
    if inside != "true":
        return Place(folder, None, shallow == "true")
    top = Path(os.path.normpath(folder.absolute().resolve() / "".join(up)))
    return Place(top, top, shallow == "true")


def _read_commits(answer: bytes) -> list[Commit | None]:
    """From ``cat-file --batch``: ``<id> commit <size>``, the commit and a line end; or ``<name> missing``."""
    found: list[Commit | None] = []
    while answer:
        first, _, answer = answer.partition(b"\n")
        words = first.split()
        if len(words) == 3 and words[1] == b"commit" and words[2].isdigit():
            size = int(words[2])
            found.append(Commit(words[0].decode(), _committed_at(answer[:size])))
            answer = answer[size + 1 :]
        else:
            found.append(None)
    return found


def _committed_at(commit: bytes) -> int:
    for line in commit.split(b"\n"):
        if line.startswith(b"committer "):
            return int(line.rsplit(b" ", 2)[1])
    return 0


def _refuse_broken_head(place: Place) -> None:
    """A HEAD that names a commit which is not there is no repository without commits."""
    named = run_git(("rev-parse", "--quiet", "--verify", "HEAD"), place.folder, accept=lambda status: status in {0, 1})
    if named.strip():
        raise WorkError(f"HEAD names {named.decode().strip()}, which is not in this clone", "Run `git fsck`")


def _bad_ref(ref: str, place: Place) -> UsageError:
    import difflib

    listed = run_git(("for-each-ref", "--format=%(refname:short)"), place.folder).decode("utf-8", "replace").split()
    near = difflib.get_close_matches(ref, listed, n=3)
    if near:
        hint = f"Did you mean {', '.join(near)}?"
    elif place.shallow:
        hint = "This clone is shallow: `git fetch --unshallow` brings the older commits"
    else:
        hint = f"There are: {', '.join(listed[:8])}" if listed else "Nothing is committed yet"
    return UsageError(f"{ref!r} names no commit of {place.folder}", hint)
