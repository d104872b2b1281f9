import datetime
from pathlib import Path

import pytest

from sprintbot.errors import UsageError
from sprintbot.measurement import measure
from sprintbot.request import Request

HEAD = "version: 1\nsprint: {name}\nstart: 2025-11-03\nend: 2025-11-08\n"
BODY = "deliverables:\n  - {{id: one, title: One, checks: [{{file: a.txt, lines: {lines}}}]}}\n"
NOW = datetime.datetime(2025, 11, 5, tzinfo=datetime.UTC)


@pytest.fixture
def project(git_repo, monkeypatch):
    git_repo.write("a.txt", "1\n2\n")
    git_repo.write("sprints/s.yaml", HEAD.format(name="s") + BODY.format(lines=2))
    git_repo.commit()
    monkeypatch.chdir(git_repo.path)
    return git_repo


def test_a_sprint_is_measured_at_head(project):
    measured = measure(Request("s", NOW))
    assert measured.exit_code == 0
    assert measured.provenance.commit == project.git("rev-parse", "HEAD")
    assert measured.provenance.manifest_file == "sprints/s.yaml"
    assert measured.provenance.manifest_state == measured.provenance.commit[:12]
    assert measured.top == project.path


def test_a_manifest_that_is_not_committed_says_so(project):
    project.write("sprints/s.yaml", HEAD.format(name="s") + BODY.format(lines=3))
    measured = measure(Request("s", NOW))
    assert measured.exit_code == 1
    assert measured.provenance.manifest_state == "uncommitted"


def test_checks_start_from_the_root_of_their_sprint(project):
    project.write("sub/a.txt", "1\n2\n3\n4\n")
    project.write("sprints/s.yaml", HEAD.format(name="s") + "root: sub\n" + BODY.format(lines=4))
    project.commit()
    assert measure(Request("s", NOW)).exit_code == 0


def test_the_sprint_before_is_measured_in_the_same_run(project):
    project.write("sprints/r.yaml", HEAD.format(name="r") + BODY.format(lines=9))
    project.write("sprints/s.yaml", HEAD.format(name="s") + "previous: r\n" + BODY.format(lines=2))
    measured = measure(Request("s", NOW))
    assert measured.exit_code == 0
    assert measured.context.previous is not None
    assert measured.context.previous.sprint == "r"


def test_progress_is_told_check_by_check(project):
    told = []
    measure(Request("s", NOW), lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_nothing_stays_open_when_the_manifest_is_wrong(project):
    project.write("sprints/s.yaml", "version: 2\n")
    before = set(Path("/proc/self/fd").iterdir()) if Path("/proc/self/fd").exists() else set()
    with pytest.raises(UsageError):
        measure(Request("s", NOW))
    after = set(Path("/proc/self/fd").iterdir()) if Path("/proc/self/fd").exists() else set()
    assert len(after) == len(before)


def test_what_was_not_looked_at_is_noted(project):
    notes = " ".join(measure(Request("s", NOW, probes=False, only=("one",))).provenance.notes)
    assert "--no-probes" in notes
    assert "Only a part was looked at: one" in notes
