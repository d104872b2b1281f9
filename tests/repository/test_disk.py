import os

import pytest

from sprintbot.claim.evidence import Blocked
from sprintbot.repository.blob import Need
from sprintbot.repository.disk import DiskFiles
from sprintbot.repository.snapshot import open_snapshot


def test_the_work_tree_is_measured_as_it_is_on_disk(git_repo):
    git_repo.write(".gitignore", "build/\n")
    git_repo.write("tracked", "1\n")
    git_repo.write("gone", "1\n")
    commit = git_repo.commit()
    git_repo.write("tracked", "1\n2\n3")
    git_repo.write("new/file", "1\n2\n")
    git_repo.write("build/out", "1\n")
    (git_repo.path / "gone").unlink()
    with open_snapshot(git_repo.path, worktree=True) as tree:
        assert (tree.commit, tree.source, tree.is_head) == (commit, "worktree", True)
        assert tree.paths() == [".gitignore", "new/file", "tracked"]
        assert [tree.counts(path).lines for path in ("tracked", "new/file", "build/out")] == [3, 2, 1]
        assert tree.notes("tracked") == ()
        assert tree.notes("new/file") == ("untracked: git does not hold it",)
        assert tree.notes("build/out") == ("ignored: git does not hold it",)
        assert tree.entry("gone") is None
        assert tree.absence("gone") == "no such file"
        assert not tree.differs("tracked")


def test_a_repository_without_a_commit_has_a_work_tree(git_repo):
    git_repo.write("a", "1\n")
    with open_snapshot(git_repo.path, worktree=True) as tree:
        assert (tree.commit, tree.paths(), tree.counts("a").lines) == ("", ["a"], 1)
        assert tree.absence("b").startswith("no such file")


def test_gits_own_files_are_no_part_of_the_work_tree(git_repo):
    with open_snapshot(git_repo.path, worktree=True) as tree:
        assert tree.entry(".git/config") is None
        assert tree.entry(".GIT/config") is None


def test_a_pipe_on_disk_is_not_waited_for(git_repo):
    os.mkfifo(git_repo.path / "pipe")
    with open_snapshot(git_repo.path, worktree=True) as tree, pytest.raises(Blocked, match="no regular file"):
        tree.counts("pipe")


def test_a_link_that_took_a_files_place_is_not_followed(git_repo):
    (git_repo.path / "a").symlink_to("/etc/passwd")
    assert DiskFiles(git_repo.path).read({"a": Need.CONTENT})["a"].obstacle.startswith("cannot read: ")


def test_a_file_that_vanished_cannot_be_read(git_repo):
    read = DiskFiles(git_repo.path).read({"a": Need.CONTENT})
    assert read["a"].obstacle == "cannot read: No such file or directory"


def test_a_name_too_long_for_the_disk_is_no_file(git_repo):
    with open_snapshot(git_repo.path, worktree=True) as tree:
        assert tree.entry("x" * 300) is None


def test_a_checked_out_submodule_is_named(git_repo, tmp_path):
    git_repo.write("a", "1\n")
    git_repo.commit()
    git_repo.git("submodule", "--quiet", "add", str(git_repo.path), "sub")
    git_repo.git("commit", "-qm", "x")
    for worktree in (False, True):
        with open_snapshot(git_repo.path, worktree=worktree) as tree:
            assert tree.entry("sub").is_submodule
            assert tree.what("sub").startswith("a submodule")
            assert "sub" in tree.paths()
            assert not tree.is_folder("sub")


def test_a_sparse_checkout_is_measured_as_committed(git_repo):
    git_repo.write("in/a", "1\n")
    git_repo.write("out/b", "1\n2\n")
    git_repo.commit()
    git_repo.git("sparse-checkout", "set", "in")
    with open_snapshot(git_repo.path) as tree:
        assert not (git_repo.path / "out").exists()
        assert tree.counts("out/b").lines == 2
        assert tree.notes("out/b") == ()
