"""How a claim compares with what was measured.

A comparison refuses what it cannot compare: ``holds`` raises ``Incomparable`` with words, and nothing becomes 0.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec

from sprintbot.claim.quantity import Dimension, Number, show_number, show_raw, tidy

Json: TypeAlias = Any
"""A value as JSON has it: None, bool, int, float, str, list or dict of these."""

Operator: TypeAlias = Literal[">=", "<=", ">", "<"]

ORDER_WORDS: dict[Operator, str] = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_FALLS_SHORT: dict[Operator, str] = {
    ">=": "is less than",
    "<=": "is more than",
    ">": "is not more than",
    "<": "is not less than",
}


class Incomparable(ValueError):  # noqa: N818 - the words are the point, not the error
    """The measured value has no order or equality with what was claimed; the message says why."""


class _Missing:
    def __repr__(self) -> str:
        return "no such value"


MISSING = _Missing()
"""Stands for a value that the measured document does not have; never null."""


class Comparison(msgspec.Struct, frozen=True):
    """What a reading must be."""

    def words(self) -> str:
        """The comparison for a reader: ``at least 150``."""
        raise TypeError(f"{type(self).__name__} has no words")

    def holds(self, measured: Json) -> bool:
        """Whether the measured value is as wished; raises Incomparable."""
        raise TypeError(f"{type(self).__name__} compares nothing")

    def holds_from(self, floor: Json) -> bool | None:
        """The same where only a lower bound was measured; None when that does not decide it."""
        return None

    def why_not(self, measured: Json) -> str:
        """Why a measured value does not hold: ``112 is less than 150``."""
        return f"{self.show(measured)} is not {self.words()}"

    def show(self, measured: Json) -> str:
        """A measured value for a reader."""
        return show_measured(measured)

    def extract(self, measured: Json) -> Json:
        """What of the measured value is kept as evidence; all of it, but for long texts."""
        return None if measured is MISSING else measured


class _Numeric(Comparison, frozen=True, kw_only=True):
    dimension: Dimension = Dimension.NUMBER
    textual: bool = False  # the measured value is a text that may spell a number, as in HTTP headers

    def show(self, measured: Json) -> str:
        if isinstance(measured, int | float) and not isinstance(measured, bool):
            return self.dimension.show(measured)
        return show_measured(measured)

    def number(self, measured: Json) -> Number:
        if isinstance(measured, str) and self.textual:
            try:
                return Dimension.NUMBER.read(measured)
            except ValueError as exc:
                raise Incomparable(f"{show_measured(measured)} is not a number") from exc
        if measured is MISSING:
            raise Incomparable("no such value")
        if isinstance(measured, bool) or not isinstance(measured, int | float) or measured != measured:
            raise Incomparable(f"{show_measured(measured)} has no order against a number")
        return measured


class Order(_Numeric, frozen=True):
    """At least, at most, more than, less than a number."""

    operator: Operator
    bound: Number

    def words(self) -> str:
        return f"{ORDER_WORDS[self.operator]} {self.dimension.show(self.bound)}"

    def holds(self, measured: Json) -> bool:
        value = self.number(measured)
        match self.operator:
            case ">=":
                return value >= self.bound
            case "<=":
                return value <= self.bound
            case ">":
                return value > self.bound
            case "<":
                return value < self.bound

    def holds_from(self, floor: Json) -> bool | None:
        held = self.holds(floor)
        if self.operator in {">=", ">"}:
            return True if held else None
        return None if held else False

    def why_not(self, measured: Json) -> str:
        found, bound = self.show(measured), self.dimension.show(self.bound)
        if found == bound and measured != self.bound:  # they differ by less than what is shown
            found, bound = f"{found} ({measured})", f"{bound} ({self.bound})"
        return f"{found} {_FALLS_SHORT[self.operator]} {bound}"


class Between(_Numeric, frozen=True):
    """A range, both ends in. ``about`` is the number that the range lies around, where it came from ``~ 150``."""

    low: Number
    high: Number
    about: Number | None = None

    def words(self) -> str:
        span = f"{self.dimension.show(self.low)} to {self.dimension.show(self.high)}"
        return span if self.about is None else f"about {self.dimension.show(self.about)} ({span})"

    def holds(self, measured: Json) -> bool:
        return self.low <= self.number(measured) <= self.high

    def holds_from(self, floor: Json) -> bool | None:
        return False if self.number(floor) > self.high else None

    def why_not(self, measured: Json) -> str:
        short = self.number(measured) < self.low
        side, bound = ("less", self.low) if short else ("more", self.high)
        return f"{self.show(measured)} is {side} than {self.dimension.show(bound)}"


class Equal(_Numeric, frozen=True):
    """JSON equality: ``true`` is not ``1``. Texts compare as texts."""

    value: Json
    negated: bool = False

    def words(self) -> str:
        return f"{'not' if self.negated else 'exactly'} {self.show(self.value)}"

    def holds(self, measured: Json) -> bool:
        if measured is MISSING:
            raise Incomparable("no such value")
        if self.textual and isinstance(measured, str) and isinstance(self.value, int | float):
            return (self.number(measured) == self.value) != self.negated
        return same_json(measured, self.value) != self.negated

    def holds_from(self, floor: Json) -> bool | None:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            return None
        return self.negated if self.number(floor) > self.value else None

    def why_not(self, measured: Json) -> str:
        if self.negated:
            return f"it is {self.show(measured)}"
        return f"{self.show(measured)} is not {self.show(self.value)}"


class Matches(Comparison, frozen=True):
    """A regular expression found anywhere in a text (Python's ``re.search``, multiline)."""

    pattern: str

    def words(self) -> str:
        return f"matching /{self.pattern}/"

    def holds(self, measured: Json) -> bool:
        if not isinstance(measured, str):
            raise Incomparable(f"{show_measured(measured)} is not a text to match")
        return re.search(self.pattern, measured, re.MULTILINE) is not None

    def why_not(self, measured: Json) -> str:
        return f"{self.show(measured)} does not match /{self.pattern}/"


class AnyOf(Comparison, frozen=True):
    """One of several."""

    options: tuple[Comparison, ...]

    def words(self) -> str:
        return "one of " + ", ".join(option.words().removeprefix("exactly ") for option in self.options)

    def holds(self, measured: Json) -> bool:
        refusals: list[Incomparable] = []
        for option in self.options:
            try:
                if option.holds(measured):
                    return True
            except Incomparable as exc:
                refusals.append(exc)
        if len(refusals) == len(self.options):
            raise refusals[0]
        return False

    def holds_from(self, floor: Json) -> bool | None:
        answers = {option.holds_from(floor) for option in self.options}
        return True if True in answers else None if None in answers else False

    def show(self, measured: Json) -> str:
        return self.options[0].show(measured)


class Contains(Comparison, frozen=True):
    """All of several literals or ``/patterns/``, somewhere in a text."""

    needles: tuple[str, ...]

    def words(self) -> str:
        return "containing " + _listed(_show_needle(needle) for needle in self.needles)

    def holds(self, measured: Json) -> bool:
        return not self._lacking(measured)

    def holds_from(self, floor: Json) -> bool | None:
        return True if self.holds(floor) else None

    def why_not(self, measured: Json) -> str:
        return "does not contain " + _listed((_show_needle(needle) for needle in self._lacking(measured)), "or")

    def show(self, measured: Json) -> str:
        if not isinstance(measured, str):
            return show_measured(measured)
        return f"{len(self.needles) - len(self._lacking(measured))} of {len(self.needles)} found"

    def extract(self, measured: Json) -> Json:
        return self.show(measured) if isinstance(measured, str) else super().extract(measured)

    def _lacking(self, measured: Json) -> list[str]:
        if not isinstance(measured, str):
            raise Incomparable(f"{show_measured(measured)} is not a text to search")
        return [needle for needle in self.needles if not _found(needle, measured)]


class Exists(Comparison, frozen=True):
    """A value is there, whatever it is; or is not."""

    wanted: bool = True

    def words(self) -> str:
        return "there" if self.wanted else "not there"

    def holds(self, measured: Json) -> bool:
        return (measured is not MISSING) == self.wanted

    def why_not(self, measured: Json) -> str:
        return "no such value" if self.wanted else f"it is there: {self.show(measured)}"


def same_json(left: Json, right: Json) -> bool:
    """Equality of two JSON values; unlike Python's, ``true`` is not ``1``."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    return bool(left == right)


def show_measured(value: Json) -> str:
    """A measured JSON value for a reader: numbers grouped, texts quoted and cut at 80 characters."""
    if value is MISSING:
        return "no such value"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return show_number(value)
    if isinstance(value, list | dict):
        import json

        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text if len(text) <= 80 else text[:77] + "..."
    return show_raw(value)


def about(target: Number, dimension: Dimension) -> Between:
    """Within 10 % of ``target``, both ends in."""
    exact = Decimal(str(target))
    low, high = sorted((tidy(exact * 9 / 10), tidy(exact * 11 / 10)))
    return Between(low, high, about=target, dimension=dimension)


def _show_needle(needle: str) -> str:
    return needle if is_pattern(needle) else f'"{needle}"'


def _found(needle: str, text: str) -> bool:
    if is_pattern(needle):
        return re.search(needle[1:-1], text, re.MULTILINE) is not None
    return needle in text


def is_pattern(text: str) -> bool:
    """Whether a manifest's text is written as a regular expression: ``/.../``."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def _listed(words: Iterable[str], last: str = "and") -> str:
    items = list(words)
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
