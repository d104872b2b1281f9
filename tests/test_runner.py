"""The runner, over kinds of checks that are made here, so that each does exactly what a test asks of it."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from sprintbot import places
from sprintbot.checks.fields import Duration
from sprintbot.checks.file import FileCheck
from sprintbot.checks.interface import Check, Implied, LiveCheck, Retry, SharedLook
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.comparison import AnyOf, Comparison, Contains, Equal, Matches, Order
from sprintbot.claim.evidence import Blocked, Evidence, Outcome, Reading, Refuted, Strength, Unmeasured
from sprintbot.claim.expectation import AtLeast
from sprintbot.errors import UsageError, WorkError
from sprintbot.findings import CheckResult
from sprintbot.manifest.model import Planned
from sprintbot.probe.thread import in_thread
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.repository.tree import Tree, Wants
from sprintbot.runner import Job, Run, run_checks

Act = Callable[[Site], Awaitable[Any]]
OK = (Implied("ok", Equal(True)),)


class Still(Check, frozen=True, kw_only=True):
    """Looks at the tree; waits for nothing."""

    kind: ClassVar[str] = "still"
    implied: ClassVar[tuple[Implied, ...]] = OK
    still: str = "still"
    act: Act
    wanting: Callable[[Tree], Wants] = lambda tree: Wants()

    def wants(self, tree: Tree, site: Site) -> Wants:
        return self.wanting(tree)

    async def measure(self, site: Site) -> Evidence:
        return await self.act(site)


class Probe(LiveCheck, frozen=True, kw_only=True):
    """Looks at the deployment."""

    kind: ClassVar[str] = "probe"
    implied: ClassVar[tuple[Implied, ...]] = OK
    probe: str = "probe"
    act: Act

    async def measure(self, site: Site) -> Evidence:
        with site.phase("connect"):
            return await self.act(site)


class Work(Probe, frozen=True, kw_only=True):
    """A probe that claims something else than that it is true."""

    wanted: Comparison

    def claims(self):
        return [msgspec.structs.replace(claim, comparison=self.wanted) for claim in super().claims()]


class Process(Check, frozen=True, kw_only=True):
    """Keeps the machine busy."""

    kind: ClassVar[str] = "process"
    implied: ClassVar[tuple[Implied, ...]] = OK
    live: ClassVar[bool] = True
    process: str = "process"
    act: Act

    async def measure(self, site: Site) -> Evidence:
        return await self.act(site)


class Table(SharedLook, frozen=True, kw_only=True):
    """One look serves all that look at the same place; each reads its own row of it."""

    kind: ClassVar[str] = "table"
    implied: ClassVar[tuple[Implied, ...]] = OK
    table: str = "table"
    row: str = ""
    act: Act

    def look_key(self) -> tuple[object, ...]:
        return (self.table,)

    async def look(self, site: Site) -> dict[str, bool]:
        with site.phase("table"):
            return await self.act(site)

    def read(self, looked: dict[str, bool], site: Site) -> Evidence:
        return evidence(looked[self.row])


def evidence(value: object = True, **more: Any) -> Evidence:
    return Evidence(source="here", readings={"ok": Reading(value=value, strength=Strength.LIVE)}, **more)


def giving(value: object = True) -> Act:
    async def act(site: Site) -> Evidence:
        return evidence(value)

    return act


def raising(error: BaseException) -> Act:
    async def act(site: Site) -> Evidence:
        raise error

    return act


def sleeping(seconds: float, value: object = True) -> Act:
    async def act(site: Site) -> Evidence:
        await asyncio.sleep(seconds)
        return evidence(value)

    return act


@pytest.fixture
def tree(git_repo) -> Iterator[Tree]:
    git_repo.write("a.txt", "one\ntwo\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        yield tree


@pytest.fixture
def ground(tree: Tree) -> Ground:
    return Ground(tree, worktree=tree.top, environ={"TOKEN": "t0p-s3cret"}, clock=time.perf_counter)


def jobs_of(ground: Ground, checks: list[Check]) -> list[Job]:
    jobs = []
    for index, check in enumerate(checks):
        planned = Planned(check, line=index + 1)
        planned.address = f"d/{index}"
        jobs.append(Job(planned.address, planned, ground))
    return jobs


def run(ground: Ground, *checks: Check, **options: Any) -> list[CheckResult]:
    jobs = jobs_of(ground, list(checks))
    results = run_checks(jobs, **options).results
    return [results[job.key] for job in jobs]


def outcomes(results: list[CheckResult]) -> list[Outcome | None]:
    return [result.outcome for result in results]


def reason(result: CheckResult) -> str:
    return result.findings[0].reason


class TestTogether:
    def test_probes_wait_at_the_same_time(self, ground):
        started = time.monotonic()
        assert outcomes(run(ground, *[Probe(act=sleeping(0.5)) for _ in range(60)])) == [Outcome.PASS] * 60
        assert time.monotonic() - started < 5

    def test_no_more_probes_start_at_once_than_have_places(self, ground, monkeypatch):
        monkeypatch.setattr(places, "MOMENT", 60)
        most = self.most_at_once(ground, lambda act: Probe(act=act))
        assert most == places.STARTING

    def test_no_more_probes_are_open_than_there_are_descriptors_for(self, ground, monkeypatch):
        monkeypatch.setattr(places, "MOMENT", 0)
        monkeypatch.setattr(places, "OPEN", 20)
        assert self.most_at_once(ground, lambda act: Probe(act=act)) == 20

    def test_few_processes_run_at_once(self, ground):
        assert self.most_at_once(ground, lambda act: Process(act=act)) == places.PROCESSES

    def most_at_once(self, ground, make: Callable[[Act], Check]) -> int:
        now, most = 0, 0

        async def act(site: Site) -> Evidence:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.02)
            now -= 1
            return evidence()

        run(ground, *[make(act) for _ in range(40)])
        return most

    def test_silent_peers_keep_no_other_probe_from_its_answer(self, ground):
        silent = [Probe(act=sleeping(60), timeout=Duration(2)) for _ in range(5 * places.STARTING)]
        done_after: list[float] = []
        started = time.monotonic()

        async def act(site: Site) -> Evidence:
            done_after.append(time.monotonic() - started)
            return evidence()

        results = run(ground, *silent, Probe(act=act))
        assert results[-1].outcome is Outcome.PASS
        assert done_after[0] < 1.9

    def test_long_processes_keep_no_probe_waiting(self, ground):
        ended: list[str] = []

        def noting(name: str, seconds: float) -> Act:
            async def act(site: Site) -> Evidence:
                await asyncio.sleep(seconds)
                ended.append(name)
                return evidence()

            return act

        run(ground, *[Process(act=noting("process", 0.5)) for _ in range(8)], Probe(act=noting("probe", 0)))
        assert ended[0] == "probe"

    def test_a_look_that_nobody_answers_ends_at_its_own_deadline(self, ground):
        started = time.monotonic()
        [result] = run(ground, Probe(act=sleeping(60), timeout=Duration(0.2)))
        assert time.monotonic() - started < 10
        assert result.outcome is Outcome.BLOCKED
        assert "200 ms" in reason(result)

    def test_a_hanging_thread_does_not_hold_up_the_end_of_the_run(self, ground):
        async def act(site: Site) -> Evidence:
            await in_thread(lambda: time.sleep(20))
            return evidence()

        started = time.monotonic()
        [result] = run(ground, Probe(act=act, timeout=Duration(0.2)))
        assert time.monotonic() - started < 10
        assert result.outcome is Outcome.BLOCKED

    def test_progress_ends_with_all_of_all(self, ground):
        told: list[tuple[int, int]] = []
        checks = [Still(act=giving()), Probe(act=giving()), Probe(act=sleeping(0.05))]
        run(ground, *checks, progress=lambda done, total: told.append((done, total)))
        assert told[-1] == (3, 3)
        assert told == sorted(told)

    def test_an_error_of_the_progress_line_is_not_swallowed(self, ground):
        def progress(done: int, total: int) -> None:
            raise BrokenPipeError("nobody reads")

        with pytest.raises(BrokenPipeError):
            run(ground, Probe(act=giving()), progress=progress)


class TestSharedLooks:
    def counting(self, rows: dict[str, bool]) -> tuple[Act, list[int]]:
        looks: list[int] = []

        async def act(site: Site) -> dict[str, bool]:
            looks.append(1)
            return rows

        return act, looks

    def test_identical_looks_are_looked_once_and_each_check_reads_its_own(self, ground):
        act, looks = self.counting({"a": True, "b": False})
        results = run(ground, Table(act=act, row="a"), Table(act=act, row="b"))
        assert outcomes(results) == [Outcome.PASS, Outcome.FAIL]
        assert len(looks) == 1

    def test_other_targets_and_other_deadlines_are_looked_at_apart(self, ground):
        act, looks = self.counting({"": True})
        run(ground, Table(act=act), Table(act=act, table="other"), Table(act=act, timeout=Duration(3)))
        assert len(looks) == 3

    def test_one_check_that_cannot_read_the_look_hides_no_other(self, ground, caplog):
        act, looks = self.counting({"a": True})
        results = run(ground, Table(act=act, row="nowhere"), Table(act=act, row="a"))
        assert outcomes(results) == [Outcome.ERROR, Outcome.PASS]
        assert len(looks) == 1
        assert "d/0" in caplog.text

    def test_a_look_that_fails_is_the_finding_of_every_check_of_it(self, ground):
        results = run(ground, *[Table(act=raising(ConnectionRefusedError(111, "refused")), row=row) for row in "ab"])
        assert outcomes(results) == [Outcome.FAIL, Outcome.FAIL]

    def test_a_key_that_cannot_be_made_costs_one_finding(self, ground, caplog):
        class Keyless(Table, frozen=True, kw_only=True):
            def look_key(self) -> tuple[object, ...]:
                return ({},)

        results = run(ground, Keyless(act=giving()), Probe(act=giving()))
        assert outcomes(results) == [Outcome.ERROR, Outcome.PASS]

    def test_checks_that_look_again_share_looks_until_each_holds(self, ground):
        looks: list[int] = []

        async def act(site: Site) -> dict[str, bool]:
            looks.append(1)
            return {"a": True, "b": len(looks) >= 3}

        retry = Retry(for_=Duration(20), every=Duration(0.01))
        results = run(ground, Table(act=act, row="a", retry=retry), Table(act=act, row="b", retry=retry))
        assert outcomes(results) == [Outcome.PASS, Outcome.PASS]
        assert len(looks) == 3


class TestLookingAgain:
    def turning(self, *values: bool) -> tuple[Act, list[int]]:
        looks: list[int] = []

        async def act(site: Site) -> Evidence:
            looks.append(1)
            return evidence(values[min(len(looks), len(values)) - 1])

        return act, looks

    def test_a_check_is_looked_at_until_it_holds(self, ground):
        act, looks = self.turning(False, False, True)
        [result] = run(ground, Probe(act=act, retry=Retry(for_=Duration(20), every=Duration(0.01))))
        assert result.outcome is Outcome.PASS
        assert len(looks) == 3
        assert result.evidence.notes == ("looked 3 times",)

    def test_what_holds_at_once_is_looked_at_once(self, ground):
        act, looks = self.turning(True)
        [result] = run(ground, Probe(act=act, retry=Retry(for_=Duration(20), every=Duration(0.01))))
        assert len(looks) == 1
        assert result.evidence.notes == ()

    def test_the_last_look_counts_when_the_time_is_over(self, ground):
        act, looks = self.turning(False)
        started = time.monotonic()
        [result] = run(ground, Probe(act=act, retry=Retry(for_=Duration(0.3), every=Duration(0.05))))
        assert result.outcome is Outcome.FAIL
        assert len(looks) > 1
        assert time.monotonic() - started < 10

    def test_a_refused_connection_is_tried_again(self, ground):
        looks: list[int] = []

        async def act(site: Site) -> Evidence:
            looks.append(1)
            if len(looks) < 3:
                raise ConnectionRefusedError(111, "refused")
            return evidence()

        [result] = run(ground, Probe(act=act, retry=Retry(for_=Duration(20), every=Duration(0.01))))
        assert result.outcome is Outcome.PASS

    def test_what_is_blocked_before_anything_was_looked_at_is_not_tried_again(self, ground):
        class Unset(Probe, frozen=True, kw_only=True):
            async def measure(self, site: Site) -> Evidence:
                return await self.act(site.expand("${UNSET}"))

        started = time.monotonic()
        [result] = run(ground, Unset(act=giving(), retry=Retry(for_=Duration(60), every=Duration(0.01))))
        assert (result.outcome, reason(result)) == (Outcome.BLOCKED, "UNSET is not set")
        assert time.monotonic() - started < 10

    def test_an_own_error_is_not_tried_again(self, ground, caplog):
        started = time.monotonic()
        [result] = run(ground, Probe(act=raising(KeyError("x")), retry=Retry(for_=Duration(60), every=Duration(0.01))))
        assert result.outcome is Outcome.ERROR
        assert time.monotonic() - started < 10

    def test_waiting_to_look_again_keeps_no_place(self, ground):
        again = Retry(for_=Duration(1), every=Duration(0.9))
        patient = [Probe(act=giving(value=False), retry=again) for _ in range(2 * places.STARTING)]
        [*_, last] = run(ground, *patient, Probe(act=giving()))
        assert last.outcome is Outcome.PASS


class TestDeadlineOfTheRun:
    def test_what_has_no_answer_by_then_is_blocked_and_the_rest_is_known(self, ground):
        started = time.monotonic()
        results = run(ground, Probe(act=giving()), Probe(act=sleeping(60)), Still(act=giving()), deadline=0.5)
        assert outcomes(results) == [Outcome.PASS, Outcome.BLOCKED, Outcome.PASS]
        assert reason(results[1]) == "the run's deadline of 500 ms passed before an answer came"
        assert time.monotonic() - started < 10

    def test_it_holds_the_checks_of_the_tree_too(self, ground):
        async def slow(site: Site) -> Evidence:
            time.sleep(0.3)  # noqa: ASYNC251 - no event loop drives it
            return evidence()

        results = run(ground, Still(act=slow), Still(act=giving()), Probe(act=giving()), deadline=0.1)
        assert outcomes(results) == [Outcome.PASS, Outcome.BLOCKED, Outcome.BLOCKED]

    def test_a_check_that_might_have_held_later_has_not_failed(self, ground):
        check = Probe(act=giving(value=False), retry=Retry(for_=Duration(60), every=Duration(0.02)))
        [result] = run(ground, check, deadline=0.4)
        assert result.outcome is Outcome.BLOCKED
        assert reason(result).startswith(
            "the run's deadline of 400 ms passed before the time for looking again was over"
        )
        assert reason(result).endswith("by then: false is not true")

    def test_looks_are_called_off_and_cleaned_up(self, ground):
        ended: list[str] = []

        async def act(site: Site) -> Evidence:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.01)
                ended.append("cleaned up")
            return evidence()

        run(ground, Probe(act=act), deadline=0.1)
        assert ended == ["cleaned up"]

    def test_an_error_of_cleaning_up_starts_no_other_look(self, ground):
        async def act(site: Site) -> Evidence:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError as exc:
                raise OSError(5, "cleaning up failed") from exc
            return evidence()

        started = time.monotonic()
        check = Probe(act=act, retry=Retry(for_=Duration(60), every=Duration(10)))
        assert outcomes(run(ground, check, deadline=0.1)) == [Outcome.BLOCKED]
        assert time.monotonic() - started < 8


class TestErrors:
    def test_an_own_error_is_one_finding_with_its_place_and_the_run_goes_on(self, ground, caplog):
        results = run(ground, Still(act=raising(ZeroDivisionError("oh"))), Still(act=giving()), Probe(act=giving()))
        assert outcomes(results) == [Outcome.ERROR, Outcome.PASS, Outcome.PASS]
        assert reason(results[0]).startswith("sprintbot's own error: ZeroDivisionError: oh (act, line ")
        [record] = caplog.records
        assert record.getMessage().startswith("d/0: Traceback")

    @pytest.mark.parametrize("kind", [Still, Probe, Process])
    def test_blocked_and_refuted_are_what_they_say(self, ground, kind):
        blocked, refuted = Blocked("the road is closed", "Open it"), Refuted("it is gone", absence=True)
        first, second = run(ground, kind(act=raising(blocked)), kind(act=raising(refuted), hint="Build it"))
        assert (first.outcome, reason(first), first.findings[0].hint) == (Outcome.BLOCKED, *blocked.args, "Open it")
        assert (second.outcome, reason(second), second.findings[0].absence) == (Outcome.FAIL, "it is gone", True)
        assert second.findings[0].hint == "Build it"

    def test_errors_of_the_network_are_explained_by_phase(self, ground):
        refused, reset = run(
            ground,
            Probe(probe="db:1", act=raising(ConnectionRefusedError(111, "refused"))),
            Probe(act=raising(ConnectionResetError(104, "reset"))),
        )
        assert (refused.outcome, reason(refused)) == (Outcome.FAIL, "nothing listens on db:1")
        assert refused.findings[0].absence
        assert reset.outcome is Outcome.FAIL
        assert "connect" in reason(reset)

    def test_an_error_of_the_system_blocks_a_check_of_the_tree(self, ground):
        [result] = run(ground, Still(act=raising(PermissionError(13, "Permission denied", "a.txt"))))
        assert result.outcome is Outcome.BLOCKED

    def test_a_sprintbot_error_in_one_check_costs_one_finding(self, ground):
        results = run(
            ground,
            Still(act=raising(WorkError("git broke", "Run git fsck"))),
            Probe(act=raising(WorkError("git broke"))),
            Still(act=raising(UsageError("no such folder"))),
            Probe(act=giving()),
        )
        assert outcomes(results) == [Outcome.ERROR, Outcome.ERROR, Outcome.BLOCKED, Outcome.PASS]
        assert reason(results[0]) == "git broke"
        assert results[0].findings[0].hint == "Run git fsck"

    def test_wants_that_cannot_be_said_cost_one_finding(self, ground, caplog):
        def blocked(tree: Tree) -> Wants:
            raise Blocked("leads out of the repository")

        def broken(tree: Tree) -> Wants:
            raise KeyError("x")

        results = run(
            ground, Still(act=giving(), wanting=blocked), Still(act=giving(), wanting=broken), Still(act=giving())
        )
        assert outcomes(results) == [Outcome.BLOCKED, Outcome.ERROR, Outcome.PASS]

    def test_a_tree_that_cannot_be_read_ends_the_run(self, ground, monkeypatch):
        def load(wants: Wants) -> None:
            raise WorkError("git broke")

        monkeypatch.setattr(ground.tree, "load", load)
        with pytest.raises(WorkError, match="git broke"):
            run(ground, Still(act=giving()))

    def test_a_check_of_the_tree_that_waits_is_an_own_error(self, ground, caplog):
        async def act(site: Site) -> Evidence:
            await asyncio.sleep(0)
            return evidence()

        [result] = run(ground, Still(act=act))
        assert result.outcome is Outcome.ERROR
        assert "has waited" in reason(result)

    @pytest.mark.parametrize("kind", [Still, Probe])
    def test_a_check_that_gives_something_else_is_an_own_error(self, ground, caplog, kind):
        async def act(site: Site) -> str:
            return "all is well"

        assert outcomes(run(ground, kind(act=act), kind(act=giving()))) == [Outcome.ERROR, Outcome.PASS]

    def test_a_check_that_calls_itself_off_is_an_own_error(self, ground, caplog):
        results = run(ground, Probe(act=raising(asyncio.CancelledError())), Probe(act=giving()))
        assert outcomes(results) == [Outcome.ERROR, Outcome.PASS]

    def test_a_claim_without_a_reading_is_an_own_error(self, ground):
        async def act(site: Site) -> Evidence:
            return Evidence(source="here", readings={})

        [result] = run(ground, Probe(act=act))
        assert (result.outcome, reason(result)) == (Outcome.ERROR, "the check gave no reading for ok")

    def test_failed_looks_keep_their_phases_and_their_source(self, ground):
        [result] = run(ground, Probe(probe="db:1", act=raising(ConnectionRefusedError(111, "refused"))))
        assert result.evidence.source == "db:1"
        assert list(result.evidence.phases) == ["connect"]
        assert result.took >= result.evidence.phases["connect"]


class TestSkipping:
    def test_live_checks_are_skipped_with_the_reason_of_the_run(self, tree):
        ground = Ground(tree, environ={}, clock=time.perf_counter, not_live="not looked at (--no-probes)")
        results = run(ground, Probe(act=giving()), Process(act=giving()), Still(act=giving()))
        assert outcomes(results) == [Outcome.SKIPPED, Outcome.SKIPPED, Outcome.PASS]
        assert reason(results[0]) == "not looked at (--no-probes)"

    def test_a_job_with_a_reason_to_skip_is_not_looked_at(self, ground):
        [job] = jobs_of(ground, [Still(act=raising(AssertionError("looked")))])
        result = run_checks([job._replace(skip="not asked for")]).results[job.key]
        assert (result.outcome, reason(result)) == (Outcome.SKIPPED, "not asked for")

    def test_no_jobs_are_no_results(self):
        assert run_checks([], deadline=1) == Run({}, interrupted=False)


class TestCommit:
    @pytest.mark.parametrize(
        "wanted",
        [
            Equal("{commit}"),
            Equal("v1-{commit}"),
            Matches("^v1-{commit}$"),
            AnyOf((Equal("none"), Equal("{commit}"), Equal("v1-{commit}"))),
        ],
    )
    def test_commit_stands_for_the_commit_that_is_measured(self, ground, wanted):
        commit = ground.tree.commit
        answers = [f"v1-{commit}", commit]
        found = [run(ground, Work(act=giving(answer), wanted=wanted))[0] for answer in answers]
        assert Outcome.PASS in outcomes(found)
        assert outcomes(run(ground, Work(act=giving("{commit}"), wanted=wanted))) == [Outcome.FAIL]

    def test_the_finding_says_which_commit_was_expected(self, ground):
        [result] = run(ground, Work(act=giving("abc"), wanted=Equal("{commit}")))
        assert result.findings[0].claim.expected == f"exactly '{ground.tree.commit}'"

    def test_without_a_commit_there_is_nothing_to_compare_with(self, git_repo):
        with open_snapshot(git_repo.path) as tree:
            ground = Ground(tree, environ={}, clock=time.perf_counter)
            [result] = run(ground, Work(act=giving(""), wanted=Equal("{commit}")))
        assert result.outcome is Outcome.BLOCKED
        assert "nothing is committed yet" in reason(result)


class TestSecrets:
    def spilling(self, make: Callable[[str], Any]) -> Act:
        async def act(site: Site) -> Evidence:
            return make(site.expand("${TOKEN}"))

        return act

    def test_judging_comes_before_masking(self, ground):
        act = self.spilling(lambda token: evidence(token, notes=(f"sent {token}",)))
        [result] = run(ground, Work(act=act, wanted=Equal("t0p-s3cret")))
        assert result.outcome is Outcome.PASS
        assert result.findings[0].measured == "***"
        assert result.evidence.notes == ("sent ***",)

    def test_reasons_and_readings_are_masked(self, ground):
        act = self.spilling(lambda token: evidence({"token": [token]}))
        [result] = run(ground, Work(act=act, wanted=Equal("x")))
        assert "t0p-s3cret" not in repr(result)
        assert "***" in reason(result)

    def test_a_secret_that_becomes_known_late_is_masked_in_earlier_results(self, ground):
        early = Probe(act=giving("t0p-s3cret"))

        async def act(site: Site) -> Evidence:
            await asyncio.sleep(0.1)
            return evidence(site.expand("${TOKEN}"))

        results = run(ground, Still(act=giving("t0p-s3cret")), early, Probe(act=act))
        assert "t0p-s3cret" not in repr(results)

    def test_own_errors_are_logged_without_them(self, ground, caplog):
        async def act(site: Site) -> Evidence:
            raise KeyError(site.expand("${TOKEN}"))

        [result] = run(ground, Probe(act=act))
        assert result.outcome is Outcome.ERROR
        assert "KeyError" in caplog.text
        assert "t0p-s3cret" not in caplog.text + repr(result)


class TestEvidence:
    def test_a_searched_text_is_not_kept(self, ground):
        [result] = run(ground, Work(act=giving("a needle in much hay"), wanted=Contains(("needle",))))
        assert result.outcome is Outcome.PASS
        assert result.findings[0].measured == "1 of 1 found"
        assert "hay" not in repr(result)

    def test_a_claim_that_could_not_be_looked_at_is_blocked_alone(self, ground):
        class Two(Work, frozen=True, kw_only=True):
            implied: ClassVar[tuple[Implied, ...]] = (*OK, Implied("size", Order(">=", 1)))

            def claims(self):
                return Probe.claims(self)

        async def act(site: Site) -> Evidence:
            readings = {"ok": Reading(value=True, strength=Strength.LIVE), "size": Unmeasured("too large")}
            return Evidence(source="here", readings=readings)

        [result] = run(ground, Two(act=act, wanted=Equal(True)))
        assert [finding.outcome for finding in result.findings] == [Outcome.PASS, Outcome.BLOCKED]

    def test_files_are_measured_from_the_tree(self, ground):
        [result] = run(ground, FileCheck(file="a.txt", lines=AtLeast.parse(3)))
        assert [finding.outcome for finding in result.findings] == [Outcome.PASS, Outcome.FAIL]
        assert reason(result) == ""
        assert result.findings[1].reason == "2 is less than 3"


CHILD = """
import sys, time
from pathlib import Path
from typing import ClassVar
from sprintbot.checks.interface import Check, Implied
from sprintbot.checks.site import Ground
from sprintbot.claim.comparison import Contains, Equal
from sprintbot.claim.evidence import Evidence, Reading, Strength
from sprintbot.manifest.model import Planned
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.runner import Job, run_checks


