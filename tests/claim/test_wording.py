from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.condition import FactType
from sprintbot.claim.fact import Fact, FactKind, Ref
from sprintbot.claim.wording import read_wording


def type_of(ref: Ref) -> FactType:
    if ref.parts[0] not in {"progress", "effort"}:
        raise ValueError(f"{ref} is no fact; did you mean 'progress'?")
    return FactType(FactKind.SHARE)


def say(text: str) -> str:
    return read_wording(text, type_of).say(lambda ref: Fact(FactKind.SHARE, 0.8))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sprint 1 is {progress} complete", "Sprint 1 is 80 % complete"),
        ("{effort.by['infra']} of {progress}", "80 % of 80 %"),
        ("{ progress }", "80 %"),
        ("no facts, `code`", "no facts, `code`"),
        ("{{progress}}", "{progress}"),
        ("{{{progress}}}", "{80 %}"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_and_doubled_braces_are_braces(text, said):
    assert say(text) == said


def test_a_text_without_a_placeholder_is_somebodys_word():
    assert read_wording("{progress}", type_of).speaks_of_facts
    assert not read_wording("all of it {{}}", type_of).speaks_of_facts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{progres} x", "progres is no fact; did you mean 'progress'?"),
        ("100 % {", "a single '{' in '100 % {': write it twice"),
        ("a } b", "a single '}' in 'a } b': write it twice"),
        ("{}", "{} is no fact"),
        ("{progress:.0%}", "{progress:.0%} is no fact"),
        ("{progress > 0}", "{progress > 0} is no fact; write one such as {progress}, or {{ for a brace"),
        ("{open('x')}", "open() cannot be called"),
    ],
)
def test_what_is_no_fact_is_refused_when_the_text_is_read(text, told):
    with pytest.raises(ValueError) as caught:
        read_wording(text, type_of)
    assert told in str(caught.value)


@given(st.text())
def test_any_text_with_its_braces_doubled_says_itself(text):
    assert say(text.replace("{", "{{").replace("}", "}}")) == text


@given(st.text("{}ab.'[]() progres", max_size=40))
def test_reading_raises_nothing_but_value_error(text):
    with suppress(ValueError):
        read_wording(text, type_of)
