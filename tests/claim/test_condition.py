from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.condition import MAX_LENGTH, FactType, parse, read_condition, read_ref
from sprintbot.claim.fact import FactKind, Ref

TYPES = {
    ("progress",): FactType(FactKind.SHARE),
    ("blockers", "active"): FactType(FactKind.COUNT),
    ("built", "share"): FactType(FactKind.SHARE),
    ("effort", "share", "infrastructure"): FactType(FactKind.SHARE),
    ("env", "local", "share"): FactType(FactKind.SHARE),
    ("previous", "status"): FactType(FactKind.TEXT, ("complete", "blocked")),
    ("status", "kong"): FactType(FactKind.TEXT, ("done", "partial")),
    ("held", "kong", "built"): FactType(FactKind.FLAG),
    ("held", "kong"): FactType(FactKind.FLAG),
    ("active", "ports"): FactType(FactKind.FLAG),
}


def type_of(ref: Ref) -> FactType:
    if ref.parts not in TYPES:
        raise ValueError(f"{ref} is no fact")
    return TYPES[ref.parts]


@pytest.mark.parametrize(
    "text",
    [
        "progress == 1",
        "blockers.active >= 1 and built.share >= 0.8 and effort.share['infrastructure'] >= 0.5",
        "held('kong', 'built') or not held('kong')",
        "active('ports')",
        "status('kong') in ['done', 'partial']",
        "status('kong') not in ('done',)",
        "0.2 < progress <= 0.8",
        "previous.status == 'complete'",
        "env['local'].share * 100 - 5 / 2 > +3",
        "held('kong') == True",
        "  progress > -1  ",
        "progress > 0 # most of it",
        True,
        False,
    ],
)
def test_conditions_of_the_allow_list_are_read(text):
    assert read_condition(text, type_of).text


@pytest.mark.parametrize("text", ["claims.pass", "claims['pass']"])
def test_pass_is_a_fact_although_python_has_a_keyword_of_that_name(text):
    ref = read_ref(parse(text))
    assert (ref.parts, str(ref)) == (("claims", "pass"), text)


def test_pass_in_quotes_and_inside_of_other_names_stays_as_it_is():
    assert read_ref(parse("effort.by['a.pass']")).parts == ("effort", "by", "a.pass")
    assert read_ref(parse("claims.passed")).parts == ("claims", "passed")
    with pytest.raises(ValueError, match="is no condition"):
        parse("pass")


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "held.__class__",
        "(lambda: 1)()",
        "[x for x in ()]",
        "progress if True else 0",
        "f'{progress}'",
        "progress ** 2 > 1",
        "progress % 2 == 1",
        "progress // 2 == 1",
        "progress << 2 > 1",
        "~progress > 1",
        "progress is 1",
        "held('kong', stage='built')",
        "held(*['kong'])",
        "held('kong')['x']",
        "{'a': 1}",
        "[1, 2]",
        "(progress := 1)",
        "1j == 1j",
        "None == None",
        "b'x' == b'x'",
        "...",
        "progress['x', 'y'] > 0",
        "status('kong') in status('kong')",
        "await progress",
        "open('x')",
    ],
)
def test_everything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        read_condition(text, type_of)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("progress", "'progress' gives a number, where true or false is needed; compare it with something"),
        ("previous.status", "gives a text, where true or false is needed"),
        ("progress == 'done'", "progress is a number and 'done' a text: they cannot be compared"),
        ("held('kong') > 0", "held('kong') is a flag and 0 a number: they cannot be compared"),
        ("previous.status > 'a'", "previous.status is a text, which has no order"),
        ("progress and held('kong')", "progress is a number, where a flag is needed"),
        ("'a' + 'b' == 'ab'", "is a text, where a number is needed"),
        ("previous.status == 'finished'", "previous.status is never 'finished'; it is one of complete, blocked"),
        ("status('kong') in ['dne']", "status('kong') is never 'dne'; it is one of done, partial"),
        ("status('kong') in 'done'", "'in' takes a list such as ['done', 'waived'], not 'done'"),
        ("progress = 1", "write == to compare"),
        ("held('kong') && progress > 1", "write and, or, not"),
        ("held(kong)", "held() takes ids in quotes: held('kong')"),
        ("heldd('kong')", "heldd() cannot be called; only status(), held(), active() can"),
        ("progres == 1", "progres is no fact"),
        ("", 'a condition is a text such as "progress == 1"'),
        (3, 'a condition is a text such as "progress == 1"'),
        (None, 'a condition is a text such as "progress == 1"'),
        ("a" * (MAX_LENGTH + 1), "a condition has at most 500 characters; this one has 501"),
        ("progress ==", "is no condition"),
        ("progress > 0\nor progress < 1", "is no condition"),
    ],
)
def test_a_refusal_says_what_is_wrong(text, told):
    with pytest.raises(ValueError) as caught:
        read_condition(text, type_of)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["-" * 498 + "1", "a" + ".a" * 240, "not " * 120 + "a", "1" + "+1" * 240, "(" * 250, "[" * 400, "a" + "['b']" * 90],
)
def test_nesting_is_bounded(text):
    with pytest.raises(ValueError, match=r"nested at most 40 deep|is no condition"):
        read_condition(text, type_of)


def test_what_python_thinks_of_the_style_is_not_passed_on():
    assert read_condition("0 <progress or '\\d'== '\\d'", type_of)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("progress", ("progress",)),
        ("effort.by['infra x']", ("effort", "by", "infra x")),
        ("env['local'].share", ("env", "local", "share")),
        ("held('kong', 'built')", ("held", "kong", "built")),
    ],
)
def test_a_fact_is_named_by_dots_keys_and_calls(text, parts):
    ref = read_ref(parse(text))
    assert ref is not None
    assert ref.parts == parts
    assert str(ref) == text


@given(st.text("abc.[]'\"()0123456789<>=! andornti+-*/,{}:\\_\n#lm", max_size=120) | st.text(max_size=30))
def test_reading_raises_nothing_but_value_error(text):
    with suppress(ValueError):
        read_condition(text, lambda ref: FactType(FactKind.COUNT))
