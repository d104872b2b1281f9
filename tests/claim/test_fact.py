import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.claim.fact import STATED_MARK, Fact, FactKind, Unknown, show_share


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (Fact(FactKind.SHARE, 0.8), "80 %"),
        (Fact(FactKind.COUNT, 2000), "2,000"),
        (Fact(FactKind.COUNT, 12, floor=True), "at least 12"),
        (Fact(FactKind.HOURS, 1.5), "1.5"),
        (Fact(FactKind.TEXT, "complete"), "complete"),
        (Fact(FactKind.FLAG, True), "yes"),
        (Fact(FactKind.FLAG, False), "no"),
        (Fact(FactKind.SHARE, Unknown("no claims")), "unknown (no claims)"),
        (Fact(FactKind.HOURS, 7, stated=True), f"7{STATED_MARK}"),
    ],
)
def test_a_fact_is_shown_for_a_reader(fact, shown):
    assert fact.show() == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0 %"), (0.29, "29 %"), (2 / 3, "66 %"), (0.999999, "99 %"), (1, "100 %")]
)
def test_a_share_is_rounded_down(share, shown):
    assert show_share(share) == shown


@given(st.floats(0, 1, exclude_max=True))
def test_only_all_is_100_percent(share):
    assert show_share(share) != "100 %"
    assert show_share(1) == "100 %"


def test_only_figures_have_an_order():
    assert [kind for kind in FactKind if kind.is_number] == [FactKind.SHARE, FactKind.COUNT, FactKind.HOURS]
