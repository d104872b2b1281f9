import pytest

from sprintbot.checks.file import FileCheck
from sprintbot.checks.stated import StatedCheck
from sprintbot.claim.evidence import Evidence, Outcome, Reading, Strength, Unmeasured
from sprintbot.claim.expectation import AtLeast, Containing
from sprintbot.findings import CheckResult, findings_as
from sprintbot.manifest.model import Planned


def planned(**options: object) -> Planned:
    return Planned(FileCheck(file="x", **options), 1)


def test_all_claims_of_a_check_come_to_the_same():
    result = findings_as(planned(lines=AtLeast.parse(3), hint="Write it"), Outcome.FAIL, "no such file", absence=True)
    assert [finding.claim.field for finding in result.findings] == ["present", "lines"]
    assert {(each.outcome, each.reason, each.hint, each.absence) for each in result.findings} == {
        (Outcome.FAIL, "no such file", "Write it", True)
    }


def test_the_hint_of_the_obstacle_comes_before_that_of_the_manifest():
    result = findings_as(planned(hint="Write it"), Outcome.BLOCKED, "no", hint="Set NAME")
    assert result.findings[0].hint == "Set NAME"


@pytest.mark.parametrize(
    ("outcomes", "worst"),
    [
        (["pass", "fail", "error"], "error"),
        (["blocked", "fail"], "fail"),
        (["skipped", "blocked"], "blocked"),
        (["waived", "skipped"], "skipped"),
        (["pass", "waived"], "waived"),
        (["pass"], "pass"),
        ([], None),
    ],
)
def test_the_outcome_is_that_of_the_worst_claim(outcomes, worst):
    one = planned()
    findings = [findings_as(one, Outcome(each), "").findings[0] for each in outcomes]
    assert CheckResult(planned=one, findings=tuple(findings)).outcome == worst


def test_a_check_that_proves_only_presence_and_size_is_size_only():
    assert findings_as(planned(lines=AtLeast.parse(3)), Outcome.PASS, "").size_only
    assert not findings_as(planned(contains=Containing.parse("x")), Outcome.PASS, "").size_only
    word = Planned(StatedCheck(stated="x", by="ana", on="2025-11-03"), 1)
    assert not findings_as(word, Outcome.PASS, "").size_only


def test_readings_are_found_whether_they_are_claimed_or_not():
    reading = Reading(value=3, strength=Strength.COUNTED)
    evidence = Evidence(source="x", readings={"newlines": reading, "words": Unmeasured("binary")})
    result = CheckResult(planned=planned(), findings=(), evidence=evidence)
    assert (result.reading("newlines"), result.reading("words"), result.reading("size")) == (reading, None, None)
    assert CheckResult(planned=planned(), findings=()).reading("newlines") is None
