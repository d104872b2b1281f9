"""README.md and CONTRIBUTING.md: what they show is run or loaded, so that it stays true."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sprintbot.checks import KINDS
from sprintbot.manifest.loader import load_sprint

TOP = Path(__file__).resolve().parents[1]
README = (TOP / "README.md").read_text()
CONTRIBUTING = (TOP / "CONTRIBUTING.md").read_text()


def blocks(text: str, language: str) -> dict[str, str]:
    """The fenced blocks of a language, by the file name behind it."""
    found = re.findall(rf"^```{language} ?(\S*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return dict(found)


def test_every_manifest_in_the_readme_loads(tmp_path):
    manifests = blocks(README, "yaml").values()
    assert manifests
    for manifest in manifests:
        name = re.search(r"^sprint: (\S+)$", manifest, re.MULTILINE)[1]
        file = tmp_path / f"{name}.yaml"
        file.write_text(manifest)
        assert load_sprint(file).checks


def test_the_readme_lists_every_kind_and_no_other():
    listed = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    assert listed == list(KINDS)


def test_the_readme_lists_every_command_and_no_other():
    listed = set(re.findall(r"^\| `sprintbot (\w+)", README, re.MULTILINE))
    done = subprocess.run(
        [sys.executable, "-m", "sprintbot", "--help"], capture_output=True, text=True, check=True, timeout=60
    )
    commands = done.stdout.partition("Commands:")[2]
    assert listed == set(re.findall(r"^  (\w+)  ", commands, re.MULTILINE))


def test_ci_runs_the_test_command_of_the_readme():
    commands = blocks_of_console(README)
    tests = [command for command in commands if "pytest" in command]
    assert len(tests) == 1
    assert tests[0] in (TOP / ".ci/run").read_text()


def blocks_of_console(text: str) -> list[str]:
    return [
        line
        for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]


def test_the_files_that_the_documents_name_are_there():
    named = re.findall(r"\]\(([^)#:]+)\)", README + CONTRIBUTING)
    named += re.findall(r"`((?:sprintbot|templates|tests|sprints|examples|\.ci)/[\w./-]*)`", README + CONTRIBUTING)
    added = set(blocks(CONTRIBUTING, "python")) | set(blocks(CONTRIBUTING, "yaml"))
    missing = [name for name in named if name not in added and not (TOP / name).exists()]
    assert named
    assert missing == []


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the program to change."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    shutil.copytree(TOP / "sprintbot", copy / "sprintbot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TOP / "templates", copy / "templates")
    return copy


def test_the_walk_through_for_a_check_kind_gives_a_kind_that_works(checkout, git_repo):
    added = blocks(CONTRIBUTING, "python")
    (checkout / "sprintbot/checks/folder.py").write_text(added["sprintbot/checks/folder.py"])
    table = checkout / "sprintbot/checks/__init__.py"
    line = blocks(CONTRIBUTING, "diff")["sprintbot/checks/__init__.py"].removeprefix("+")
    table.write_text(table.read_text().replace('    ("stated",', f'{line}    ("stated",'))
    git_repo.write("sprints/walk.yaml", blocks(CONTRIBUTING, "yaml")["sprints/walk.yaml"])
    git_repo.write("docs/one.md", "# One\n")
    git_repo.commit()
    short = check(checkout, git_repo.path)
    git_repo.write("docs/two.md", "# Two\n")
    git_repo.commit()
    held = check(checkout, git_repo.path)
    assert short.returncode == 1, short.stderr
    assert "docs count: expected at least 2; 1 is less than 2" in short.stdout
    assert held.returncode == 0, held.stdout
    assert "2 claims: 2 pass" in held.stdout
    schema = run(checkout, git_repo.path, "schema")
    assert '"folder"' in schema.stdout


def check(checkout: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return run(checkout, folder, "check", "walk")


def run(checkout: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "PYTHONPATH": str(checkout)}
    return subprocess.run(
        [sys.executable, "-m", "sprintbot", *args],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
