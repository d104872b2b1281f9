"""Readers of scalars, lists and mappings.

A reader takes the conversion and a value and gives what its type makes of it, or INVALID once the problem is noted.
What is wrong with one item does not hide what is wrong with the next.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

import msgspec

from sprintbot.claim.expectation import Several
from sprintbot.claim.quantity import show_raw
from sprintbot.manifest.conversion import INVALID, Conversion
from sprintbot.manifest.problems import did_you_mean

Reader: TypeAlias = Callable[[Conversion, Any], Any]

_NAMES: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REMEMBERED = 4096


def unfit(conversion: Conversion, wanted: str, value: Any) -> Any:
    """Refuse a value of another type than the wanted one, with a hint where it is clear what was meant."""
    hint = ""
    if isinstance(value, str) and wanted in {"a number", "a whole number"}:
        plain = value.replace("_", "").replace(",", "")
        hint = f"; write {plain}" if plain.isdecimal() else ""
    elif wanted == "a text" and isinstance(value, int | float):
        hint = f'; put quotes around it: "{show_raw(value)}"'
    return conversion.refuse(f"{show_raw(value)} where {wanted} was expected{hint}")


def scalar(wanted: type) -> Reader:
    """A text, number or truth value of just that type; an int is a float too."""
    accepted = {wanted, int} if wanted is float else {wanted}

    def read(conversion: Conversion, value: Any) -> Any:
        return value if type(value) in accepted else unfit(conversion, _NAMES[wanted], value)

    return read


def parsed(wanted: Any) -> Reader:
    """What the ``parse`` of a type makes of a value."""
    parse = wanted.parse
    known: dict[Any, Any] = {}  # the same few values stand in thousands of checks

    def read(conversion: Conversion, value: Any) -> Any:
        name = (type(value), value) if isinstance(value, str | int) else None
        if name in known:
            return known[name]
        try:
            made = parse(value)
        except ValueError as exc:
            return conversion.refuse(str(exc))
        if name is not None and len(known) < _REMEMBERED:
            known[name] = made
        return made

    return read


def several(wanted: type[Several]) -> Reader:
    """Comparisons by name."""

    def read(conversion: Conversion, value: Any) -> Any:
        if not isinstance(value, dict) or not value:
            return conversion.refuse(f"{show_raw(value)} where a mapping was expected")
        made = wanted()
        conversion.path.append("")
        for key, item in value.items():
            conversion.path[-1] = key
            try:
                name = wanted.name(key)
            except ValueError as exc:
                conversion.refuse(str(exc), at_key=True)
                continue
            try:
                made[name] = wanted.comparison(item)
            except ValueError as exc:
                conversion.refuse(str(exc))
        conversion.path.pop()
        return made

    return read


def read_date(conversion: Conversion, value: Any) -> Any:
    """A date as ISO 8601 writes it with dashes."""
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as exc:
        return conversion.refuse(f"{value} is no date: {exc}")
    return unfit(conversion, "a date such as 2025-11-03", value)


def one_of_these(known: dict[Any, Any]) -> Reader:
    """One of a few values, and what each stands for."""
    kinds = {type(each) for each in known}

    def read(conversion: Conversion, value: Any) -> Any:
        if type(value) in kinds and value in known:
            return known[value]
        near = did_you_mean(value, known) if isinstance(value, str) and str in kinds else ""
        return conversion.refuse(f"{show_raw(value)} where {' or '.join(map(str, known))} was expected{near}")

    return read


def bounded(inner: Reader, metas: tuple[Any, ...]) -> Reader:
    """A value within the bounds of its annotation."""

    def read(conversion: Conversion, value: Any) -> Any:
        made = inner(conversion, value)
        if made is INVALID:
            return made
        for meta in metas:
            told = _out_of_bounds(meta, made if meta.min_length is None else value)
            if told:
                return conversion.refuse(told)
        return made

    return read


def _out_of_bounds(meta: msgspec.Meta, value: Any) -> str:
    if meta.gt is not None and not value > meta.gt:
        return f"{value} is not more than {meta.gt}"
    if meta.ge is not None and not value >= meta.ge:
        return f"{value} is less than {meta.ge}"
    if meta.min_length is not None and len(value) < meta.min_length:
        return "it is empty"
    return ""


def union_of(readers: dict[Any, Reader]) -> Reader:
    """One of several types, told apart by the value's own; one with a ``parse`` stands last and takes the rest."""
    *plain, last = readers
    names = " or ".join(_NAMES[kind] for kind in readers) if last in _NAMES else ""

    def read(conversion: Conversion, value: Any) -> Any:
        for kind in (*plain, last) if names else plain:
            if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
                return readers[kind](conversion, value)
        return unfit(conversion, names, value) if names else readers[last](conversion, value)

    return read


def list_of(inner: Reader) -> Reader:
    """A list, without the items that could not be read."""

    def read(conversion: Conversion, value: Any) -> Any:
        if not isinstance(value, list):
            return unfit(conversion, "a list", value)
        path = conversion.path
        path.append(0)
        made = []
        kept = []
        for index, item in enumerate(value):
            path[-1] = index
            each = inner(conversion, item)
            if each is not INVALID:
                made.append(each)
                kept.append(index)
        path.pop()
        if len(made) != len(value):
            conversion.kept[tuple(path)] = kept
        return made

    return read


def mapping_of(inner: Reader) -> Reader:
    """A mapping, without the items that could not be read."""

    def read(conversion: Conversion, value: Any) -> Any:
        if not isinstance(value, dict):
            return unfit(conversion, "a mapping", value)
        conversion.path.append("")
        made = {}
        for key, item in value.items():
            conversion.path[-1] = key
            each = inner(conversion, item)
            if each is not INVALID:
                made[key] = each
        conversion.path.pop()
        return made

    return read
