"""Facts: the named figures that conditions and texts may speak of."""

import enum
from typing import NamedTuple

import msgspec

from sprintbot.claim.quantity import show_number

STATED_MARK = "†"
"""Follows what rests on somebody's word; every format explains it once."""


class FactKind(enum.StrEnum):
    """What a fact is; shares are 0..1 and print as whole percents, rounded down."""

    SHARE = "share"
    COUNT = "count"
    HOURS = "hours"
    TEXT = "text"
    FLAG = "flag"

    @property
    def is_number(self) -> bool:
        """Whether the fact has an order."""
        return self in {FactKind.SHARE, FactKind.COUNT, FactKind.HOURS}


class Unknown(msgspec.Struct, frozen=True):
    """Stands for the value of a fact that this run does not know; ``why`` says why not."""

    why: str


class Fact(msgspec.Struct, frozen=True):
    """A figure: ``floor`` marks a lower bound, ``stated`` what rests on somebody's word."""

    kind: FactKind
    value: float | int | str | bool | Unknown
    floor: bool = False
    stated: bool = False

    def show(self) -> str:
        """The figure for a reader: ``80 %``, ``at least 12``, ``7†`` (stated), ``unknown (no claims)``."""
        if isinstance(self.value, Unknown):
            return f"unknown ({self.value.why})"
        if isinstance(self.value, bool):
            shown = "yes" if self.value else "no"
        elif isinstance(self.value, str):
            shown = self.value
        else:
            shown = show_share(self.value) if self.kind is FactKind.SHARE else show_number(self.value)
        mark = STATED_MARK if self.stated else ""
        return f"at least {shown}{mark}" if self.floor else shown + mark


class Ref(NamedTuple):
    """The name of a fact, taken apart: ``env['local'].share`` is ``("env", "local", "share")``.

    ``call`` marks ``held('kong', 'built')``, which is ``("held", "kong", "built")``.
    """

    parts: tuple[str, ...]
    call: bool = False
    written: str = ""

    def __str__(self) -> str:
        return self.written


def show_share(share: float) -> str:
    """A share of 0..1 as whole percents, rounded down, so that 100 % means all."""
    percent = int(share * 100 + 1e-9)
    return f"{min(percent, 99) if share < 1 else percent} %"
