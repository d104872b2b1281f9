import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.evidence import Outcome
from sprintbot.claim.status import Status
from sprintbot.verdict.health import days_gone, diagnose
from sprintbot.verdict.progress import Progress

START = datetime.date(2025, 11, 3)
END = datetime.date(2025, 11, 12)  # ten days, so that t is whole tenths


def progress(held: int | Fraction, points: int = 100, possible: int | Fraction | None = None) -> Progress:
    return Progress(
        points_held=Fraction(held),
        points_possible=Fraction(held if possible is None else possible),
        points=Fraction(points),
        held=0,
        claims=1,
        floor=possible is not None,
    )


def day(number: int) -> datetime.date:
    return START + datetime.timedelta(days=number)


def health(held: int | Fraction, gone: int, unheld: set[Outcome | Status], **more: int) -> str:
    return diagnose(progress(held, **more), unheld, START, END, day(gone)).health


FAIL, BLOCKED, SKIPPED, ERROR = Outcome.FAIL, Outcome.BLOCKED, Outcome.SKIPPED, Outcome.ERROR


@pytest.mark.parametrize(("number", "share"), [(-5, 0), (0, 0), (1, 0.1), (9, 0.9), (10, 1), (30, 1)])
def test_a_day_is_gone_when_it_is_over(number, share):
    assert days_gone(START, END, day(number)) == Fraction(str(share))


def test_a_sprint_of_one_day_is_over_the_day_after():
    assert [days_gone(START, START, day(number)) for number in (0, 1)] == [0, 1]


@pytest.mark.parametrize(
    ("held", "gone", "unheld", "expected"),
    [
        (100, 3, set(), "complete"),
        (100, 30, set(), "complete"),
        (100, -3, set(), "complete"),
        (40, 30, {BLOCKED}, "blocked"),
        (0, -3, {BLOCKED}, "blocked"),
        (0, 5, {BLOCKED, FAIL}, "off track"),
        (0, 5, {BLOCKED, ERROR}, "off track"),
        (0, 5, {BLOCKED, Status.UNPROVED}, "off track"),
        (0, -1, {FAIL}, "not started"),
        (0, 0, {FAIL}, "on track"),
        (99, 10, {FAIL}, "off track"),
        (99, 9, {FAIL}, "on track"),
        (29, 6, {FAIL}, "off track"),
        (30, 6, {FAIL}, "at risk"),
        (49, 6, {FAIL}, "at risk"),
        (50, 6, {FAIL}, "on track"),
        (10, 4, {FAIL}, "at risk"),
        (9, 4, {FAIL}, "off track"),
    ],
)
def test_the_first_rule_that_fits_decides(held, gone, unheld, expected):
    assert health(held, gone, unheld) == expected


def test_the_bounds_are_exact_where_decimals_are_not():
    third = datetime.date(2025, 11, 3), datetime.date(2025, 11, 5), datetime.date(2025, 11, 4)
    behind = Fraction(1, 3) - Fraction(1, 10)
    assert diagnose(progress(behind, points=1), {FAIL}, *third).health == "on track"
    assert diagnose(progress(behind - Fraction(1, 10**9), points=1), {FAIL}, *third).health == "at risk"


@pytest.mark.parametrize(
    ("held", "gone", "rule"),
    [
        (20, 6, "20 % of the points held, 60 % of the days gone: more than 30 % behind"),
        (40, 6, "40 % of the points held, 60 % of the days gone: more than 10 % behind"),
        (60, 6, "60 % of the points held, 60 % of the days gone: at most 10 % behind"),
        (60, 20, "the sprint ended on 2025-11-12 with 60 % of the points held"),
        (60, -2, "the sprint starts on 2025-11-03"),
        (100, 2, "every promised point holds"),
    ],
)
def test_the_rule_is_told_with_its_numbers(held, gone, rule):
    assert diagnose(progress(held), {FAIL}, START, END, day(gone)).rule == rule


def test_without_a_promise_there_is_no_health():
    found = diagnose(progress(0, points=0), set(), START, END, START)
    assert (found.health, found.rule) == ("unknown", "no claims")


@pytest.mark.parametrize(
    ("held", "possible", "gone", "unheld", "expected"),
    [
        (60, 100, 5, {SKIPPED}, "unknown"),  # on track, or complete
        (50, 55, 5, {SKIPPED, FAIL}, "on track"),
        (10, 20, 9, {SKIPPED, FAIL}, "off track"),
        (10, 90, 9, {SKIPPED, FAIL}, "unknown"),
        (50, 60, 5, {SKIPPED, BLOCKED}, "unknown"),  # on track, or blocked
        (0, 50, -1, {SKIPPED, FAIL}, "not started"),
        (0, 50, 11, {SKIPPED, FAIL}, "off track"),
    ],
)
def test_where_claims_were_skipped_a_health_is_given_only_if_they_do_not_matter(held, possible, gone, unheld, expected):
    assert health(held, gone, unheld, possible=possible) == expected


def test_an_undecided_health_names_both_and_their_numbers():
    found = diagnose(progress(10, possible=90), {SKIPPED, FAIL}, START, END, day(9))
    assert found.rule == "off track or on track: 10 % of the points held, 90 % if what was skipped holds"


@given(
    held=st.integers(0, 100),
    skipped=st.integers(0, 100),
    holding=st.integers(0, 100),
    gone=st.integers(-3, 13),
    others=st.sets(st.sampled_from([FAIL, BLOCKED, ERROR])),
)
def test_a_health_given_with_skips_is_that_of_every_way_they_may_turn_out(held, skipped, holding, gone, others):
    skipped = min(skipped, 100 - held)
    if not skipped or (held + skipped < 100) != bool(others):
        return
    found = health(held, gone, others | {SKIPPED}, possible=held + skipped)
    holding = min(holding, skipped)
    ways = [set()] if holding == skipped else [{FAIL}, {BLOCKED}, {ERROR}]
    for way in ways:
        assert found in {"unknown", health(held + holding, gone, others | way)}
