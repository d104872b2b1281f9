import time

import pytest

from sprintbot.checks.files import EachFile, FilesCheck, Glob
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.evidence import Outcome
from sprintbot.claim.expectation import AtLeast, AtLeastSize, Containing, Flag, Values
from sprintbot.claim.judgement import judge
from sprintbot.repository.snapshot import open_snapshot

FIELDS = {
    "count": AtLeast.parse,
    "lines": AtLeast.parse,
    "words": AtLeast.parse,
    "size": AtLeastSize.parse,
    "executable": Flag.parse,
    "contains": Containing.parse,
    "parses": str,
    "values": Values.parse,
}
PASS, FAIL, BLOCKED = Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED


def parsed(claims):
    return {field: FIELDS[field](raw) for field, raw in claims.items()}


def files(pattern, *, each=None, **claims) -> FilesCheck:
    made = None if each is None else EachFile(**parsed(each))
    return FilesCheck(files=Glob.parse(pattern), each=made, **parsed(claims))


def look(repo, check, *, root="", worktree=False):
    with open_snapshot(repo.path, worktree=worktree) as tree:
        site = Site(Ground(tree, root=root, worktree=tree.top, environ={}, clock=time.monotonic))
        tree.load(check.wants(tree, site))
        with pytest.raises(StopIteration) as done:
            check.measure(site).send(None)
    evidence = done.value.value
    return evidence, {claim.field: judge(claim, evidence) for claim in check.claims()}


@pytest.fixture
def scripts(git_repo):
    git_repo.write("scripts/a.sh", "#!/bin/sh\necho one\n").chmod(0o755)
    git_repo.write("scripts/deep/er/b.sh", "#!/bin/sh\n").chmod(0o755)
    git_repo.write("scripts/c.sh", "echo two three\n")
    git_repo.write("scripts/readme.md", "text\n")
    git_repo.commit()
    return git_repo


def test_the_files_that_match_are_counted_and_summed(scripts):
    evidence, found = look(scripts, files("scripts/**/*.sh", count=3, lines=4, words=7, size="40B"))
    assert {field: finding.measured for field, finding in found.items()} == {
        "count": 3,
        "lines": 4,
        "words": 7,
        "size": 44,
    }
    assert {finding.outcome for finding in found.values()} == {PASS}
    assert evidence.source.endswith(":scripts/**/*.sh")
    assert evidence.notes == ()


def test_a_star_stays_in_its_folder(scripts):
    _, found = look(scripts, files("scripts/*.sh", count="== 2"))
    assert found["count"].outcome is PASS


def test_without_a_claim_at_least_one_file_is_expected(scripts):
    _, found = look(scripts, files("scripts/*"))
    assert (found["count"].outcome, found["count"].claim.expected) == (PASS, "at least 1")


def test_a_pattern_starts_at_the_manifests_root_whatever_its_name(git_repo):
    git_repo.write("odd[1]*/x.sh", "1\n")
    git_repo.write("odd1/y.sh", "1\n")
    git_repo.commit()
    _, found = look(git_repo, files("*.sh", count="== 1"), root="odd[1]*")
    assert found["count"].outcome is PASS


EVERYTHING = {
    "lines": "<= 5",
    "executable": False,
    "contains": "x",
    "parses": "yaml",
    "values": {"a": {"exists": False}},
}


@pytest.mark.parametrize("pattern", ["nowhere/**", "scripts/*.py", "scripts"])
def test_a_pattern_that_matches_nothing_lets_nothing_pass(scripts, pattern):
    check = files(pattern, count="<= 5", lines="<= 5", words="<= 5", size="<= 5B", each=EVERYTHING)
    _, found = look(scripts, check)
    failed = {field for field, finding in found.items() if finding.outcome is FAIL and finding.absence}
    assert failed == found.keys() - {"count"}


def test_nothing_where_nothing_is_claimed_holds(scripts):
    _, found = look(scripts, files("**/.env", count="== 0"))
    assert found["count"].outcome is PASS


def test_nothing_is_an_absence_with_its_pattern(scripts):
    _, found = look(scripts, files("scripts/*.py", count=1))
    assert (found["count"].reason, found["count"].absence) == ("no file matches scripts/*.py", True)
    _, found = look(scripts, files("scripts"))
    assert found["count"].reason == "scripts is a folder; `scripts/**` takes the files in it"


def test_each_file_must_hold_and_the_first_that_do_not_are_named(scripts):
    _, found = look(scripts, files("scripts/**/*.sh", each={"executable": True, "lines": 2, "contains": "sh"}))
    assert found["each.executable"].outcome is FAIL
    assert found["each.executable"].measured == "2 of 3 files"
    assert found["each.executable"].reason == "1 of 3 files does not hold: scripts/c.sh: false is not true"
    assert found["each.lines"].reason == (
        "2 of 3 files do not hold: scripts/c.sh: 1 is less than 2; scripts/deep/er/b.sh: 1 is less than 2"
    )
    assert found["each.lines"].claim.expected == "each at least 2"
    assert found["each.contains"].measured == "2 of 3 files"