class Act(Check, frozen=True, kw_only=True):
    kind: ClassVar[str] = "act"
    implied: ClassVar = (Implied("ok", Equal(True)),)
    live: ClassVar[bool] = True
    act: str

    async def measure(self, site):
        if self.act == "sleep":
            from sprintbot.probe.process import run_process
            script = "echo $$ > pid; echo waiting > ready; exec sleep 600"
            await run_process(["sh", "-c", script], cwd=site.ground.worktree, environ=site.ground.environ)
        return Evidence(source="here", readings={"ok": Reading(value=True, strength=Strength.LIVE)})


class Still(Act, frozen=True, kw_only=True):
    kind: ClassVar[str] = "still"
    live: ClassVar[bool] = False
    still: str = ""

    async def measure(self, site):
        if self.act == "sleep":
            (site.ground.worktree / "ready").write_text("waiting")
            time.sleep(600)
        return await super().measure(site)


def main(*acts):
    with open_snapshot(Path.cwd()) as tree:
        import os
        ground = Ground(tree, worktree=tree.top, environ=os.environ, clock=time.perf_counter)
        jobs = [Job(str(n), Planned(check, n), ground) for n, check in enumerate(acts)]
        run = run_checks(jobs)
    for key in sorted(run.results):
        print(key, run.results[key].outcome, run.results[key].findings[0].reason)
    print("interrupted", run.interrupted, flush=True)
