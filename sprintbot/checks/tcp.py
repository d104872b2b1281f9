"""A port that accepts connections."""

from typing import ClassVar, Self

import msgspec

from sprintbot.checks.fields import Probed
from sprintbot.checks.interface import Implied, SharedLook
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import Equal, Json
from sprintbot.claim.evidence import Blocked, Evidence, Reading, Strength
from sprintbot.claim.expectation import AtMostDuration
from sprintbot.probe.address import Endpoint


class HostPort(Probed):
    """``host:port`` or ``[::1]:port``."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError for what names no host and port."""
        made = super().parse(raw)
        if not made.variables:
            try:
                Endpoint.parse(made)
            except ValueError as exc:
                raise ValueError(f"{raw!r} is no host and port: {exc}") from exc
        return made


class Connected(msgspec.Struct, frozen=True):
    """A connection that was taken: by which address, and how many seconds each phase took."""

    peer: str
    phases: dict[str, float]


class TcpCheck(SharedLook, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A port that accepts connections.

    Readings: ``open`` (bool), ``within`` (seconds to connect), strength ``live``.
    Fails when the peer refuses; blocked when the name does not resolve or nothing answers.
    """

    kind: ClassVar[str] = "tcp"
    implied: ClassVar[tuple[Implied, ...]] = (Implied("open", Equal(True), "open"),)

    tcp: HostPort
    within: AtMostDuration | None = None

    def look_key(self) -> tuple[object, ...]:
        return self.tcp, float(self.timeout)

    async def look(self, site: Site) -> Connected:
        """Connect, and close."""
        from sprintbot.probe.connection import connect, shown_address

        with await connect(self._endpoint(site), site.phase) as sock:
            return Connected("" if self.tcp.variables else shown_address(sock.getpeername()), dict(site.phases))

    def read(self, looked: Connected, site: Site) -> Evidence:
        seconds = looked.phases["connect"]
        return Evidence(
            source=self.target,
            readings={
                "open": Reading(value=True, strength=Strength.LIVE),
                "within": Reading(value=seconds, strength=Strength.LIVE),
            },
            notes=(f"accepted by {looked.peer}",) if looked.peer not in {"", self.tcp} else (),
            phases=looked.phases,
        )

    def _endpoint(self, site: Site) -> Endpoint:
        try:
            return Endpoint.parse(site.expand(self.tcp), self.target if self.tcp.variables else "")
        except ValueError as exc:
            raise Blocked(f"{', '.join(self.tcp.variables)} makes no host and port: {exc}") from exc
