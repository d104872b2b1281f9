"""Addresses: ``<deliverable>/<id>``, and what else names the same check."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from sprintbot.manifest.model import Planned


def assign(owner: str, checks: Sequence[Planned]) -> None:
    """Give the checks of one deliverable their addresses; those of a blocker have the owner ``blocker:<id>``.

    A check is its ``id``, or its kind where it is the only one of that kind, or ``<kind>:<target>``.
    """
    kinds = Counter([planned.check.kind for planned in checks])
    for planned in checks:
        check = planned.check
        planned.owner = owner
        planned.alone = kinds[check.kind] == 1
        name = check.id or (check.kind if planned.alone else f"{check.kind}:{check.target}")
        planned.address = f"{owner}/{name}"


class Addresses:
    """All checks of a manifest by every name that they answer to. ``equal`` are those that share their address."""

    def __init__(self, checks: Sequence[Planned]) -> None:
        self.checks = checks
        self.equal: list[tuple[Planned, Planned]] = []
        self._exact: dict[str, Planned] = {}
        for planned in checks:
            other = self._exact.setdefault(planned.address, planned)
            if other is not planned:
                self.equal.append((other, planned))

    @cached_property
    def _by_alias(self) -> dict[str, list[Planned]]:
        found: dict[str, list[Planned]] = {}
        for planned in self.checks:
            for alias in planned.aliases:
                found.setdefault(alias, []).append(planned)
        return found

    def named(self, name: str) -> list[Planned]:
        """The checks that answer to a name; an address is stronger than what else names a check."""
        exact = self._exact.get(name)
        return [exact] if exact is not None else self._by_alias.get(name, [])

    def find(self, address: str) -> Planned | None:
        """The check of an address; None when there is none, or more than one."""
        named = self.named(address)
        return named[0] if len(named) == 1 else None
