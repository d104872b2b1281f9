"""What templates and formats see: words and figures, never a bare number that nobody measured.

A text that is somebody's word has its mark in it, so that no template can print it without.
"""

import datetime

import msgspec

from sprintbot.claim.evidence import Outcome, Stage
from sprintbot.claim.status import BlockerState, Health, Status
from sprintbot.findings import NOT_ASKED
from sprintbot.report.figure import Figure

STATED = "stated"
"""The kind of check that is somebody's word."""


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
    """One claim with what was measured for it. ``because`` is the blocker that stands before it."""

    field: str
    stage: Stage
    outcome: Outcome
    expected: str
    measured: Figure
    strength: str
    reason: str
    hint: str
    because: str


class MissView(msgspec.Struct, frozen=True, kw_only=True):
    """Claims of one check that do not hold for one reason.

    ``fields`` is empty where it is all of the check's claims and nothing was measured for any; ``expected`` is that of
    a single claim, empty for several.
    """

    target: str
    outcome: Outcome
    fields: tuple[str, ...]
    expected: str
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
    def misses(self) -> list[MissView]:
        """The claims that do not hold, those with one reason together."""
        together: dict[tuple[Outcome, str, str], list[ClaimView]] = {}
        for claim in self.claims:
            if claim.outcome is not Outcome.PASS:
                together.setdefault((claim.outcome, claim.reason, claim.because), []).append(claim)
        return [self._miss(claims) for claims in together.values()]

    def _miss(self, claims: list[ClaimView]) -> MissView:
        first = claims[0]
        whole = len(claims) == len(self.claims) and not any(claim.measured.known for claim in claims)
        return MissView(
            target=self.target,
            outcome=first.outcome,
            fields=() if whole else tuple(claim.field for claim in claims),
            expected=first.expected if len(claims) == 1 and not whole else "",
            reason=first.reason or str(first.outcome),
            hint=first.hint,
            because=first.because,
        )


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
    def asked(self) -> bool:
        """Whether any claim of it was among those that the user asked for."""
        return not self.claims or any(claim.reason != NOT_ASKED for claim in self.claims)

    @property
    def misses(self) -> list[MissView]:
        """What does not hold, once where several checks of one target say the same."""
        return list(dict.fromkeys(miss for check in self.checks for miss in check.misses))

    @property
    def stated(self) -> list[CheckView]:
        """The checks that are somebody's word."""
        return [check for check in self.checks if check.kind == STATED]

    @property
    def held(self) -> str:
        """``3 of 4 claims``."""
        claims = self.claims
        held = sum(claim.outcome is Outcome.PASS for claim in claims)
        return f"{held} of {show_claims(len(claims))}" if claims else "no claims"


class StageView(msgspec.Struct, frozen=True, kw_only=True):
    """Progress of one stage. ``tenths`` of a bar are full; ``note`` is what a reader must know of it."""

    name: str
    share: Figure
    held: int
    claims: int
    tenths: int
    note: str = ""

    @property
    def tally(self) -> str:
        """``3 of 4 claims``, and the note."""
        return f"{self.held} of {show_claims(self.claims)}" + (f"; {self.note}" if self.note else "")


class SayingView(msgspec.Struct, frozen=True, kw_only=True):
    """A text of the manifest with its figures in, and the mark where it is somebody's word.

    ``conditional`` says whether facts decide on it: ``holds`` is None where they do not know, ``why`` then says why,
    and ``because`` lists them.
    """

    text: str
    conditional: bool
    holds: bool | None
    because: tuple[str, ...]
    why: str


class BlockerView(msgspec.Struct, frozen=True, kw_only=True):
    """One obstacle. ``seen`` is somebody's word on how often; ``causes`` are title and detail."""

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
    """One way to go on.

    ``conditional`` says whether facts can recommend it, ``because`` lists them; ``holds`` is None where they do not
    know, and ``why`` then says why.
    """

    key: str
    title: str
    summary: str
    effort: str
    recommended: bool
    conditional: bool
    holds: bool | None
    because: tuple[str, ...]
    why: str
    rationale: tuple[SayingView, ...]
    actions: tuple[SayingView, ...]
    benefits: tuple[SayingView, ...]
    risks: tuple[SayingView, ...]


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

    @property
    def undecided(self) -> list[OptionView]:
        """The options of which the facts do not know whether they recommend them."""
        return [option for option in self.options if option.conditional and option.holds is None]


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One artefact in the list of deliverables: its size, claimed and measured; empty where none was claimed."""

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
    claimed: Figure
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
    next_steps: dict[str, tuple[SayingView, ...]]
    criteria: dict[str, tuple[SayingView, ...]]
    expired: tuple[str, ...]
    previous: "Context | None"

    @property
    def name(self) -> str:
        """The sprint with its title, where it has one: ``Gateway (sprint-2)``."""
        return f"{self.title} ({self.sprint})" if self.title else self.sprint

    @property
    def checks(self) -> list[CheckView]:
        """All checks, those of blockers last."""
        owners: list[DeliverableView | BlockerView] = [*self.deliverables, *self.blockers]
        return [check for each in owners for check in each.checks]

    def with_status(self, *statuses: str) -> list[DeliverableView]:
        """The deliverables of these statuses, in the manifest's order."""
        return [each for each in self.deliverables if each.status in statuses]

    @property
    def in_the_way(self) -> list[BlockerView]:
        """The blockers that are active."""
        return [each for each in self.blockers if each.state is BlockerState.ACTIVE]

    @property
    def stated(self) -> list[CheckView]:
        """The checks that are somebody's word."""
        return [check for each in self.deliverables for check in each.stated]


def show_claims(number: int) -> str:
    """``1 claim``, ``4 claims``."""
    return f"{number:,} claim{'s' * (number != 1)}"
