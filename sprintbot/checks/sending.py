"""What an ``http`` check sends: the fields under ``send``."""

import re
from typing import Literal, Self

import msgspec

from sprintbot.checks.fields import Probed
from sprintbot.claim.comparison import Json
from sprintbot.claim.expectation import Schema
from sprintbot.claim.quantity import show_raw

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)


class SentHeaders(dict[str, Probed]):
    """Header names and values. Those that govern the connection itself are not to be given."""

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError for what no header can be."""
        if not isinstance(raw, dict):
            raise ValueError(f"{show_raw(raw)} where a mapping was expected")
        made = cls()
        for name, value in raw.items():
            made[cls._name(name, made)] = cls._value(name, value)
        return made

    @classmethod
    def _name(cls, name: str, others: Self) -> str:
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is no header name")
        if name.lower() in _OF_THE_CONNECTION:
            raise ValueError(f"{name} is set by sprintbot itself")
        if name.lower() in {other.lower() for other in others}:
            raise ValueError(f"{name} is given twice")
        return name

    @classmethod
    def _value(cls, name: str, value: Json) -> Probed:
        if isinstance(value, int | float):
            raise ValueError(f'{name}: put quotes around it: "{show_raw(value)}"')
        try:
            made = Probed.parse(value)
        except ValueError as exc:
            raise ValueError(f"{name}: {exc}") from exc
        if not is_header_value(made):
            raise ValueError(f"{name}: a header has no line break or control character in it")
        return made

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"type": "object", "additionalProperties": Probed.schema()}


class Send(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The request. Without a method it is GET, or POST where there is a body."""

    method: Method | None = None
    headers: SentHeaders = SentHeaders()
    body: Probed | None = None

    @property
    def asked(self) -> str:
        """The method that is used."""
        return self.method or ("GET" if self.body is None else "POST")


def is_header_value(text: str) -> bool:
    """Whether a text can stand in a header, where a line break would begin another one."""
    return not _CONTROL.search(text)
