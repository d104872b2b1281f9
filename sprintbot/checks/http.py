"""A URL: what answers there, and how fast."""

from typing import TYPE_CHECKING, ClassVar, Self

import msgspec

from sprintbot.checks.documents import Unreadable, read_document
from sprintbot.checks.fields import Probed
from sprintbot.checks.interface import Implied, SharedLook
from sprintbot.checks.queries import look_up
from sprintbot.checks.sending import Send, is_header_value
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import MISSING, Between, Json
from sprintbot.claim.evidence import Blocked, Evidence, Reading, Strength, Unmeasured
from sprintbot.claim.expectation import AtMost, AtMostDuration, Containing, Exactly, Headers, Schema, Values
from sprintbot.claim.quantity import show_bytes
from sprintbot.probe.address import Url, masked
from sprintbot.probe.request import REDIRECT_CODES, Request

if TYPE_CHECKING:
    from sprintbot.probe.content import Content
    from sprintbot.probe.exchange import Fetched


class WebAddress(Probed):
    """``http://`` or ``https://``, a host, and what else a URL has."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError for what is no web address. With a variable in it, that shows only when it is set."""
        made = super().parse(raw)
        if not made.variables:
            try:
                Url.parse(made)
            except ValueError as exc:
                raise ValueError(f"{masked(made)!r} is no web address: {exc}") from exc
        return made

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"type": "string", "pattern": r"^(https?://|\$\{)"}


class Looked(msgspec.Struct, frozen=True):
    """An answer with its body made readable, and how many seconds each phase took, redirects included."""

    fetched: "Fetched"
    content: "Content"
    phases: dict[str, float]

    @property
    def seconds(self) -> float:
        """From the start of connecting to the last byte of the body; looking up names is not in it."""
        return sum(seconds for phase, seconds in self.phases.items() if phase != "resolve")


class HttpCheck(SharedLook, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What answers at a URL.

    Readings, all of strength ``live``: ``status``, ``headers.<name>`` (text), ``contains`` (the body's text),
    ``values.<path>`` (JSON), ``within`` (seconds, without the name look-up), ``redirects`` (how many were followed).
    Redirects are followed, but for one whose own status is claimed. Of a body at most 4 MiB are read.
    """

    kind: ClassVar[str] = "http"
    implied: ClassVar[tuple[Implied, ...]] = (Implied("status", Between(200, 399), "200 to 399"),)

    http: WebAddress
    send: Send = Send()
    status: Exactly | None = None
    headers: Headers | None = None
    contains: Containing | None = None
    values: Values | None = None
    within: AtMostDuration | None = None
    redirects: AtMost | None = None

    def __post_init__(self) -> None:
        if self.send.method == "HEAD" and (self.contains or self.values):
            raise ValueError("an answer to HEAD has no body, so that contains and values cannot hold")

    @property
    def target(self) -> str:
        return masked(self.http)

    def look_key(self) -> tuple[object, ...]:
        sent = tuple(self.send.headers.items())
        return self.http, self.send.asked, sent, self.send.body, float(self.timeout), self._stops_at

    async def look(self, site: Site) -> Looked:
        """Ask, and follow redirects."""
        from sprintbot.probe.content import read_content
        from sprintbot.probe.exchange import fetch

        fetched = await fetch(self._request(site), site.phase, self._stops_at)
        return Looked(fetched, read_content(fetched.answer), dict(site.phases))

    def read(self, looked: Looked, site: Site) -> Evidence:
        cut = looked.content.cut
        readings: dict[str, Reading | Unmeasured] = {
            "status": _live(looked.fetched.answer.status),
            "redirects": _live(looked.fetched.redirects),
            "within": _live(looked.seconds, floor=cut),
        }
        for name in self.headers or ():
            value = looked.fetched.answer.header(name)
            readings[f"headers.{name}"] = _live(value) if value is not None else _live(MISSING, reason="no such header")
        if self.contains:
            readings["contains"] = _text(looked.content)
        if self.values:
            readings |= {f"values.{path}": reading for path, reading in _values(looked.content, self.values).items()}
        return Evidence(source=self.target, readings=readings, notes=self._notes(looked), phases=looked.phases)

    @property
    def _stops_at(self) -> frozenset[int]:
        """The redirects that are not followed, as their own status is what is claimed."""
        if self.status is None:
            return frozenset()
        return frozenset(filter(self.status.comparison.holds, REDIRECT_CODES))

    def _request(self, site: Site) -> Request:
        return Request(
            method=self.send.asked,
            url=self._url(site),
            headers=tuple((name, _header(name, value, site)) for name, value in self.send.headers.items()),
            body=site.expand(self.send.body or "").encode("utf-8", "surrogateescape"),
        )

    def _url(self, site: Site) -> Url:
        try:
            return Url.parse(site.expand(self.http), self.target if self.http.variables else "")
        except ValueError as exc:
            raise Blocked(f"{', '.join(self.http.variables)} makes no web address: {exc}") from exc

    def _notes(self, looked: Looked) -> tuple[str, ...]:
        fetched = looked.fetched
        notes = []
        if fetched.redirects:
            notes.append(f"answered by {fetched.url}")
        if fetched.stripped:
            notes.append("the headers under send did not follow to another origin")
        if not fetched.url.alias:
            notes.append(f"from {fetched.peer}")
        if looked.content.media_type:
            notes.append(masked(looked.content.media_type))
        if looked.content.cut:
            notes.append(_longer(looked.content))
        return tuple(notes)


def _live(value: Json, *, floor: bool = False, reason: str = "", void: bool = False) -> Reading:
    return Reading(value=value, strength=Strength.LIVE, floor=floor, reason=reason, void=void)


def _text(content: "Content") -> Reading | Unmeasured:
    if content.unreadable:
        return _unreadable(content)
    reason = f"not in what was read; {_longer(content)}" if content.cut else ""
    return _live(content.text, floor=content.cut, reason=reason)


def _values(content: "Content", paths: Values) -> dict[str, Reading | Unmeasured]:
    if content.unreadable:
        return dict.fromkeys(paths, _unreadable(content))
    if content.cut:
        return dict.fromkeys(paths, Unmeasured(_longer(content)))
    try:
        document = read_document(content.data, "json")
    except ValueError:
        kind = masked(content.media_type) or "no content type"
        told = f"the body is not JSON ({kind})" if content.data else "the body is empty"
        return dict.fromkeys(paths, _live(MISSING, reason=told, void=True))
    except Unreadable as exc:
        return dict.fromkeys(paths, Unmeasured(f"the body: {exc}"))
    return {path: look_up(path, document, Strength.LIVE) for path in paths}


def _unreadable(content: "Content") -> Reading | Unmeasured:
    """A body that could not be had: the peer's fault, or what sprintbot cannot read."""
    if content.broken:
        return _live(MISSING, reason=content.unreadable, void=True)
    return Unmeasured(f"{masked(content.unreadable)}, which sprintbot does not read")


def _longer(content: "Content") -> str:
    return f"the body is longer than {show_bytes(len(content.data))}, where reading stopped"


def _header(name: str, value: Probed, site: Site) -> str:
    text = site.expand(value).strip()
    if not is_header_value(text):
        raise Blocked(f"{', '.join(value.variables)} has a line break in it, which the header {name} cannot carry")
    return text
