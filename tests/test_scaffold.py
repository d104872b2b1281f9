import datetime
import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sprintbot import scaffold
from sprintbot.checks.documents import read_document
from sprintbot.repository.snapshot import open_snapshot

DAY = datetime.date(2025, 11, 5)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(NAMES)
def test_any_text_is_quoted_so_that_every_reader_gives_it_back(text):
    line = f"key: {scaffold._quoted(text)}\n"
    assert yaml.safe_load(line) == {"key": text}
    assert read_document(line.encode(), "yaml") == {"key": text}


def draft(git_repo, **files):
    for name, content in files.items():
        git_repo.write(name.replace("__", "/"), content)
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        return scaffold.draft_manifest("s", tree, tree.paths(), DAY, DAY)


def checks(text: str) -> list[dict]:
    return [check for each in yaml.safe_load(text)["deliverables"] for check in each["checks"]]


@pytest.mark.parametrize(
    ("content", "needle"),
    [
        ("# comment\n\nclass Breaker:\n    pass\n", "class Breaker"),
        ("async def run():\n    pass\n", "def run"),
        ("import os\n", "import os"),
        ("def _private():\n    pass\n", "def _private():"),
        ("#!/usr/bin/env python\nx = 1\n", "x = 1"),
        ("x = '" + "y" * 100 + "'\n", "x = '" + "y" * 55),
    ],
)
def test_what_a_module_has_is_claimed_of_it(git_repo, content, needle):
    git_repo.write("m.py", content)
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        text = scaffold.draft_manifest("s", tree, ["m.py"], DAY, DAY).text
    assert checks(text) == [{"file": "m.py", "lines": content.count("\n"), "contains": [needle]}]


def test_more_files_than_a_manifest_takes_are_counted_and_left_out(git_repo):
    drafted = draft(git_repo, **{f"f{number:03}": f"file {number}\n" for number in range(scaffold.MAX_FILES + 7)})
    assert (drafted.named, drafted.left_out) == (scaffold.MAX_FILES, 7)


def test_links_submodules_and_names_that_yaml_cannot_hold_are_left_out(git_repo):
    (git_repo.path / "link").symlink_to("a.txt")
    git_repo.write("a.txt", "words\n")
    git_repo.write(os.fsdecode(b"caf\xe9.txt"), "words\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        drafted = scaffold.draft_manifest("s", tree, tree.paths(), DAY, DAY)
    assert [check["file"] for check in checks(drafted.text)] == ["a.txt"]


def test_deliverables_are_folders_with_ids_of_their_own(git_repo):
    drafted = draft(git_repo, **{"a b__x": "words\n", "a-b__x": "words\n", "top": "words\n"})
    ids = [each["id"] for each in yaml.safe_load(drafted.text)["deliverables"]]
    assert ids == ["a-b", "a-b-2", "top-level"]
