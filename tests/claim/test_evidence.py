import itertools

from sprintbot.claim.comparison import Order
from sprintbot.claim.evidence import WORST_FIRST, Claim, Outcome, Stage, Strength, worst


def test_error_is_worse_than_fail_blocked_skipped_waived_and_pass():
    assert [outcome.value for outcome in WORST_FIRST] == ["error", "fail", "blocked", "skipped", "waived", "pass"]
    assert set(WORST_FIRST) == set(Outcome)


def test_the_worst_outcome_decides_in_any_order():
    for some in itertools.permutations([Outcome.PASS, Outcome.WAIVED, Outcome.BLOCKED]):
        assert worst(list(some)) is Outcome.BLOCKED
    assert worst([]) is None


def test_strength_grows_from_stated_to_live():
    assert [strength.word for strength in sorted(Strength)] == ["stated", "counted", "collected", "executed", "live"]


def test_a_claim_is_told_in_its_own_words_or_those_of_its_comparison():
    claim = Claim(field="lines", comparison=Order(">=", 150), stage=Stage.BUILT)
    assert claim.expected == "at least 150"
    assert Claim(field="exit", comparison=Order("<=", 0), stage=Stage.TESTED, words="exit 0").expected == "exit 0"
