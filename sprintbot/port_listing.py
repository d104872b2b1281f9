"""The ports that a sprint speaks of: who holds each, who should, and what it is for."""

import asyncio
import os
from collections.abc import Iterable, Sequence

import msgspec

from sprintbot.checks.ownership import Held
from sprintbot.checks.port import PortCheck
from sprintbot.manifest.sprint import Sprint
from sprintbot.probe.ports import describe, look_at_ports
from sprintbot.report.escape import terminal

_HEADINGS = ("PORT", "STATE", "HELD BY", "BELONGS TO", "NAMED BY")


class PortLine(msgspec.Struct, frozen=True, kw_only=True):
    """A port: ``state`` is ``held``, ``free`` or ``unknown``; ``named_by`` are addresses of checks."""

    port: int
    state: str
    holder: str
    owners: list[str]
    named_by: list[str]


def list_ports(sprint: Sprint) -> list[PortLine]:
    """Look once at all ports that checks of the sprint name, by number."""
    named = [(planned.address, planned.check) for planned in sprint.checks]
    checks = [(address, check) for address, check in named if isinstance(check, PortCheck)]
    wanted = sorted({port for _, check in checks for port in check.port.ports})
    if not wanted:
        return []
    rows = describe(asyncio.run(look_at_ports(os.environ)), wanted)
    return [
        PortLine(
            port=row.port,
            state=row.state,
            holder=row.holder,
            owners=_distinct(owner for _, check in checks if row.port in check.port.ports for owner in _owners(check)),
            named_by=_distinct(address for address, check in checks if row.port in check.port.ports),
        )
        for row in rows
    ]


def render_text(lines: Sequence[PortLine]) -> str:
    """A table for people."""
    if not lines:
        return "This sprint names no local ports\n"
    cells = [_HEADINGS, *(_cells(line) for line in lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rows = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(rows) + "\n"


def render_json(lines: Sequence[PortLine]) -> str:
    """The same as a list of objects."""
    return msgspec.json.format(msgspec.json.encode(lines), indent=2).decode() + "\n"


def _cells(line: PortLine) -> tuple[str, ...]:
    said = (str(line.port), line.state, line.holder, ", ".join(line.owners), ", ".join(line.named_by))
    return tuple(terminal(cell) or "-" for cell in said)


def _owners(check: PortCheck) -> Iterable[str]:
    for wanted in (check.owner, check.rightful):
        if wanted is not None and isinstance(wanted.comparison, Held):
            yield from wanted.comparison.owners


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
