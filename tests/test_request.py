import datetime
from pathlib import Path

import pytest

from sprintbot.errors import UsageError
from sprintbot.request import Request, locate, repository_around

NOW = datetime.datetime(2025, 11, 5, tzinfo=datetime.UTC)


@pytest.fixture
def folders(git_repo, tmp_path, monkeypatch):
    """A repository with sprints/s.yaml, another without, a plain folder; the plain one is the current one."""
    git_repo.write("sprints/s.yaml", "")
    (tmp_path / "other" / ".git").mkdir(parents=True)
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    return {"repo": git_repo.path, "other": tmp_path / "other", "plain": tmp_path / "plain"}


def ask(sprint: str, repo: Path | None = None):
    return locate(Request(sprint, NOW, repo=repo))


def test_by_name_the_repository_around_the_user_is_measured_and_gets_the_report(folders, monkeypatch):
    (folders["repo"] / "below").mkdir()
    monkeypatch.chdir(folders["repo"] / "below")
    where = ask("s")
    assert where.file == folders["repo"] / "sprints/s.yaml"
    assert where.repository == where.top == folders["repo"]


def test_by_path_the_repository_around_the_manifest_is(folders):
    where = ask(str(folders["repo"] / "sprints/s.yaml"))
    assert where.repository == where.top == folders["repo"]


def test_in_no_repository_the_current_folder_is(folders):
    (folders["plain"] / "s.yaml").write_text("")
    assert ask("s.yaml").repository == folders["plain"]


def test_a_name_may_be_one_of_the_repository_that_is_measured_which_gets_no_report(folders):
    where = ask("s", folders["repo"])
    assert where.file == folders["repo"] / "sprints/s.yaml"
    assert where.repository == folders["repo"]
    assert where.top == folders["plain"]


def test_the_users_own_manifest_goes_before_that_of_the_measured_repository(folders, monkeypatch):
    (folders["other"] / "sprints").mkdir()
    (folders["other"] / "sprints/s.yaml").write_text("")
    monkeypatch.chdir(folders["other"])
    where = ask("s", folders["repo"])
    assert where.file == folders["other"] / "sprints/s.yaml"
    assert (where.repository, where.top) == (folders["repo"], folders["other"])


def test_inside_of_the_measured_repository_there_is_no_place_for_a_report(folders, monkeypatch):
    monkeypatch.chdir(folders["repo"])
    assert ask("s", Path()).top is None


def test_what_is_nowhere_is_told_with_what_there_is(folders):
    with pytest.raises(UsageError) as told:
        ask("t", folders["repo"])
    assert told.value.hint.startswith("There are s")


def test_a_linked_work_tree_is_a_repository_too(folders):
    (folders["plain"] / ".git").write_text("gitdir: elsewhere\n")
    assert repository_around(folders["plain"]) == folders["plain"]
