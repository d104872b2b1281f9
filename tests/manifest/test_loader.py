import os
import subprocess
import sys

import pytest

from sprintbot.errors import UsageError
from sprintbot.manifest.loader import MAX_CHAIN, load_sprint
from sprintbot.manifest.problems import MAX_PROBLEMS, ManifestError

GOOD = "deliverables:\n  - {id: kong, title: Kong, checks: [{file: kong.yml}]}\n"


def test_a_file_that_vanished_is_told_like_one_that_never_was(sprints):
    with pytest.raises(UsageError, match=r"sprint-9\.yaml: cannot be read: No such file") as caught:
        load_sprint(sprints / "sprints" / "sprint-9.yaml")
    assert "There are kickoff, sprint-1, sprint-2" in caught.value.hint


def test_a_folder_is_no_manifest(sprints):
    with pytest.raises(UsageError, match="sprints is a folder; name a manifest in it") as caught:
        load_sprint(sprints / "sprints")
    assert caught.value.hint == "There are kickoff, sprint-1, sprint-2"


def test_a_pipe_is_no_manifest_and_is_not_waited_for(folder):
    file = folder.path / "sprint-2.yaml"
    os.mkfifo(file)
    with pytest.raises(UsageError, match=r"sprint-2\.yaml is a pipe; name a file"):
        load_sprint(file)


def test_a_file_that_cannot_be_opened_is_told_with_the_systems_words(folder):
    file = folder.path / "sprint-2.yaml"
    file.symlink_to(file)
    with pytest.raises(UsageError, match=r"sprint-2\.yaml: cannot be read: Too many levels of symbolic links"):
        load_sprint(file)


def test_a_file_of_50_mb_is_refused_by_its_size(folder):
    file = folder.path / "sprint-2.yaml"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(ManifestError, match="50,000,000 bytes; a manifest has at most 16,000,000"):
        load_sprint(file)


def test_a_file_without_end_is_refused(tmp_path):
    endless = tmp_path / "sprint-2.yaml"
    endless.symlink_to("/dev/zero")
    with pytest.raises(ManifestError, match="a manifest has at most 16,000,000"):
        load_sprint(endless)


def test_the_errors_name_the_file_as_the_user_would(folder, monkeypatch):
    file = folder.write("deliverables: 3\n")
    monkeypatch.chdir(folder.path)
    with pytest.raises(ManifestError) as caught:
        load_sprint(file)
    assert caught.value.message == "sprint-2.yaml:5:15: deliverables: 3 where a list was expected"


def test_the_chain_of_previous_is_loaded_newest_first(folder):
    folder.write(GOOD, "sprint-0")
    folder.write(GOOD + "previous: sprint-0\n", "sprint-1").rename(folder.path / "sprint-1.yml")
    sprint = folder.load(GOOD + "previous: sprint-1\n")
    assert [each.manifest.sprint for each in sprint.chain] == ["sprint-2", "sprint-1", "sprint-0"]


def test_a_previous_that_is_not_there_is_refused_with_the_nearest(folder):
    folder.write(GOOD, "sprint-1")
    assert folder.problems(GOOD + "previous: sprint-l\n") == [
        "7:11: previous: there is no manifest 'sprint-l' beside this one; did you mean 'sprint-1'?"
    ]


def test_a_sprint_before_itself_is_refused(folder):
    assert folder.problems(GOOD + "previous: sprint-2\n") == [
        "7:11: previous: the sprints before this one go round in a circle: sprint-2 -> sprint-2"
    ]


def test_a_circle_of_previous_is_refused_where_it_closes(folder):
    folder.write(GOOD + "previous: sprint-2\n", "sprint-1")
    with pytest.raises(ManifestError) as caught:
        folder.load(GOOD + "previous: sprint-1\n")
    assert caught.value.file.endswith("sprint-1.yaml")
    assert caught.value.message.endswith(
        ":7:11: previous: the sprints before this one go round in a circle: sprint-2 -> sprint-1 -> sprint-2"
    )


def test_a_chain_without_end_is_refused(folder):
    for number in range(MAX_CHAIN + 1):
        folder.write(GOOD + f"previous: s{number + 1}\n", f"s{number}")
    with pytest.raises(ManifestError, match=f"more than {MAX_CHAIN} sprints stand one before the other"):
        load_sprint(folder.path / "s0.yaml")


def test_a_blockers_ports_are_checks_of_its_own(folder):
    sprint = folder.load(
        GOOD + "blockers:\n  - id: ports\n    title: Ports\n    ports:\n      11434: compose:ollama\n"
        "      8000-8002: [compose:kong, 'process:kong']\n"
    )
    first, second = sprint.blocker_checks["ports"]
    assert (first.address, first.line, first.column) == ("blocker:ports/port:11434", 11, 7)
    assert (second.check.target, list(second.check.port.ports)) == ("8000-8002", [8000, 8001, 8002])
    assert [claim.expected for claim in second.check.claims()] == ["free, or held by compose:kong or process:kong"]


def test_ports_and_owners_that_are_none_are_refused_at_their_place(folder):
    assert folder.problems(
        GOOD
        + "blockers:\n  - {title: P, id: p, ports: {99999: 'compose:x', 80-70: 'compose:x', 80: kong, 81: {a: b}}}\n"
    ) == [
        "8:31: ports: '99999' is not within 1 to 65535",
        "8:51: ports: '80-70' is an empty range: write the smaller port first",
        "8:75: 80: 'kong' names no owner; write process:NAME, container:NAME, compose:NAME, unit:NAME",
        "8:85: 81: a mapping where a text or a list was expected",
    ]


HEAVY = {"asyncio", "ssl", "socket", "jinja2", "git", "slack_sdk", "jmespath", "difflib", "httptools", "psutil"}
LOAD = "import pathlib, sys; from sprintbot.manifest.loader import load_sprint; load_sprint(pathlib.Path(sys.argv[1]))"


def test_a_manifest_of_file_checks_loads_nothing_heavy(folder):
    told = subprocess.run(
        [sys.executable, "-c", f"{LOAD}; print(*sys.modules)", str(folder.write(GOOD))],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert HEAVY & set(told.stdout.split()) == set()


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"key-{number}: 1\n" for number in range(100_000)),
        "a: 1\n" * 100_000,
        "a: !x 1\n" * 100_000,
        "deliverables:\n" + "".join(f"  - &d{n} {{id: d{n}}}\n" for n in range(3000)) + "  - *d7\n" * 100_000,
        f"{GOOD}waivers:\n" + "  - {check: nope, reason: r, by: b, until: 2025-11-30}\n" * 20_000,
    ],
    ids=["unknown keys", "equal keys", "tags", "aliases", "waivers"],
)
def test_a_file_full_of_errors_is_given_up_after_a_thousand(folder, text):
    assert len(folder.problems(text)) == MAX_PROBLEMS
