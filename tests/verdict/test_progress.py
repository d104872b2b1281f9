from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.checks.file import FileCheck
from sprintbot.claim.comparison import Equal
from sprintbot.claim.evidence import Claim, Finding, Outcome, Stage
from sprintbot.findings import CheckResult
from sprintbot.manifest.model import Deliverable, Planned
from sprintbot.verdict.progress import measure_progress, of_env, of_stage, share


def check_of(weight: float, outcomes: list[Outcome]) -> CheckResult:
    claim = Claim(field="present", comparison=Equal(True), stage=Stage.BUILT)
    findings = tuple(Finding(claim=claim, outcome=outcome) for outcome in outcomes)
    return CheckResult(planned=Planned(FileCheck(file="x", weight=weight), 1), findings=findings)


CHECKS = st.builds(
    check_of, st.sampled_from([1, 2, 0.1]), st.lists(st.sampled_from(list(Outcome)), min_size=0, max_size=3)
)
PAIRS = st.lists(
    st.tuples(
        st.builds(lambda points: Deliverable(id="d", title="D", points=points), st.sampled_from([1, 3, 0.7])),
        st.lists(CHECKS, max_size=3),
    ),
    max_size=4,
)


def test_points_are_split_evenly_over_the_checks(make):
    results = [make.result("pass"), make.result("fail"), make.result("pass"), make.result("blocked")]
    progress = measure_progress([(make.deliverable(points=8), results)])
    assert (progress.points_held, progress.points, progress.share) == (4, 8, 0.5)


def test_points_are_split_by_weight(make):
    heavy = make.result("pass", check=make.file(weight=3))
    progress = measure_progress([(make.deliverable(points=8), [heavy, make.result("fail")])])
    assert progress.points_held == 6


def test_a_check_counts_whole_or_not_at_all(make):
    progress = measure_progress([(make.deliverable(), [make.result("pass", "fail")])])
    assert (progress.points_held, progress.held, progress.claims) == (0, 1, 2)


def test_more_points_weigh_more(make):
    pairs = [(make.deliverable(points=5), [make.result("pass")]), (make.deliverable(points=1), [make.result("fail")])]
    assert measure_progress(pairs).share == 0.8333


def test_points_are_added_without_rounding(make):
    pairs = [(make.deliverable(points=0.1), [make.result("pass")]) for _ in range(3)]
    assert measure_progress(pairs).points == Fraction(3, 10)


def test_a_waived_check_takes_its_part_of_the_promise_with_it(make):
    results = [make.result("pass"), make.result("waived", "pass")]
    progress = measure_progress([(make.deliverable(points=4), results)])
    assert (progress.points_held, progress.points, progress.claims) == (2, 2, 2)


@pytest.mark.parametrize("outcome", ["error", "fail", "blocked", "skipped"])
def test_a_waived_claim_hides_no_worse_one_of_its_check(make, outcome):
    results = [make.result("pass"), make.result("waived", outcome)]
    assert measure_progress([(make.deliverable(), results)]).share == 0.5


def test_somebodys_word_has_no_part(make):
    progress = measure_progress([(make.deliverable(points=2), [make.stated(), make.result("pass")])])
    assert (progress.share, progress.points) == (1, 2)


def test_a_deliverable_that_nothing_proves_is_promised_and_not_held(make):
    pairs = [(make.deliverable(points=3), [make.stated()]), (make.deliverable(points=1), [make.result("pass")])]
    assert measure_progress(pairs).share == 0.25


@pytest.mark.parametrize("outcomes", [[], ["waived"]])
def test_without_a_promise_there_is_no_share(make, outcomes):
    pairs = [(make.deliverable(), [make.result(each) for each in outcomes])] if outcomes else []
    progress = measure_progress(pairs)
    assert (progress.share, progress.points, progress.claims) == (None, 0, 0)


def test_skipped_claims_stay_promised_and_make_it_a_lower_bound(make):
    results = [make.result("pass"), make.result("skipped"), make.result("skipped", "fail"), make.result("fail")]
    progress = measure_progress([(make.deliverable(points=4), results)])
    assert (progress.points_held, progress.points_possible, progress.points) == (1, 2, 4)
    assert progress.floor


