"""What a check may look at: the tree, the environment, the clock; and where it is in its look."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sprintbot.checks.fields import VARIABLE
from sprintbot.claim.evidence import Blocked
from sprintbot.repository.tree import Tree


class Ground:
    """What all looks of one run share.

    ``root`` is the folder of the repository that check paths start from, ``""`` for its top. ``worktree`` is the top of
    the work tree, None where there is none. ``clock`` gives seconds. ``not_live`` says why live kinds, ``run`` and
    ``command`` are not looked at in this run; empty when they are. ``links`` says whether anybody reads web addresses,
    for which git is asked once more.
    """

    def __init__(
        self,
        tree: Tree,
        *,
        root: str = "",
        worktree: Path | None = None,
        environ: Mapping[str, str],
        clock: Callable[[], float],
        not_live: str = "",
        links: bool = True,
    ) -> None:
        self.tree = tree
        self.root = root
        self.worktree = worktree
        self.environ = environ
        self.clock = clock
        self.not_live = not_live
        self.links = links
        self.secrets: set[str] = set()


class Site:
    """The ground, as one look sees it. A new one is made for each look."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.tree = ground.tree
        self.current_phase = ""
        self.phases: dict[str, float] = {}

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds, from any start."""
        return self.ground.clock

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a part of the look, and let the runner say during which part a deadline passed or an error came.

        Phases of the network are ``resolve``, ``connect``, ``tls``, ``send``, ``first byte``, ``body``.
        """
        self.current_phase = name
        started = self.clock()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + self.clock() - started

    def path(self, relative: str) -> str:
        """A check's path as the repository names it."""
        joined = posixpath.normpath(posixpath.join(self.ground.root, relative))
        return "" if joined == "." else joined

    def link(self, path: str) -> str:
        """The web address of a path of the tree, where there is one and somebody reads it; else empty."""
        return self.tree.link(path) if self.ground.links else ""

    def expand(self, text: str) -> str:
        """The text with each ``${NAME}`` replaced; raises Blocked for a variable that is not set.

        What was put in is kept out of every report: the runner prints it as ``***``.
        """

        def value(found: re.Match[str]) -> str:
            given = self.ground.environ.get(found[1], "")
            if not given:
                raise Blocked(f"{found[1]} is not set", f"Set the environment variable {found[1]}")
            self.ground.secrets.add(given)
            return given

        return VARIABLE.sub(value, text)
