"""Who should hold a port: ``process:NAME``, ``container:NAME``, ``compose:SERVICE``, ``unit:NAME``."""

from collections.abc import Iterable
from typing import ClassVar, Self

from sprintbot.claim.comparison import Comparison, Json
from sprintbot.claim.expectation import Expectation, Schema
from sprintbot.claim.quantity import show_raw

SCHEME_WORDS = {"process": "process", "container": "container", "compose": "compose service", "unit": "unit"}
_UNIT_TYPES = (".service", ".scope", ".socket")


class Held(Comparison, frozen=True):
    """Every port is held by one of the owners, or where ``or_free`` by nobody.

    What was measured maps each port to its holders, ``{"holder": words, "owners": ["process:python3", ...]}``; to none
    where the port is free.
    """

    owners: tuple[str, ...]
    or_free: bool = False

    def words(self) -> str:
        held = "held by " + " or ".join(self.owners)
        return f"free, or {held}" if self.or_free else held

    def holds(self, measured: Json) -> bool:
        return not self._wrongly_free(measured) and not self._strangers(measured)

    def why_not(self, measured: Json) -> str:
        strangers = self._strangers(measured)
        held = "; ".join(f"{show_ports(ports)} held by {holder}" for holder, ports in strangers.items())
        free = self._wrongly_free(measured)
        told = [f"{held}, not by {self._owners_in_words()}"] if held else []
        return "; ".join([*told, f"nothing listens on {show_ports(free)}"] if free else told)

    def show(self, measured: Json) -> str:
        by_holder: dict[str, list[int]] = {}
        for port, holders in measured.items():
            words = " and ".join(each["holder"] for each in holders)
            by_holder.setdefault(f"held by {words}" if words else "free", []).append(int(port))
        return "; ".join(f"{show_ports(ports)} {state}" for state, ports in by_holder.items())

    def extract(self, measured: Json) -> Json:
        return self.show(measured)

    def is_owner(self, names: Iterable[str]) -> bool:
        """Whether one that goes by these names is an owner."""
        return not set(self.owners).isdisjoint(names)

    def _wrongly_free(self, measured: Json) -> list[int]:
        return [] if self.or_free else [int(port) for port, holders in measured.items() if not holders]

    def _strangers(self, measured: Json) -> dict[str, list[int]]:
        strangers: dict[str, list[int]] = {}
        for port, holders in measured.items():
            for each in holders:
                if not self.is_owner(each["owners"]):
                    strangers.setdefault(each["holder"], []).append(int(port))
        return strangers

    def _owners_in_words(self) -> str:
        split = (owner.partition(":") for owner in self.owners)
        return " or ".join(f"{SCHEME_WORDS[scheme]} {name}" for scheme, _, name in split)


class Owner(Expectation):
    """The owner of a port that must be held, or a list of which any will do."""

    __slots__ = ()
    or_free: ClassVar[bool] = False

    @classmethod
    def parse(cls, raw: Json) -> Self:
        wanted = raw if isinstance(raw, list) else [raw]
        if not wanted:
            raise ValueError("an empty list allows no owner; name one such as process:nginx")
        return cls(Held(tuple(dict.fromkeys(map(_read_owner, wanted))), or_free=cls.or_free))

    @classmethod
    def schema(cls) -> Schema:
        one: Schema = {"type": "string", "pattern": f"^({'|'.join(SCHEME_WORDS)}):\\S"}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


class RightfulOwner(Owner):
    """The owner of a port that may be free too."""

    __slots__ = ()
    or_free = True


def show_ports(ports: Iterable[int]) -> str:
    """Ports as a reader likes them: ``6333-6334, 8000``."""
    spans: list[list[int]] = []
    for port in sorted(set(ports)):
        if spans and spans[-1][1] == port - 1:
            spans[-1][1] = port
        else:
            spans.append([port, port])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def _read_owner(raw: Json) -> str:
    known = ", ".join(f"{scheme}:NAME" for scheme in SCHEME_WORDS)
    if not isinstance(raw, str):
        raise ValueError(f"{show_raw(raw)} where an owner was expected: {known}")
    scheme, _, name = (part.strip() for part in raw.partition(":"))
    if scheme not in SCHEME_WORDS or not name:
        raise ValueError(f"{raw!r} names no owner; write {known}")
    if scheme == "unit" and not name.endswith(_UNIT_TYPES):
        name += ".service"
    return f"{scheme}:{name}"
