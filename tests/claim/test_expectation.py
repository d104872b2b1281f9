import pytest

from sprintbot.claim.expectation import (
    AllOrAtLeast,
    AtLeast,
    AtLeastSize,
    AtMost,
    AtMostDuration,
    Containing,
    Exactly,
    Expectation,
    Flag,
    Headers,
    Text,
    Values,
)


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        (AtLeast, 150, "at least 150"),
        (AtLeastSize, "10kB", "at least 10 kB"),
        (AtMost, 3, "at most 3"),
        (AtMostDuration, "2s", "at most 2 s"),
        (Exactly, 200, "exactly 200"),
        (AllOrAtLeast, 51, "at least 51"),
        (Flag, True, "exactly true"),
        (Containing, "cors", 'containing "cors"'),
        (Text, "x", "exactly 'x'"),
    ],
)
def test_a_bare_value_compares_as_its_type_says(kind, raw, words):
    assert kind.parse(raw).comparison.words() == words


@pytest.mark.parametrize("raw", [0, ">= 0", -5, "> -1", ">= -3"])
def test_a_lower_bound_that_anything_reaches_is_refused(raw):
    with pytest.raises(ValueError, match="holds for anything; claim a number above 0, or an exact '== 0'"):
        AtLeast.parse(raw)


@pytest.mark.parametrize("raw", ["== 0", "<= 0", "> 0", 1, "0..3", [0, 1]])
def test_a_bound_that_something_misses_is_taken(raw):
    assert AtLeast.parse(raw).comparison.words()


def test_all_is_kept_as_written():
    assert AllOrAtLeast.parse("all").is_all
    assert not AllOrAtLeast.parse(3).is_all
    with pytest.raises(ValueError, match="'every' where a number was expected"):
        AllOrAtLeast.parse("every")


@pytest.mark.parametrize("raw", ["yes", 1, None])
def test_a_flag_is_true_or_false_and_nothing_else(raw):
    with pytest.raises(ValueError, match="where true or false was expected"):
        Flag.parse(raw)


def test_values_are_comparisons_by_path():
    values = Values.parse({"result.status": "enabled", "length(result.peers)": ">= 3"})
    assert {path: comparison.words() for path, comparison in values.items()} == {
        "result.status": "exactly 'enabled'",
        "length(result.peers)": "at least 3",
    }


@pytest.mark.parametrize("path", ["length(", "a b", "", "[?", "a.'"])
def test_a_path_that_is_no_jmespath_is_refused(path):
    with pytest.raises(ValueError, match="is not a JMESPath expression"):
        Values.parse({path: 1})


@pytest.mark.parametrize("raw", [None, {}, [], "x"])
def test_several_is_a_mapping_with_something_in_it(raw):
    with pytest.raises(ValueError, match="where a mapping was expected"):
        Values.parse(raw)


def test_headers_compare_texts():
    assert Headers.parse({"X-RateLimit-Limit-Minute": ">= 1"})["X-RateLimit-Limit-Minute"].holds("60")


def test_expectations_are_equal_by_type_and_comparison():
    assert AtLeast.parse(3) == AtLeast.parse(">= 3")
    assert hash(AtLeast.parse(3)) == hash(AtLeast.parse(">= 3"))
    assert AtLeast.parse(3) != AtLeast.parse(4)
    assert Exactly.parse(3) != AtLeast.parse("== 3")
    assert repr(AtLeast.parse(3)) == "AtLeast('at least 3')"


def test_a_type_without_a_reader_is_a_mistake_of_its_author():
    with pytest.raises(TypeError, match="Expectation reads nothing"):
        Expectation.parse(1)
    with pytest.raises(TypeError, match="Expectation has no schema"):
        Expectation.schema()
