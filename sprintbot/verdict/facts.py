"""The facts of a run: every figure that conditions and texts may speak of.

The names are those of ``sprintbot.manifest.fact_types``; a test compares the two.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from sprintbot.claim.comparison import Between, Comparison, Equal, Order
from sprintbot.claim.evidence import Finding, Outcome, Strength
from sprintbot.claim.fact import Fact, FactKind, Ref, Unknown
from sprintbot.claim.quantity import Number
from sprintbot.claim.status import BlockerState, Status
from sprintbot.findings import CheckResult
from sprintbot.manifest.model import Effort
from sprintbot.verdict.progress import Progress, share
from sprintbot.verdict.status import Standing

_FIELDS = {"lines": "lines", "words": "words", "tests": "count"}
_KINDS = {"lines": {"file", "files"}, "words": {"file", "files"}, "tests": {"tests"}}


def count(value: int) -> Fact:
    """A number of things."""
    return Fact(FactKind.COUNT, value)


class Facts:
    """Facts by name. Figures that are cheap are made at once; ``held`` and ``status`` when somebody asks."""

    def __init__(self, results: Mapping[str, Sequence[CheckResult]], statuses: Mapping[str, Status]) -> None:
        self.results = results
        self.statuses = statuses
        self.standings: dict[str, Standing] = {}
        self.plain: dict[tuple[str, ...], Fact] = {}

    def __call__(self, ref: Ref) -> Fact:
        """A fact by its name."""
        if not ref.call:
            return self.plain.get(ref.parts) or Fact(FactKind.TEXT, Unknown("not a fact of this run"))
        match ref.parts:
            case ("status", name):
                return Fact(FactKind.TEXT, str(self.statuses[name]))
            case ("held", name, *stage):
                return self._held(name, stage[0] if stage else None)
            case ("active", name):
                return self._active(self.standings[name])
        return Fact(FactKind.TEXT, Unknown("not a fact of this run"))

    def _held(self, name: str, stage: str | None) -> Fact:
        outcomes = {
            finding.outcome
            for result in self.results[name]
            for finding in result.findings
            if stage is None or finding.claim.stage == stage
        } - {Outcome.WAIVED}
        if outcomes and outcomes <= {Outcome.PASS, Outcome.SKIPPED} and Outcome.SKIPPED in outcomes:
            return Fact(FactKind.FLAG, Unknown("a claim of it was skipped"))
        return Fact(FactKind.FLAG, outcomes == {Outcome.PASS})

    def _active(self, standing: Standing) -> Fact:
        if standing.state is BlockerState.UNKNOWN:
            return Fact(FactKind.FLAG, Unknown(standing.reason))
        return Fact(FactKind.FLAG, standing.state is BlockerState.ACTIVE)

    def add_share(self, name: tuple[str, ...], progress: Progress) -> None:
        """The share, and the numbers of claims, of a stage or an environment."""
        self.plain[(*name, "share")] = share_fact(progress)
        self.plain[(*name, "held")] = Fact(FactKind.COUNT, progress.held, floor=progress.floor)
        self.plain[(*name, "claims")] = count(progress.claims)

    def add_standings(self, standings: Iterable[Standing]) -> None:
        """The blockers."""
        self.standings = {each.blocker.id: each for each in standings}
        states = Counter(each.state for each in self.standings.values())
        self.plain["blockers", "total"] = count(len(self.standings))
        self.plain["blockers", "active"] = Fact(
            FactKind.COUNT, states[BlockerState.ACTIVE], floor=bool(states[BlockerState.UNKNOWN])
        )
        self.plain["blockers", "unknown"] = count(states[BlockerState.UNKNOWN])

    def add_counts(self) -> None:
        """How many claims and deliverables there are of each outcome and status."""
        outcomes = Counter(finding.outcome for finding in self._findings())
        statuses = Counter(self.statuses.values())
        self.plain["claims", "total"] = count(outcomes.total())
        self.plain["deliverables", "total"] = count(statuses.total())
        self.plain |= {("claims", outcome): count(outcomes[outcome]) for outcome in Outcome}
        self.plain |= {("deliverables", status): count(statuses[status]) for status in Status}

    def add_sizes(self) -> None:
        """Lines, words and tests, as claimed and as measured: of the claims that promise a number, each target once."""
        for name, field in _FIELDS.items():
            promised: dict[tuple[str, str], tuple[Number, Finding]] = {}
            for result, finding in self._pairs():
                check = result.planned.check
                if finding.claim.field != field or check.kind not in _KINDS[name]:
                    continue
                number = bound(finding.claim.comparison)
                if number is not None:
                    promised.setdefault((check.kind, check.target), (number, finding))
            findings = [finding for _, finding in promised.values()]
            self.plain[name, "claimed"] = Fact(
                FactKind.COUNT, sum(number for number, _ in promised.values()), stated=True
            )
            self.plain[name, "measured"] = _total_fact(name, findings)

    def add_effort(self, prefix: tuple[str, ...], effort: Sequence[Effort], works: Iterable[str]) -> None:
        """Hours as logged, and their shares."""
        hours: dict[str, Fraction] = {work: Fraction(0) for work in works}
        for entry in effort:
            hours[entry.work] = hours.get(entry.work, Fraction(0)) + Fraction(str(entry.hours))
        whole = sum(hours.values(), Fraction(0))
        self.plain[(*prefix, "effort", "hours")] = Fact(FactKind.HOURS, _number(whole), stated=True)
        for work, spent in hours.items():
            part = share(spent, whole)
            self.plain[(*prefix, "effort", "by", work)] = Fact(FactKind.HOURS, _number(spent), stated=True)
            value = Unknown("no hours are logged") if part is None else part
            self.plain[(*prefix, "effort", "share", work)] = Fact(FactKind.SHARE, value, stated=True)

    def _findings(self) -> Iterable[Finding]:
        return (finding for _, finding in self._pairs())

    def _pairs(self) -> Iterable[tuple[CheckResult, Finding]]:
        return (
            (result, finding) for results in self.results.values() for result in results for finding in result.findings
        )

    def shown(self) -> dict[str, float | str | bool | None]:
        """The plain facts by their written name, for the JSON report; unknown ones are null."""
        return {
            written(name): None if isinstance(fact.value, Unknown) else fact.value for name, fact in self.plain.items()
        }


def written(name: tuple[str, ...]) -> str:
    """A fact's name as a condition writes it: ``env['local'].share``."""
    match name:
        case ("env", env, last):
            return f"env[{env!r}].{last}"
        case (*head, "by" | "share" as kind, work) if "effort" in head:
            return f"{'.'.join(head)}.{kind}[{work!r}]"
    return ".".join(name)


