import pytest

from sprintbot.claim.evidence import Blocked
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.repository.tree import Wants

NAMES = [
    "with space",
    "quo\"te's",
    "new\nline",
    "tab\there",
    "\u00e9t\u00e9/na\u00efve.md",
    "-dash",
    ":(top)x",
    "*star?[a]",
    "\udcff\udcfe",
]
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_measured(git_repo, name):
    git_repo.write(name, "1\n2\n")
    git_repo.write("other", "1\n")
    commit = git_repo.commit()
    git_repo.write(name, "1\n2\n3\n")
    for ref in (None, commit):
        with open_snapshot(git_repo.path, ref) as tree:
            assert name in tree.paths()
            assert tree.counts(name).lines == 2
            assert tree.differs(name)
            assert not tree.differs("other")
            assert tree.where(name).isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_untracked(git_repo, name):
    git_repo.commit()
    git_repo.write(name, "1\n")
    with open_snapshot(git_repo.path) as tree:
        assert tree.absence(name) == "not committed (untracked)"


@pytest.mark.parametrize(
    ("content", "lines", "newlines"), [("1\r\n2\r\n", 2, 2), ("1\n2", 2, 1), ("", 0, 0), ("1\r2\r3", 1, 0)]
)
def test_line_ends_of_all_kinds_are_counted_as_committed(git_repo, content, lines, newlines):
    git_repo.git("config", "core.autocrlf", "false")
    git_repo.write("a", content)
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        counts = tree.counts("a")
        assert (counts.lines, counts.newlines, counts.size) == (lines, newlines, len(content))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\x89PNG\0\0", "binary"), ("text".encode("utf-16"), "UTF-16 text"), (LFS.encode(), "a Git LFS pointer")],
)
def test_what_has_no_lines_is_blocked_and_named(git_repo, content, reason):
    git_repo.write("a", content)
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        for look in (tree.counts, tree.words, tree.content):
            with pytest.raises(Blocked, match=reason):
                look("a")


def test_a_binary_has_a_size_and_an_lfs_pointer_has_none(git_repo):
    git_repo.write("binary", b"\0\n\0")
    git_repo.write("pointer", LFS)
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        assert tree.size("binary") == 3
        with pytest.raises(Blocked, match="LFS pointer"):
            tree.size("pointer")


def test_symlinks_submodules_and_folders_are_named_and_never_followed(git_repo):
    git_repo.write("docs/a", "1\n")
    (git_repo.path / "link").symlink_to("docs/a")
    commit = git_repo.commit()
    git_repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    git_repo.git("commit", "-qm", "x")
    with open_snapshot(git_repo.path) as tree:
        entries = [tree.entry(path) for path in ("link", "sub", "docs/a")]
        assert [entry.is_symlink for entry in entries] == [True, False, False]
        assert [entry.is_submodule for entry in entries] == [False, True, False]
        assert [entry.is_file for entry in entries] == [False, False, True]
        for path, what in (
            ("link", "a symlink to docs/a"),
            ("sub", f"a submodule at {commit[:12]}"),
            ("docs", "a folder"),
        ):
            assert tree.what(path) == what
            with pytest.raises(Blocked, match=what):
                tree.counts(path)
        assert tree.absence("link/x") == "no such file: link is a symlink to docs/a"
        assert tree.absence("docs/a/x") == "no such file: docs/a is a file"


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "docs/../../outside"])
@pytest.mark.parametrize("worktree", [False, True])
def test_a_symlink_out_of_the_repository_is_refused(git_repo, tmp_path, target, worktree):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("x\n")
    (git_repo.path / "out").symlink_to(target)
    git_repo.write("docs/a", "1\n")
    git_repo.commit()
    with open_snapshot(git_repo.path, worktree=worktree) as tree:
        for path in ("out", "out/secret"):
            with pytest.raises(Blocked, match="outside of the repository"):
                tree.check_inside(path)
        assert tree.entry("out/secret") is None
        assert tree.absence("out/secret").startswith("no such file: out is a symlink to")
        with pytest.raises(Blocked):
            tree.content("out/secret")


