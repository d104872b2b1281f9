import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sprintbot.checks.command import Argv, CommandCheck
from sprintbot.checks.file import FileCheck
from sprintbot.checks.interface import Check
from sprintbot.checks.stated import StatedCheck
from sprintbot.checks.tcp import TcpCheck
from sprintbot.claim.comparison import Equal
from sprintbot.claim.evidence import Claim, Finding, Outcome, Reading, Stage, Strength
from sprintbot.findings import CheckResult, findings_as
from sprintbot.manifest.loader import load_sprint
from sprintbot.manifest.model import Deliverable, Planned
from sprintbot.manifest.sprint import Sprint
from sprintbot.verdict.verdict import Verdict, reach_verdict, result_key

HEAD = {"version": 1, "sprint": "s", "start": "2025-11-03", "end": "2025-11-12"}


class Maker:
    """Makes findings, results, deliverables and verdicts, each as a test arranges it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def finding(self, outcome: Outcome | str, field: str = "present", **more: Any) -> Finding:
        stage = Stage(more.pop("stage", Stage.BUILT))
        claim = Claim(field=field, comparison=more.pop("comparison", Equal(True)), stage=stage)
        more.setdefault("reason", "" if outcome == "pass" else f"it is {outcome}")
        return Finding(claim=claim, outcome=Outcome(outcome), **more)

    def result(self, *findings: Finding | str, check: Check | None = None, address: str = "d/file") -> CheckResult:
        planned = Planned(check or FileCheck(file="x"), 1)
        planned.address = address
        made = tuple(each if isinstance(each, Finding) else self.finding(each) for each in findings)
        return CheckResult(planned=planned, findings=made)

    def file(self, **options: Any) -> FileCheck:
        return FileCheck(file="x", **options)

    def live(self, **options: Any) -> TcpCheck:
        return TcpCheck(tcp="localhost:1", **options)

    def command(self, **options: Any) -> CommandCheck:
        return CommandCheck(command=Argv.parse("true"), **options)

    def stated(self) -> CheckResult:
        return self.result(check=StatedCheck(stated="x", by="ana", on=datetime.date(2025, 11, 3)))

    def deliverable(self, points: float = 1, name: str = "d") -> Deliverable:
        return Deliverable(id=name, title=name, points=points)

    def sprint(self, text: str, name: str = "s") -> Sprint:
        """The sprint of a manifest whose first lines are given."""
        head = "\n".join(f"{key}: {value}" for key, value in (HEAD | {"sprint": name}).items())
        file = self.folder / f"{name}.yaml"
        file.write_text(f"{head}\n{text}", encoding="utf-8")
        return load_sprint(file)

    def measured(self, sprint: Sprint, outcomes: Mapping[str, object]) -> dict[str, CheckResult]:
        """Results by what became of each address: one outcome, or by field a finding's fields. Others pass."""
        results = {}
        for each in sprint.chain:
            for planned in each.checks:
                found = outcomes.get(planned.address, "pass")
                if isinstance(found, str):
                    reason = "" if found == "pass" else f"it is {found}"
                    result = findings_as(planned, Outcome(found), reason)
                else:
                    claims = planned.check.claims()
                    findings = [
                        Finding(claim=claim, **{"outcome": Outcome.PASS, **found.get(claim.field, {})})
                        for claim in claims
                    ]
                    result = CheckResult(planned=planned, findings=tuple(findings))
                results[result_key(each, planned)] = result
        return results

    def verdict(self, sprint: Sprint, outcomes: Mapping[str, object] = {}, **options: Any) -> Verdict:
        now = datetime.datetime.fromisoformat(options.pop("now", "2025-11-05T12:00:00+00:00"))
        return reach_verdict(sprint, self.measured(sprint, outcomes), now, **options)

    def reading(self, value: object, strength: Strength = Strength.COUNTED) -> Reading:
        return Reading(value=value, strength=strength)


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    folder = tmp_path / "sprints"
    folder.mkdir()
    return Maker(folder)