def test_each_holds_when_every_file_does(scripts):
    _, found = look(scripts, files("scripts/**/*.sh", each={"lines": 1, "contains": ["/sh|echo/"]}))
    assert {field: finding.outcome for field, finding in found.items()} == {
        "count": PASS,
        "each.lines": PASS,
        "each.contains": PASS,
    }
    assert found["each.lines"].measured == "3 of 3 files"


def test_many_that_do_not_hold_are_counted_and_few_named(git_repo):
    for number in range(9):
        git_repo.write(f"f{number}", "")
    git_repo.commit()
    _, found = look(git_repo, files("*", each={"lines": 1}))
    assert found["each.lines"].reason.startswith("9 of 9 files do not hold: f0: 0 is less than 1; f1")
    assert found["each.lines"].reason.endswith("; and 6 more")


def test_each_document_parses_and_has_its_values(git_repo):
    git_repo.write("a.yaml", "kind: A\n")
    git_repo.write("b.yaml", "kind: [\n")
    git_repo.commit()
    _, found = look(git_repo, files("*.yaml", each={"parses": "yaml", "values": {"kind": "A"}}))
    assert found["each.parses"].claim.expected == "each parses as YAML"
    assert found["each.parses"].reason.startswith("1 of 2 files does not hold: b.yaml: it is not valid YAML: line 2")
    assert found["each.values.kind"].measured == "1 of 2 files"


def test_a_binary_among_the_files_leaves_a_lower_bound(git_repo):
    git_repo.write("a", "1\n2\n")
    git_repo.write("b", b"\0\n")
    git_repo.commit()
    evidence, found = look(git_repo, files("*", lines=2, size="4B"))
    assert (found["lines"].outcome, found["lines"].measured, found["lines"].floor) == (PASS, 2, True)
    assert (found["size"].measured, found["size"].floor) == (6, False)
    assert evidence.notes == ("lines: 1 of 2 files could not be counted (b: binary)",)
    _, found = look(git_repo, files("*", lines=3))
    assert found["lines"].outcome is BLOCKED
    _, found = look(git_repo, files("b", lines=1))
    assert found["lines"].outcome is BLOCKED


def test_a_file_that_could_not_be_looked_at_leaves_each_open_unless_another_fails(git_repo):
    git_repo.write("a", "1\n2\n")
    git_repo.write("b", b"\0\n")
    git_repo.commit()
    _, found = look(git_repo, files("*", each={"lines": 1}))
    assert found["each.lines"].outcome is BLOCKED
    assert "1 could not be looked at (b: binary)" in found["each.lines"].reason
    _, found = look(git_repo, files("*", each={"lines": 3}))
    assert (found["each.lines"].outcome, found["each.lines"].reason) == (
        FAIL,
        "1 of 2 files does not hold: a: 2 is less than 3",
    )


def test_links_and_submodules_are_no_files_and_said_to_be_left_out(git_repo):
    git_repo.write("a", "1\n")
    (git_repo.path / "b").symlink_to("a")
    git_repo.commit()
    evidence, found = look(git_repo, files("*", count=1))
    assert found["count"].measured == 1
    assert evidence.notes == ("left out, as no files of this repository: b",)


def test_differences_on_disk_are_noted(scripts):
    scripts.write("scripts/a.sh", "changed\n")
    evidence, found = look(scripts, files("scripts/*.sh", lines=3))
    assert evidence.notes == ("differing on disk, measured as committed: scripts/a.sh",)
    assert found["lines"].measured == 3


def test_the_work_tree_has_what_is_not_committed_and_not_what_is_ignored(scripts):
    scripts.write(".gitignore", "ignored.sh\n")
    scripts.write("scripts/new.sh", "x\n")
    scripts.write("scripts/ignored.sh", "x\n")
    _, found = look(scripts, files("scripts/*.sh", count=1), worktree=True)
    assert found["count"].measured == 3


@pytest.mark.parametrize("pattern", ["../*", "/etc/*", "a/../../b", "C:\\*", "a/*.{md,txt}", "", 3])
def test_a_pattern_that_leaves_the_repository_or_means_something_else_is_refused(pattern):
    with pytest.raises(ValueError, match=r"leaves|absolute|braces|expected"):
        Glob.parse(pattern)


def test_a_brace_in_a_name_is_a_brace():
    assert Glob.parse("a/{b}/*") == "a/{b}/*"


def test_hundreds_of_files_cost_as_many_processes_as_few(git_repo, tmp_path, monkeypatch):
    for number in range(700):
        git_repo.write(f"f{number}", "1\n")
    git_repo.commit()
    checks = [files(f"f{digit}*", count=1, each={"lines": 1}) for digit in range(1, 8)] + [files("*", count=700)]
    from sprintbot.repository import git

    started = []
    spawn = git.spawn
    monkeypatch.setattr(git, "spawn", lambda args, folder: started.append(args) or spawn(args, folder))
    with open_snapshot(git_repo.path) as tree:
        site = Site(Ground(tree, environ={}, clock=time.monotonic))
        for check in checks:
            with pytest.raises(StopIteration):
                check.measure(site).send(None)
    assert len([args for args in started if args[0] == "status"]) <= 2