"""


def child(git_repo, body: str, **options: Any) -> subprocess.Popen[str]:
    script = git_repo.write("child.py", CHILD + textwrap.dedent(body))
    environ = git_repo.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, str(script)], cwd=git_repo.path, env=environ, stdout=subprocess.PIPE, text=True, **options
    )


def wait_for(file: Path) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if file.exists() and (content := file.read_text().strip()):
            return content
        time.sleep(0.02)
    raise AssertionError(f"{file.name} was not written in time")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


class TestInterruption:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_what_is_known_is_told_and_no_process_stays(self, git_repo, number):
        running = child(git_repo, 'main(Act(act="sleep"), Act(act="go"), Still(act="go"))')
        wait_for(git_repo.path / "ready")
        sleeper = int(wait_for(git_repo.path / "pid"))
        assert is_alive(sleeper)
        time.sleep(0.2)
        running.send_signal(number)
        told, _ = running.communicate(timeout=30)
        assert told.splitlines() == [
            "0 skipped interrupted before an answer came",
            "1 pass ",
            "2 pass ",
            "interrupted True",
        ]
        assert running.returncode == 0
        assert not is_alive(sleeper)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_run_is_interrupted_among_checks_of_the_tree_too(self, git_repo, number):
        running = child(git_repo, 'main(Still(act="go"), Still(act="sleep"), Act(act="go"))')
        wait_for(git_repo.path / "ready")
        running.send_signal(number)
        told, _ = running.communicate(timeout=30)
        assert told.splitlines()[0] == "0 pass "
        assert told.splitlines()[1:3] == [f"{n} skipped interrupted before an answer came" for n in (1, 2)]
        assert told.splitlines()[3] == "interrupted True"

    def test_a_signal_that_somebody_ignores_stays_ignored(self, git_repo):
        body = """
        import signal
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        main(Act(act="go"))
        print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
        """
        told, _ = child(git_repo, body).communicate(timeout=30)
        assert told.splitlines()[-1] == "True True"

    def test_a_run_in_another_thread_leaves_signals_alone(self, ground):
        results: list[CheckResult] = []
        from threading import Thread

        thread = Thread(target=lambda: results.extend(run(ground, Probe(act=giving()), Still(act=giving()))))
        thread.start()
        thread.join(30)
        assert outcomes(results) == [Outcome.PASS, Outcome.PASS]


def test_a_pattern_that_backtracks_without_end_costs_one_finding(ground, monkeypatch):
    monkeypatch.setattr("sprintbot.runner.SEARCHING", 0.2)
    hopeless = Work(act=giving("a" * 40 + "b"), wanted=Contains(("/(a+)+$/",)))
    started = time.perf_counter()
    results = run(ground, hopeless, Still(act=giving()))
    assert outcomes(results) == [Outcome.BLOCKED, Outcome.PASS]
    assert results[0].findings[0].reason == "the search took more than 200 ms; write a simpler pattern"
    assert time.perf_counter() - started < 20


def test_a_run_that_waits_for_nothing_imports_no_event_loop(git_repo):
    body = """
    main(Still(act="go"))
    print(sorted({"asyncio", "ssl", "jinja2", "git", "slack_sdk", "psutil", "httptools"} & sys.modules.keys()))
    """
    told, _ = child(git_repo, body).communicate(timeout=30)
    assert told.splitlines() == ["0 pass ", "interrupted False", "[]"]
