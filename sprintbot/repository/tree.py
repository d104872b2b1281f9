"""The files of a repository at one commit or on disk, as checks see them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from sprintbot.repository.blob import CONTENT_LIMIT, Blob, Need
from sprintbot.repository.counting import Counts
from sprintbot.repository.discovery import Commit, Place
from sprintbot.repository.entry import Entry, show_path
from sprintbot.repository.files import Files
from sprintbot.repository.git import Started
from sprintbot.repository.globbing import glob, starting_with
from sprintbot.repository.nearness import Nearness
from sprintbot.repository.remotes import ask_for_remotes, read_remotes
from sprintbot.repository.status import DiskState, is_dirty
from sprintbot.repository.symlinks import Strays, parents, resolve

if TYPE_CHECKING:
    from sprintbot.claim.evidence import Blocked
    from sprintbot.repository.forge import Forge

__all__ = ["Counts", "Entry", "Tree", "Wants", "show_path"]

_SHORT = 12


class Wants(NamedTuple):
    """What a check will ask for.

    The paths whose bytes it needs: ``counts`` for lines and size, ``words`` too, all ``content``; the ``paths`` of
    which it needs only what they are; and those of which it needs the ``links`` to the web.
    """

    counts: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()

    @classmethod
    def of_all(cls, several: Iterable["Wants"]) -> "Wants":
        """What several checks want together."""
        each_field = zip(*several, strict=True)
        return cls(*(frozenset[str]().union(*sets) for sets in each_field))


class Tree:
    """What is measured. Paths are the repository's, with ``/`` and without ``.`` and ``..``.

    ``commit`` is the full id, empty where nothing is committed. ``top`` is the work tree's top, None in a bare
    repository. ``is_head`` says that the commit is HEAD's. ``committed_at`` is in unix seconds.
    Symbolic links are told, never followed. Use as a context manager, or close.
    """

    def __init__(
        self,
        place: Place,
        files: Files,
        *,
        commit: Commit | None,
        is_head: bool,
        source: Literal["commit", "worktree"],
    ) -> None:
        self.commit = commit.oid if commit is not None else ""
        self.committed_at = commit.committed_at if commit is not None else None
        self.source: Literal["commit", "worktree"] = source
        self.top = place.top
        self.folder = place.folder
        self.shallow = place.shallow
        self.is_head = is_head
        self._files = files
        self._blobs: dict[str, tuple[Need, Blob]] = {}
        self._globs: dict[str, list[str]] = {}
        self._disk = DiskState(place.top, self._is_in_head) if is_head and place.top is not None else None
        self._dirty: bool | None = None
        self._nearness: Nearness | None = None
        self._forge: Forge | None = None
        self._remotes: Started | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is held: no process and no descriptor stays."""
        self._files.close()
        if self._disk is not None:
            self._disk.close()
        if self._remotes is not None:
            self._remotes.close()

    def entry(self, path: str) -> Entry | None:
        """What is at a path; None for a folder, and where there is nothing."""
        return self._files.entry(path)

    def paths(self) -> list[str]:
        """All paths, sorted. In the work tree: tracked ones and untracked ones, without the ignored."""
        return self._files.paths()

    def glob(self, pattern: str) -> list[str]:
        """The paths that match, sorted; see sprintbot.repository.globbing."""
        if pattern not in self._globs:
            self._globs[pattern] = glob(pattern, self.paths())
        return list(self._globs[pattern])

    def under(self, folder: str) -> list[str]:
        """The paths in a folder and its folders, sorted; all of them for ``""``."""
        return list(starting_with(f"{folder}/" if folder else "", self.paths()))

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder with files in it."""
        return self._files.is_folder(path)

    def load(self, wants: Wants) -> None:
        """Read what is wanted at once: one or two processes, however many paths."""
        asked: dict[str, Need] = {}
        for paths, need in (
            (wants.counts, Need.COUNTS),
            (wants.words, Need.WORDS),
            (wants.content, Need.CONTENT),
        ):
            for path in paths:
                asked[path] = asked.get(path, Need.COUNTS) | need
        if self._disk is not None:
            self._disk.announce({*asked, *wants.paths})
        if wants.paths:
            self._start_asking(links=bool(wants.links))
        self._read(asked)

    def counts(self, path: str) -> Counts:
        """Lines and words of a text file. Raises Blocked, with what the path is, for anything else."""
        counts = self._counted(path)
        _refuse(self._blobs[path][1].obstacle)
        return counts

    def size(self, path: str) -> int:
        """Bytes of any file that has bytes of its own, binary ones too. Raises Blocked."""
        return self._counted(path).size

    def words(self, path: str) -> int:
        """Words of a text file. Raises Blocked as ``counts`` does."""
        self._blob(path, Need.WORDS)
        words = self.counts(path).words
        assert words is not None
        return words

    def content(self, path: str) -> bytes:
        """All bytes of a text file. Raises Blocked as ``counts`` does, and for files of more than 50 MB."""
        blob = self._blob(path, Need.CONTENT)
        _refuse(blob.obstacle)
        if blob.content is None:
            raise _blocked(f"longer than {CONTENT_LIMIT // 1_000_000} MB, which is too much to read")
        return blob.content

    def what(self, path: str) -> str:
        """What a path is that is no file: ``a symlink to x``, ``a submodule at 1234``, ``a folder``; else empty."""
        entry = self.entry(path)
        if entry is None:
            return "a folder" if self.is_folder(path) else "no such file"
        if entry.is_symlink:
            return f"a symlink to {show_path(self._files.target_of(path) or '')}"
        if entry.is_submodule:
            return f"a submodule{f' at {entry.oid[:_SHORT]}' if entry.oid else ''}"
        return "" if entry.is_file else "no regular file"

    def check_inside(self, path: str) -> None:
        """Raises Blocked for a path that a symbolic link leads out of the repository."""
        self._resolved(path)

    def check_direct(self, path: str) -> None:
        """Raises Blocked for a path behind a symbolic link, or in a submodule: there may be something, unseen."""
        there = self._resolved(path)
        for folder in parents(path):
            entry = self.entry(folder)
            if entry is not None and entry.is_submodule:
                raise _blocked(f"not looked at: {show_path(folder)} is {self.what(folder)}, another repository")
            if entry is not None and entry.is_symlink and (self.entry(there) is not None or self.is_folder(there)):
                told = f"not looked at: {show_path(folder)} is {self.what(folder)}, and links are not followed"
                raise _blocked(f"{told}; name {show_path(there)}")

    def where(self, path: str) -> str:
        """The source of a figure: ``<commit>:<path>``, ``work tree:<path>``, ``no commit:<path>``."""
        if self.source == "worktree":
            return f"work tree:{show_path(path)}"
        return f"{self.commit or 'no commit'}:{show_path(path)}"

    def link(self, path: str) -> str:
        """The file on the web as it was measured, where the remote is a known forge; else empty."""
        if self.source == "worktree" or not self.commit:
            return ""
        if self._forge is None:
            from sprintbot.repository.forge import Forge

            self._forge = Forge.of(read_remotes(self._remotes or ask_for_remotes(self.folder)))
        return self._forge.link(self.commit, path)

    def absence(self, path: str) -> str:
        """Why a path is not in the tree, and what may have been meant."""
        for folder in parents(path):
            if (target := self._files.target_of(folder)) is not None:
                return f"no such file: {show_path(folder)} is a symlink to {show_path(target)}"
            if self.entry(folder) is not None:
                return f"no such file: {show_path(folder)} is a file"
        word = self._disk.word_within(path) if self._disk is not None and self.source == "commit" else ""
        if word in {"untracked", "ignored", "staged"}:
            return f"not committed ({word})"
        return self._not_here(path)

    def notes(self, path: str) -> tuple[str, ...]:
        """What a reader should know of a path that was measured."""
        word = self._disk.word(path) if self._disk is not None else ""
        if self.source == "worktree":
            return (f"{word}: git does not hold it",) if word in {"untracked", "ignored"} else ()
        return (_NOTES[word],) if word in _NOTES else ()

    def differs(self, path: str) -> bool:
        """Whether the disk has something else at the path than the commit that is measured."""
        return self.source == "commit" and self._disk is not None and self._disk.word(path) in _NOTES

    def is_dirty(self) -> bool:
        """Whether any tracked file on disk differs from HEAD; False without a work tree."""
        if self._dirty is None:
            self._dirty = self.top is not None and is_dirty(self.top)
        return self._dirty

    def _resolved(self, path: str) -> str:
        try:
            return resolve(path, self._files.target_of)
        except Strays as exc:
            raise _blocked(f"not looked at: {exc}") from exc

    def _start_asking(self, *, links: bool) -> None:
        """Start what checks will want to know of their paths beside the bytes, to run while these are read."""
        if self._disk is not None:
            self._disk.start()
        if links and self.commit and self.source == "commit" and self._remotes is None:
            self._remotes = ask_for_remotes(self.folder)

    def _is_in_head(self, path: str) -> bool:
        return self.source == "commit" and self.entry(path) is not None

    def _not_here(self, path: str) -> str:
        if not self.commit and self.source == "commit":
            return "no such file: nothing is committed yet"
        told = "no such file" if self.is_head else f"no such file at {self.commit[:_SHORT]}"
        lost = next((folder for folder in parents(path) if not self.is_folder(folder)), "")
        if lost:
            told = f"{told}: there is no folder {show_path(lost)}"
        if self._nearness is None:
            self._nearness = Nearness(self.paths())
        near = [show_path(other) for other in self._nearness.near(path)]
        return f"{told}; did you mean {' or '.join(near)}?" if near else told

    def _blob(self, path: str, need: Need) -> Blob:
        """What was loaded of a path; loaded now where it was not announced, at the cost of a process."""
        known = self._blobs.get(path)
        if known is None or need & ~known[0]:
            self._read({path: need | known[0] if known is not None else need})
        return self._blobs[path][1]

    def _counted(self, path: str) -> Counts:
        blob = self._blob(path, Need.COUNTS)
        if blob.counts is None:
            raise _blocked(blob.obstacle)
        return blob.counts

    def _read(self, asked: dict[str, Need]) -> None:
        readable: dict[str, Need] = {}
        for path, need in asked.items():
            what = self.what(path)
            if what:
                self._blobs[path] = (need, Blob(None, what))
            else:
                readable[path] = need
        if readable:
            self._blobs.update({path: (readable[path], blob) for path, blob in self._files.read(readable).items()})


def _refuse(obstacle: str) -> None:
    if obstacle:
        raise _blocked(obstacle)


def _blocked(reason: str) -> "Blocked":
    # Imported here: msgspec, which it brings, costs more than counting all lines of a small repository.
    from sprintbot.claim.evidence import Blocked

    return Blocked(reason)


_NOTES = {
    "modified": "differs on disk: measured as committed",
    "deleted": "deleted on disk: measured as committed",
    "removed": "removed from the index: measured as committed",
}
