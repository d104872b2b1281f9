from fractions import Fraction

import pytest

from sprintbot.claim.comparison import AnyOf, Between, Equal, Matches, Order
from sprintbot.claim.evidence import Outcome, Stage, Strength
from sprintbot.claim.fact import Fact, FactKind, Ref, Unknown
from sprintbot.manifest.fact_types import FactTypes
from sprintbot.verdict.facts import bound, total, written

RICH = """
previous: r
effort: [{work: infrastructure, hours: 1.5}, {work: delivery, hours: 0.5}]
deliverables:
  - id: config
    title: Config
    points: 3
    checks:
      - {file: a.yml, lines: 150, words: 10, parses: yaml}
      - {files: "*.sh", count: 5, lines: ">= 20"}
  - id: gateway
    title: Gateway
    checks:
      - {http: "http://localhost:1/x", env: local}
      - {tcp: "localhost:1", env: production}
  - {id: tests, title: Tests, checks: [{tests: t, count: 51}]}
  - {id: word, title: Word, checks: [{stated: done, by: ana, on: 2025-11-03}]}
blockers:
  - {id: ports, title: Ports, blocks: [gateway], ports: {6333: "process:qdrant"}}
  - {id: raft, title: Raft, checks: [{file: b.yml}]}
"""
BEFORE = """
effort: [{work: infrastructure, hours: 3}, {work: design, hours: 3}]
deliverables: [{id: d, title: D, checks: [{file: old.txt}]}]
"""


@pytest.fixture
def rich(make):
    make.sprint(BEFORE, "r")
    return make.sprint(RICH)


def value(verdict, *parts: str, call: bool = False) -> Fact:
    return verdict.facts(Ref(parts, call=call))


class TestNames:
    def names(self, sprint) -> set[tuple[str, ...]]:
        """Every name that a condition of this manifest may use, by asking the types for all that could be."""
        types = FactTypes([each.manifest for each in sprint.chain])
        keyed = [("env", str(env), name) for env in types.envs for name in ("share", "held", "claims")]
        for prefix, works in ((("effort",), types.works), (("overall", "effort"), types.overall_works)):
            keyed += [(*prefix, kind, work) for kind in ("by", "share") for work in works]
        for name in keyed:
            types(Ref(name, written=written(name)))
        return {*types.plain, *keyed}

    def test_every_name_of_a_manifest_has_a_value_and_every_value_a_name(self, make, rich):
        assert set(make.verdict(rich).facts.plain) == self.names(rich)

    def test_a_sprint_without_a_previous_one_has_no_facts_of_it(self, make):
        sprint = make.sprint("deliverables: []")
        assert set(make.verdict(sprint).facts.plain) == self.names(sprint)

    @pytest.mark.parametrize("outcome", ["pass", "fail", "blocked", "skipped", "error"])
    def test_every_value_is_of_the_kind_that_its_name_promises(self, make, rich, outcome):
        verdict = make.verdict(rich, {planned.address: outcome for planned in rich.checks})
        types = FactTypes([each.manifest for each in rich.chain])
        calls = [("status", "config"), ("held", "config"), ("held", "gateway", "deployed"), ("active", "ports")]
        refs = [Ref(name, written=written(name)) for name in verdict.facts.plain]
        for ref in [*refs, *(Ref(call, call=True, written=str(call)) for call in calls)]:
            fact, kind = verdict.facts(ref), types(ref)
            assert fact.kind is kind.kind, ref
            if kind.choices and not isinstance(fact.value, Unknown):
                assert fact.value in kind.choices

    def test_names_are_written_as_conditions_write_them(self):
        assert written(("progress",)) == "progress"
        assert written(("env", "local", "share")) == "env['local'].share"
        assert written(("effort", "by", "it's")) == """effort.by["it's"]"""
        assert written(("overall", "effort", "share", "x")) == "overall.effort.share['x']"
        assert written(("built", "share")) == "built.share"

    def test_what_is_no_fact_is_unknown(self, make, rich):
        verdict = make.verdict(rich)
        assert isinstance(value(verdict, "weather").value, Unknown)
        assert isinstance(value(verdict, "weather", "x", call=True).value, Unknown)


