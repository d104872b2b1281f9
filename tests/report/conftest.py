"""Cases that every format is tried on: real manifests and repositories, with looks at the deployment written down."""

import datetime
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from sprintbot.claim.evidence import Evidence, Outcome, Reading, Strength
from sprintbot.claim.judgement import judge
from sprintbot.findings import CheckResult, findings_as
from sprintbot.manifest.model import Planned
from sprintbot.measurement import Measured, Request, measure
from sprintbot.report.views import Context
from sprintbot.verdict.verdict import Verdict, reach_verdict, result_key

collect_ignore = ["cases"]
"""What the cases measure has tests of its own."""

CASES = Path(__file__).parent / "cases"
MANIFESTS = Path(__file__).parent.parent / "manifest"
NOW = datetime.datetime(2025, 11, 5, 12, 0, tzinfo=datetime.UTC)


class Case:
    """A folder of ``cases``: ``sprints``, the files of ``tree``, ``looks.yaml`` and what ``case.yaml`` sets.

    Looks are by sprint and address of the check: ``readings`` by field, or why there are none.
    """

    def __init__(self, name: str, repo: Any) -> None:
        self.folder = CASES / name
        self.settings = {"commits": True, "probes": True, "manifests": ""} | self._read("case.yaml")
        self.looks = self._read("looks.yaml")
        self.unused = set(self.looks)
        self.repo = repo

    def measure(self) -> Measured:
        measured = measure(self._request())
        if self.settings["probes"]:
            provenance = msgspec.structs.replace(measured.provenance, notes=(), not_live="", version="1.2.3")
        else:
            provenance = msgspec.structs.replace(measured.provenance, version="1.2.3")
        verdict = self._with_looks(measured.verdict)
        assert not self.unused, "looks at what is no check"
        return msgspec.structs.replace(measured, verdict=verdict, provenance=provenance)

    def _read(self, name: str) -> dict[str, Any]:
        file = self.folder / name
        return yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}

    def _request(self) -> Request:
        manifests = MANIFESTS / self.settings["manifests"] if self.settings["manifests"] else self.folder / "sprints"
        shutil.copytree(manifests, self.repo.path / "sprints")
        if (self.folder / "tree").exists():
            shutil.copytree(self.folder / "tree", self.repo.path, dirs_exist_ok=True)
        if self.settings["commits"]:
            self.repo.commit()
        latest = max((self.repo.path / "sprints").glob("*.yaml"))
        return Request(sprint=str(latest), repo=self.repo.path, probes=False, now=NOW)

    def _with_looks(self, verdict: Verdict) -> Verdict:
        results = {
            result_key(each.sprint, result.planned): self._looked(result_key(each.sprint, result.planned), result)
            for each in _chain(verdict)
            for result in _all_results(each)
        }
        return reach_verdict(verdict.sprint, results, NOW)

    def _looked(self, key: str, result: CheckResult) -> CheckResult:
        self.unused.discard(key)
        return _result(result.planned, self.looks[key]) if key in self.looks else _timeless(result)


def _chain(verdict: Verdict) -> Iterator[Verdict]:
    yield verdict
    if verdict.previous is not None:
        yield from _chain(verdict.previous)


def _all_results(verdict: Verdict) -> list[CheckResult]:
    return [*verdict.results, *(result for standing in verdict.standings for result in standing.results)]


def _timeless(result: CheckResult) -> CheckResult:
    evidence = msgspec.structs.replace(result.evidence, phases={}) if result.evidence else None
    return msgspec.structs.replace(result, took=0.0, evidence=evidence)


def _result(planned: Planned, look: dict[str, Any]) -> CheckResult:
    for word, outcome in {"refuted": Outcome.FAIL, "blocked": Outcome.BLOCKED, "error": Outcome.ERROR}.items():
        if word in look:
            absence, hint = look.get("absence", False), look.get("hint", "")
            return findings_as(planned, outcome, look[word], absence=absence, hint=hint)
    strength = Strength[look.get("strength", "live").upper()]
    readings = {field: Reading(value=value, strength=strength) for field, value in look["readings"].items()}
    evidence = Evidence(
        source=look["source"],
        readings=readings,
        notes=tuple(look.get("notes", ())),
        phases=look.get("phases", {}),
        link=look.get("link", ""),
    )
    findings = tuple(judge(claim, evidence, planned.check.hint) for claim in planned.check.claims())
    return CheckResult(planned=planned, findings=findings, evidence=evidence, took=look.get("took", 0.0))


@pytest.fixture
def measured(git_repo: Any) -> Callable[[str], Measured]:
    """What a run gives of a case."""
    return lambda name: Case(name, git_repo).measure()


@pytest.fixture
def context(measured: Callable[[str], Measured]) -> Callable[[str], Context]:
    """A case as formats see it."""
    return lambda name: measured(name).context


@pytest.fixture
def rewrites(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are to be written instead of compared."""
    return bool(request.config.getoption("--rewrite-goldens"))
