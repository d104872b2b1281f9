import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.quantity import Dimension, show_bytes, show_number, show_raw, show_seconds


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("500ms", 0.5), ("2s", 2), ("1.5 s", 1.5), ("5m", 300), ("5min", 300), ("1h", 3600), ("2d", 172800)],
)
def test_a_duration_is_read_as_seconds(written, seconds):
    assert Dimension.DURATION.read(written) == seconds


@pytest.mark.parametrize(
    ("written", "size"), [("200B", 200), ("10kB", 10_000), ("10MB", 10_000_000), ("10MiB", 10_485_760), ("1GiB", 2**30)]
)
def test_a_size_is_read_as_bytes(written, size):
    assert Dimension.SIZE.read(written) == size


@pytest.mark.parametrize("bare", [2, 0, 1.5])
@pytest.mark.parametrize("dimension", [Dimension.DURATION, Dimension.SIZE])
def test_a_bare_number_has_no_unit_and_is_refused_where_one_is_needed(dimension, bare):
    with pytest.raises(ValueError, match=f"{bare} has no unit; write a (duration|size)"):
        dimension.read(bare)


@pytest.mark.parametrize(("written", "meant"), [("1_500", "1500"), ("2,000", "2000"), ("12,345,678", "12345678")])
def test_a_grouped_number_is_text_and_the_number_meant_is_told(written, meant):
    with pytest.raises(ValueError, match=f"'{written}' is text; write {meant}$"):
        Dimension.NUMBER.read(written)


@pytest.mark.parametrize(
    "raw", [True, False, None, [], {}, "", "many", "2 x", "1e9999", "1e99999999999999999999", "nan"]
)
@pytest.mark.parametrize("dimension", list(Dimension))
def test_what_is_no_quantity_is_refused_with_words(dimension, raw):
    with pytest.raises(ValueError, match=r"\w"):
        dimension.read(raw)


def test_an_unknown_unit_is_refused_and_the_known_ones_are_listed():
    with pytest.raises(ValueError, match=r"'3 weeks' where a duration .* \(units: ms, s, min, m, h, d\)"):
        Dimension.DURATION.read("3 weeks")


def test_whole_numbers_stay_exact():
    assert Dimension.NUMBER.read("1234567890123456789") == 1234567890123456789


@given(st.integers(-(10**30), 10**30) | st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_number_that_is_written_out_is_read_back(number):
    assert float(Dimension.NUMBER.read(f"{number:f}" if not isinstance(number, int) else str(number))) == float(number)


@given(st.text() | st.integers() | st.floats() | st.none(), st.sampled_from(Dimension))
def test_reading_raises_nothing_but_value_error(raw, dimension):
    try:
        value = dimension.read(raw)
    except ValueError:
        return
    assert dimension.show(value)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (1200, "1,200"), (0.25, "0.25"), (1000.0, "1,000"), (1e-9, "1e-09"), (-3, "-3"), (math.inf, "inf")],
)
def test_a_number_is_shown_grouped_and_without_idle_zeros(number, shown):
    assert show_number(number) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.0004, "0.4 ms"),
        (0.012, "12 ms"),
        (2, "2 s"),
        (1.5, "1.5 s"),
        (90, "90 s"),
        (300, "5 min"),
        (7200, "2 h"),
        (172800, "2 d"),
    ],
)
def test_seconds_are_shown_in_the_unit_that_reads_best(seconds, shown):
    assert show_seconds(seconds) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (10_000, "10 kB"),
        (1_250_000, "1.25 MB"),
        (1_234_567, "1,234,567 B"),
        (4_194_304, "4 MiB"),
        (65_536, "65.536 kB"),
    ],
)
def test_bytes_are_shown_rounded_only_where_that_is_exact(size, shown):
    assert show_bytes(size) == shown


@pytest.mark.parametrize(
    ("raw", "named"), [(None, "null"), (True, "true"), ({}, "a mapping"), ([1], "a list"), ("x", "'x'"), (3, "3")]
)
def test_a_value_is_named_as_its_author_would(raw, named):
    assert show_raw(raw) == named


def test_a_long_text_is_cut():
    assert len(show_raw("x" * 500)) == 80