def test_a_chain_of_symlinks_that_leaves_is_refused(git_repo):
    (git_repo.path / "first").symlink_to("second")
    (git_repo.path / "second").symlink_to("..")
    (git_repo.path / "inside").symlink_to("docs")
    git_repo.write("docs/a", "1\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        tree.check_inside("inside/a")
        with pytest.raises(Blocked, match=r"second is a symlink to \.\."):
            tree.check_inside("first/x")


@pytest.mark.parametrize("worktree", [False, True])
def test_what_lies_behind_a_link_is_not_called_absent_unless_it_is(git_repo, worktree):
    (git_repo.path / "link").symlink_to("docs")
    git_repo.write("docs/deep/a", "1\n")
    git_repo.commit()
    with open_snapshot(git_repo.path, worktree=worktree) as tree:
        for path in ("link/deep/a", "link/deep"):
            with pytest.raises(
                Blocked, match=f"link is a symlink to docs, and links .*; name {path.replace('link', 'docs')}$"
            ):
                tree.check_direct(path)
        tree.check_direct("link/other")
        tree.check_direct("docs/deep/a")


def test_what_lies_in_a_submodule_is_not_called_absent(git_repo):
    git_repo.write("a", "1\n")
    commit = git_repo.commit()
    git_repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    git_repo.git("commit", "-qm", "x")
    with (
        open_snapshot(git_repo.path) as tree,
        pytest.raises(Blocked, match=r"sub is a submodule at .*, another repository"),
    ):
        tree.check_direct("sub/x")


def test_the_executable_bit_is_the_committed_one(git_repo):
    git_repo.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    git_repo.write("text", "x\n")
    git_repo.commit()
    (git_repo.path / "run.sh").chmod(0o644)
    with open_snapshot(git_repo.path) as tree:
        assert tree.entry("run.sh").is_executable
        assert not tree.entry("text").is_executable
    with open_snapshot(git_repo.path, worktree=True) as tree:
        assert not tree.entry("run.sh").is_executable


@pytest.fixture
def mixed(git_repo):
    """Every way in which disk, index and HEAD can differ."""
    git_repo.write(".gitignore", "build/\n")
    for name in ("same", "modified", "deleted", "removed", "uncached", "renamed"):
        git_repo.write(name, f"{name}\n")
    git_repo.commit()
    git_repo.write("modified", "other\n")
    (git_repo.path / "deleted").unlink()
    git_repo.git("rm", "-q", "removed")
    git_repo.git("rm", "-q", "--cached", "uncached")
    git_repo.git("mv", "renamed", "moved")
    git_repo.write("staged", "x\n")
    git_repo.git("add", "staged")
    git_repo.write("intended", "x\n")
    git_repo.git("add", "-N", "intended")
    git_repo.write("untracked", "x\n")
    git_repo.write("folder/inner", "x\n")
    git_repo.write("build/out", "x\n")
    return git_repo


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("untracked", "not committed (untracked)"),
        ("folder", "not committed (untracked)"),
        ("folder/inner", "not committed (untracked)"),
        ("build/out", "not committed (ignored)"),
        ("build", "not committed (ignored)"),
        ("staged", "not committed (staged)"),
        ("intended", "not committed (staged)"),
        ("moved", "not committed (staged)"),
        ("nowhere", "no such file"),
        ("SAME", "no such file; did you mean same?"),
        ("modifeid", "no such file; did you mean modified?"),
        ("lib/same", "no such file: there is no folder lib; did you mean same?"),
        ("lib/deep/x", "no such file: there is no folder lib"),
        (".git/config", "no such file: there is no folder .git"),
    ],
)
def test_an_absence_says_why(mixed, path, reason):
    with open_snapshot(mixed.path) as tree:
        assert tree.entry(path) is None
        assert tree.absence(path) == reason


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("same", ()),
        ("modified", ("differs on disk: measured as committed",)),
        ("deleted", ("deleted on disk: measured as committed",)),
        ("removed", ("removed from the index: measured as committed",)),
        ("uncached", ("removed from the index: measured as committed",)),
        ("renamed", ("removed from the index: measured as committed",)),
    ],
)
def test_a_difference_on_disk_is_noted_and_measured_as_committed(mixed, path, note):
    with open_snapshot(mixed.path) as tree:
        assert tree.content(path) == f"{path}\n".encode()
        assert tree.notes(path) == note
        assert tree.differs(path) == bool(note)