def share_fact(progress: Progress) -> Fact:
    """Progress as a fact."""
    value = Unknown("no claims") if progress.share is None else progress.share
    return Fact(FactKind.SHARE, value, floor=progress.floor and progress.share is not None)


def bound(comparison: Comparison) -> Number | None:
    """The number that a claim promises: of a range its lower end; None where it promises none."""
    match comparison:
        case Order(operator=">=" | ">", bound=number):
            return number
        case Equal(value=int() | float() as number, negated=False):
            return number
        case Between(low=low, about=about):
            return low if about is None else about
    return None


def total(findings: Iterable[Finding]) -> tuple[Number, bool]:
    """The sum of what was measured, and whether it is only a lower bound because something could not be measured.

    What is absent counts as nothing; somebody's word is not measured.
    """
    measured: list[Number] = []
    floor = False
    for finding in findings:
        counted = isinstance(finding.measured, int | float) and finding.strength is not Strength.STATED
        if counted:
            measured.append(finding.measured)
        floor = floor or finding.floor or not (counted or finding.absence)
    return sum(measured), floor


def _total_fact(name: str, findings: Sequence[Finding]) -> Fact:
    measured, floor = total(findings)
    if not findings:
        return Fact(FactKind.COUNT, Unknown(f"no number of {name} is claimed"))
    if not measured and floor:
        return Fact(FactKind.COUNT, Unknown(f"the {name} could not be measured"))
    return Fact(FactKind.COUNT, measured, floor=floor)


def _number(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else float(value)
