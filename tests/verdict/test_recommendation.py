import pytest

from sprintbot.claim.fact import Fact, FactKind, Ref, Unknown
from sprintbot.manifest.model import Decision, Option, Saying
from sprintbot.verdict.recommendation import recommend

FACTS = {
    "progress": Fact(FactKind.SHARE, 0.4),
    "atleast": Fact(FactKind.COUNT, 2, floor=True),
    "unknown": Fact(FactKind.SHARE, Unknown("no claims")),
}


def facts(ref: Ref) -> Fact:
    return FACTS[ref.parts[0]]


def decision(**recommends: str | bool | None) -> Decision:
    options = {key: Option(title=key, recommend=recommend) for key, recommend in recommends.items()}
    return Decision(id="d", question="?", options=options)


@pytest.mark.parametrize(
    ("recommends", "recommended"),
    [
        ({"A": "progress < 0.5", "B": "progress < 0.9"}, "A"),
        ({"B": "progress < 0.9", "A": "progress < 0.5"}, "B"),
        ({"A": "progress > 0.5", "B": "progress < 0.9"}, "B"),
        ({"A": None, "B": True}, "B"),
        ({"A": "unknown > 0.5", "B": "progress < 0.9"}, "B"),
        ({"A": "progress > 0.5", "B": None}, ""),
        ({"A": "unknown > 0.5"}, ""),
        ({"A": "atleast < 3"}, ""),
        ({"A": "atleast >= 2"}, "A"),
    ],
)
def test_the_first_option_as_written_whose_condition_is_true_is_recommended(recommends, recommended):
    found = recommend(decision(**recommends), facts)
    assert found.recommended == recommended
    assert (found.choice.key if found.choice else "") == recommended


def test_every_option_keeps_the_facts_of_its_answer():
    found = recommend(decision(A="progress > 0.5", B="unknown > 0.5", C=None), facts)
    first, second, third = found.choices
    assert (first.answer.value, first.answer.because) == (False, ("progress = 40 %",))
    assert (second.answer.value, second.answer.why) == (None, "unknown is unknown: no claims")
    assert third.answer is None


def test_reasons_are_said_where_true_and_actions_always():
    sayings = [Saying(text="yes", when="progress < 1"), Saying(text="no", when="progress == 1"), Saying(text="word")]
    option = Option(title="A", rationale=sayings, actions=sayings, benefits=sayings, risks=sayings)
    [choice] = recommend(Decision(id="d", question="?", options={"A": option}), facts).choices
    for said in (choice.rationale, choice.benefits, choice.risks):
        assert [each.text for each in said] == ["yes", "word"]
    assert [(each.text, each.holds) for each in choice.actions] == [("yes", True), ("no", False), ("word", None)]
