"""Local TCP ports: which listen, which are free, and who holds them."""

import re
from typing import TYPE_CHECKING, ClassVar, Self

import msgspec

from sprintbot.checks.interface import SharedLook
from sprintbot.checks.ownership import Held, Owner, RightfulOwner, show_ports
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import Equal, Json
from sprintbot.claim.evidence import Claim, Evidence, Reading, Strength, Unmeasured
from sprintbot.claim.expectation import Flag, Schema
from sprintbot.claim.quantity import show_raw

if TYPE_CHECKING:
    from sprintbot.probe.owners import Holder
    from sprintbot.probe.ports import PortTable

MAX_PORTS = 1024
_RANGE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?")
_WORDS = {
    ("listening", True): "listening",
    ("listening", False): "not listening",
    ("free", True): "free",
    ("free", False): "held",
}
_HIDDEN = "this user may not list the ports that others hold; run it as root"


class PortRange(str):
    """A port or a range of them, both ends in: ``6333``, ``6333-6334``."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError with words for the author of the manifest."""
        found = _RANGE.fullmatch(str(raw).strip()) if isinstance(raw, int | str) and not isinstance(raw, bool) else None
        if found is None:
            raise ValueError(f"{show_raw(raw)} where a port such as 6333 or a range such as 6333-6334 was expected")
        low, high = int(found[1]), int(found[2] or found[1])
        if low > high:
            raise ValueError(f"{raw!r} is an empty range: write the smaller port first")
        if low < 1 or high > 65535:
            raise ValueError(f"{raw!r} is not within 1 to 65535")
        if high - low >= MAX_PORTS:
            raise ValueError(f"{raw!r} has more than {MAX_PORTS} ports")
        return cls(low if low == high else f"{low}-{high}")

    @property
    def ports(self) -> range:
        """The ports in it."""
        low, _, high = self.partition("-")
        return range(int(low), int(high or low) + 1)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        number = {"type": "integer", "minimum": 1, "maximum": 65535}
        return {"anyOf": [number, {"type": "string", "pattern": r"^\d{1,5}(\s*-\s*\d{1,5})?$"}]}


class PortCheck(SharedLook, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ports of this machine, TCP over IPv4 and IPv6; of a range, each port must be as claimed.

    Readings, all of strength ``live``: ``listening`` (bool), ``free`` (bool), ``owner`` and ``rightful`` (holders by
    port, see Held). ``rightful`` is for a blocker: free, or held by the owner named. With no claim named, ``listening``
    is implied. A holder whose owner cannot be known leaves a claim on owners unmeasured, unless another port disproves
    it. Processes of a container that we run in ourselves count as native ones.
    """

    kind: ClassVar[str] = "port"

    port: PortRange
    listening: Flag | None = None
    free: Flag | None = None
    owner: Owner | None = None
    rightful: RightfulOwner | None = None

    def claims(self) -> list[Claim]:
        named = super().claims() or [self._claim("listening", "listening", Equal(True))]
        return [
            msgspec.structs.replace(claim, words=_WORDS.get((claim.field, _is_wanted(claim)), "")) for claim in named
        ]

    def look_key(self) -> tuple[object, ...]:
        """One table serves all checks of ports in a run."""
        return ("ports",)

    async def look(self, site: Site) -> "PortTable":
        """The table of all local ports."""
        from sprintbot.probe.ports import look_at_ports

        with site.phase("ports"):
            return await look_at_ports(site.ground.environ)

    def read(self, looked: "PortTable", site: Site) -> Evidence:
        readings = {claim.field: self._reading(claim, looked) for claim in self.claims()}
        plural = "s" if len(self.port.ports) > 1 else ""
        return Evidence(source=f"local port{plural} {self.port}", readings=readings, phases=site.phases)

    def _reading(self, claim: Claim, table: "PortTable") -> Reading | Unmeasured:
        if isinstance(claim.comparison, Held):
            return self._ownership(claim.comparison, table)
        wanted = _is_wanted(claim)
        return self._occupancy(table, want_held=(claim.field == "listening") == wanted, wanted=wanted)

    def _occupancy(self, table: "PortTable", *, want_held: bool, wanted: bool) -> Reading | Unmeasured:
        held = [port for port in self.port.ports if port in table.holders]
        empty = [port for port in self.port.ports if port not in table.holders]
        wrong = empty if want_held else held
        if empty and not table.complete and (want_held or not held):
            return Unmeasured(f"{show_ports(empty)}: {_HIDDEN}")
        reason = f"nothing listens on {show_ports(empty)}" if want_held else _told(held, table)
        return Reading(
            value=wanted != bool(wrong),
            strength=Strength.LIVE,
            reason=reason if wrong else "",
            absence=want_held and not held,
        )

    def _ownership(self, wanted: Held, table: "PortTable") -> Reading | Unmeasured:
        known: dict[str, list[dict[str, Json]]] = {}
        doubts: list[str] = []
        for port in self.port.ports:
            judged = [(each, _doubt(each, wanted)) for each in table.holders.get(port, ())]
            doubt = [f"{port} held by {each.words}: {why}" for each, why in judged if why]
            if not judged and not table.complete:
                doubt = [f"{port}: {_HIDDEN}"]
            sure = [{"holder": each.words, "owners": sorted(each.names)} for each, why in judged if not why]
            if sure or not doubt:
                known[str(port)] = sure
            doubts += doubt
        if doubts and wanted.holds(known):
            return Unmeasured("; ".join(doubts))
        return Reading(value=known, strength=Strength.LIVE, absence=not any(known.values()) and not wanted.or_free)


def _is_wanted(claim: Claim) -> bool:
    return claim.comparison == Equal(True)


def _doubt(holder: "Holder", wanted: Held) -> str:
    """Why the holder may be an owner although no name that we know says so; empty where that is decided."""
    if wanted.is_owner(holder.names):
        return ""
    schemes = (owner.partition(":")[0] for owner in wanted.owners)
    return next((why for scheme in schemes if (why := holder.unknowable.get(scheme))), "")


def _told(held: list[int], table: "PortTable") -> str:
    by_holder: dict[str, list[int]] = {}
    for port in held:
        by_holder.setdefault(" and ".join(each.words for each in table.holders[port]), []).append(port)
    return "; ".join(f"{show_ports(ports)} held by {words}" for words, ports in by_holder.items())
