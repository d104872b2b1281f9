"""The files of one commit."""

import os
from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path

from sprintbot.repository.blob import Blob, Need
from sprintbot.repository.blobs import read_blobs
from sprintbot.repository.entry import Entry
from sprintbot.repository.git import Started


class CommittedFiles:
    """The files of a commit. Their list is asked for at once, and read when it is first needed."""

    def __init__(self, folder: Path, commit: str) -> None:
        self._folder = folder
        self._commit = commit
        self._listing = Started(("ls-tree", "-r", "-z", "--full-tree", commit), folder) if commit else None
        self._by_path: dict[str, str] | None = None
        self._sorted: list[str] | None = None
        self._targets: dict[str, str] | None = None

    def entry(self, path: str) -> Entry | None:
        told = self._entries().get(path)
        if told is None:
            return None
        mode, _, oid = told.split(" ")
        return Entry(mode, oid)

    def is_folder(self, path: str) -> bool:
        inside = f"{path}/" if path else ""
        paths = self.paths()
        at = bisect_left(paths, inside)
        return at < len(paths) and paths[at].startswith(inside)

    def paths(self) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self._entries())
        return self._sorted

    def target_of(self, path: str) -> str | None:
        """The first link that is asked for reads all of the commit's, with one process."""
        entry = self.entry(path)
        if entry is None or not entry.is_symlink:
            return None
        if self._targets is None:
            links = [link for link, told in self._entries().items() if told.startswith("120000")]
            blobs = self.read(dict.fromkeys(links, Need.CONTENT))
            self._targets = {link: os.fsdecode(blob.content or b"") for link, blob in blobs.items()}
        return self._targets[path]

    def read(self, asked: Mapping[str, Need]) -> dict[str, Blob]:
        oids = {path: entry.oid for path in asked if (entry := self.entry(path)) is not None}
        needs: dict[str, Need] = {}
        for path, oid in oids.items():
            needs[oid] = needs.get(oid, Need.COUNTS) | asked[path]
        blobs = read_blobs(self._folder, needs, self._commit)
        return {path: blobs[oid] for path, oid in oids.items()}

    def close(self) -> None:
        if self._listing is not None:
            self._listing.close()

    def _entries(self) -> dict[str, str]:
        """What ``ls-tree`` says of each path: mode, type, id."""
        if self._by_path is None:
            listed = os.fsdecode(self._listing.output()) if self._listing is not None else ""
            records = (record.partition("\t") for record in listed.split("\0")[:-1])
            self._by_path = {path: told for told, _, path in records}
        return self._by_path
