import os
from pathlib import Path

import pytest

from sprintbot.errors import UsageError, WorkError
from sprintbot.repository import git
from sprintbot.repository.git import NotARepositoryError, Started, git_environment, run_git
from sprintbot.repository.snapshot import open_snapshot


def test_the_environment_keeps_no_git_variable_but_the_listed_ones():
    given = {"PATH": "/bin", "GIT_DIR": "/x", "GIT_INDEX_FILE": "y", "GIT_SSH_COMMAND": "z", "GIT_EXTERNAL_DIFF": "d"}
    kept = {"GIT_EXEC_PATH": "/e", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "k", "GIT_CONFIG_VALUE_0": "v"}
    made = git_environment({**given, **kept, "LC_ALL": "de_DE.UTF-8"})
    assert kept.items() <= made.items()
    assert made["PATH"] == "/bin"
    assert made["LC_ALL"] == "C"
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF"} & made.keys()


def test_a_variable_that_names_another_repository_has_no_effect(git_repo, tmp_path, monkeypatch):
    git_repo.write("a", "1\n")
    commit = git_repo.commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    with open_snapshot(git_repo.path) as tree:
        assert tree.commit == commit


def test_without_git_the_message_names_the_least_version(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkError, match="git was not found on PATH") as caught:
        open_snapshot(tmp_path)
    assert git.LEAST_VERSION in caught.value.hint


@pytest.mark.parametrize(
    "script", ["echo 'error: unknown option `show-cdup'\\''' >&2; exit 129", "for word; do echo --$word; done"]
)
def test_a_git_that_is_too_old_is_told_so(git_repo, stand_in_git, script):
    stand_in_git(script)
    with pytest.raises(WorkError, match="git is too old") as caught:
        open_snapshot(git_repo.path)
    assert git.LEAST_VERSION in caught.value.hint


def test_a_folder_outside_any_repository_is_the_users_mistake(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(NotARepositoryError, match="is in no git repository") as caught:
        open_snapshot(tmp_path)
    assert caught.value.exit_code == 2
    assert "--repo" in caught.value.hint


@pytest.mark.parametrize(("name", "told"), [("missing", "does not exist"), ("file", "is not a folder")])
def test_what_is_no_folder_is_told_so(tmp_path, name, told):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=told):
        open_snapshot(tmp_path / name)


def test_a_repository_of_another_user_is_refused_with_the_command_that_helps(git_repo, stand_in_git):
    git_repo.write("a", "1\n")
    git_repo.commit()
    stand_in_git('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {git} "$@"')
    with pytest.raises(UsageError, match="belongs to another user") as caught:
        open_snapshot(git_repo.path)
    assert f"git config --global --add safe.directory {git_repo.path}" in caught.value.hint


def test_a_failure_carries_gits_own_words_and_status(git_repo):
    with pytest.raises(WorkError, match=r"git cat-file failed .* status 128: fatal: git cat-file 0+: bad file"):
        run_git(("cat-file", "blob", "0" * 40), git_repo.path)


def test_much_on_stderr_blocks_nothing(git_repo, stand_in_git):
    stand_in_git("head -c 200000 /dev/zero | tr '\\0' x >&2; echo out")
    assert run_git(("anything",), git_repo.path) == b"out\n"


def test_a_process_that_hangs_is_ended(git_repo, stand_in_git, monkeypatch):
    stand_in_git("exec sleep 60")
    monkeypatch.setattr(git, "TIME_LIMIT", 0.2)
    with pytest.raises(WorkError, match="took longer than"):
        run_git(("status",), git_repo.path)


def test_a_started_process_is_gone_after_close(git_repo, stand_in_git):
    log = stand_in_git("echo $$ > {log}; exec sleep 60")
    started = Started(("status",), git_repo.path)
    while not log.read_text().strip():
        pass
    started.close()
    assert not Path(f"/proc/{int(log.read_text())}").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), 0)


@pytest.mark.parametrize("setting", ["core.fsmonitor", "core.hooksPath"])
def test_a_repositorys_own_settings_run_nothing(git_repo, tmp_path, setting):
    git_repo.write("a", "1\n")
    git_repo.commit()
    ran = tmp_path / "ran"
    hook = git_repo.path / "hooks" / "post-index-change"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    git_repo.git("config", setting, str(hook if setting == "core.fsmonitor" else hook.parent))
    git_repo.write("a", "2\n")
    with open_snapshot(git_repo.path) as tree:
        assert tree.differs("a")
        assert tree.is_dirty()
    assert not ran.exists()


def test_the_repository_is_not_written_to(git_repo):
    git_repo.write("a", "1\n")
    git_repo.commit()
    os.utime(git_repo.path / "a", (1, 1))
    files = [path for path in git_repo.path.rglob("*") if path.is_file()]
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
    with open_snapshot(git_repo.path) as tree:
        assert not tree.differs("a")
        assert not tree.is_dirty()
        tree.link("a")
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files} == before
    assert sorted(path for path in git_repo.path.rglob("*") if path.is_file()) == sorted(files)
