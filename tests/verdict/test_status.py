import datetime
import itertools

import pytest

from sprintbot.claim.evidence import Outcome
from sprintbot.claim.status import Status
from sprintbot.manifest.model import Blocker, Waiver
from sprintbot.verdict.status import apply_blockers, apply_waiver, stand, status_of, waivers_in_force


class TestStatus:
    @pytest.mark.parametrize(
        ("outcomes", "status"),
        [
            ([], "unproved"),
            (["waived"], "waived"),
            (["waived", "waived"], "waived"),
            (["pass"], "done"),
            (["pass", "waived"], "done"),
            (["error", "fail", "pass", "blocked"], "unknown"),
            (["error", "waived"], "unknown"),
            (["fail", "pass", "blocked"], "partial"),
            (["fail", "blocked"], "failed"),
            (["fail", "waived"], "failed"),
            (["fail", "skipped"], "failed"),
            (["blocked"], "blocked"),
            (["blocked", "pass", "skipped"], "blocked"),
            (["skipped"], "unknown"),
            (["skipped", "pass"], "unknown"),
            (["skipped", "waived"], "unknown"),
        ],
    )
    def test_the_first_rule_that_fits_decides(self, make, outcomes, status):
        for order in itertools.permutations(outcomes):
            assert status_of([make.result(*order)]) == status
            assert status_of([make.result(each) for each in order]) == status

    def test_it_is_missing_when_every_fail_is_an_absence(self, make):
        absent, other = make.finding("fail", absence=True), make.finding("fail")
        assert status_of([make.result(absent, absent, "blocked")]) is Status.MISSING
        assert status_of([make.result(absent, other)]) is Status.FAILED
        assert status_of([make.result(absent), make.result("pass")]) is Status.PARTIAL

    def test_somebodys_word_proves_nothing(self, make):
        assert status_of([make.stated()]) is Status.UNPROVED
        assert status_of([make.stated(), make.result("pass")]) is Status.DONE


class TestBlockers:
    def standing(self, make, *outcomes: str):
        blocker = Blocker(id="ports", title="Ports", blocks=["d"])
        return stand(blocker, [make.result(make.finding(each, reason=f"{each}!")) for each in outcomes])

    @pytest.mark.parametrize(
        ("outcomes", "state", "reason"),
        [
            (["pass", "fail"], "active", "fail!"),
            (["blocked", "fail", "error"], "active", "fail!"),
            (["pass", "blocked"], "unknown", "blocked!"),
            (["error"], "unknown", "error!"),
            (["skipped"], "unknown", "skipped!"),
            (["pass", "pass"], "clear", "every check of it holds"),
            (["pass", "waived"], "clear", "every check of it holds"),
            ([], "unknown", "nothing says when the road is free: it has neither checks nor ports"),
        ],
    )
    def test_the_state_is_that_of_the_worst_check(self, make, outcomes, state, reason):
        standing = self.standing(make, *outcomes)
        assert (standing.state, standing.reason) == (state, reason)

    def test_equal_reasons_are_told_once_and_many_are_cut(self, make):
        results = [make.result(make.finding("fail", reason=f"port {port} held")) for port in (1, 1, 2, 3, 4, 5)]
        assert stand(Blocker(id="b", title="B"), results).reason == "port 1 held; port 2 held; port 3 held; and 2 more"

    @pytest.mark.parametrize("outcome", ["fail", "blocked"])
    def test_a_live_claim_is_blocked_because_of_an_active_blocker(self, make, outcome):
        result = make.result(make.finding(outcome, absence=True), "pass", check=make.live())
        changed = apply_blockers(result, "d", [self.standing(make, "fail")])
        assert [each.outcome for each in changed.findings] == [Outcome.BLOCKED, Outcome.PASS]
        assert [each.because for each in changed.findings] == ["ports", ""]
        assert changed.findings[0].reason == f"it is {outcome}"
        assert not changed.findings[0].absence

    @pytest.mark.parametrize("outcome", ["pass", "error", "skipped"])
    def test_what_holds_or_was_not_looked_at_stays(self, make, outcome):
        result = make.result(outcome, check=make.live())
        assert apply_blockers(result, "d", [self.standing(make, "fail")]) == result

    @pytest.mark.parametrize("state", ["pass", "blocked"])
    def test_a_clear_or_unknown_blocker_blocks_nothing(self, make, state):
        result = make.result("fail", check=make.live())
        assert apply_blockers(result, "d", [self.standing(make, state)]) == result

    def test_it_blocks_no_other_deliverable(self, make):
        result = make.result("fail", check=make.live())
        assert apply_blockers(result, "other", [self.standing(make, "fail")]) == result

    def test_it_excuses_nothing_that_is_not_live(self, make):
        for result in (
            make.result("fail"),
            make.result(make.finding("fail", stage="deployed")),
            make.result(make.finding("fail", stage="tested"), check=make.command()),
        ):
            assert apply_blockers(result, "d", [self.standing(make, "fail")]) == result

    def test_a_command_that_proves_the_deployment_is_live(self, make):
        result = make.result(make.finding("fail", stage="deployed"), check=make.command())
        [finding] = apply_blockers(result, "d", [self.standing(make, "fail")]).findings
        assert finding.because == "ports"

    def test_the_first_active_blocker_is_the_reason(self, make):
        result = make.result("fail", check=make.live())
        other = stand(Blocker(id="raft", title="Raft", blocks=["d"]), [make.result("fail")])
        clear = self.standing(make, "pass")
        assert apply_blockers(result, "d", [clear, other]).findings[0].because == "raft"


class TestWaivers:
    WAIVER = Waiver(check="d/file", reason="not here", by="ana", until=datetime.date(2025, 11, 5))

    @pytest.mark.parametrize(
        ("outcome", "after"),
        [
            ("fail", "waived"),
            ("blocked", "waived"),
            ("pass", "pass"),
            ("error", "error"),
            ("skipped", "skipped"),
        ],
    )
    def test_what_was_looked_at_and_does_not_hold_is_waived(self, make, outcome, after):
        [finding] = apply_waiver(make.result(outcome), {"d/file": self.WAIVER}).findings
        assert finding.outcome == after

    def test_the_reason_says_who_waived_it_why_and_what(self, make):
        [finding] = apply_waiver(make.result("fail"), {"d/file": self.WAIVER}).findings
        assert finding.reason == "waived by ana until 2025-11-05: not here (it is fail)"

    def test_another_check_is_not_waived(self, make):
        result = make.result("fail", address="d/other")
        assert apply_waiver(result, {"d/file": self.WAIVER}) is result

    @pytest.mark.parametrize(("day", "in_force"), [(4, True), (5, True), (6, False)])
    def test_the_last_day_counts(self, make, day, in_force):
        sprint = make.sprint(
            "deliverables: [{id: d, title: D, checks: [{file: x, id: f}]}]\n"
            "waivers: [{check: 'd/file:x', reason: r, by: ana, until: 2025-11-05}]"
        )
        force, expired = waivers_in_force(sprint, datetime.date(2025, 11, day))
        assert (list(force), len(expired)) == ((["d/f"], 0) if in_force else ([], 1))
