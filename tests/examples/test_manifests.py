"""The example's manifests: sound, and near to what the files they name are."""

import subprocess
import sys
from pathlib import Path

import pytest

from sprintbot.claim.comparison import Order
from sprintbot.manifest.loader import load_sprint
from sprintbot.manifest.sprint import Sprint

TOP = Path(__file__).resolve().parents[2]
KNOWN_NOT_TO_HOLD = "report-figures/"


@pytest.fixture(scope="module")
def sprint() -> Sprint:
    return load_sprint(TOP / "sprints" / "sprint-2.yaml")


def test_the_second_sprint_loads_with_the_first_before_it(sprint: Sprint) -> None:
    assert [each.manifest.sprint for each in sprint.chain] == ["sprint-2", "sprint-1"]


def test_every_file_that_a_check_names_is_there(sprint: Sprint, platform: Path) -> None:
    named = [planned.check.target for each in sprint.chain for planned in each.checks if planned.check.kind == "file"]
    assert len(named) > 10
    assert [name for name in named if not (platform / name).is_file()] == []


def test_floors_of_lines_and_words_are_near_to_what_the_files_have(sprint: Sprint, platform: Path) -> None:
    for planned in (planned for each in sprint.chain for planned in each.checks):
        if planned.check.kind != "file" or planned.address.startswith(KNOWN_NOT_TO_HOLD):
            continue
        content = (platform / planned.check.target).read_bytes()
        measured = {"lines": content.count(b"\n"), "words": len(content.split())}
        for claim in planned.check.claims():
            if claim.field in measured:
                assert isinstance(claim.comparison, Order)
                assert 0.8 * measured[claim.field] <= claim.comparison.bound <= measured[claim.field], planned.address


def test_the_count_of_unit_tests_is_what_their_runner_runs(sprint: Sprint, platform: Path) -> None:
    [tests] = [planned.check for planned in sprint.chain[1].checks if planned.check.kind == "tests"]
    [count] = [claim.comparison for claim in tests.claims() if claim.field == "count"]
    command = [sys.executable, "-B", "services/rag_service/tests"]
    done = subprocess.run(command, cwd=platform, capture_output=True, text=True, timeout=60, check=True)
    assert isinstance(count, Order)
    assert f"Ran {count.bound} tests" in done.stderr


def test_figures_known_not_to_hold_say_so(sprint: Sprint) -> None:
    figures = [planned.check for planned in sprint.checks if planned.address.startswith(KNOWN_NOT_TO_HOLD)]
    [deliverable] = [each for each in sprint.manifest.deliverables if each.id == "report-figures"]
    assert "known not to hold" in deliverable.title
    assert [bool(check.hint) for check in figures] == [True, True]
