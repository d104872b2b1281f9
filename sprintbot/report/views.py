"""What templates and formats see: words and figures, never a bare number that nobody measured."""

import datetime

import msgspec

from sprintbot.claim.evidence import Outcome, Stage
from sprintbot.claim.status import BlockerState, Health, Status
from sprintbot.report.figure import Figure
from sprintbot.verdict.sayings import Said


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured, when and by what.

    ``commit`` is full, empty where there is none yet. ``source`` is ``commit`` or ``worktree``. ``manifest_state`` is
    the commit of the manifest, or ``uncommitted``. ``not_live`` says why the deployment was not looked at; empty when
    it was. ``notes`` are what a reader must know of the whole run.
    """

    commit: str
    source: str
    now: datetime.datetime
    version: str
    manifest_file: str
    manifest_state: str
    link: str = ""
    not_live: str = ""
    notes: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The commit as people name it."""
        return self.commit[:10]

    @property
    def time(self) -> str:
        """When the run was made, to the minute: ``2025-11-05 12:00 UTC``."""
        zone = self.now.tzname() or "UTC"
        return f"{self.now:%Y-%m-%d %H:%M} {zone}"

    @property
    def what(self) -> str:
        """What was read, in words."""
        if not self.commit:
            return (
                "the work tree; there is no commit yet" if self.source == "worktree" else "no commit yet: an empty tree"
            )
        return f"the work tree on top of commit {self.short}" if self.source == "worktree" else f"commit {self.short}"


class ClaimView(msgspec.Struct, frozen=True, kw_only=True):
    """One claim with what was measured for it."""

    field: str
    stage: Stage
    outcome: Outcome
    expected: str
    measured: Figure
    strength: str
    reason: str
    hint: str
    because: str


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """One check. ``outcome`` is None for a statement, which nothing proves."""

    address: str
    kind: str
    target: str
    line: int
    outcome: Outcome | None
    claims: tuple[ClaimView, ...]
    source: str
    link: str
    notes: tuple[str, ...]
    size_only: bool
    group: str
    env: str

    @property
    def unheld(self) -> list[ClaimView]:
        """The claims that do not hold."""
        return [claim for claim in self.claims if claim.outcome is not Outcome.PASS]


class DeliverableView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing promised."""

    id: str
    title: str
    owner: str
    points: str
    status: Status
    checks: tuple[CheckView, ...]

    @property
    def claims(self) -> list[ClaimView]:
        """All of its claims."""
        return [claim for check in self.checks for claim in check.claims]

    @property
    def held(self) -> str:
        """``3 of 4 claims hold``."""
        claims = self.claims
        held = sum(claim.outcome is Outcome.PASS for claim in claims)
        return f"{held} of {len(claims)} claims hold" if claims else "no claims"


class StageView(msgspec.Struct, frozen=True, kw_only=True):
    """Progress of one stage. ``tenths`` of a bar are full."""

    name: str
    share: Figure
    held: int
    claims: int
    tenths: int


class BlockerView(msgspec.Struct, frozen=True, kw_only=True):
    """One obstacle. ``seen`` is somebody's word on how often; ``causes`` are too."""

    id: str
    title: str
    state: BlockerState
    reason: str
    blocks: tuple[str, ...]
    seen: str
    causes: tuple[tuple[str, str], ...]
    checks: tuple[CheckView, ...]

    @property
    def ports(self) -> list[CheckView]:
        """Its ports."""
        return [check for check in self.checks if check.kind == "port"]


class EffortView(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of one kind of work, as logged, and their share, computed."""

    work: str
    hours: Figure
    share: Figure
    note: str


class OptionView(msgspec.Struct, frozen=True, kw_only=True):
    """One way to go on. ``because`` are the facts behind a recommendation, ``why_not`` why it could not be computed."""

    key: str
    title: str
    summary: str
    effort: str
    recommended: bool
    because: tuple[str, ...]
    why_unknown: str
    rationale: tuple[Said, ...]
    actions: tuple[Said, ...]
    benefits: tuple[Said, ...]
    risks: tuple[Said, ...]


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The question to the team."""

    id: str
    question: str
    options: tuple[OptionView, ...]
    quorum: int
    voters: tuple[str, ...]
    deadline: str

    @property
    def recommended(self) -> OptionView | None:
        """The option that the facts recommend."""
        return next((option for option in self.options if option.recommended), None)


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One artefact in the list of deliverables: lines claimed and measured; empty figures where none were claimed."""

    target: str
    link: str
    claimed: str
    measured: Figure
    outcome: Outcome | None
    size_only: bool


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """A group of artefacts with the total of their lines; the totals are empty where no lines were claimed."""

    title: str
    rows: tuple[RowView, ...]
    claimed: str
    measured: Figure


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report says of a sprint."""

    sprint: str
    title: str
    goal: str
    summary: str
    start: datetime.date
    end: datetime.date
    provenance: Provenance
    health: Health
    rule: str
    progress: Figure
    stages: tuple[StageView, ...]
    deliverables: tuple[DeliverableView, ...]
    blockers: tuple[BlockerView, ...]
    effort: tuple[EffortView, ...]
    effort_hours: Figure
    overall_effort: tuple[EffortView, ...]
    overall_hours: Figure
    decision: DecisionView | None
    groups: tuple[GroupView, ...]
    lines_claimed: Figure
    lines_measured: Figure
    next_steps: dict[str, tuple[Said, ...]]
    criteria: dict[str, tuple[Said, ...]]
    expired: tuple[str, ...]
    previous: "Context | None"

    def with_status(self, *statuses: str) -> list[DeliverableView]:
        """The deliverables of these statuses, in the manifest's order."""
        return [each for each in self.deliverables if each.status in statuses]

    @property
    def stated(self) -> list[CheckView]:
        """The checks that are somebody's word."""
        return [check for each in self.deliverables for check in each.checks if check.kind == "stated"]
