"""The types of a check's fields that are no expectations: where to look, and for how long."""

import posixpath
import re
from typing import Self

from sprintbot.claim.comparison import Json
from sprintbot.claim.expectation import Schema
from sprintbot.claim.quantity import Dimension, show_raw

VARIABLE = re.compile(r"\$\{([^}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MAX_DURATION = 7 * 86400


class Slug(str):
    """An id: letters, digits, ``.``, ``_`` and ``-``, so that addresses need no quoting."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError with words for the author of the manifest."""
        text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
        if not isinstance(text, str) or not cls.pattern.fullmatch(text):
            raise ValueError(f"{show_raw(raw)} is no id; use letters, digits, '.', '_' and '-', as in qdrant-ha")
        return cls(text)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"type": ["string", "integer"], "pattern": f"^{cls.pattern.pattern}$"}


class Duration(float):
    """Seconds, written with their unit: ``500ms``, ``2s``, ``5m``, ``1h``, ``2d``."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError with words for the author of the manifest."""
        seconds = Dimension.DURATION.read(raw)
        if not 0 < seconds <= MAX_DURATION:
            raise ValueError(f"{raw!r} is not between 0 and {MAX_DURATION // 86400} days")
        return cls(seconds)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"type": "string", "pattern": r"^[0-9.]+ ?(ms|s|m|min|h|d)$"}


class RepoPath(str):
    """A path of the repository, below the manifest's ``root``: relative, with ``/``, and never out of it."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """The path without ``./``, doubled and trailing slashes. Raises ValueError."""
        if not isinstance(raw, str) or not raw:
            raise ValueError(f"{show_raw(raw)} where a path was expected")
        if "\0" in raw:
            raise ValueError("a path has no NUL character in it")
        if raw.startswith("/") or re.match(r"[A-Za-z]:[\\/]", raw):
            raise ValueError(f"{raw!r} is absolute; name a path inside the repository, from its root")
        if ".." in raw.split("/"):
            raise ValueError(f"{raw!r} leaves the repository by '..'; name a path inside it")
        return cls(posixpath.normpath(raw))

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"type": "string", "minLength": 1, "not": {"pattern": r"^/|(^|/)\.\.(/|$)"}}


class Probed(str):
    """A text that is sent or connected to, in which ``${NAME}`` stands for a variable of the environment."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError when it is no text, or names no variable where it should."""
        if not isinstance(raw, str) or not raw.strip():
            raise ValueError(f"{show_raw(raw)} where a text was expected")
        for name in VARIABLE.findall(raw):
            if not _VARIABLE_NAME.fullmatch(name):
                raise ValueError(f"${{{name}}} names no variable; write ${{NAME}}")
        return cls(raw)

    @property
    def variables(self) -> list[str]:
        """The names of the variables in it."""
        return VARIABLE.findall(self)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"type": "string", "minLength": 1}
