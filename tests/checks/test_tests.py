import asyncio
import os
import sys
import time

import pytest

from sprintbot.checks.fields import Duration, RepoPath
from sprintbot.checks.site import Ground, Site
from sprintbot.checks.tests import RunArgv, TestPaths, TestsCheck
from sprintbot.claim.evidence import Evidence, Finding, Outcome, Refuted, Stage, Strength
from sprintbot.claim.expectation import AllOrAtLeast, AtLeast, AtMost
from sprintbot.claim.judgement import judge
from sprintbot.repository.snapshot import open_snapshot

ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--junitxml={junit}"]
PASSING = (
    "import pytest\n@pytest.mark.parametrize('x', [1, 2])\ndef test_a(x): pass\n@pytest.mark.skip\ndef test_b(): pass\n"
)
TYPES = {
    "tests": TestPaths,
    "count": AtLeast,
    "passed": AllOrAtLeast,
    "failed": AtMost,
    "skipped": AtMost,
    "run": RunArgv,
    "junit": RepoPath,
    "timeout": Duration,
}


def check_of(paths="tests", **fields) -> TestsCheck:
    return TestsCheck(**{name: TYPES[name].parse(value) for name, value in {"tests": paths, **fields}.items()})


@pytest.fixture
def look(git_repo):
    """Measure a check as the runner does; gives the evidence and the findings by field."""

    def measure(check, *, ref=None, worktree=False, root="", not_live=""):
        with open_snapshot(git_repo.path, ref, worktree=worktree) as tree:
            ground = Ground(
                tree, root=root, worktree=tree.top, environ=ENVIRON, clock=time.monotonic, not_live=not_live
            )
            site = Site(ground)
            tree.load(check.wants(tree, site))
            evidence: Evidence = asyncio.run(asyncio.wait_for(check.measure(site), check.timeout_seconds or 60))
        found: dict[str, Finding] = {claim.field: judge(claim, evidence) for claim in check.claims()}
        return evidence, found

    return measure


def report(cases: str, when: str = "2025-11-05T12:00:00+00:00") -> str:
    return f'<testsuites><testsuite timestamp="{when}">{cases}</testsuite></testsuites>'


CASES = "".join(f'<testcase classname="tests.test_a" name="{name}"/>' for name in ("test_a[1]", "test_a[2]"))
SKIPPED = '<testcase classname="tests.test_a" name="test_b"><skipped/></testcase>'


@pytest.fixture
def passing(git_repo):
    git_repo.write("tests/test_a.py", PASSING)
    git_repo.commit()
    return git_repo


def test_counts_tests_from_source(passing, look):
    commit = passing.git("rev-parse", "HEAD")
    evidence, found = look(check_of(count=3))
    assert evidence.source == f"{commit}:tests"
    assert (found["count"].outcome, found["count"].measured) == (Outcome.PASS, 3)
    assert found["count"].strength is Strength.COUNTED
    _, found = look(check_of(count=4))
    assert (found["count"].outcome, found["count"].reason) == (Outcome.FAIL, "3 is less than 4")


def test_claims_at_least_one_test_where_nothing_is_claimed(passing, look):
    _, found = look(check_of())
    assert [(field, each.outcome, each.claim.expected) for field, each in found.items()] == [
        ("count", Outcome.PASS, "at least 1")
    ]


def test_a_folder_without_tests_has_none_and_fails(git_repo, look):
    git_repo.write("tests/helper.py", "def helper(): pass\n")
    git_repo.commit()
    _, found = look(check_of())
    assert (found["count"].outcome, found["count"].measured) == (Outcome.FAIL, 0)
    assert found["count"].reason == "no tests in it"


def test_tests_of_other_languages_are_not_called_absent(git_repo, look):
    git_repo.write("tests/app.test.ts", "it('works', () => {})\n")
    git_repo.commit()
    _, found = look(check_of(count=1))
    assert found["count"].outcome is Outcome.BLOCKED
    assert "other languages" in found["count"].reason


def test_an_absent_folder_is_an_absence_that_says_why(passing, look):
    passing.write("units/test_x.py", "def test_x(): pass\n")
    with pytest.raises(Refuted) as absent:
        look(check_of("units"))
    assert (absent.value.reason, absent.value.absence) == ("not committed (untracked)", True)
    _, found = look(check_of("units"), worktree=True)
    assert found["count"].outcome is Outcome.PASS


