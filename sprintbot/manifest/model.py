"""What a manifest holds. Field by field as DESIGN's example has it; the JSON Schema is made from these types."""

import datetime
import re
from typing import Annotated, Literal, Self

import msgspec
from msgspec import Meta

from sprintbot.checks.fields import Duration, RepoPath, Slug
from sprintbot.checks.interface import Check
from sprintbot.claim.comparison import Json
from sprintbot.claim.expectation import AtLeast, Exactly, Schema
from sprintbot.claim.quantity import Dimension, show_raw


class Zone(str):
    """A time zone's name in the tz database."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError for a name that this machine's tz database does not have."""
        import zoneinfo

        try:
            zoneinfo.ZoneInfo(raw)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError) as exc:
            raise ValueError(f"{show_raw(raw)} is no time zone; write a name such as UTC or Europe/Berlin") from exc
        return cls(raw)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"type": "string"}


class Deadline:
    """When a decision closes: so long after its opening, or at a time with its offset."""

    __slots__ = ("after", "at")

    def __init__(self, after: Duration | None, at: datetime.datetime | None) -> None:
        self.after = after
        self.at = at

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError with words for the author of the manifest."""
        if isinstance(raw, str) and re.match(r"\d{4}-\d\d-\d\d", raw):
            try:
                at = datetime.datetime.fromisoformat(raw)
            except ValueError as exc:
                raise ValueError(f"{raw!r} is no time; write one such as 2025-11-05T12:00:00+01:00") from exc
            if at.tzinfo is None:
                raise ValueError(f"{raw!r} has no offset; write {raw}Z for UTC")
            return cls(None, at)
        return cls(Duration.parse(raw), None)

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {"anyOf": [Duration.schema(), {"type": "string", "format": "date-time"}]}


class Estimate(Exactly):
    """Hours of work that an option is thought to take: ``0h``, ``">= 2h"``."""

    __slots__ = ()
    dimension = Dimension.HOURS


class Planned:
    """A check in its place: ``line`` and ``column`` are where the manifest has it, ``owner`` what it is listed under.

    ``alone`` is whether its owner has no other check of its kind; see ``addresses.assign``.
    """

    __slots__ = ("address", "alone", "check", "column", "line", "owner")

    def __init__(self, check: Check, line: int, column: int = 1) -> None:
        self.check = check
        self.line = line
        self.column = column
        self.owner = ""
        self.alone = False
        self.address = ""

    @property
    def aliases(self) -> tuple[str, ...]:
        """What else names it: its kind where it is alone of that kind, and always ``<kind>:<target>``."""
        kind = self.check.kind
        names = (*([kind] if self.alone else []), f"{kind}:{self.check.target}")
        return tuple(alias for name in names if (alias := f"{self.owner}/{name}") != self.address)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A mapping of the manifest, every key of which is known."""


class Saying(_Part, frozen=True, kw_only=True):
    """A text, and a condition for it. A bare text stands for ``{text: ...}``."""

    text: Annotated[str, Meta(min_length=1)]
    when: str | bool | None = None
    group: str | None = None


class Effort(_Part, frozen=True, kw_only=True):
    """Hours as somebody logged them."""

    work: Annotated[str, Meta(min_length=1)]
    hours: Annotated[float, Meta(ge=0)]
    note: str = ""


class Deliverable(_Part, frozen=True, kw_only=True):
    """A thing promised."""

    id: Slug
    title: str
    owner: str = ""
    points: Annotated[float, Meta(gt=0)] = 1
    group: str | None = None
    checks: list[Planned] = []


class Waiver(_Part, frozen=True, kw_only=True):
    """A check that is not held against the sprint, for a reason and a time."""

    check: str
    reason: Annotated[str, Meta(min_length=1)]
    by: Annotated[str, Meta(min_length=1)]
    until: datetime.date


class Seen(_Part, frozen=True, kw_only=True):
    """How often somebody saw a blocker (stated)."""

    times: AtLeast
    since: datetime.date
    by: str


class Cause(_Part, frozen=True, kw_only=True):
    """Why a blocker comes back (stated)."""

    title: str
    detail: str = ""


class Blocker(_Part, frozen=True, kw_only=True):
    """A named obstacle: active when one of its checks fails, or one of its ports is held by another than its owner."""

    id: Slug
    title: str
    blocks: list[Slug] = []
    checks: list[Planned] = []
    ports: dict[str, str | list[str]] = {}
    seen: Seen | None = None
    causes: list[Cause] = []


class Option(_Part, frozen=True, kw_only=True):
    """One way to go on."""

    title: str
    summary: str = ""
    effort: Estimate | None = None
    recommend: str | bool | None = None
    rationale: list[Saying] = []
    actions: list[Saying] = []
    benefits: list[Saying] = []
    risks: list[Saying] = []


class Decision(_Part, frozen=True, kw_only=True):
    """A question to the team."""

    id: Slug
    question: str
    deadline: Deadline | None = None
    quorum: Annotated[int, Meta(ge=1)] = 1
    voters: list[str] = []
    tie: Literal["recommended", "undecided"] = "undecided"
    options: Annotated[dict[str, Option], Meta(min_length=1)]


class Next(_Part, frozen=True, kw_only=True):
    """Next steps, by how soon."""

    immediate: list[Saying] = []
    short_term: list[Saying] = []
    long_term: list[Saying] = []


class Slack(_Part, frozen=True, kw_only=True):
    """Where summaries and polls go: a channel's id, or its #name."""

    channel: str


class Manifest(_Part, frozen=True, kw_only=True):
    """One sprint: what it promised, what stands in its way, what there is to decide."""

    version: Literal[1]
    sprint: Slug
    title: str = ""
    goal: str = ""
    start: datetime.date
    end: datetime.date
    timezone: Zone = Zone("UTC")
    previous: Slug | None = None
    root: RepoPath = RepoPath(".")
    groups: dict[str, str] = {}
    summary: str = ""
    effort: list[Effort] = []
    deliverables: list[Deliverable]
    waivers: list[Waiver] = []
    blockers: list[Blocker] = []
    decision: Decision | None = None
    criteria: list[Saying] = []
    next: Next = Next()
    slack: Slack | None = None

    @classmethod
    def stand_ins(cls) -> dict[str, Json]:
        """Values for required keys that are missing, so that everything else can still be read for its problems."""
        ends = {"start": datetime.date.min, "end": datetime.date.max}
        return {"version": 1, "sprint": Slug("-"), "deliverables": []} | ends
