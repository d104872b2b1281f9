import datetime

import pytest

from sprintbot.cli.options import read_deadline, read_now, read_request, sprint_names
from sprintbot.errors import UsageError

NOTHING = {
    "repo": None,
    "at": None,
    "worktree": False,
    "only": None,
    "env": None,
    "no_probes": False,
    "deadline": None,
    "now": None,
}


@pytest.mark.parametrize(
    ("given", "epoch", "expected"),
    [
        ("2025-11-05T12:00:00Z", "", "2025-11-05T12:00:00+00:00"),
        ("2025-11-05T12:00:00+01:00", "0", "2025-11-05T12:00:00+01:00"),
        ("2025-11-05", "", "2025-11-05T00:00:00+00:00"),
        (None, "1762344000", "2025-11-05T12:00:00+00:00"),
    ],
)
def test_the_time_is_as_given_else_by_the_environment(monkeypatch, given, epoch, expected):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert read_now(given) == datetime.datetime.fromisoformat(expected)


def test_the_time_is_else_the_clocks_in_whole_seconds(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    now = read_now(None)
    assert before <= now <= datetime.datetime.now(datetime.UTC)
    assert now.microsecond == 0


@pytest.mark.parametrize(("given", "epoch"), [("noon", ""), ("", ""), (None, "x"), (None, "1e99"), (None, "9" * 40)])
def test_what_is_no_time_is_refused(monkeypatch, given, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(UsageError, match="no time"):
        read_now(given)


@pytest.mark.parametrize(("given", "seconds"), [("90s", 90), ("5m", 300), ("500ms", 0.5)])
def test_a_deadline_is_read_with_its_unit(given, seconds):
    assert read_deadline(given) == seconds


@pytest.mark.parametrize("given", ["", "90", "-1s", "soon", "30d"])
def test_what_is_no_deadline_is_refused(given):
    with pytest.raises(UsageError, match="--deadline"):
        read_deadline(given)


def test_options_become_a_request():
    request = read_request("s", **NOTHING | {"only": ["a"], "no_probes": True, "deadline": "2s"})
    assert (request.sprint, request.only, request.envs) == ("s", ("a",), ())
    assert (request.probes, request.deadline) == (False, 2.0)


def test_a_commit_and_the_work_tree_exclude_each_other():
    with pytest.raises(UsageError, match="--at and --worktree"):
        read_request("s", **NOTHING | {"at": "HEAD", "worktree": True})


def test_sprints_to_complete_are_those_of_the_repository_around(monkeypatch, git_repo):
    for name in ("b.yaml", "a.yml", "note.txt"):
        git_repo.write(f"sprints/{name}", "")
    (git_repo.path / "below").mkdir()
    monkeypatch.chdir(git_repo.path / "below")
    assert sprint_names("") == ["a", "b", "current"]
    assert sprint_names("b") == ["b"]
