import pytest

from sprintbot.errors import UsageError
from sprintbot.manifest.search import find_manifest


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("sprint-2", "sprints/sprint-2.yaml"),
        ("kickoff", "sprints/kickoff.yml"),
        ("sprints/sprint-2.yaml", "sprints/sprint-2.yaml"),
        ("sprints/sprint-2", "sprints/sprint-2.yaml"),
    ],
)
def test_a_sprint_is_a_name_under_sprints_or_a_path(sprints, monkeypatch, name, file):
    monkeypatch.chdir(sprints / "sprints")
    assert find_manifest(name, sprints) == sprints / file
    assert find_manifest(str(sprints / file), sprints) == sprints / file


@pytest.mark.parametrize("name", ["sprint-3", "sprints/sprint-3.yaml", "sprints/sprint-3"])
def test_for_a_missing_manifest_those_that_there_are_and_the_nearest_are_listed(sprints, name):
    with pytest.raises(UsageError) as caught:
        find_manifest(name, sprints)
    assert caught.value.message.startswith(f"there is no manifest '{name}'")
    assert caught.value.hint == "There are kickoff, sprint-1, sprint-2; did you mean 'sprint-2'?"
    assert caught.value.exit_code == 2


def test_where_there_is_no_manifest_at_all_the_command_that_writes_one_is_told(tmp_path):
    with pytest.raises(UsageError) as caught:
        find_manifest("sprint-1", tmp_path)
    assert caught.value.hint == "Write one with: sprintbot init sprint-1"


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", ".yaml", "../nowhere.yaml"])
def test_a_name_that_no_file_can_have_names_no_manifest(sprints, name):
    with pytest.raises(UsageError, match="there is no manifest"):
        find_manifest(name, sprints)