def test_it_is_exact_when_nothing_was_skipped(make):
    assert not measure_progress([(make.deliverable(), [make.result("blocked", "error")])]).floor


def test_a_stage_counts_only_its_own_claims(make):
    built, deployed = make.finding("pass"), make.finding("fail", stage="deployed")
    pairs = [
        (make.deliverable(points=2), [make.result(built, deployed), make.result(make.finding("fail"))]),
        (make.deliverable(points=9), [make.result(deployed)]),
        (make.deliverable(points=9), [make.stated()]),
    ]
    progress = measure_progress(pairs, of_stage(Stage.BUILT))
    assert (progress.points_held, progress.points, progress.held, progress.claims) == (1, 2, 1, 2)
    assert measure_progress(pairs, of_stage(Stage.TESTED)).share is None


def test_an_environment_counts_only_its_own_checks(make):
    local, production = make.live(env="local"), make.live(env="production")
    results = [make.result("pass", check=local), make.result("fail", check=production), make.result("fail")]
    progress = measure_progress([(make.deliverable(), results)], of_env("local"))
    assert (progress.share, progress.claims) == (1, 1)


@pytest.mark.parametrize(("part", "whole", "expected"), [(2, 3, 0.6666), (1, 1, 1), (0, 3, 0), (99999, 100000, 0.9999)])
def test_shares_are_rounded_down(part, whole, expected):
    assert share(Fraction(part), Fraction(whole)) == expected


@given(PAIRS)
def test_a_share_of_1_means_that_all_holds(pairs):
    progress = measure_progress(pairs)
    everything = [finding.outcome for _, results in pairs for result in results for finding in result.findings]
    if progress.share == 1:
        assert set(everything) <= {Outcome.PASS, Outcome.WAIVED}
        assert all(any(result.findings for result in results) for _, results in pairs)
    assert progress.share is None or 0 <= progress.share <= 1


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_deliverables_and_checks_does_not_matter(pairs, random):
    shuffled = [(deliverable, random.sample(results, len(results))) for deliverable, results in pairs]
    random.shuffle(shuffled)
    assert measure_progress(shuffled) == measure_progress(pairs)


def with_one_skipped(pairs: list, random) -> list:
    places = [
        (at, check, claim)
        for at, (_, results) in enumerate(pairs)
        for check, result in enumerate(results)
        for claim, finding in enumerate(result.findings)
        if finding.outcome is not Outcome.WAIVED
    ]
    at, check, claim = random.choice(places)
    deliverable, results = pairs[at]
    outcomes = [finding.outcome for finding in results[check].findings]
    outcomes[claim] = Outcome.SKIPPED
    results = [*results]
    results[check] = check_of(results[check].planned.check.weight, outcomes)
    return [*pairs[:at], (deliverable, results), *pairs[at + 1 :]]


@given(PAIRS, st.randoms(use_true_random=False))
def test_progress_never_rises_by_not_looking(pairs, random):
    if not any(
        finding.outcome is not Outcome.WAIVED for _, results in pairs for each in results for finding in each.findings
    ):
        return
    looked, skipped = measure_progress(pairs), measure_progress(with_one_skipped(pairs, random))
    assert skipped.share is not None
    assert skipped.floor
    if looked.share is None:  # all of it was waived
        assert skipped.share == 0
    else:
        assert skipped.share <= looked.share


@given(PAIRS)
def test_what_is_skipped_and_holds_gives_at_most_what_was_said_to_be_possible(pairs):
    def held(result: CheckResult) -> CheckResult:
        outcomes = [finding.outcome for finding in result.findings]
        return check_of(
            result.planned.check.weight, [Outcome.PASS if each is Outcome.SKIPPED else each for each in outcomes]
        )

    said = measure_progress(pairs)
    after = measure_progress([(deliverable, [held(result) for result in results]) for deliverable, results in pairs])
    if said.points == after.points:
        assert after.points_held == said.points_possible
