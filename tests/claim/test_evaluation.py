import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.condition import Condition
from sprintbot.claim.fact import Fact, FactKind, Ref, Unknown

FACTS = {
    "progress": Fact(FactKind.SHARE, 0.8),
    "blockers.active": Fact(FactKind.COUNT, 1),
    "tests.measured": Fact(FactKind.COUNT, 51, floor=True),
    "lines.measured": Fact(FactKind.COUNT, 51, floor=True),
    "time.share": Fact(FactKind.SHARE, Unknown("no days")),
    "previous.status": Fact(FactKind.TEXT, "complete"),
    "held('kong')": Fact(FactKind.FLAG, True),
    "held('raft')": Fact(FactKind.FLAG, False),
    "active('ports')": Fact(FactKind.FLAG, Unknown("not looked at")),
}


def value_of(ref: Ref) -> Fact:
    return FACTS[str(ref)]


def answer(text: str) -> bool | None:
    return Condition(text).answer(value_of).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("progress == 0.8", True),
        ("progress != 0.8", False),
        ("blockers.active >= 1 and progress >= 0.8", True),
        ("0 < progress < 0.5", False),
        ("0 < progress <= 0.8 < 1", True),
        ("previous.status == 'complete'", True),
        ("previous.status in ['blocked', 'complete']", True),
        ("previous.status not in ['blocked']", True),
        ("previous.status in []", False),
        ("not held('kong') or held('kong')", True),
        ("blockers.active + 2 * 3 - 1 == 6", True),
        ("blockers.active / 2 == 0.5", True),
        ("-blockers.active == -1", True),
        ("+blockers.active == 1", True),
        ("True", True),
        ("False", False),
    ],
)
def test_what_is_known_is_answered(text, value):
    assert answer(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tests.measured >= 51", True),
        ("tests.measured > 51", None),
        ("tests.measured >= 60", None),
        ("tests.measured < 51", False),
        ("tests.measured <= 51", None),
        ("tests.measured == 51", None),
        ("tests.measured == 40", False),
        ("tests.measured != 40", True),
        ("40 <= tests.measured", True),
        ("40 > tests.measured", False),
        ("60 > tests.measured", None),
        ("tests.measured == lines.measured", None),
        ("tests.measured + 9 >= 60", True),
        ("tests.measured - 1 >= 50", None),
        ("-tests.measured < 0", None),
        ("tests.measured in [40, 41]", False),
        ("tests.measured in [51]", None),
    ],
)
def test_a_lower_bound_answers_only_what_it_decides(text, value):
    assert answer(text) is value


TRUTHS = {"held('kong')": True, "held('raft')": False, "active('ports')": None}


@pytest.mark.parametrize(("left", "right"), list(itertools.product(TRUTHS, TRUTHS)))
def test_and_or_not_follow_kleene(left, right):
    first, second = TRUTHS[left], TRUTHS[right]
    known = {first, second}
    assert answer(f"{left} and {right}") is (False if False in known else None if None in known else True)
    assert answer(f"{left} or {right}") is (True if True in known else None if None in known else False)
    assert answer(f"not {left}") is (None if first is None else not first)


def test_a_chain_of_comparisons_is_decided_by_a_link_that_is_false():
    assert answer("time.share < 1 < 0") is False
    assert answer("0 <= time.share <= 1") is None


def test_in_is_decided_by_an_item_that_is_known():
    assert answer("progress in [time.share, 0.8]") is True
    assert answer("progress in [time.share, 0.7]") is None


@pytest.mark.parametrize("text", ["1 / (progress - 0.8) > 0", "blockers.active / 0 == 1"])
def test_what_cannot_be_computed_is_unknown(text):
    found = Condition(text).answer(value_of)
    assert found.value is None
    assert found.why.endswith(": a division by zero")


def test_an_unknown_answer_says_why():
    assert Condition("time.share > 0").answer(value_of).why == "time.share is unknown: no days"
    assert Condition("tests.measured > 60").answer(value_of).why == "only a lower bound of tests.measured is known"


def test_an_answer_names_the_facts_that_it_rests_on():
    found = Condition("blockers.active >= 1 and progress > 0.5").answer(value_of)
    assert found.because == ("blockers.active = 1", "progress = 80 %")


@given(st.integers(0, 99), st.sampled_from([">=", ">", "<", "<=", "==", "!="]), st.integers(0, 99), st.integers(0, 99))
def test_what_a_lower_bound_answers_no_larger_value_contradicts(floor, operator, bound, more):
    condition = Condition(f"tests.measured {operator} {bound}")
    from_floor = condition.answer(lambda ref: Fact(FactKind.COUNT, floor, floor=True)).value
    if from_floor is not None:
        assert condition.answer(lambda ref: Fact(FactKind.COUNT, floor + more)).value is from_floor
