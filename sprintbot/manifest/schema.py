"""The JSON Schema of manifests (draft 2020-12), made from the types that read them."""

import enum
import inspect
import types
import typing
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from sprintbot.checks import KINDS, load_kind
from sprintbot.claim.expectation import Schema
from sprintbot.manifest.model import Manifest, Planned, Saying

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "urn:sprintbot:sprint:1"

_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}
_BOUNDS = {"gt": "exclusiveMinimum", "ge": "minimum"}


def manifest_schema() -> Schema:
    """The schema of a manifest, with every kind of check that there is."""
    writing = _Writing()
    whole = writing.struct(Manifest)
    return {"$schema": DIALECT, "$id": ADDRESS, "title": "A sprint's manifest", **whole, "$defs": writing.defs}


class _Writing:
    """One schema being written; what stands in it more than once is a definition."""

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}

    def of(self, wanted: Any) -> Schema:
        """The schema of a type, as ``structs.reader_of`` has its reader."""
        origin = typing.get_origin(wanted)
        if origin is not None:
            return self._composed(origin, typing.get_args(wanted))
        if wanted is Planned:
            return self._defined("Check", lambda: {"anyOf": [self.of(load_kind(name)) for name in KINDS]})
        if wanted is Saying:
            bare = {"type": "string", "minLength": 1}
            return self._defined("Saying", lambda: {"anyOf": [bare, self.struct(Saying)]})
        if hasattr(wanted, "parse"):
            return self._defined(wanted.__name__, lambda: {"description": _first_paragraph(wanted), **wanted.schema()})
        if issubclass(wanted, msgspec.Struct):
            return self._defined(wanted.__name__, lambda: self.struct(wanted))
        if issubclass(wanted, enum.Enum):
            return {"enum": [member.value for member in wanted]}
        return _SCALARS[wanted]

    def struct(self, struct: type[msgspec.Struct]) -> Schema:
        """The schema of a mapping with known keys."""
        hints = typing.get_type_hints(struct, include_extras=True)
        fields = msgspec.structs.fields(struct)
        return {
            "description": _first_paragraph(struct),
            "type": "object",
            "properties": {field.encode_name: self.of(hints[field.name]) for field in fields},
            "required": [field.encode_name for field in fields if field.required],
            "additionalProperties": False,
        }

    def _composed(self, origin: Any, args: tuple[Any, ...]) -> Schema:
        if origin is typing.Annotated:
            return self.of(args[0]) | self._bounds(args[0], args[1:])
        if origin is typing.Literal:
            return {"enum": list(args)}
        if origin is list:
            return {"type": "array", "items": self.of(args[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(args[1])}
        options = [self.of(arg) for arg in args if arg is not types.NoneType]
        return options[0] if len(options) == 1 else {"anyOf": options}

    def _bounds(self, inner: Any, metas: tuple[msgspec.Meta, ...]) -> Schema:
        least = {str: "minLength", list: "minItems"}.get(typing.get_origin(inner) or inner, "minProperties")
        names = {**_BOUNDS, "min_length": least}
        return {
            name: getattr(meta, bound)
            for meta in metas
            for bound, name in names.items()
            if getattr(meta, bound) is not None
        }

    def _defined(self, name: str, make: Callable[[], Schema]) -> Schema:
        if name not in self.defs:
            self.defs[name] = {}  # its place; a type within may refer to it
            self.defs[name] = make()
        return {"$ref": f"#/$defs/{name}"}


def _first_paragraph(described: type) -> str:
    return (inspect.getdoc(described) or "").partition("\n\n")[0].replace("\n", " ")
