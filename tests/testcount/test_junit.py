import datetime
import subprocess
import sys
from pathlib import Path

import pytest

from sprintbot.testcount.counted import Counted, Flag
from sprintbot.testcount.junit import MAX_DEPTH, read_junit
from sprintbot.testcount.matching import match_cases

SUITE = """
import pytest, unittest
def test_pass(): pass
def test_fail(): assert False
@pytest.mark.skip
def test_skip(): pass
@pytest.mark.xfail
def test_xfail(): assert False
@pytest.mark.parametrize("x", ["a.b[c] d", "é"])
def test_params(x): pass
@pytest.fixture
def broken(): raise OSError
def test_error(broken): pass
@pytest.fixture
def unclean():
    yield
    raise OSError
def test_teardown(unclean): pass
def test_both(unclean): assert False
class TestIt:
    class TestIn:
        def test_nested(self): pass
class Cases(unittest.TestCase):
    def test_case(self): pass
"""


def junit_of(folder: Path, *options: str) -> bytes:
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
    subprocess.run(
        [*argv, "--rootdir", ".", "--junitxml=report.xml", *options],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=100,
    )
    return (folder / "report.xml").read_bytes()


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_reads_what_pytest_writes(tmp_path, family):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/test_it.py").write_text(SUITE)
    report = read_junit(junit_of(tmp_path, "-o", f"junit_family={family}"))
    assert (report.tests, report.passed, report.failed, report.errors, report.skipped) == (11, 5, 1, 3, 2)
    assert report.notes == ()
    assert report.timestamp is not None
    source = {f"repo.sub.test_it.{name}" for name in ("test_pass", "test_fail", "test_skip", "test_xfail")}
    source |= {f"repo.sub.test_it.{name}" for name in ("test_params", "test_error", "test_teardown", "test_both")}
    source |= {"repo.sub.test_it.TestIt.TestIn.test_nested", "repo.sub.test_it.Cases.test_case"}
    counted = Counted(number=11, floor=False, cases=frozenset(source), modules=("repo/sub/test_it.py",))
    ran = match_cases(report, counted, ["repo/sub/test_it.py"], keep_foreign=False)
    assert (ran.tests, ran.passed, ran.failed, ran.skipped) == (11, 5, 4, 2)
    assert (ran.elsewhere, ran.foreign, ran.shortage(counted)) == (0, (), "")


def test_reads_nested_suites_and_takes_the_worst_of_a_case_and_the_earliest_time():
    report = read_junit(
        b"""<?xml version="1.0" encoding="iso-8859-1"?>
        <testsuites><testsuite tests="3" failures="1" errors="1" timestamp="2025-11-04T12:00:00+01:00">
          <properties><property name="error"/></properties>
          <testsuite timestamp="2025-11-04T10:30:00Z">
            <testcase classname="a" name="\xe9"><system-out><![CDATA[<failure/>]]></system-out></testcase>
            <testcase classname="a" name="two"><failure/><error/></testcase>
          </testsuite>
          <testcase classname="a" name="three"><skipped/><failure/></testcase>
        </testsuite></testsuites>"""
    )
    assert [(case.name, case.outcome) for case in report.cases] == [
        ("é", "passed"),
        ("two", "error"),
        ("three", "failed"),
    ]
    assert report.timestamp == datetime.datetime(2025, 11, 4, 10, 30, tzinfo=datetime.UTC)
    assert report.notes == ()


def test_counts_cases_and_notes_totals_that_differ():
    report = read_junit(
        b'<testsuite tests="51" failures="0" errors="0"><testcase name="a"><failure/></testcase></testsuite>'
    )
    assert (report.tests, report.passed, report.failed) == (1, 0, 1)
    assert report.notes == (
        "the report claims 51 tests, and its cases are 1",
        "the report claims 0 failures, and its cases are 1",
    )


