import shutil
import subprocess

import pytest


def complete(sprintbot, words: str, **environ: str) -> list[str]:
    """What bash would offer after these words."""
    count = len(words.split()) - (not words.endswith(" "))
    asked = {"_SPRINTBOT_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    return sprintbot(**asked, **environ).out.split()


def test_commands_and_options_are_completed(sprintbot):
    assert complete(sprintbot, "sprintbot re") == ["report"]
    assert "--worktree" in complete(sprintbot, "sprintbot check --wor")


@pytest.mark.parametrize("command", ["check", "report", "ports"])
def test_sprints_are_completed(sprintbot, manifest, command):
    for number in (1, 2):
        manifest("{file: README.md}", name=f"sprint-{number}")
    assert complete(sprintbot, f"sprintbot {command} sprint") == ["sprint-1", "sprint-2"]
    assert complete(sprintbot, f"sprintbot {command} cur") == ["current"]


def test_outside_of_any_project_completion_is_silent(sprintbot, tmp_path):
    sprintbot.folder = tmp_path
    assert complete(sprintbot, "sprintbot check s") == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_completion_that_is_shown_works_in_bash(sprintbot, manifest):
    manifest("{file: README.md}", name="sprint-1")
    folder = sprintbot.path.rpartition("/")[0]
    script = (
        f'PATH="{folder}:$PATH"\neval "$(sprintbot --show-completion)"\ncomplete -p sprintbot >&2\n'
        "COMP_WORDS=(sprintbot check spr)\nCOMP_CWORD=2\n_sprintbot_completion sprintbot spr check\n"
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        cwd=sprintbot.folder,
        env=sprintbot.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["sprint-1"], done.stderr
