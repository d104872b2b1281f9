"""What some well-known functions and methods give, by name. Nothing of the measured source is called."""

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

from sprintbot.testcount.sequences import (
    MAX_ITEMS,
    NOTHING_KNOWN,
    OPAQUE,
    Known,
    Sized,
    crossed,
    distinct,
    items_of,
    joined,
    size_of,
    zipped,
)

_TEXT_METHODS = frozenset({"split", "splitlines", "strip", "lower", "upper", "rsplit", "partition", "encode"})


def call_function(name: str, args: list[Known], options: Mapping[str, Known]) -> Known:
    """What a function of the standard library gives; OPAQUE for one that is not known here."""
    function = _FUNCTIONS.get(name)
    try:
        return OPAQUE if function is None else function(args, options)
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return OPAQUE


def call_method(owner: Known, name: str, args: list[Known]) -> Known:
    """What a method of a constant, a sequence or a mapping gives; OPAQUE for one that is not known here."""
    if isinstance(owner, dict):
        return _of_mapping(owner, name)
    if isinstance(owner, str | bytes) and name in _TEXT_METHODS and all(isinstance(a, str | bytes | int) for a in args):
        try:
            found = getattr(owner, name)(*args)
        except (TypeError, ValueError):
            return OPAQUE
        return tuple(found) if isinstance(found, list) else found
    if name == "copy" and isinstance(owner, tuple):
        return owner
    return OPAQUE


def _of_mapping(owner: dict[Any, Known], name: str) -> Known:
    match name:
        case "items":
            return tuple(owner.items())
        case "keys":
            return tuple(owner)
        case "values":
            return tuple(owner.values())
        case "copy":
            return owner
    return OPAQUE


def _same(args: list[Known], options: Mapping[str, Known]) -> Known:
    if not args:
        return ()
    items = items_of(args[0])
    return size_of(args[0]) if items is None else items


def _unordered(args: list[Known], options: Mapping[str, Known]) -> Known:
    items = items_of(args[0])
    if items is None or not all(isinstance(item, str | int) for item in items):
        return size_of(args[0])
    return (
        tuple(sorted(items, reverse=bool(options.get("reverse", False)))) if "key" not in options else size_of(args[0])
    )


def _range(args: list[Known], options: Mapping[str, Known]) -> Known:
    return range(*args) if all(isinstance(arg, int) for arg in args) else NOTHING_KNOWN


def _length(args: list[Known], options: Mapping[str, Known]) -> Known:
    size = size_of(args[0])
    return size.length if size.exact else OPAQUE


def _product(args: list[Known], options: Mapping[str, Known]) -> Known:
    repeat = options.get("repeat", 1)
    return crossed(args * repeat) if isinstance(repeat, int) and 0 <= repeat <= 50 else NOTHING_KNOWN


def _chosen(number: Callable[[int, int], int], args: list[Known], options: Mapping[str, Known]) -> Known:
    size = size_of(args[0])
    width = args[1] if len(args) > 1 else options.get("r", size.length)
    if not isinstance(width, int) or size.length > 1000:
        return NOTHING_KNOWN
    return Sized(number(size.length, width), size.exact)


def _repeated(args: list[Known], options: Mapping[str, Known]) -> Known:
    times = args[1] if len(args) > 1 else options.get("times", OPAQUE)
    return Sized(times, True) if isinstance(times, int) else NOTHING_KNOWN


def _from_iterable(args: list[Known], options: Mapping[str, Known]) -> Known:
    items = items_of(args[0])
    return NOTHING_KNOWN if items is None else joined(items)


def _enumerated(args: list[Known], options: Mapping[str, Known]) -> Known:
    start = args[1] if len(args) > 1 else options.get("start", 0)
    length = size_of(args[0]).length
    return zipped([range(start, start + length) if isinstance(start, int) else Sized(length, True), args[0]])


def _dict(args: list[Known], options: Mapping[str, Known]) -> Known:
    if args and isinstance(args[0], dict):
        return {**args[0], **options}
    pairs = items_of(args[0]) if args else ()
    if pairs is None:
        return NOTHING_KNOWN
    made = {key: value for key, value in pairs if isinstance(key, str | int)}
    return {**made, **options} if len(made) == len(pairs) else OPAQUE


def _mapped(args: list[Known], options: Mapping[str, Known]) -> Known:
    size = size_of(zipped(args[1:]))
    return (OPAQUE,) * size.length if size.exact and size.length <= MAX_ITEMS else size


_FUNCTIONS: dict[str, Callable[[list[Known], Mapping[str, Known]], Known]] = {
    "list": _same,
    "tuple": _same,
    "iter": _same,
    "reversed": _same,
    "sorted": _unordered,
    "set": lambda args, options: distinct(args[0]) if args else (),
    "frozenset": lambda args, options: distinct(args[0]) if args else (),
    "dict": _dict,
    "range": _range,
    "len": _length,
    "zip": lambda args, options: zipped(args) if args else (),
    "enumerate": _enumerated,
    "map": _mapped,
    "itertools.starmap": _mapped,
    "itertools.chain": lambda args, options: joined(args),
    "itertools.chain.from_iterable": _from_iterable,
    "itertools.product": _product,
    "itertools.permutations": lambda args, options: _chosen(math.perm, args, options),
    "itertools.combinations": lambda args, options: _chosen(math.comb, args, options),
    "itertools.combinations_with_replacement": lambda args, options: _chosen(
        lambda size, width: math.comb(size + width - 1, width), args, options
    ),
    "itertools.pairwise": lambda args, options: tuple(itertools.pairwise(items_of(args[0]) or ())),
    "itertools.repeat": _repeated,
}
