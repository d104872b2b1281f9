from collections.abc import Callable

import msgspec

from sprintbot.claim.evidence import Outcome
from sprintbot.report import terminal
from sprintbot.report.views import Context

Cases = Callable[[str], Context]


def test_every_outcome_has_its_sign() -> None:
    assert set(terminal.SIGNS) == set(Outcome)
    assert len(set(terminal.SIGNS.values())) == len(Outcome)


def test_verbose_shows_every_claim_with_what_was_measured(context: Cases) -> None:
    report = context("outcomes")
    text = terminal.render(report, verbose=True)
    shown = sum(line.strip()[:2].rstrip() in terminal.SIGNS.values() for line in text.splitlines())
    assert shown >= sum(len(each.claims) for each in report.deliverables)
    assert "      ✓ lines: 3 lines, expected at least 2\n" in text
    assert "      ⊘ status: expected exactly 200; STAGING_URL is not set (behind the blocker ports)\n" in text


def test_verbose_marks_the_checks_that_prove_no_more_than_a_size(context: Cases) -> None:
    report = context("outcomes")
    checks = [check for each in report.deliverables for check in each.checks if check.claims]
    lines = terminal.render(report, verbose=True).splitlines()
    for check in checks:
        start = f"    {check.address}"
        [heading] = {line for line in lines if line == start or line.startswith(f"{start}  ")}
        assert heading.endswith("  size only") == check.size_only
    assert {check.size_only for check in checks} == {True, False}


def test_columns_line_up(context: Cases) -> None:
    report = context("outcomes")
    lines = terminal.render(report).splitlines()
    starts = {
        line.index(each.title) for each in report.deliverables for line in lines if line.endswith(f"  {each.title}")
    }
    assert len(starts) == 1


def test_clear_blockers_take_no_room(context: Cases) -> None:
    assert "blocker paper" not in terminal.render(context("outcomes"))


def test_an_unknown_condition_is_not_told_as_one_that_fails(context: Cases) -> None:
    text = terminal.render(context("skipped"))
    assert "not known whether A is recommended  only a lower bound of blockers.active is known" in text
    assert "fulfil no option's condition" not in text


def test_conditions_that_fail_give_no_recommendation(context: Cases) -> None:
    report = context("skipped")
    assert report.decision is not None
    option = msgspec.structs.replace(report.decision.options[0], holds=False, why="")
    decision = msgspec.structs.replace(report.decision, options=(option,))
    text = terminal.render(msgspec.structs.replace(report, decision=decision))
    assert "no recommendation  the facts fulfil no option's condition" in text
