import pytest

from sprintbot.errors import UsageError
from sprintbot.repository.provenance import UNCOMMITTED, ManifestCommit, changed_since
from sprintbot.repository.snapshot import open_snapshot


def commit_on(git_repo, day, **files):
    for name, content in files.items():
        if content is None:
            (git_repo.path / name).unlink()
        else:
            git_repo.write(name, content)
    for role in ("AUTHOR", "COMMITTER"):
        git_repo.environ[f"GIT_{role}_DATE"] = f"{day}T12:00:00+00:00"
    return git_repo.commit()


@pytest.fixture
def history(git_repo):
    commit_on(git_repo, "2025-11-01", old="1\n", gone="1\n", edited="1\n")
    git_repo.git("tag", "start")
    commit_on(git_repo, "2025-11-03", edited="2\n", gone=None, passing="1\n")
    commit_on(git_repo, "2025-11-05", new="1\n", passing=None)
    return git_repo


@pytest.mark.parametrize(
    ("since", "changed"),
    [
        ("start", ["edited", "new"]),
        ("HEAD~1", ["new"]),
        ("HEAD", []),
        ("2025-11-02", ["edited", "new"]),
        ("2025-11-03", ["edited", "new"]),
        ("2025-11-03T12:00:00Z", ["edited", "new"]),
        ("2025-11-03T12:00:01", ["new"]),
        ("2025-11-03T14:00:01+02:00", ["new"]),
        ("2025-12-01", []),
        ("2020-01-01", ["edited", "new", "old"]),
    ],
)
def test_what_changed_since_is_what_is_there_now_and_was_not_so_then(history, since, changed):
    with open_snapshot(history.path) as tree:
        assert changed_since(tree, since) == changed


def test_a_since_that_is_neither_date_nor_ref_is_the_users_mistake(history):
    with open_snapshot(history.path) as tree, pytest.raises(UsageError, match="names no commit"):
        changed_since(tree, "last tuesday")


def test_a_branch_is_compared_from_where_it_left(history):
    history.git("checkout", "-q", "-b", "side", "start")
    commit_on(history, "2025-11-06", side="1\n")
    with open_snapshot(history.path) as tree:
        assert changed_since(tree, "main") == ["side"]


def test_nothing_changed_where_nothing_is_committed(git_repo):
    with open_snapshot(git_repo.path) as tree:
        assert changed_since(tree, "2020-01-01") == []


def manifest_commit(manifest):
    return ManifestCommit(manifest).name()


def test_a_manifest_is_of_heads_commit_when_it_is_in_it_as_on_disk(history):
    manifest = history.write("sprints/s 1.yaml", "version: 1\n")
    assert manifest_commit(manifest) == UNCOMMITTED
    commit = history.commit()
    assert manifest_commit(manifest) == commit[:12]
    history.write("other", "x")
    assert manifest_commit(manifest) == commit[:12]
    history.write("sprints/s 1.yaml", "version: 2\n")
    assert manifest_commit(manifest) == UNCOMMITTED
    history.git("add", "-A")
    assert manifest_commit(manifest) == UNCOMMITTED


def test_an_ignored_manifest_is_uncommitted(history):
    history.write(".gitignore", "*.yaml\n")
    history.commit()
    assert manifest_commit(history.write("s.yaml", "version: 1\n")) == UNCOMMITTED


def test_a_manifest_outside_any_repository_is_uncommitted(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "s.yaml").write_text("version: 1\n")
    assert manifest_commit(tmp_path / "s.yaml") == UNCOMMITTED


def test_a_manifest_of_a_repository_without_commits_is_uncommitted(git_repo):
    manifest = git_repo.write("s.yaml", "version: 1\n")
    git_repo.git("add", "-A")
    assert manifest_commit(manifest) == UNCOMMITTED
