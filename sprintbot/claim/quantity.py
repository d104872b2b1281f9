"""Numbers with units: how a manifest writes them and how a report prints them."""

import enum
import re
from decimal import Decimal, InvalidOperation

Number = int | float

_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}([_,]\d{3})+(\.\d+)?|\d[\d_]*_\d+")
_WITH_UNIT = re.compile(r"([-+]?[\d.]+)\s*([A-Za-zµ]+)")

_SECONDS = {"ms": 0.001, "s": 1, "min": 60, "m": 60, "h": 3600, "d": 86400}
_HOURS = {"h": 1, "min": 1 / 60}
_BYTES = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}


class Dimension(enum.Enum):
    """What a number counts, which decides the units it may carry."""

    NUMBER = "a number"
    DURATION = "a duration with its unit, such as 500ms, 2s, 5m, 1h or 2d"
    HOURS = "hours with their unit, such as 0h, 2h or 30min"
    SIZE = "a size with its unit, such as 200B, 10kB or 10MiB"

    @property
    def units(self) -> dict[str, float]:
        """Factor by unit; empty for plain numbers."""
        if self is Dimension.DURATION:
            return dict(_SECONDS)
        if self is Dimension.HOURS:
            return dict(_HOURS)
        if self is Dimension.SIZE:
            return dict(_BYTES)
        return {}

    def read(self, raw: object) -> Number:
        """The number that ``raw`` means: seconds for durations, hours for work, bytes for sizes.

        Raises ValueError with words for the author of the manifest.
        """
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise ValueError(f"{show_raw(raw)} where {self.value} was expected")
        if self is Dimension.NUMBER:
            return raw if isinstance(raw, int | float) else _read_plain(raw)
        if isinstance(raw, int | float):
            raise ValueError(f"{raw} has no unit; write {self.value}")
        return self._read_with_unit(raw)

    def _read_with_unit(self, raw: str) -> Number:
        found = _WITH_UNIT.fullmatch(raw.strip())
        if found is None or found[2] not in self.units:
            known = ", ".join(self.units)
            raise ValueError(f"{raw!r} where {self.value} was expected (units: {known})")
        return tidy(Decimal(str(_read_plain(found[1]))) * Decimal(str(self.units[found[2]])))

    def show(self, value: Number) -> str:
        """The value as a reader likes it: ``1,200``, ``1.5 s``, ``10 kB``."""
        if self is Dimension.DURATION:
            return show_seconds(value)
        if self is Dimension.HOURS:
            return f"{show_number(round(value, 2))} h"
        if self is Dimension.SIZE:
            return show_bytes(value)
        return show_number(value)


def _read_plain(text: str) -> Number:
    text = text.strip()
    if not _PLAIN.fullmatch(text):
        if _GROUPED.fullmatch(text):
            raise ValueError(f"{text!r} is text; write {re.sub('[_,]', '', text)}")
        raise ValueError(f"{text!r} where a number was expected")
    try:
        return tidy(Decimal(text))
    except InvalidOperation as exc:
        raise ValueError(f"{text!r} where a number was expected") from exc


def tidy(value: Decimal) -> Number:
    """The int where the value is whole, else the float."""
    if not value.is_finite() or value.adjusted() > 300:
        raise ValueError(f"{value} is too large a number")
    return int(value) if value == value.to_integral_value() else float(value)


def show_number(value: Number) -> str:
    """A number with thousands grouped and at most six decimals: ``2,000``, ``0.25``."""
    if isinstance(value, int):
        return f"{value:,}"
    if value != value or value in {float("inf"), float("-inf")}:
        return str(value)
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if text not in {"0", "-0"} or value == 0 else f"{value:g}"


def show_seconds(value: Number) -> str:
    """Seconds in the unit that reads best: ``0.4 ms``, ``12 ms``, ``2 s``, ``5 min``, ``2 h``, ``2 d``."""
    if 0 < abs(value) < 1:
        return f"{show_number(round(value * 1000, 1))} ms"
    for name, factor in (("d", 86400), ("h", 3600), ("min", 60)):
        if value >= factor and value % factor == 0:
            return f"{show_number(value // factor)} {name}"
    return f"{show_number(round(value, 2))} s"


def show_bytes(value: Number) -> str:
    """Bytes in the largest unit that stays exact to three digits: ``10 kB``, ``1.25 MB``, ``4 MiB``."""
    for name, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if abs(value) >= factor:
            scaled = value / factor
            exact = round(scaled, 3) == scaled
            return f"{show_number(round(scaled, 3))} {name}" if exact else _show_binary(value)
    return f"{show_number(value)} B"


def _show_binary(value: Number) -> str:
    for name, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if value % factor == 0:
            return f"{show_number(value // factor)} {name}"
    return f"{show_number(value)} B"


def show_raw(raw: object) -> str:
    """A YAML or JSON value as its author would name it: ``true``, ``null``, ``a list``, ``'text'``."""
    if raw is None:
        return "null"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, dict):
        return "a mapping"
    if isinstance(raw, list):
        return "a list"
    text = repr(raw)
    return text if len(text) <= 80 else text[:77] + "..."
