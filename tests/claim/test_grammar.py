from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.comparison import AnyOf, Contains, Equal, Exists, Incomparable, Matches, Order
from sprintbot.claim.grammar import MAX_PATTERN, parse_contains, parse_number, parse_value
from sprintbot.claim.quantity import Dimension

OPERATED = st.builds(
    lambda operator, blank, operand: operator + blank + operand,
    st.sampled_from([">=", "<=", "==", "!=", ">", "<", "~", "/", ".."]),
    st.sampled_from(["", " ", "  "]),
    st.text("0123456789.eE+-_,kMGiBsmhd/ ", max_size=20) | st.text(max_size=5),
)
RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | OPERATED,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("any"), inner, max_size=2),
)


@pytest.mark.parametrize(
    ("written", "words", "holding", "failing"),
    [
        (">= 150", "at least 150", 150, 149),
        ("<= 3", "at most 3", 3, 4),
        ("> 1", "more than 1", 2, 1),
        ("< 3", "less than 3", 2, 3),
        ("== 3", "exactly 3", 3, 4),
        ("!= 0", "not 0", 1, 0),
        ("100..200", "100 to 200", 100, 201),
        ("~ 150", "about 150 (135 to 165)", 165, 166),
        (">=150", "at least 150", 150, 149),
        ("  1.5 .. 2.5 ", "1.5 to 2.5", 2.5, 2.6),
        ([3, 5], "one of 3, 5", 5, 4),
    ],
)
def test_an_operator_means_what_its_words_say(written, words, holding, failing):
    comparison = parse_number(written, "==")
    assert comparison.words() == words
    assert comparison.holds(holding)
    assert not comparison.holds(failing)


def test_operands_have_units():
    assert parse_number("< 500ms", "<=", Dimension.DURATION).words() == "less than 500 ms"
    assert parse_number("10kB..10MB", ">=", Dimension.SIZE).words() == "10 kB to 10 MB"
    with pytest.raises(ValueError, match="'2' where a duration"):
        parse_number("< 2", "<=", Dimension.DURATION)


@pytest.mark.parametrize(("bare", "words"), [(">=", "at least 7"), ("<=", "at most 7"), ("==", "exactly 7")])
def test_a_bare_value_takes_the_default_of_its_field(bare, words):
    assert parse_number(7, bare).words() == words


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (">=", "nothing follows the >= of '>='"),
        (">= many", "'many' where a number was expected"),
        ("200..100", "empty range: write the smaller number first"),
        ("/15./", "is a pattern, and a number is not matched by one"),
        ([], "an empty list allows nothing"),
        (True, "true where a number was expected"),
        ({"equals": 1}, "a mapping where a number was expected"),
        (">= 2,000", "write 2000"),
    ],
)
def test_what_is_no_comparison_of_numbers_is_refused_with_words(raw, told):
    with pytest.raises(ValueError, match=told.replace("(", r"\(")):
        parse_number(raw, ">=")


@pytest.mark.parametrize("raw", ["enabled", 3, 2.5, True, [1, "a"], "", "1_500", "a..b"])
def test_a_scalar_or_list_in_values_is_json_equality(raw):
    assert parse_value(raw) == Equal(raw)


def test_true_in_values_is_not_1():
    assert not parse_value(True).holds(1)
    assert not parse_value(1).holds(True)


@pytest.mark.parametrize(
    ("raw", "comparison"),
    [
        (">= 1", Order(">=", 1)),
        ("/^v1/", Matches("^v1")),
        ("== true", Equal(True)),
        ("!= failed", Equal("failed", negated=True)),
        ({"equals": ">= 1"}, Equal(">= 1")),
        ({"equals": None}, Equal(None)),
        ({"equals": {"a": 1}}, Equal({"a": 1})),
        ({"matches": "^v1"}, Matches("^v1")),
        ({"matches": "/^v1/"}, Matches("^v1")),
        ({"any": [1, ">= 5"]}, AnyOf((Equal(1), Order(">=", 5)))),
        ({"exists": False}, Exists(wanted=False)),
    ],
)
def test_operators_and_the_four_special_mappings_of_values(raw, comparison):
    assert parse_value(raw) == comparison


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (None, "null cannot be told from an absent value; write {exists: false}"),
        ({"a": 1}, "for an equal mapping write {equals: ...}"),
        ({}, "a mapping here has one key"),
        ({"equals": 1, "any": [1]}, "a mapping here has one key"),
        ({"exists": "yes"}, "exists takes true or false, not 'yes'"),
        ({"any": 3}, "any takes a list, not 3"),
        ({"any": []}, "an empty list allows nothing"),
        ({"matches": 3}, "matches takes a pattern, not 3"),
        ("/(/", "is not a regular expression"),
        ("> soon", "for just this text write {equals: ...}"),
        (f"/{'a' * (MAX_PATTERN + 1)}/", "at most 1000 are allowed"),
    ],
)
def test_what_values_cannot_hold_is_refused_with_the_way_out(raw, told):
    with pytest.raises(ValueError) as caught:
        parse_value(raw)
    assert told in str(caught.value)


def test_where_all_is_text_a_list_means_any_and_scalars_are_texts():
    assert parse_value(["a", "b"], textual=True).holds("b")
    assert parse_value(60, textual=True).holds("60")
    assert parse_value(True, textual=True).holds("true")
    assert parse_value("== true", textual=True).holds("true")
    assert parse_value("== 60", textual=True).holds("60.0")


def test_contains_is_one_or_all_of_several():
    assert parse_contains("a") == Contains(("a",))
    assert parse_contains(["a", "/b/"]) == Contains(("a", "/b/"))


@pytest.mark.parametrize("raw", [[], "", [""], 404, ["a", 3], None, ["/(/"]])
def test_contains_refuses_what_would_hold_for_anything_or_is_no_text(raw):
    with pytest.raises(ValueError, match=r"\w"):
        parse_contains(raw)


@given(RAW, st.sampled_from([">=", "<=", "=="]), st.sampled_from(Dimension), RAW)
def test_parsing_and_comparing_raise_nothing_but_their_words(raw, bare, dimension, measured):
    parsers = (
        lambda: parse_number(raw, bare, dimension),
        lambda: parse_value(raw),
        lambda: parse_value(raw, textual=True),
        lambda: parse_contains(raw),
    )
    for parse in parsers:
        comparison = None
        with suppress(ValueError):
            comparison = parse()
        if comparison is not None:
            assert comparison.words()
            assert comparison.show(measured)
            with suppress(Incomparable):
                assert comparison.holds(measured) or comparison.why_not(measured)


@given(st.sampled_from([">=", "<=", ">", "<", "==", "!="]), st.integers(-999, 999), st.integers(-999, 999))
def test_an_operator_agrees_with_python_of_the_same_spelling(operator, bound, measured):
    assert parse_number(f"{operator} {bound}", "==").holds(measured) is eval(f"{measured} {operator} {bound}")
