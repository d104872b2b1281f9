import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.comparison import (
    MISSING,
    AnyOf,
    Between,
    Comparison,
    Contains,
    Equal,
    Exists,
    Incomparable,
    Matches,
    Order,
    about,
    same_json,
    show_measured,
)
from sprintbot.claim.quantity import Dimension
from sprintbot.manifest.events import read_yaml

NUMBERS = st.integers(-1000, 1000) | st.floats(-1000, 1000)
NUMERIC = st.one_of(
    st.builds(Order, st.sampled_from([">=", "<=", ">", "<"]), NUMBERS),
    st.builds(lambda low, more: Between(low, low + more), NUMBERS, st.integers(0, 50)),
    st.builds(Equal, NUMBERS, st.booleans()),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize(
    ("operator", "at", "below", "above", "words"),
    [
        (">=", True, False, True, "at least 150"),
        ("<=", True, True, False, "at most 150"),
        (">", False, False, True, "more than 150"),
        ("<", False, True, False, "less than 150"),
    ],
)
def test_an_order_holds_on_its_side_and_says_so_in_words(operator, at, below, above, words):
    order = Order(operator, 150)
    assert [order.holds(150), order.holds(149), order.holds(151)] == [at, below, above]
    assert order.words() == words


@pytest.mark.parametrize(
    ("operator", "measured", "why"),
    [
        (">=", 112, "112 is less than 150"),
        ("<=", 2000, "2,000 is more than 150"),
        (">", 150, "150 is not more than 150"),
        ("<", 151, "151 is not less than 150"),
    ],
)
def test_the_reason_carries_the_measured_value(operator, measured, why):
    assert Order(operator, 150).why_not(measured) == why


def test_a_difference_too_small_to_be_shown_is_told_in_full():
    order = Order("<=", 2, dimension=Dimension.DURATION)
    assert order.why_not(2.004) == "2 s (2.004) is more than 2 s (2)"


def test_words_carry_the_unit():
    assert Order("<=", 2, dimension=Dimension.DURATION).words() == "at most 2 s"
    assert Order(">=", 10_000, dimension=Dimension.SIZE).words() == "at least 10 kB"


@pytest.mark.parametrize("measured", ["150", True, None, [150], {"a": 1}, float("nan"), MISSING])
@pytest.mark.parametrize("comparison", [Order(">=", 1), Between(1, 9)])
def test_what_has_no_order_is_refused_with_words_and_never_taken_for_0(comparison, measured):
    with pytest.raises(Incomparable, match=r"no order|no such value"):
        comparison.holds(measured)


@pytest.mark.parametrize(("measured", "held"), [(134, False), (135, True), (165, True), (166, False)])
def test_about_is_ten_percent_either_way_with_the_bounds_in(measured, held):
    assert about(150, Dimension.NUMBER).holds(measured) is held
    assert about(150, Dimension.NUMBER).words() == "about 150 (135 to 165)"


@pytest.mark.parametrize(("measured", "held"), [(99, False), (100, True), (200, True), (201, False)])
def test_a_range_has_both_its_ends_in(measured, held):
    assert Between(100, 200).holds(measured) is held


def test_a_range_says_on_which_side_it_was_left():
    assert Between(100, 200).why_not(99) == "99 is less than 100"
    assert Between(100, 200).why_not(201) == "201 is more than 200"


@pytest.mark.parametrize(("left", "right"), [(True, 1), (False, 0), ("1", 1), (None, 0), (None, False), ([1], [True])])
def test_json_equality_keeps_types_apart(left, right):
    assert not same_json(left, right)
    assert not same_json(right, left)


@pytest.mark.parametrize(("left", "right"), [(1, 1.0), ({"a": [1, {}]}, {"a": [1.0, {}]}), ("x", "x"), (None, None)])
def test_json_equality_of_equal_values(left, right):
    assert same_json(left, right)


def test_lists_and_mappings_of_a_manifest_equal_those_of_an_answer():
    wanted = read_yaml(b"a: [1, {b: null}]", "x").root
    assert same_json({"a": [1, {"b": None}]}, wanted)


@given(JSON)
def test_a_json_value_equals_itself(value):
    assert same_json(value, value)
    assert Equal(value).holds(value)


def test_equality_and_its_opposite():
    assert Equal("enabled").why_not("off") == "'off' is not 'enabled'"
    assert not Equal(3, negated=True).holds(3)
    assert Equal(3, negated=True).words() == "not 3"
    assert Equal(3, negated=True).why_not(3) == "it is 3"


def test_a_missing_value_is_never_null():
    with pytest.raises(Incomparable, match=r"^no such value$"):
        Equal(None).holds(MISSING)


def test_a_textual_number_is_read_from_the_text():
    assert Order(">=", 1, textual=True).holds("60")
    with pytest.raises(Incomparable, match="'many' is not a number"):
        Order(">=", 1, textual=True).holds("many")


def test_a_pattern_is_found_anywhere_line_by_line():
    assert Matches("^b+$").holds("a\nbbb\nc")
    assert Matches("^b+$").why_not("a") == "'a' does not match /^b+$/"
    with pytest.raises(Incomparable, match="3 is not a text to match"):
        Matches("3").holds(3)


def test_one_of_several():
    either = AnyOf((Equal(401), Equal(403)))
    assert either.holds(403)
    assert not either.holds(200)
    assert either.words() == "one of 401, 403"
    assert either.why_not(200) == "200 is not one of 401, 403"


def test_one_of_several_refuses_only_what_none_can_compare():
    assert not AnyOf((Order(">=", 1), Equal("x"))).holds("y")
    with pytest.raises(Incomparable):
        AnyOf((Order(">=", 1), Order("<=", 0))).holds("y")


def test_contains_wants_all_and_names_what_is_lacking():
    wanted = Contains(("rate-limiting", "cors", "/c.rs/", "jwt"))
    assert Contains(("a", "/b+/")).holds("xx a bb")
    assert wanted.why_not("plugins: cors") == 'does not contain "rate-limiting" or "jwt"'
    assert wanted.words() == 'containing "rate-limiting", "cors", /c.rs/ and "jwt"'
    assert wanted.extract("plugins: cors") == "2 of 4 found"


@pytest.mark.parametrize("measured", [None, 3, [], MISSING])
def test_contains_refuses_what_is_no_text_and_still_shows_it(measured):
    wanted = Contains(("a",))
    with pytest.raises(Incomparable, match="is not a text to search"):
        wanted.holds(measured)
    assert wanted.show(measured)
    assert wanted.extract(measured) == (None if measured is MISSING else measured)


def test_existence_is_of_any_value_even_null():
    assert Exists().holds(None)
    assert not Exists().holds(MISSING)
    assert Exists(wanted=False).holds(MISSING)
    assert Exists().why_not(MISSING) == "no such value"


@given(NUMERIC | st.lists(NUMERIC, min_size=1, max_size=3).map(lambda some: AnyOf(tuple(some))), NUMBERS, NUMBERS)
def test_what_a_lower_bound_decides_no_larger_value_contradicts(comparison, floor, more):
    decided = comparison.holds_from(floor)
    if decided is not None:
        assert comparison.holds(floor + abs(more)) is decided


def test_a_lower_bound_decides_what_it_can():
    assert Order(">=", 5).holds_from(5) is True
    assert Order("<=", 5).holds_from(6) is False
    assert Order("<=", 5).holds_from(5) is None
    assert Between(1, 5).holds_from(6) is False
    assert Equal(5).holds_from(6) is False
    assert Equal(5, negated=True).holds_from(6) is True
    assert AnyOf((Equal(3), Equal(5))).holds_from(6) is False
    assert Contains(("a",)).holds_from("b") is None


@given(NUMERIC, NUMBERS)
def test_every_comparison_that_does_not_hold_says_why(comparison, measured):
    if not comparison.holds(measured):
        assert comparison.why_not(measured)


@given(JSON)
def test_any_json_value_can_be_shown_in_brief(value):
    assert len(show_measured(value)) < 500


def test_a_comparison_without_words_is_a_mistake_of_its_author():
    with pytest.raises(TypeError, match="Comparison has no words"):
        Comparison().words()
