"""The readers of the model's types: structs and checks, and whatever their fields are made of."""

import enum
import types
import typing
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import msgspec

from sprintbot.checks import KINDS, load_kind
from sprintbot.claim.expectation import Several
from sprintbot.claim.quantity import show_raw
from sprintbot.manifest import readers
from sprintbot.manifest.conversion import INVALID, Conversion
from sprintbot.manifest.model import Planned, Saying
from sprintbot.manifest.problems import nearest, one_of
from sprintbot.manifest.readers import Reader, unfit


class _Field(NamedTuple):
    name: str
    read: Reader


@cache
def reader_of(wanted: Any) -> Reader:
    """The reader of a type; made once."""
    origin = typing.get_origin(wanted)
    if origin is not None:
        return _composed(origin, typing.get_args(wanted))
    if wanted is Planned:
        return _read_planned
    if wanted is Saying:
        return _read_saying
    if hasattr(wanted, "parse"):
        return readers.several(wanted) if issubclass(wanted, Several) else readers.parsed(wanted)
    if issubclass(wanted, msgspec.Struct):
        return _struct_reader(wanted)
    if wanted is date:
        return readers.read_date
    if issubclass(wanted, enum.Enum):
        return readers.one_of_these({member.value: member for member in wanted})
    return readers.scalar(wanted)


def _composed(origin: Any, args: tuple[Any, ...]) -> Reader:
    if origin is typing.Annotated:
        return readers.bounded(reader_of(args[0]), args[1:])
    if origin is typing.Literal:
        return readers.one_of_these({arg: arg for arg in args})
    if origin is list:
        return readers.list_of(reader_of(args[0]))
    if origin is dict:
        return readers.mapping_of(reader_of(args[1]))
    options = [arg for arg in args if arg is not types.NoneType]
    if len(options) == 1:
        return reader_of(options[0])
    return readers.union_of({typing.get_origin(option) or option: reader_of(option) for option in options})


@cache
def _struct_reader(struct: type[msgspec.Struct]) -> Reader:
    """The reader of a struct; what is wrong with an optional field leaves its default, so that the rest is read."""
    hints = typing.get_type_hints(struct, include_extras=True)
    declared = msgspec.structs.fields(struct)
    fields = {field.encode_name: _Field(field.name, reader_of(hints[field.name])) for field in declared}
    required = {field.encode_name: field.name for field in declared if field.required}

    def read(conversion: Conversion, value: Any) -> Any:
        if not isinstance(value, dict):
            return unfit(conversion, "a mapping", value)
        path = conversion.path
        path.append("")
        given: dict[str, Any] = {}
        for key, item in value.items():
            path[-1] = key
            if key not in fields:
                _refuse_key(conversion, struct, fields, key)
                continue
            name, read_field = fields[key]
            made = read_field(conversion, item)
            if made is not INVALID:
                given[name] = made
        path.pop()
        return _made(conversion, struct, given, required, value)

    return read


def _made(
    conversion: Conversion,
    struct: type[msgspec.Struct],
    given: dict[str, Any],
    required: dict[str, str],
    value: dict[str, Any],
) -> Any:
    lacking = [key for key, name in required.items() if name not in given]
    for key in lacking:
        if key not in value and (*conversion.path, key) not in conversion.damage:
            conversion.refuse_part(key, f"the key {key!r} is missing")
    if lacking:
        if not hasattr(struct, "stand_ins"):
            return INVALID
        given = struct.stand_ins() | given
    try:
        return struct(**given)
    except ValueError as exc:
        return conversion.refuse(str(exc))


def _refuse_key(conversion: Conversion, struct: type[msgspec.Struct], known: dict[str, Any], key: str) -> None:
    near = nearest(key, known)
    hint = f"did you mean {near!r}?" if near is not None else f"there are {one_of(known, 20)}"
    kind = getattr(struct, "kind", "")
    around = next((step for step in reversed(conversion.path[:-1]) if isinstance(step, str)), "")
    of = f" of a {kind} check" if kind else f" in {around}" if around else ""
    conversion.refuse(f"unknown key {show_raw(key)}{of}; {hint}", at_key=True)
    if near is not None:
        conversion.damage.add((*conversion.path[:-1], near))


def _read_saying(conversion: Conversion, value: Any) -> Any:
    """A text with its condition; a bare text stands for one without."""
    return _struct_reader(Saying)(conversion, {"text": value} if isinstance(value, str) else value)


def _read_planned(conversion: Conversion, value: Any) -> Any:
    """A check, of the kind that one of its keys names."""
    if not isinstance(value, dict):
        return unfit(conversion, "a check such as {file: README.md, lines: 10}", value)
    kinds = [key for key in value if key in KINDS]
    if len(kinds) != 1:
        told = f"this check has {len(kinds)} kinds: {', '.join(kinds)}; write one check for each"
        return conversion.refuse(told if kinds else f"{_no_kind(value)}; a check's kind is one of {one_of(KINDS, 20)}")
    check = reader_of(load_kind(kinds[0]))(conversion, value)
    if check is INVALID:
        return INVALID
    return Planned(check, *conversion.locate(tuple(conversion.path)))


def _no_kind(value: dict[str, Any]) -> str:
    for key in value:
        near = nearest(key, KINDS)
        if near is not None and key not in load_kind(near).__struct_fields__:
            return f"no key of this check names a kind: {key!r}; did you mean {near!r}?"
    return "no key of this check names a kind"