def test_counts_several_paths_below_the_root_together(git_repo, look):
    git_repo.write("rag/tests/test_a.py", PASSING)
    git_repo.write("rag/more/test_c.py", "def test_c(): pass\n")
    git_repo.write("rag/more/test_d.py", "def test_d(): pass\n")
    git_repo.commit()
    check = check_of(["tests", "more/test_c.py"])
    assert check.target == "tests, more/test_c.py"
    evidence, found = look(check, root="rag")
    assert found["count"].measured == 4
    assert evidence.source.endswith(":rag/more/test_c.py")


def test_conftests_and_configuration_above_the_folder_count(git_repo, look):
    git_repo.write("conftest.py", "import pytest\n@pytest.fixture(params='ab', autouse=True)\ndef all(request): pass\n")
    git_repo.write("pyproject.toml", "[tool.pytest.ini_options]\npython_functions = 'check'\n")
    git_repo.write("rag/tests/test_a.py", "def test_a(): pass\ndef check_b(): pass\n")
    git_repo.commit()
    _, found = look(check_of("rag/tests"))
    assert found["count"].measured == 2


def test_a_lower_bound_decides_only_what_it_can_and_says_why(git_repo, look):
    git_repo.write("tests/test_a.py", "import pytest, sys\ndef test_a(): pass\nif sys.argv:\n    def test_b(): pass\n")
    git_repo.commit()
    evidence, found = look(check_of(count=1))
    assert (found["count"].outcome, found["count"].floor) == (Outcome.PASS, True)
    assert evidence.notes == ("at least, because of tests/test_a.py:4: test_b is there in some runs only",)
    _, found = look(check_of(count=2))
    assert found["count"].outcome is Outcome.BLOCKED


def test_a_module_that_git_does_not_hold_as_text_is_flagged(passing, look):
    passing.write(
        "tests/test_big.py", "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 9\n"
    )
    (passing.path / "tests/test_link.py").symlink_to("test_a.py")
    passing.commit()
    evidence, found = look(check_of(count=3))
    assert (found["count"].measured, found["count"].floor) == (3, True)
    assert [note for note in evidence.notes if "test_link.py: cannot be read: a symlink to test_a.py" in note]


def test_without_a_run_nothing_is_said_of_what_passed(passing, look):
    _, found = look(check_of(passed="all", failed=0, skipped=0))
    assert {found[field].outcome for field in ("passed", "failed", "skipped")} == {Outcome.BLOCKED}
    assert found["passed"].reason == "needs a run: give `run:` or `junit:`"
    assert (found["passed"].claim.stage, found["passed"].claim.expected) == (Stage.TESTED, "all")


def test_a_run_gives_executed_evidence(passing, look):
    check = check_of(count=3, passed="all", failed=0, skipped=1, run=PYTEST)
    assert (check.waits, check.timeout_seconds) == (True, 630)
    evidence, found = look(check)
    assert {field: each.outcome for field, each in found.items()} == dict.fromkeys(found, Outcome.PASS)
    assert {each.strength for each in found.values()} == {Strength.EXECUTED}
    assert [found[field].measured for field in ("count", "passed", "failed", "skipped")] == [3, "all", 0, 1]
    assert "command: " in evidence.source
    assert evidence.notes == ()
    assert "run" in evidence.phases


def test_tests_that_fail_do_not_all_pass(git_repo, look):
    git_repo.write("tests/test_a.py", "def test_a(): assert False\ndef test_b(): pass\ndef test_c(x): pass\n")
    git_repo.commit()
    _, found = look(check_of(passed="all", failed=0, run=PYTEST))
    assert (found["passed"].outcome, found["passed"].measured) == (Outcome.FAIL, "1 of 3")
    assert found["passed"].reason == "2 of 3 failed"
    assert (found["failed"].outcome, found["failed"].measured) == (Outcome.FAIL, 2)
    _, found = look(check_of(passed=1, run=PYTEST))
    assert (found["passed"].outcome, found["passed"].measured) == (Outcome.PASS, 1)


def test_a_run_of_a_part_of_the_tests_does_not_show_that_all_pass(passing, look):
    _, found = look(check_of(count=3, passed="all", run=[*PYTEST, "--deselect", "tests/test_a.py::test_b"]))
    assert (found["passed"].outcome, found["passed"].reason) == (Outcome.FAIL, "2 of 3 ran")
    assert (found["count"].outcome, found["count"].strength) == (Outcome.PASS, Strength.COUNTED)


