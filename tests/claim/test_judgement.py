import pytest

from sprintbot.claim.comparison import MISSING, Comparison, Contains, Equal, Exists, Order
from sprintbot.claim.evidence import Claim, Evidence, Finding, Outcome, Reading, Stage, Strength, Unmeasured
from sprintbot.claim.judgement import judge


def found(comparison: Comparison, reading: Reading | Unmeasured | None, hint: str = "") -> Finding:
    claim = Claim(field="lines", comparison=comparison, stage=Stage.BUILT, unit="lines")
    readings = {} if reading is None else {"lines": reading}
    return judge(claim, Evidence(source="x", readings=readings), hint)


def counted(value: object, **more: object) -> Reading:
    return Reading(value=value, strength=Strength.COUNTED, **more)


def test_a_claim_that_holds_passes_without_a_reason_or_hint():
    finding = found(Order(">=", 150), counted(151), "look again")
    assert (finding.outcome, finding.reason, finding.hint, finding.measured) == (Outcome.PASS, "", "", 151)
    assert finding.strength is Strength.COUNTED


def test_a_claim_that_does_not_hold_fails_with_reason_and_hint():
    finding = found(Order(">=", 150), counted(112), "look again")
    assert (finding.outcome, finding.reason, finding.hint) == (Outcome.FAIL, "112 is less than 150", "look again")


def test_the_readings_own_reason_is_stronger():
    reading = counted(False, reason="not committed (untracked)", absence=True)
    finding = found(Equal(True), reading)
    assert (finding.reason, finding.absence) == ("not committed (untracked)", True)


def test_absence_is_of_failures_only():
    assert not found(Equal(False), counted(False, absence=True)).absence


def test_what_cannot_be_compared_fails_with_words():
    finding = found(Order(">=", 1), counted("many"))
    assert (finding.outcome, finding.reason) == (Outcome.FAIL, "'many' has no order against a number")


def test_a_value_that_is_not_there_fails_and_is_not_null():
    finding = found(Equal(None), counted(MISSING))
    assert (finding.outcome, finding.reason, finding.measured) == (Outcome.FAIL, "no such value", None)
    assert found(Exists(wanted=False), counted(MISSING)).outcome is Outcome.PASS


def test_text_that_is_none_fails_where_text_is_searched():
    finding = found(Contains(("a",)), counted(None))
    assert (finding.outcome, finding.reason) == (Outcome.FAIL, "null is not a text to search")


def test_of_a_long_text_only_what_was_found_is_kept():
    assert found(Contains(("a", "b")), counted("a" * 9999)).measured == "1 of 2 found"


def test_no_reading_is_sprintbots_own_error():
    finding = found(Order(">=", 1), None)
    assert (finding.outcome, finding.reason) == (Outcome.ERROR, "the check gave no reading for lines")


@pytest.mark.parametrize(("skipped", "outcome"), [(False, Outcome.BLOCKED), (True, Outcome.SKIPPED)])
def test_what_was_not_measured_is_blocked_or_by_wish_skipped(skipped, outcome):
    finding = found(Order(">=", 1), Unmeasured("binary", skipped=skipped))
    assert (finding.outcome, finding.reason) == (outcome, "binary")


def test_somebodys_word_decides_nothing():
    for value in (1, 200):
        finding = found(Order(">=", 150), Reading(value=value, strength=Strength.STATED))
        assert (finding.outcome, finding.reason) == (Outcome.BLOCKED, "somebody's word; nothing was measured")


@pytest.mark.parametrize(
    ("comparison", "outcome", "reason"),
    [
        (Order(">=", 51), Outcome.PASS, ""),
        (Order(">=", 60), Outcome.BLOCKED, "at least 51 is known, which does not decide it"),
        (Order("<=", 50), Outcome.FAIL, "51 is more than 50"),
        (Equal(50), Outcome.FAIL, "51 is not 50"),
    ],
)
def test_a_lower_bound_decides_only_what_no_larger_value_could_change(comparison, outcome, reason):
    finding = found(comparison, counted(51, floor=True))
    assert (finding.outcome, finding.reason, finding.floor) == (outcome, reason, True)
