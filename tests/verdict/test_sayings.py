import pytest

from sprintbot.claim.fact import Fact, FactKind, Ref, Unknown
from sprintbot.manifest.model import Saying
from sprintbot.verdict.sayings import say, say_all, say_true

FACTS = {
    ("progress",): Fact(FactKind.SHARE, 0.4),
    ("held", "kong"): Fact(FactKind.FLAG, value=True),
    ("effort", "by", "it"): Fact(FactKind.HOURS, 4),
    ("env", "local", "share"): Fact(FactKind.SHARE, Unknown("no claims")),
}


def facts(ref: Ref) -> Fact:
    return FACTS[ref.parts]


def said(text: str, when: str | bool | None = None):
    return say(Saying(text=text, when=when), facts)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Plain `code` text", "Plain `code` text"),
        ("{progress} complete", "40 % complete"),
        ("{effort.by['it']} hours", "4 hours"),
        ("Kong is up: {held('kong')}", "Kong is up: yes"),
        ("{env['local'].share} here", "unknown (no claims) here"),
        ("{{progress}} is a brace", "{progress} is a brace"),
    ],
)
def test_figures_are_put_in(text, printed):
    assert said(text).text == printed


def test_the_facts_in_a_text_stay_facts():
    assert said("{effort.by['it']} hours").pieces == (FACTS["effort", "by", "it"], " hours")


@pytest.mark.parametrize(
    ("text", "when", "stated"),
    [
        ("A word", None, True),
        ("{{a}} word", None, True),
        ("{progress} done", None, False),
        ("A word", "progress > 0.1", False),
        ("A word", True, False),
    ],
)
def test_a_text_that_rests_on_no_fact_is_somebodys_word(text, when, stated):
    assert said(text, when).stated is stated


@pytest.mark.parametrize(
    ("when", "holds"),
    [("progress == 1", False), ("progress < 1", True), ("env['local'].share == 1", None), (None, None), (False, False)],
)
def test_a_condition_ticks_it_or_leaves_it_open(when, holds):
    assert said("Kong", when).holds is holds


def test_what_is_unknown_says_why():
    assert said("Kong", "env['local'].share == 1").answer.why == "env['local'].share is unknown: no claims"


def test_steps_are_all_said_and_reasons_only_where_they_are_known_to_hold():
    sayings = [
        Saying(text="true", when="progress < 1"),
        Saying(text="false", when="progress == 1"),
        Saying(text="unknown", when="env['local'].share == 1"),
        Saying(text="word", group="Later"),
    ]
    assert [each.text for each in say_all(sayings, facts)] == ["true", "false", "unknown", "word"]
    assert [each.text for each in say_true(sayings, facts)] == ["true", "word"]
    assert [each.group for each in say_all(sayings, facts)] == ["", "", "", "Later"]