def test_a_report_without_a_time_or_with_a_broken_one_has_none():
    assert read_junit(b"<testsuites/>").timestamp is None
    assert read_junit(b'<testsuite timestamp="yesterday"/>').timestamp is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1, column 1: not well-formed XML: no element found"),
        (b"<html/>", "line 1, column 1: <html> where <testsuites> or <testsuite> was expected"),
        (b"<testsuites>\n<testsuite>\n</testsuites>", "line 3, column 3: not well-formed XML: mismatched tag"),
        (b"\x89PNG", "line 1, column 1: not well-formed XML"),
        (b'<?xml version="1.0" encoding="no-such"?><testsuite/>', "line 1, column"),
        (b"<!DOCTYPE testsuites><testsuites/>", "line 1, column 21: a document type or an entity"),
        (
            b'<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuites>&a;</testsuites>',
            "a document type or an entity",
        ),
        (b'<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuites>&b;</testsuites>', "a document type"),
        (b"<testsuite>" * (MAX_DEPTH + 1), f"nested more than {MAX_DEPTH} deep"),
        (b" " * 50_000_001, "longer than 50 MB"),
    ],
)
def test_refuses_what_is_no_report_with_its_position(content, words):
    with pytest.raises(ValueError) as refused:
        read_junit(content)
    assert words in str(refused.value)


def counted(*cases: str, number: int = 2, flags: tuple[Flag, ...] = ()) -> Counted:
    modules = ("rag/tests/test_a.py", "rag/tests/test_b.py")
    return Counted(number=number, floor=bool(flags), cases=frozenset(cases), modules=modules, flags=flags)


def matched(body: str, known: Counted, *, keep_foreign: bool = False):
    paths = [*known.modules, "web/tests/test_w.py"]
    return match_cases(read_junit(f"<testsuite>{body}</testsuite>".encode()), known, paths, keep_foreign=keep_foreign)


def test_tells_cases_of_other_modules_from_cases_that_no_source_has():
    known = counted("rag.tests.test_a.test_one", "rag.tests.test_a.TestX.test_two")
    ran = matched(
        '<testcase classname="tests.test_a" name="test_one[1]"/>'
        '<testcase classname="test_a.TestX" name="test_two"/>'
        '<testcase classname="web.tests.test_w" name="test_three"/>'
        '<testcase classname="tests.test_gone" name="test_four"/>'
        '<testcase classname="tests.test_a" name="test_five"/>',
        known,
    )
    assert (ran.tests, ran.elsewhere) == (2, 1)
    assert ran.foreign == ("tests.test_gone.test_four", "tests.test_a.test_five")


def test_names_end_alike_only_at_a_dot():
    ran = matched('<testcase classname="my_test_a" name="test_one"/>', counted("rag.tests.test_a.test_one"))
    assert (ran.tests, ran.foreign) == (0, ("my_test_a.test_one",))


def test_a_flagged_module_may_have_cases_that_source_does_not_tell():
    body = '<testcase classname="tests.test_a" name="test_made"/><testcase classname="tests.test_b" name="test_made"/>'
    known = counted("rag.tests.test_b.test_one", flags=(Flag("rag/tests/test_a.py", 1, "made"),))
    ran = matched(body, known)
    assert (ran.tests, ran.foreign) == (1, ("tests.test_b.test_made",))


def test_a_fresh_run_keeps_cases_that_source_does_not_tell():
    ran = matched('<testcase classname="tests.test_a" name="test_made"/>', counted(), keep_foreign=True)
    assert ran.tests == 1


def test_a_skipped_or_broken_module_is_a_case_of_its_own():
    ran = matched('<testcase classname="" name="tests.test_a"><skipped/></testcase>', counted())
    assert (ran.tests, ran.skipped, ran.foreign) == (1, 1, ())


def test_takes_the_file_where_there_is_no_class():
    ran = matched('<testcase file="rag/tests/test_a.py" name="test_one"/>', counted("rag.tests.test_a.test_one"))
    assert ran.tests == 1


def test_says_how_many_of_the_tests_ran():
    ran = matched('<testcase classname="tests.test_a" name="test_one"/>', counted("rag.tests.test_a.test_one"))
    assert ran.shortage(counted(number=2)) == "1 of 2 ran"
    assert ran.shortage(counted(number=2, flags=(Flag("a", 1, "b"),))) == "1 of at least 2 ran"
    assert ran.shortage(Counted(number=2, floor=True, deselects="-m x")) == ""
