"""Values as far as source tells them: constants, tuples for any sequence, dicts, ranges, Sized and OPAQUE."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import msgspec

Known: TypeAlias = Any
"""A constant, a tuple, dict or range of values, Sized, or OPAQUE."""

MAX_ITEMS = 10_000


class _Opaque:
    def __repr__(self) -> str:
        return "OPAQUE"


OPAQUE: Final = _Opaque()
"""A value that the source does not tell."""


class Sized(msgspec.Struct, frozen=True):
    """A sequence of which only the length is known; without ``exact`` it is that long or longer."""

    length: int
    exact: bool


NOTHING_KNOWN = Sized(0, False)


def size_of(value: Known) -> Sized:
    """How many items iterating over a value gives."""
    if isinstance(value, Sized):
        return value
    if isinstance(value, tuple | dict | range | str | bytes):
        return Sized(len(value), True)
    return NOTHING_KNOWN


def items_of(value: Known) -> tuple[Known, ...] | None:
    """The items of a value, where there are not too many; OPAQUE ones where only their number is known."""
    size = size_of(value)
    if not size.exact or size.length > MAX_ITEMS:
        return None
    return (OPAQUE,) * size.length if isinstance(value, Sized) else tuple(value)


def joined(values: Iterable[Known]) -> Known:
    """The items of all values, one after the other."""
    parts = list(values)
    lists = [items_of(part) for part in parts]
    if all(each is not None for each in lists) and sum(map(len, filter(None, lists))) <= MAX_ITEMS:
        return tuple(itertools.chain.from_iterable(each for each in lists if each is not None))
    sizes = [size_of(part) for part in parts]
    return Sized(sum(size.length for size in sizes), all(size.exact for size in sizes))


def zipped(values: Sequence[Known]) -> Known:
    """Items side by side, as many as the shortest value has."""
    lists = [each for value in values if (each := items_of(value)) is not None]
    if len(lists) == len(values):
        return tuple(zip(*lists, strict=False))
    sizes = [size_of(value) for value in values]
    return Sized(min(size.length for size in sizes), all(size.exact for size in sizes))


def crossed(values: Sequence[Known]) -> Known:
    """Each combination of one item of each value."""
    sizes = [size_of(value) for value in values]
    length = 1
    for size in sizes:
        length = min(length * size.length, 10**12)
    lists = [each for value in values if (each := items_of(value)) is not None]
    if len(lists) == len(values) and length <= MAX_ITEMS:
        return tuple(itertools.product(*lists))
    return Sized(length, all(size.exact for size in sizes))


def distinct(value: Known) -> Known:
    """The value as a set or as the keys of a dict; where equal items cannot be told, one item or more."""
    items = items_of(value)
    if items is None or any(_has_opaque(item) for item in items):
        size = size_of(value)
        return Sized(min(size.length, 1), size.exact and size.length <= 1)
    return tuple(dict.fromkeys(items))


def _has_opaque(item: Known) -> bool:
    if isinstance(item, Sized | dict | range) or item is OPAQUE:
        return True
    return isinstance(item, tuple) and any(map(_has_opaque, item))
