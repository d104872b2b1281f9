"""The one grammar of comparisons, as manifests write them, and what a bare value means in each place.

Operators stand in texts: ``>= 150``, ``<= 3``, ``> 1``, ``< 500ms``, ``== 3``, ``!= 0``, ``100..200``, ``~ 150`` and
``/regex/``.
Everything here raises ValueError with words for the manifest's author.
"""

import re
from typing import Literal, TypeAlias

from sprintbot.claim.comparison import (
    AnyOf,
    Between,
    Comparison,
    Contains,
    Equal,
    Exists,
    Json,
    Matches,
    Operator,
    Order,
    about,
    is_pattern,
)
from sprintbot.claim.quantity import Dimension, show_raw

BareMeans: TypeAlias = Literal[">=", "<=", "=="]

_OPERATION = re.compile(r"(>=|<=|==|!=|>|<|~)\s*(.*)", re.DOTALL)
_RANGE = re.compile(r"([-+]?[\d.]*\d\s*[A-Za-z]*)\s*\.\.\s*([-+]?[\d.]*\d\s*[A-Za-z]*)")
_SPECIAL = ("equals", "matches", "any", "exists")
MAX_PATTERN = 1000
MAX_OPERATED = 200


def parse_number(raw: Json, bare: BareMeans, dimension: Dimension = Dimension.NUMBER) -> Comparison:
    """A comparison of a measured number; ``bare`` is what a value without an operator means."""
    if isinstance(raw, list):
        return _any_of([parse_number(item, "==", dimension) for item in raw])
    if isinstance(raw, str):
        if is_pattern(raw):
            raise ValueError(f"{raw} is a pattern, and a number is not matched by one")
        operated = _operated(raw, dimension)
        if operated is not None:
            return operated
    value = dimension.read(raw)
    return Equal(value, dimension=dimension) if bare == "==" else Order(bare, value, dimension=dimension)


def parse_value(raw: Json, *, textual: bool = False) -> Comparison:
    """A comparison of a JSON value: equality, but for operators and ``{equals|matches|any|exists: ...}``.

    ``textual`` is for places where everything measured is text (HTTP headers, output): numbers are read from the text,
    and a list means any of its items.
    """
    if raw is None:
        raise ValueError("null cannot be told from an absent value; write {exists: false}")
    if isinstance(raw, dict):
        return _special(raw, textual=textual)
    if isinstance(raw, list):
        return _any_of([parse_value(item, textual=True) for item in raw]) if textual else Equal(raw)
    if isinstance(raw, str):
        if is_pattern(raw):
            return parse_pattern(raw)
        try:
            operated = _operated(raw, Dimension.NUMBER, of_json=True, textual=textual)
        except ValueError as exc:
            raise ValueError(f"{exc}; for just this text write {{equals: ...}}") from exc
        if operated is not None:
            return operated
    if textual and not isinstance(raw, str):
        return Equal(_as_text(raw), textual=True)
    return Equal(raw, textual=textual)


def parse_contains(raw: Json) -> Contains:
    """All of one or more literals or ``/patterns/``."""
    needles = raw if isinstance(raw, list) else [raw]
    if not needles:
        raise ValueError("an empty list holds for any text; name what must be in it")
    for needle in needles:
        if not isinstance(needle, str) or not needle:
            raise ValueError(f"{show_raw(needle)} where a text or a /pattern/ was expected")
        if is_pattern(needle):
            parse_pattern(needle)
    return Contains(tuple(needles))


def parse_pattern(raw: str) -> Matches:
    """A regular expression between slashes."""
    pattern = raw[1:-1]
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"the pattern is {len(pattern)} characters long; at most {MAX_PATTERN} are allowed")
    try:
        re.compile(pattern)
    except re.error as exc:
        raise ValueError(f"{raw} is not a regular expression: {exc}") from exc
    return Matches(pattern)


def _operated(raw: str, dimension: Dimension, *, of_json: bool = False, textual: bool = False) -> Comparison | None:
    """The comparison that an operator string spells; None where there is no operator in it."""
    raw = raw.strip()
    span = _RANGE.fullmatch(raw) if len(raw) <= MAX_OPERATED else None
    if span is not None:
        low, high = dimension.read(span[1]), dimension.read(span[2])
        if low > high:
            raise ValueError(f"{raw!r} is an empty range: write the smaller number first")
        return Between(low, high, dimension=dimension, textual=textual)
    found = _OPERATION.fullmatch(raw)
    if found is None:
        return None
    operator, operand = found[1], found[2]
    if not operand:
        raise ValueError(f"nothing follows the {operator} of {raw!r}")
    if operator in {"==", "!="}:
        value = _literal(operand, textual=textual) if of_json else dimension.read(operand)
        return Equal(value, operator == "!=", dimension=dimension, textual=textual)
    value = dimension.read(operand)
    if operator == "~":
        return about(value, dimension)
    order: Operator = operator  # type: ignore[assignment]  # the pattern allows no other
    return Order(order, value, dimension=dimension, textual=textual)


def _special(raw: dict[str, Json], *, textual: bool) -> Comparison:
    if len(raw) != 1 or next(iter(raw)) not in _SPECIAL:
        raise ValueError(
            f"a mapping here has one key of {', '.join(_SPECIAL)}; for an equal mapping write {{equals: ...}}"
        )
    [(word, operand)] = raw.items()
    if word == "equals":
        return Equal(_as_text(operand) if textual else operand, textual=textual)
    if word == "exists":
        if not isinstance(operand, bool):
            raise ValueError(f"exists takes true or false, not {show_raw(operand)}")
        return Exists(operand)
    if word == "matches":
        if not isinstance(operand, str):
            raise ValueError(f"matches takes a pattern, not {show_raw(operand)}")
        return parse_pattern(operand if is_pattern(operand) else f"/{operand}/")
    if not isinstance(operand, list):
        raise ValueError(f"any takes a list, not {show_raw(operand)}")
    return _any_of([parse_value(item, textual=textual) for item in operand])


def _any_of(options: list[Comparison]) -> Comparison:
    if not options:
        raise ValueError("an empty list allows nothing")
    return options[0] if len(options) == 1 else AnyOf(tuple(options))


def _literal(text: str, *, textual: bool) -> Json:
    if text in {"true", "false"} and not textual:
        return text == "true"
    try:
        return Dimension.NUMBER.read(text)
    except ValueError:
        return text


def _as_text(raw: Json) -> Json:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw) if isinstance(raw, int | float) else raw
