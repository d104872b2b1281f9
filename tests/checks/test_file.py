import time

import pytest

from sprintbot.checks.fields import RepoPath
from sprintbot.checks.file import FileCheck
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.evidence import Blocked, Outcome, Refuted, Strength
from sprintbot.claim.expectation import AtLeast, AtLeastSize, Containing, Flag, Values
from sprintbot.claim.judgement import judge
from sprintbot.repository.snapshot import open_snapshot

FIELDS = {
    "lines": AtLeast.parse,
    "words": AtLeast.parse,
    "size": AtLeastSize.parse,
    "executable": Flag.parse,
    "contains": Containing.parse,
    "parses": str,
    "values": Values.parse,
}
PASS, FAIL, BLOCKED = Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED


def file(path, **claims) -> FileCheck:
    return FileCheck(file=RepoPath.parse(path), **{field: FIELDS[field](raw) for field, raw in claims.items()})


def look(repo, check, *, ref=None, worktree=False, root=""):
    """The evidence, and the finding of each claim, as a run without an event loop has them."""
    with open_snapshot(repo.path, ref, worktree=worktree) as tree:
        site = Site(Ground(tree, root=root, worktree=tree.top, environ={}, clock=time.monotonic))
        tree.load(check.wants(tree, site))
        with pytest.raises(StopIteration) as done:
            check.measure(site).send(None)
    evidence = done.value.value
    return evidence, {claim.field: judge(claim, evidence) for claim in check.claims()}


def outcomes(findings):
    return {field: finding.outcome for field, finding in findings.items()}


def test_a_file_is_present_and_counted(git_repo):
    git_repo.write("a.sh", "#!/bin/sh\necho one two\n").chmod(0o755)
    commit = git_repo.commit()
    git_repo.git("remote", "add", "origin", "git@github.com:o/r.git")
    evidence, found = look(git_repo, file("a.sh", lines=2, words=4, size="20B", executable=True, contains="echo"))
    assert set(outcomes(found).values()) == {PASS}
    assert (found["lines"].measured, found["words"].measured, found["size"].measured) == (2, 4, 23)
    assert {finding.strength for finding in found.values()} == {Strength.COUNTED}
    assert evidence.source == f"{commit}:a.sh"
    assert evidence.link == f"https://github.com/o/r/blob/{commit}/a.sh"
    assert evidence.notes == ()


def test_a_last_line_that_does_not_end_is_a_line_and_noted(git_repo):
    git_repo.write("a.txt", "one\ntwo")
    git_repo.commit()
    evidence, found = look(git_repo, file("a.txt", lines=2))
    assert found["lines"].measured == 2
    assert evidence.notes == ("the last line does not end: 1 by wc -l",)


def test_what_falls_short_says_by_how_much(git_repo):
    git_repo.write("a", "1\n2\n")
    git_repo.commit()
    _, found = look(git_repo, file("a", lines=150, contains=["x", "1"], executable=True))
    assert found["lines"].reason == "2 is less than 150"
    assert found["contains"].reason == 'does not contain "x"'
    assert outcomes(found) == {"present": PASS, "lines": FAIL, "contains": FAIL, "executable": FAIL}


def test_a_path_starts_at_the_manifests_root(git_repo):
    git_repo.write("examples/a", "1\n")
    git_repo.commit()
    evidence, _ = look(git_repo, file("./a"), root="examples")
    assert evidence.source.endswith(":examples/a")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nowhere", "no such file"),
        ("untracked", "not committed (untracked)"),
        ("*.md", "no such file; a pattern goes under `files:`"),
    ],
)
def test_an_absent_file_is_refuted_as_absence(git_repo, path, reason):
    git_repo.write("a", "1\n")
    git_repo.commit()
    git_repo.write("untracked", "1\n")
    with pytest.raises(Refuted, match=r".*") as caught:
        look(git_repo, file(path, lines=1))
    assert (caught.value.reason, caught.value.absence) == (reason, True)


def test_a_folder_is_no_file_and_no_absence(git_repo):
    git_repo.write("docs/a", "1\n")
    git_repo.commit()
    with pytest.raises(Refuted, match="docs is a folder; name a file in it, or give `files:`") as caught:
        look(git_repo, file("docs"))
    assert not caught.value.absence


@pytest.mark.parametrize("worktree", [False, True])
@pytest.mark.parametrize("path", ["out", "out/passwd"])
def test_a_symlink_out_of_the_repository_is_not_looked_at(git_repo, path, worktree):
    (git_repo.path / "out").symlink_to("/etc")
    git_repo.commit()
    with pytest.raises(Blocked, match="out is a symlink to /etc, which is outside of the repository"):
        look(git_repo, file(path, contains="root"), worktree=worktree)