class TestCounts:
    def test_claims_and_deliverables_are_counted_by_what_became_of_them(self, make, rich):
        verdict = make.verdict(rich, {"gateway/http": "fail", "gateway/tcp": "blocked", "tests/tests": "skipped"})
        claims = {name: value(verdict, "claims", name).value for name in ("total", *Outcome)}
        assert claims == {
            "total": 9, "pass": 6, "fail": 1, "blocked": 1, "error": 0, "skipped": 1, "waived": 0,
        }  # fmt: skip
        assert value(verdict, "deliverables", "total").value == 4
        assert value(verdict, "deliverables", "failed").value == 1
        assert value(verdict, "deliverables", "unproved").value == 1

    def test_shares_are_those_of_stages_and_environments(self, make, rich):
        verdict = make.verdict(rich, {"gateway/http": "fail"})
        assert value(verdict, "progress").value == pytest.approx(4.5 / 6)
        assert value(verdict, "env", "local", "share").value == 0
        assert value(verdict, "env", "production", "share").value == 1
        assert value(verdict, "deployed", "share").value == 0.5
        assert (value(verdict, "deployed", "held").value, value(verdict, "deployed", "claims").value) == (1, 2)

    def test_what_was_skipped_makes_shares_lower_bounds(self, make, rich):
        verdict = make.verdict(rich, {"gateway/http": "skipped"})
        assert value(verdict, "progress").floor
        assert value(verdict, "deployed", "held") == Fact(FactKind.COUNT, 1, floor=True)
        assert not value(verdict, "built", "share").floor

    def test_a_stage_without_claims_has_no_share(self, make):
        verdict = make.verdict(make.sprint("deliverables: [{id: d, title: D, checks: [{file: x}]}]"))
        assert value(verdict, "deployed", "share").value == Unknown("no claims")
        assert value(verdict, "deployed", "claims").value == 0

    def test_blockers_that_could_not_be_looked_at_make_the_active_ones_a_lower_bound(self, make, rich):
        verdict = make.verdict(rich, {"blocker:ports/port": "fail", "blocker:raft/file": "blocked"})
        assert value(verdict, "blockers", "total").value == 2
        assert value(verdict, "blockers", "active") == Fact(FactKind.COUNT, 1, floor=True)
        assert value(verdict, "blockers", "unknown").value == 1
        assert value(verdict, "active", "ports", call=True).value is True
        assert isinstance(value(verdict, "active", "raft", call=True).value, Unknown)
        assert value(make.verdict(rich), "active", "raft", call=True).value is False


class TestCalls:
    @pytest.mark.parametrize(
        ("outcome", "held"),
        [("pass", True), ("fail", False), ("blocked", False), ("error", False)],
    )
    def test_a_deliverable_is_held_when_all_its_claims_pass(self, make, rich, outcome, held):
        verdict = make.verdict(rich, {"gateway/http": outcome})
        assert value(verdict, "held", "gateway", call=True).value is held
        assert value(verdict, "held", "config", call=True).value is True

    def test_a_stage_of_it_is_held_by_the_claims_of_that_stage(self, make):
        sprint = make.sprint("deliverables: [{id: d, title: D, checks: [{file: x}, {tcp: 'localhost:1'}]}]")
        verdict = make.verdict(sprint, {"d/tcp": "fail"})
        assert value(verdict, "held", "d", "built", call=True).value is True
        assert value(verdict, "held", "d", "deployed", call=True).value is False

    def test_what_was_skipped_leaves_it_open_unless_something_else_decides(self, make, rich):
        skipped = make.verdict(rich, {"gateway/http": "skipped"})
        assert isinstance(value(skipped, "held", "gateway", call=True).value, Unknown)
        failed = make.verdict(rich, {"gateway/http": "skipped", "gateway/tcp": "fail"})
        assert value(failed, "held", "gateway", call=True).value is False

    def test_what_is_waived_does_not_count_and_nothing_left_is_not_held(self, make):
        sprint = make.sprint(
            "deliverables: [{id: d, title: D, checks: [{file: x, id: x}, {file: y, id: y}]}]\n"
            "waivers: [{check: d/x, reason: r, by: a, until: 2026-01-01}]"
        )
        assert value(make.verdict(sprint, {"d/x": "fail"}), "held", "d", call=True).value is True

    def test_a_status_is_a_text(self, make, rich):
        verdict = make.verdict(rich, {"gateway/http": "fail"})
        assert value(verdict, "status", "gateway", call=True) == Fact(FactKind.TEXT, "partial")