def test_a_run_in_which_all_is_skipped_does_not_show_that_all_pass(git_repo, look):
    git_repo.write("tests/test_a.py", "import pytest\n@pytest.mark.skip\ndef test_a(): pass\n")
    git_repo.commit()
    _, found = look(check_of(passed="all", run=PYTEST))
    assert (found["passed"].outcome, found["passed"].reason) == (Outcome.FAIL, "no test passed")


def test_cases_of_other_folders_are_left_out(passing, look):
    passing.write("more/test_more.py", "def test_more(): assert False\n")
    passing.commit()
    evidence, found = look(check_of(passed="all", run=PYTEST))
    assert (found["count"].measured, found["passed"].outcome) == (3, Outcome.PASS)
    assert "cases of other tests were left out: 1" in evidence.notes


def test_a_run_starts_at_the_manifests_root(git_repo, look):
    git_repo.write("rag/tests/test_a.py", "import pathlib\ndef test_a(): assert pathlib.Path.cwd().name == 'rag'\n")
    git_repo.commit()
    _, found = look(check_of(passed="all", run=PYTEST), root="rag")
    assert found["passed"].outcome is Outcome.PASS


def test_a_run_in_a_changed_work_tree_says_so(passing, look):
    passing.write("tests/test_a.py", PASSING + "# changed\n")
    evidence, _ = look(check_of(passed="all", run=PYTEST))
    assert evidence.notes == ("ran in the work tree, which differs from the commit",)


def test_a_run_that_writes_no_report_fails_with_its_last_words(passing, look):
    script = "import sys; print('x' * 9000 + 'broken', file=sys.stderr); sys.exit(3)"
    _, found = look(check_of(count=3, passed="all", skipped=5, run=[sys.executable, "-c", script, "{junit}"]))
    assert {found[field].outcome for field in ("passed", "skipped")} == {Outcome.FAIL}
    assert found["passed"].reason.startswith("the run ended with exit 3 and wrote no report: ...xxx")
    assert found["passed"].reason.endswith("broken")
    assert len(found["passed"].reason) < 600
    assert found["count"].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (["no-such-program", "{junit}"], "no-such-program is not installed"),
        ([sys.executable, "-m", "no_such_module", "{junit}"], f"no_such_module is not installed for {sys.executable}"),
        (["sh", "-c", "exit 127", "{junit}"], "sh -c 'exit 127' '{junit}': command not found"),
    ],
)
def test_a_runner_that_is_not_there_stands_in_the_way(passing, look, run, reason):
    _, found = look(check_of(count=3, passed="all", run=run))
    assert (found["passed"].outcome, found["passed"].reason) == (Outcome.BLOCKED, reason)
    assert found["count"].outcome is Outcome.PASS


def test_a_runner_that_the_work_tree_lacks_fails(passing, look):
    _, found = look(check_of(count=3, passed="all", run="./run-tests {junit}"))
    assert (found["passed"].outcome, found["passed"].reason) == (
        Outcome.FAIL,
        "there is no ./run-tests in the work tree",
    )
    assert found["count"].outcome is Outcome.PASS


def test_a_broken_report_of_a_run_is_no_evidence(passing, look):
    script = "import sys; open(sys.argv[1], 'w').write('<testsuites>')"
    _, found = look(check_of(passed="all", run=[sys.executable, "-c", script, "{junit}"]))
    assert found["passed"].outcome is Outcome.BLOCKED
    assert "cannot be read: line 1, column 13" in found["passed"].reason


def test_a_run_past_its_time_limit_failed_and_source_is_counted_all_the_same(passing, look):
    run = [sys.executable, "-c", "import time; time.sleep(60)", "{junit}"]
    _, found = look(check_of(count=3, passed="all", run=run, timeout="500ms"))
    assert (found["count"].outcome, found["count"].strength) == (Outcome.PASS, Strength.COUNTED)
    assert found["passed"].outcome is Outcome.FAIL
    assert found["passed"].reason == "the run did not end within its time limit of 500 ms"


def test_without_probes_a_run_is_skipped_and_source_is_counted(passing, look):
    _, found = look(check_of(count=3, passed="all", run=["no-such-program", "{junit}"]), not_live="--no-probes")
    assert (found["passed"].outcome, found["passed"].reason) == (Outcome.SKIPPED, "--no-probes")
    assert found["count"].outcome is Outcome.PASS


def test_a_fresh_report_on_disk_is_evidence(passing, look):
    passing.write("build/junit.xml", report(CASES + SKIPPED))
    check = check_of(count=3, passed="all", failed=0, skipped=1, junit="build/junit.xml")
    assert not check.waits
    _, found = look(check, not_live="--no-probes")
    assert {(each.outcome, each.strength) for each in found.values()} == {(Outcome.PASS, Strength.EXECUTED)}


