"""What somebody may have meant who named a path that is not there."""

import posixpath
from collections.abc import Sequence

_SIBLINGS = 500
_SHOWN = 3


class Nearness:
    """The paths of a tree by their names, so that each question costs one look."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._by_path: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_folder: dict[str, list[str]] = {}
        for path in paths:
            folder, name = posixpath.split(path)
            self._by_path.setdefault(path.lower(), path)
            self._by_name.setdefault(name.lower(), []).append(path)
            self._by_folder.setdefault(folder, []).append(path)

    def near(self, path: str) -> list[str]:
        """At most three paths: the same in other case, else the same name elsewhere, else a like name beside it."""
        if path.lower() in self._by_path:
            return [self._by_path[path.lower()]]
        folder, name = posixpath.split(path)
        elsewhere = self._by_name.get(name.lower(), [])
        return elsewhere[:_SHOWN] or self._alike(path, self._by_folder.get(folder, []))

    def _alike(self, path: str, siblings: list[str]) -> list[str]:
        import difflib

        return difflib.get_close_matches(path, siblings[:_SIBLINGS], n=_SHOWN, cutoff=0.8)
