import datetime

import pytest

from sprintbot.claim.evidence import Outcome, Stage
from sprintbot.claim.fact import Ref, Unknown
from sprintbot.verdict.exit import exit_code
from sprintbot.verdict.verdict import reach_verdict, result_key

SPRINT = """
deliverables:
  - {id: config, title: Config, points: 3, checks: [{file: a.yml}]}
  - {id: gateway, title: Gateway, checks: [{http: "http://localhost:1/x"}, {file: b.yml}]}
blockers:
  - {id: ports, title: Ports, blocks: [gateway], checks: [{tcp: "localhost:6333"}]}
waivers:
  - {check: config/file, reason: not here, by: ana, until: 2025-11-06}
criteria: [{text: Config, when: "held('config')"}, {text: All, when: progress == 1}, By hand]
next: {immediate: ["{progress} now"], long-term: [{text: Later, when: "active('ports')"}]}
decision:
  id: path
  question: How?
  options:
    A: {title: Pause, recommend: "blockers.active >= 1"}
    B: {title: Go on, recommend: "progress == 1"}
"""


@pytest.fixture
def sprint(make):
    return make.sprint(SPRINT)


def statuses(verdict) -> dict[str, str]:
    return {each.deliverable.id: str(each.status) for each in verdict.deliverables}


def test_when_everything_holds_it_is_complete(make, sprint):
    verdict = make.verdict(sprint)
    assert statuses(verdict) == {"config": "done", "gateway": "done"}
    assert (verdict.progress.share, verdict.diagnosis.health) == (1, "complete")
    assert exit_code(verdict.outcomes) == 0
    assert verdict.recommendation.recommended == "B"
    assert [each.holds for each in verdict.criteria] == [True, True, None]
    assert [each.stated for each in verdict.criteria] == [False, False, True]


def test_an_active_blocker_turns_live_fails_into_blocked_ones(make, sprint):
    verdict = make.verdict(sprint, {"gateway/http": "fail", "blocker:ports/tcp": "fail"})
    assert statuses(verdict) == {"config": "done", "gateway": "blocked"}
    [finding] = verdict.deliverables[1].results[0].findings
    assert (finding.outcome, finding.because) == (Outcome.BLOCKED, "ports")
    assert verdict.diagnosis.health == "blocked"
    assert verdict.recommendation.recommended == "A"
    assert verdict.next_steps["Long-term"][0].holds is True
    assert verdict.next_steps["Immediate"][0].text == "87 % now"
    assert exit_code(verdict.outcomes) == 1


def test_a_file_that_lacks_is_no_matter_of_the_ports(make, sprint):
    verdict = make.verdict(sprint, {"gateway/file": "fail", "blocker:ports/tcp": "fail"})
    assert statuses(verdict)["gateway"] == "partial"


def test_a_waiver_in_force_takes_the_check_out_of_the_promise(make, sprint):
    verdict = make.verdict(sprint, {"config/file": "fail"})
    assert statuses(verdict)["config"] == "waived"
    assert (verdict.progress.points, verdict.progress.share) == (1, 1)
    assert verdict.expired == ()


def test_an_expired_waiver_has_no_effect_and_is_listed(make, sprint):
    verdict = make.verdict(sprint, {"config/file": "fail"}, now="2025-11-07T00:00:00+00:00")
    assert statuses(verdict)["config"] == "failed"
    assert [each.reason for each in verdict.expired] == ["not here"]


def test_a_waived_check_of_a_blocker_makes_it_not_active(make):
    waived = SPRINT.replace("config/file", "'blocker:ports/tcp'")
    verdict = make.verdict(make.sprint(waived), {"blocker:ports/tcp": "fail", "gateway/http": "fail"})
    assert verdict.standings[0].state == "clear"
    assert statuses(verdict)["gateway"] == "partial"


def test_days_are_those_of_the_manifests_time_zone(make):
    text = "timezone: Pacific/Auckland\ndeliverables: []"
    assert make.verdict(make.sprint(text), now="2025-11-05T12:00:00+00:00").today == datetime.date(2025, 11, 6)


def test_a_check_that_was_not_measured_is_skipped(make, sprint):
    measured = make.measured(sprint, {})
    del measured[result_key(sprint, sprint.checks[0])]
    verdict = reach_verdict(sprint, measured, datetime.datetime(2025, 11, 5, tzinfo=datetime.UTC))
    assert verdict.results[0].outcome is Outcome.SKIPPED
    assert verdict.progress.floor


def test_without_claims_there_is_nothing_to_say(make):
    verdict = make.verdict(make.sprint("deliverables: []"))
    assert (verdict.progress.share, verdict.diagnosis.rule) == (None, "no claims")
    assert (verdict.recommendation, verdict.stages) == (None, {})
    assert exit_code(verdict.outcomes) == 1


def test_stages_are_those_that_some_claim_belongs_to(make, sprint):
    assert set(make.verdict(sprint).stages) == {Stage.BUILT, Stage.DEPLOYED}


def test_a_deliverable_that_nothing_proves_keeps_the_sprint_from_being_blocked(make):
    sprint = make.sprint(
        "deliverables: [{id: a, title: A, checks: [{tcp: 'x:1'}]},"
        " {id: b, title: B, checks: [{stated: done, by: ana, on: 2025-11-03}]}]"
    )
    assert make.verdict(sprint, {"a/tcp": "blocked"}, now="2025-11-12T00:00:00+00:00").diagnosis.health == "off track"


def test_another_commit_than_head_has_no_health(make, sprint):
    diagnosis = make.verdict(sprint, gives_health=False).diagnosis
    assert (diagnosis.health, diagnosis.rule) == ("unknown", "another commit than HEAD was measured")


def test_an_error_anywhere_is_an_error_of_the_run(make, sprint):
    assert exit_code(make.verdict(sprint, {"blocker:ports/tcp": "error"}).outcomes) == 3
    assert exit_code(make.verdict(sprint, {"blocker:ports/tcp": "fail"}).outcomes) == 0


class TestPrevious:
    BEFORE = "effort: [{work: w, hours: 6}]\ndeliverables: [{id: old, title: Old, checks: [{file: old.txt}]}]"
    TEXT = "previous: r\ncriteria: [{text: Before, when: previous.progress == 1}]\ndeliverables: []"

    @pytest.fixture
    def chain(self, make):
        make.sprint(self.BEFORE, "r")
        return make.sprint(self.TEXT)

    def test_it_is_measured_in_the_same_run(self, make, chain):
        verdict = make.verdict(chain)
        assert verdict.previous.manifest.sprint == "r"
        assert statuses(verdict.previous) == {"old": "done"}
        assert verdict.criteria[0].holds is True
        assert verdict.facts(Ref(("previous", "hours"))).value == 6

    def test_its_failures_are_not_those_of_this_sprint_but_its_errors_are_of_the_run(self, make, chain):
        assert Outcome.FAIL not in make.verdict(chain, {"old/file": "fail"}).outcomes
        assert exit_code(make.verdict(chain, {"old/file": "error"}).outcomes) == 3

    def test_a_health_that_is_not_known_is_an_unknown_fact(self, make, chain):
        verdict = make.verdict(chain, gives_health=False)
        assert isinstance(verdict.facts(Ref(("previous", "status"))).value, Unknown)


def test_the_order_of_checks_is_the_manifests(make, sprint):
    assert [each.planned.address for each in make.verdict(sprint).results] == [
        "config/file",
        "gateway/http",
        "gateway/file",
    ]