@pytest.mark.parametrize("worktree", [False, True])
def test_a_file_behind_a_symlink_inside_is_blocked_and_its_own_path_named(git_repo, worktree):
    git_repo.write("docs/a", "1\n")
    (git_repo.path / "link").symlink_to("docs")
    git_repo.commit()
    with pytest.raises(Blocked, match="link is a symlink to docs, and links are not followed; name docs/a"):
        look(git_repo, file("link/a"), worktree=worktree)
    with pytest.raises(Refuted, match="no such file: link is a symlink to docs"):
        look(git_repo, file("link/b"), worktree=worktree)


def test_a_symlink_inside_is_present_and_named(git_repo):
    git_repo.write("a", "1\n")
    (git_repo.path / "link").symlink_to("a")
    git_repo.commit()
    evidence, found = look(git_repo, file("link", lines=1, executable=False, parses="yaml"))
    assert outcomes(found) == {"present": PASS, "lines": BLOCKED, "executable": BLOCKED, "parses": BLOCKED}
    assert found["lines"].reason == "a symlink to a"
    assert evidence.notes == ("a symlink to a",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\0\1\2\n", "binary"),
        ("x\n".encode("utf-16"), "UTF-16 text"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS"),
    ],
)
def test_what_is_no_text_blocks_its_lines_and_not_its_presence(git_repo, content, reason):
    git_repo.write("a", content)
    git_repo.commit()
    _, found = look(git_repo, file("a", lines=1, words=1, contains="x"))
    assert outcomes(found) == {"present": PASS, "lines": BLOCKED, "words": BLOCKED, "contains": BLOCKED}
    assert found["lines"].reason.startswith(reason)


def test_a_difference_on_disk_is_noted(git_repo):
    git_repo.write("a", "1\n")
    git_repo.commit()
    git_repo.write("a", "1\n2\n")
    evidence, found = look(git_repo, file("a", lines=1))
    assert evidence.notes == ("differs on disk: measured as committed",)
    assert found["lines"].measured == 1
    evidence, found = look(git_repo, file("a", lines=1), worktree=True)
    assert (evidence.source, evidence.notes, found["lines"].measured) == ("work tree:a", (), 2)


@pytest.mark.parametrize(
    ("format_", "content"),
    [
        ("yaml", "a: [1, 2]\n"),
        ("yaml", "%YAML 1.2\n---\na: !Ref x\n---\nb: *x\n".replace("*x", "&x 1")),
        ("json", '\ufeff{"a": [1]}'),
        ("toml", "[a]\nb = 2025-11-03\n"),
        ("xml", "<?xml version='1.0'?><a><b/></a>"),
    ],
)
def test_a_document_parses(git_repo, format_, content):
    git_repo.write("a", content)
    git_repo.commit()
    _, found = look(git_repo, file("a", parses=format_))
    assert (found["parses"].outcome, found["parses"].claim.expected) == (PASS, f"parses as {format_.upper()}")


@pytest.mark.parametrize(
    ("format_", "content", "reason"),
    [
        ("yaml", "a: [1\nb: 2\n", "line 2, column 2"),
        ("yaml", "a:\n\t- 1\n", "line 2, column 1"),
        ("yaml", "a: *b\n", r"line 1, column 4: \*b names nothing before it"),
        ("yaml", "a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' is there twice"),
        ("yaml", b"a: \xff\n", "line 1: byte 0xff is not UTF-8"),
        ("yaml", "a: \x07\n", "not valid YAML"),
        ("json", '{"a": 1,}', "line 1, column"),
        ("json", "NaN", "NaN is no JSON value"),
        ("json", "", "line 1, column 1"),
        ("toml", "a = 1\na = 2\n", "line 2"),
        ("xml", "<a>\n<b></a>", "line 2, column 6: mismatched tag"),
        ("xml", "<a>&undeclared;</a>", "undefined entity"),
    ],
)
def test_a_document_that_does_not_parse_says_where(git_repo, format_, content, reason):
    git_repo.write("a", content)
    git_repo.commit()
    _, found = look(git_repo, file("a", parses=format_, values={"a": 1}))
    assert found["parses"].outcome is FAIL
    assert found["values.a"].outcome in ({FAIL} if format_ != "xml" else {FAIL, BLOCKED})
    with pytest.raises(AssertionError, match=rf"it is not valid {format_.upper()}: .*{reason}|{reason}"):
        raise AssertionError(found["parses"].reason)