def test_a_report_without_a_time_is_as_old_as_its_file(passing, look):
    file = passing.write("junit.xml", f"<testsuite>{CASES}{SKIPPED}</testsuite>")
    _, found = look(check_of(passed="all", junit="junit.xml"))
    assert found["passed"].outcome is Outcome.PASS
    os.utime(file, (1_000_000_000, 1_000_000_000))
    _, found = look(check_of(passed="all", junit="junit.xml"))
    assert found["passed"].reason == (
        "somebody's word: the report is of 2001-09-09 01:46 UTC, older than the commit of 2025-11-04 12:00 UTC"
    )


@pytest.mark.parametrize(
    ("cases", "when", "word"),
    [
        (CASES + SKIPPED, "2025-11-04T11:59:00Z", "older than the commit"),
        (
            CASES + SKIPPED + CASES.replace("test_a[", "test_gone["),
            "2025-11-05T12:00:00Z",
            "has not: tests.test_a.test_gone",
        ),
        (CASES.replace("tests.test_a", "tests.test_gone"), "2025-11-05T12:00:00Z", "cases that the source has not"),
    ],
)
def test_an_old_or_strange_report_is_somebodys_word(passing, look, cases, when, word):
    passing.write("junit.xml", report(cases, when))
    _, found = look(check_of(count=3, passed="all", junit="junit.xml"))
    assert (found["passed"].outcome, found["passed"].strength) == (Outcome.BLOCKED, Strength.STATED)
    assert word in found["passed"].reason
    assert (found["count"].outcome, found["count"].strength) == (Outcome.PASS, Strength.COUNTED)


def test_a_report_of_other_tests_is_somebodys_word(passing, look):
    passing.write("more/test_more.py", "def test_more(): pass\n")
    passing.commit()
    passing.write("junit.xml", report('<testcase classname="more.test_more" name="test_more"/>'))
    _, found = look(check_of(passed="all", junit="junit.xml"))
    assert found["passed"].reason == "somebody's word: the report has no case of these tests"


def test_a_committed_report_is_read_where_none_is_on_disk(passing, look):
    file = passing.write("junit.xml", report(CASES + SKIPPED))
    passing.commit()
    file.unlink()
    _, found = look(check_of(passed="all", junit="junit.xml"))
    assert found["passed"].outcome is Outcome.PASS


def test_a_report_is_not_taken_for_another_commit_than_head(passing, look):
    first = passing.git("rev-parse", "HEAD")
    passing.write("other.txt", "x")
    passing.commit()
    passing.write("junit.xml", report(CASES + SKIPPED))
    _, found = look(check_of(passed="all", junit="junit.xml"), ref=first)
    assert "whether the report is of this commit is not known" in found["passed"].reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no report junit.xml; run the tests that write it"),
        ("<html/>", "the report junit.xml cannot be read: line 1, column 1: <html> where"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><testsuites/>", "a document type or an entity"),
    ],
)
def test_an_absent_or_broken_report_says_nothing(passing, look, content, reason):
    if content is not None:
        passing.write("junit.xml", content)
    _, found = look(check_of(passed="all", junit="junit.xml"))
    assert found["passed"].outcome is Outcome.BLOCKED
    assert reason in found["passed"].reason


def test_a_report_is_not_read_through_a_link_out_of_the_repository_or_from_a_pipe(passing, look, tmp_path):
    (tmp_path / "outside.xml").write_text(report(CASES + SKIPPED))
    (passing.path / "junit.xml").symlink_to(tmp_path / "outside.xml")
    os.mkfifo(passing.path / "pipe.xml")
    _, found = look(check_of(passed="all", junit="junit.xml"))
    assert "a symbolic link leads out of the repository" in found["passed"].reason
    _, found = look(check_of(passed="all", junit="pipe.xml"))
    assert "it is no regular file" in found["passed"].reason


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"run": "python -m pytest"}, r"has no \{junit\} in it"),
        ({"run": ""}, "empty command"),
        ({"run": "pytest --junitxml={junit}", "junit": "junit.xml"}, "give run or junit, not both"),
        ({"paths": []}, "an empty list"),
        ({"paths": ["tests", "../x"]}, "leaves the repository"),
        ({"count": 0}, "holds for anything"),
    ],
)
def test_refuses_what_cannot_be_meant(fields, words):
    with pytest.raises(ValueError, match=words):
        check_of(**fields)