def test_a_past_commit_is_not_compared_with_the_disk(mixed):
    mixed.git("commit", "-qm", "more")
    with open_snapshot(mixed.path, "HEAD~1") as tree:
        assert tree.notes("modified") == ()
        assert tree.absence("untracked") == f"no such file at {tree.commit[:12]}"


def test_many_paths_are_told_as_few_are(mixed):
    many = [f"many/{number}" for number in range(300)]
    for name in many:
        mixed.write(name, "x\n")
    mixed.git("add", "many")
    mixed.git("commit", "-qm", "many")
    mixed.write("many/7", "y\n")
    mixed.write("untracked", "x\n")
    with open_snapshot(mixed.path) as tree:
        tree.load(Wants(counts=frozenset([*many, "modified", "same", "untracked", "build/out", "nowhere"])))
        assert [path for path in many if tree.differs(path)] == ["many/7"]
        assert tree.differs("modified")
        assert tree.absence("untracked") == "not committed (untracked)"
        assert tree.absence("build/out") == "not committed (ignored)"
        assert tree.absence("nowhere") == "no such file"


@pytest.mark.parametrize("change", ["modified", "staged", "deleted"])
def test_a_changed_tracked_file_makes_the_tree_dirty(git_repo, change):
    git_repo.write("a", "1\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        git_repo.write("untracked", "x\n")
        assert not tree.is_dirty()
    if change == "deleted":
        (git_repo.path / "a").unlink()
    else:
        git_repo.write("a", "2\n")
        git_repo.git(*(["add", "a"] if change == "staged" else ["status"]))
    with open_snapshot(git_repo.path) as tree:
        assert tree.is_dirty()


def test_folders_are_known_by_the_files_in_them(git_repo):
    for name in ("docs/a", "docs/b/c", "docs-old/d", "docs.md"):
        git_repo.write(name, "x\n")
    git_repo.commit()
    for worktree in (False, True):
        with open_snapshot(git_repo.path, worktree=worktree) as tree:
            assert tree.under("docs") == ["docs/a", "docs/b/c"]
            assert tree.under("") == tree.paths()
            assert [tree.is_folder(path) for path in ("docs", "docs/b", "docs.md", "doc", "")] == [
                True,
                True,
                False,
                False,
                True,
            ]
            assert tree.glob("docs*/*") == ["docs-old/d", "docs/a"]


def test_a_content_that_was_only_counted_is_read_when_asked_for(git_repo):
    git_repo.write("a", "x y\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(counts=frozenset({"a"})))
        assert tree.content("a") == b"x y\n"
        assert tree.words("a") == 2
        assert tree.content("a") == b"x y\n"


def test_what_several_checks_want_is_read_together(git_repo):
    git_repo.write("a", "x y\n")
    git_repo.write("b", "x\n")
    git_repo.commit()
    wants = Wants.of_all(Wants(**{field: frozenset({"a"})}) for field in ("counts", "words", "content"))
    with open_snapshot(git_repo.path) as tree:
        tree.load(wants)
        assert (tree.counts("a").lines, tree.words("a"), tree.content("a")) == (1, 2, b"x y\n")


def test_a_source_names_commit_and_path_and_links_to_the_forge(git_repo):
    git_repo.write("a b", "x\n")
    commit = git_repo.commit()
    git_repo.git("config", "url.git@github.com:.insteadOf", "gh:")
    git_repo.git("remote", "add", "origin", "gh:o/r.git")
    with open_snapshot(git_repo.path) as tree:
        assert tree.where("a b") == f"{commit}:a b"
        assert tree.link("a b") == f"https://github.com/o/r/blob/{commit}/a%20b"
    with open_snapshot(git_repo.path, worktree=True) as tree:
        assert tree.where("a b") == "work tree:a b"
        assert tree.link("a b") == ""


def test_without_a_remote_there_is_no_link(git_repo):
    git_repo.write("a", "x\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        assert tree.link("a") == ""