class TestSizes:
    def test_lines_words_and_tests_are_added_as_claimed_and_as_measured(self, make, rich):
        counted = {"strength": Strength.COUNTED}
        verdict = make.verdict(
            rich,
            {
                "config/file": {"lines": {"measured": 112, **counted}, "words": {"measured": 20, **counted}},
                "config/files": {"lines": {"measured": 30, **counted}, "count": {"measured": 7, **counted}},
                "tests/tests": {"count": {"measured": 60, **counted}},
            },
        )
        claimed = {name: value(verdict, name, "claimed") for name in ("lines", "words", "tests")}
        measured = {name: value(verdict, name, "measured") for name in ("lines", "words", "tests")}
        assert {name: fact.value for name, fact in claimed.items()} == {"lines": 170, "words": 10, "tests": 51}
        assert {name: fact.value for name, fact in measured.items()} == {"lines": 142, "words": 20, "tests": 60}
        assert all(fact.stated for fact in claimed.values())
        assert not any(fact.stated or fact.floor for fact in measured.values())

    def sizes(self, make, checks: str, **outcomes: object) -> tuple[Fact, Fact]:
        sprint = make.sprint(f"deliverables: [{{id: d, title: D, checks: [{checks}]}}]")
        verdict = make.verdict(sprint, {f"d/{name}": found for name, found in outcomes.items()})
        return value(verdict, "lines", "claimed"), value(verdict, "lines", "measured")

    def lines(self, count: int, **more: object) -> dict[str, object]:
        return {"lines": {"measured": count, "strength": Strength.COUNTED, **more}}

    def test_one_target_counts_once(self, make):
        both = "{file: x, id: a, lines: 10}, {file: x, id: b, lines: 20}"
        claimed, measured = self.sizes(make, both, a=self.lines(15), b=self.lines(15))
        assert (claimed.value, measured.value) == (10, 15)

    def test_a_claim_that_promises_no_number_is_in_neither_sum(self, make):
        both = "{file: x, id: a, lines: 10}, {file: y, id: b, lines: '<= 300'}"
        claimed, measured = self.sizes(make, both, a=self.lines(12), b=self.lines(250))
        assert (claimed.value, measured.value) == (10, 12)

    def test_what_could_not_be_counted_makes_it_a_lower_bound(self, make):
        both = "{file: x, id: a, lines: 10}, {file: y, id: b, lines: 10}"
        assert self.sizes(make, both, a=self.lines(12), b="blocked")[1] == Fact(FactKind.COUNT, 12, floor=True)
        assert self.sizes(make, both, a=self.lines(12, floor=True), b=self.lines(1))[1].floor

    def test_what_is_absent_has_no_lines(self, make):
        both = "{file: x, id: a, lines: 10}, {file: y, id: b, lines: 10}"
        gone = {"lines": {"outcome": Outcome.FAIL, "absence": True}}
        assert self.sizes(make, both, a=self.lines(12), b=gone)[1] == Fact(FactKind.COUNT, 12)

    def test_nothing_measured_is_no_figure(self, make):
        assert isinstance(self.sizes(make, "{file: x, id: a, lines: 10}", a="blocked")[1].value, Unknown)
        claimed, measured = self.sizes(make, "{file: x}")
        assert (claimed.value, isinstance(measured.value, Unknown)) == (0, True)

    def test_somebodys_word_is_not_measured(self, make):
        stated = make.finding("blocked", measured=50, strength=Strength.STATED)
        assert total([stated]) == (0, True)

    @pytest.mark.parametrize(
        ("comparison", "number"),
        [
            (Order(">=", 150), 150),
            (Order(">", 150), 150),
            (Order("<=", 150), None),
            (Order("<", 150), None),
            (Equal(3), 3),
            (Equal(0, negated=True), None),
            (Equal("all"), None),
            (Between(100, 200), 100),
            (Between(135, 165, about=150), 150),
            (AnyOf((Equal(1), Equal(2))), None),
            (Matches("x"), None),
        ],
    )
    def test_the_number_that_a_claim_promises(self, comparison, number):
        assert bound(comparison) == number


class TestEffort:
    def test_hours_and_their_shares_are_computed_from_what_was_logged(self, make, rich):
        verdict = make.verdict(rich)
        assert value(verdict, "effort", "hours") == Fact(FactKind.HOURS, 2, stated=True)
        assert value(verdict, "effort", "by", "infrastructure").value == 1.5
        assert value(verdict, "effort", "share", "delivery").value == 0.25
        assert value(verdict, "overall", "effort", "hours").value == 8
        assert value(verdict, "overall", "effort", "share", "infrastructure").value == 0.5625
        assert value(verdict, "overall", "effort", "by", "design").value == 3
        assert all(fact.stated for name, fact in verdict.facts.plain.items() if "effort" in name)

    def test_hours_of_one_kind_of_work_are_added_without_rounding(self, make):
        effort = ", ".join("{work: w, hours: 0.1}" for _ in range(3))
        verdict = make.verdict(make.sprint(f"effort: [{effort}]\ndeliverables: []"))
        assert value(verdict, "effort", "by", "w").value == 0.3

    def test_no_hours_have_no_share(self, make):
        verdict = make.verdict(make.sprint("effort: [{work: w, hours: 0}]\ndeliverables: []"))
        assert isinstance(value(verdict, "effort", "share", "w").value, Unknown)

    @pytest.mark.parametrize("infinite", [".inf", "1e400"])
    def test_hours_and_points_are_finite(self, make, infinite):
        from sprintbot.errors import UsageError

        with pytest.raises(UsageError):
            make.sprint(f"effort: [{{work: w, hours: {infinite}}}]\ndeliverables: []")
        with pytest.raises(UsageError):
            make.sprint(f"deliverables: [{{id: d, title: D, points: {infinite}}}]")


class TestTime:
    def test_the_share_of_the_days_gone(self, make):
        sprint = make.sprint("deliverables: []")
        assert value(make.verdict(sprint, now="2025-11-06T00:00:00+00:00"), "time", "share").value == 0.3

    def test_facts_for_json_are_plain_values(self, make, rich):
        shown = make.verdict(rich).facts.shown()
        assert shown["progress"] == float(Fraction(5, 6) * 10000 // 1 / 10000)
        assert shown["lines.measured"] is None
        assert shown["previous.status"] == "complete"
        assert set(shown) >= {"env['local'].share", "effort.by['infrastructure']", *(f"{each}.share" for each in Stage)}
