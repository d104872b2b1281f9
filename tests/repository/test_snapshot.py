import subprocess

import pytest

from sprintbot.claim.evidence import Blocked
from sprintbot.errors import UsageError, WorkError
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.repository.tree import Wants


def test_head_is_measured_from_any_folder_of_the_repository(git_repo):
    git_repo.write("a/b/c.txt", "1\n2")
    commit = git_repo.commit()
    for folder in (git_repo.path, git_repo.path / "a" / "b"):
        with open_snapshot(folder) as tree:
            assert (tree.commit, tree.source, tree.top, tree.is_head) == (commit, "commit", git_repo.path, True)
            assert tree.paths() == ["a/b/c.txt"]
            assert tree.counts("a/b/c.txt").lines == 2
            assert tree.committed_at == 1762257600


@pytest.mark.parametrize("ref", ["v1", "refs/tags/v1", "HEAD~1", "main^", "-dash", "with space@{0}", "\u00e9t\u00e9"])
def test_a_past_commit_is_measured_by_any_name_of_it(git_repo, ref):
    git_repo.write("a", "1\n")
    old = git_repo.commit()
    git_repo.git("tag", "-m", "annotated", "v1")
    git_repo.git("update-ref", "refs/heads/-dash", old)
    git_repo.git("update-ref", "refs/heads/\u00e9t\u00e9", old)
    git_repo.write("a", "1\n2\n")
    git_repo.commit()
    ref = "HEAD~1" if "@" in ref else ref
    with open_snapshot(git_repo.path, ref) as tree:
        assert (tree.commit, tree.is_head) == (old, False)
        assert tree.counts("a").lines == 1
        assert not tree.differs("a")


def test_a_ref_that_is_head_is_head(git_repo):
    git_repo.write("a", "1\n")
    git_repo.commit()
    with open_snapshot(git_repo.path, "main") as tree:
        assert tree.is_head


@pytest.mark.parametrize(
    "ref",
    [
        "mian",
        "--all",
        "-x",
        "HEAD:a",
        "a",
        "main main",
        "main\nmain",
        "",
        "0" * 40,
        "main~5",
        "\udcff",
        "a\0b",
        "main@{9}",
    ],
)
def test_a_bad_ref_is_the_users_mistake(git_repo, ref):
    git_repo.write("a", "1\n")
    git_repo.commit()
    with pytest.raises(UsageError, match="names no commit") as caught:
        open_snapshot(git_repo.path, ref)
    assert caught.value.exit_code == 2


def test_a_bad_ref_is_answered_with_near_names(git_repo):
    git_repo.write("a", "1\n")
    git_repo.commit()
    with pytest.raises(UsageError) as caught:
        open_snapshot(git_repo.path, "mian")
    assert caught.value.hint == "Did you mean main?"


def test_the_tree_of_a_repository_without_a_commit_is_empty(git_repo):
    git_repo.write("a", "1\n")
    with open_snapshot(git_repo.path) as tree:
        assert (tree.commit, tree.committed_at, tree.is_head, tree.paths()) == ("", None, True, [])
        assert tree.entry("a") is None
        assert tree.absence("a") == "not committed (untracked)"
        assert tree.absence("b") == "no such file: nothing is committed yet"
        assert tree.where("a") == "no commit:a"
        assert tree.link("a") == ""