@pytest.mark.parametrize(
    ("format_", "content", "reason"),
    [
        ("xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type declaration"),
        ("xml", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type declaration"),
        (
            "yaml",
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)),
            "expand",
        ),
        ("yaml", "[" * 5000, "nested"),
        ("json", "[" * 200_000, "nested"),
        ("toml", "a = " + "[" * 100_000, "nested"),
    ],
)
def test_a_document_made_to_hurt_is_not_read(git_repo, format_, content, reason):
    git_repo.write("a", content)
    git_repo.commit()
    started = time.monotonic()
    _, found = look(git_repo, file("a", parses=format_))
    assert found["parses"].outcome is BLOCKED
    assert reason in found["parses"].reason
    assert time.monotonic() - started < 10


COMPOSE = """\
x-common: &common {image: qdrant, ports: ["6333:6333"]}
services:
  qdrant-1: {<<: *common, restart: no}
  qdrant-2: {<<: *common, image: other}
  proxy: {ports: [3402:22, 022, 0x1F, 1e3, .5], since: 2025-11-03, on: yes, none: ~, 8000: true}
"""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("length(keys(services)[?starts_with(@, 'qdrant')])", 2),
        ('services."qdrant-1".image', "qdrant"),
        ('services."qdrant-2".image', "other"),
        ('services."qdrant-1".restart', "no"),
        ("services.proxy.ports", ["3402:22", 22, 31, 1000.0, 0.5]),
        ("services.proxy.since", "2025-11-03"),
        ("services.proxy.on", "yes"),
        ('services.proxy."8000"', {"equals": True}),
        ("length(services)", ">= 3"),
        ("nowhere", {"exists": False}),
        ("services.proxy.none", {"exists": False}),
    ],
)
def test_values_of_yaml_are_those_of_its_core_schema(git_repo, query, expected):
    git_repo.write("compose.yml", COMPOSE)
    git_repo.commit()
    _, found = look(git_repo, file("compose.yml", values={query: expected}))
    assert found[f"values.{query}"].outcome is PASS, found[f"values.{query}"].reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"a": {"b": "2025-11-03"}}'),
        ("a.TOML", "[a]\nb = 2025-11-03\n"),
        ("a.yaml", "a: {b: 2025-11-03}"),
    ],
)
def test_the_format_of_values_is_told_by_the_name(git_repo, name, content):
    git_repo.write(name, content)
    git_repo.commit()
    _, found = look(git_repo, file(name, values={"a.b": "2025-11-03"}))
    assert found["values.a.b"].outcome is PASS


def test_a_format_that_the_name_does_not_tell_is_asked_for(git_repo):
    git_repo.write("config", "a: 1")
    git_repo.commit()
    _, found = look(git_repo, file("config", values={"a": 1}))
    assert found["values.a"].outcome is BLOCKED
    _, found = look(git_repo, file("config", parses="yaml", values={"a": 1}))
    assert found["values.a"].outcome is PASS


@pytest.mark.parametrize(
    ("query", "expected", "reason"),
    [
        ("b", 1, "no such value"),
        ("a", "1", "1 is not '1'"),
        ("t", 1, "true is not 1"),
        ("length(b)", ">= 1", "no such value: "),
        ("a", ">= 2", "1 is less than 2"),
        ("s", ">= 2", "'x' has no order against a number"),
    ],
)
def test_a_value_that_does_not_hold_says_why(git_repo, query, expected, reason):
    git_repo.write("a.json", '{"a": 1, "t": true, "s": "x"}')
    git_repo.commit()
    _, found = look(git_repo, file("a.json", values={query: expected}))
    assert found[f"values.{query}"].outcome is FAIL
    assert found[f"values.{query}"].reason.startswith(reason)


def test_values_of_several_documents_are_a_list(git_repo):
    git_repo.write("a.yaml", "kind: A\n---\nkind: B\n")
    git_repo.commit()
    _, found = look(git_repo, file("a.yaml", values={"[].kind": ["A", "B"]}))
    assert found["values.[].kind"].outcome is PASS


def test_presence_alone_reads_no_blob_and_still_asks_git_once(git_repo):
    git_repo.write("a", "1\n")
    git_repo.commit()
    check = file("a")
    with open_snapshot(git_repo.path) as tree:
        wants = check.wants(tree, Site(Ground(tree, environ={}, clock=time.monotonic)))
    assert (wants.paths, wants.counts | wants.words | wants.content) == ({"a"}, set())