def test_a_head_whose_commit_is_lost_is_no_empty_repository(git_repo):
    git_repo.write("a", "1\n")
    commit = git_repo.commit()
    (git_repo.path / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    with pytest.raises(WorkError, match=f"HEAD names {commit}, which is not in this clone"):
        open_snapshot(git_repo.path)


def test_a_bare_repository_has_commits_and_no_work_tree(git_repo, tmp_path):
    git_repo.write("a", "1\n")
    git_repo.commit()
    git_repo.git("clone", "-q", "--bare", str(git_repo.path), str(tmp_path / "bare.git"))
    with open_snapshot(tmp_path / "bare.git") as tree:
        assert tree.top is None
        assert tree.counts("a").lines == 1
        assert tree.absence("b") == "no such file"
        assert not tree.differs("a")
        assert not tree.is_dirty()
    with pytest.raises(UsageError, match="has no work tree"):
        open_snapshot(tmp_path / "bare.git", worktree=True)


def test_a_linked_work_tree_is_measured_at_its_own_head(git_repo, tmp_path):
    git_repo.write("a", "1\n")
    git_repo.commit()
    linked = tmp_path / "linked"
    git_repo.git("worktree", "add", "-q", "-b", "side", str(linked))
    (linked / "a").write_text("1\n2\n")
    subprocess.run(["git", "commit", "-qam", "x"], cwd=linked, env=git_repo.environ, check=True)
    (linked / "new").write_text("n")
    with open_snapshot(linked) as tree:
        assert tree.top == linked
        assert tree.counts("a").lines == 2
        assert tree.absence("new") == "not committed (untracked)"


def test_a_shallow_clone_is_measured_and_says_what_it_lacks(git_repo, tmp_path):
    git_repo.write("a", "1\n")
    git_repo.commit()
    git_repo.write("a", "1\n2\n")
    git_repo.commit()
    git_repo.git("clone", "-q", "--depth=1", f"file://{git_repo.path}", str(tmp_path / "shallow"))
    with open_snapshot(tmp_path / "shallow") as tree:
        assert tree.shallow
        assert tree.counts("a").lines == 2
    with pytest.raises(UsageError) as caught:
        open_snapshot(tmp_path / "shallow", "HEAD~1")
    assert "--unshallow" in caught.value.hint


@pytest.mark.parametrize("many", [20, 600])
def test_a_partial_clone_is_never_filled_up(git_repo, tmp_path, many):
    for number in range(many):
        git_repo.write(f"there/{number}", f"{number}\n")
    git_repo.write("here", "1 one\n")
    git_repo.commit()
    git_repo.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    git_repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{git_repo.path}", str(partial))
    git_repo.git("-C", str(partial), "checkout", "-q", "HEAD", "--", "here")
    blob = git_repo.git("rev-parse", "HEAD:there/7")
    with open_snapshot(partial) as tree:
        tree.load(Wants(counts=frozenset(tree.paths())))
        assert tree.counts("here").lines == 1
        for look in (tree.counts, tree.size, tree.content):
            with pytest.raises(Blocked, match=f"cannot read: {blob} is not in this clone"):
                look("there/7")


def test_a_clone_without_trees_cannot_be_measured(git_repo, tmp_path):
    git_repo.write("a", "1\n")
    git_repo.commit()
    git_repo.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    git_repo.git("clone", "-q", "--no-checkout", "--filter=tree:0", f"file://{git_repo.path}", str(partial))
    with open_snapshot(partial) as tree, pytest.raises(WorkError, match="partial clone that lacks"):
        tree.paths()


def test_a_sha256_repository_is_measured(git_repo, tmp_path):
    path = tmp_path / "sha256"
    git_repo.git("init", "-q", "--object-format=sha256", str(path))
    git_repo.path = path
    git_repo.write("a", "1\n2\n")
    commit = git_repo.commit()
    with open_snapshot(path) as tree:
        assert (len(commit), tree.commit) == (64, commit)
        assert tree.counts("a").lines == 2


def test_a_replaced_object_does_not_stand_for_the_commit_that_is_named(git_repo):
    git_repo.write("a", "1\n")
    old = git_repo.commit()
    git_repo.write("a", "1\n2\n")
    new = git_repo.commit()
    git_repo.git("replace", old, new)
    with open_snapshot(git_repo.path, old) as tree:
        assert (tree.commit, tree.counts("a").lines) == (old, 1)


def test_a_top_with_odd_letters_is_found(git_repo, tmp_path):
    git_repo.path = tmp_path / "odd na\nme \u00e9"
    git_repo.path.mkdir()
    git_repo.git("init", "-q", "-b", "main")
    git_repo.write("sub/a", "1\n")
    git_repo.commit()
    with open_snapshot(git_repo.path / "sub") as tree:
        assert tree.top == git_repo.path


def test_work_tree_and_ref_exclude_each_other(git_repo):
    with pytest.raises(UsageError, match="exclude each other"):
        open_snapshot(git_repo.path, "HEAD", worktree=True)
