import os

import pytest

OPTIONS = {
    "bad REF": (("--at", "no-such-branch"), ("no-such-branch", "names no commit")),
    "REF that starts with a dash": (("--at", "--output=x"), ("--output=x",)),
    "REF that is a tree": (("--at", "HEAD^{tree}"), ("HEAD^{tree}", "names no commit")),
    "empty REF": (("--at", ""), ("names no commit",)),
    "folder that is not there": (("--repo", "nowhere"), ("nowhere", "does not exist")),
    "folder that is a file": (("--repo", "README.md"), ("README.md", "not a folder")),
    "folder with a name too long": (("--repo", "x" * 5000), ("File name too long",)),
    "output with a name too long": (("-o", "x" * 5000 + ".md"), ("File name too long",)),
    "unknown --only": (("--only", "readmee"), ("--only readmee", "'readme'")),
    "unknown --env": (("--env", "prod"), ("--env prod", "No check of this sprint names an env")),
    "unknown --format": (("--format", "jsn"), ("--format jsn", "'json'")),
    "unknown suffix": (("-o", "report.pdf"), ("report.pdf", ".md, .markdown, .json, .txt")),
    "no suffix": (("-o", "report"), ("-o report", "suffix")),
    "a folder": (("-o", "sprints"), ("sprints is a folder",)),
    "bad --now": (("--now", "tomorrow"), ("--now tomorrow", "2025-11-05T12:00:00Z")),
    "bad --deadline": (("--deadline", "5"), ("--deadline 5", "90s")),
    "--deadline of nothing": (("--deadline", "0s"), ("--deadline 0s",)),
    "--at with --worktree": (("--at", "HEAD", "--worktree"), ("--at and --worktree",)),
    "unknown option": (("--colour",), ("--colour", "sprintbot check --help")),
    "option without its value": (("--at",), ("--at", "requires an argument")),
    "one name too many": (("t",), ("unexpected extra argument",)),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_wrong_option_is_refused_before_anything_is_looked_at(expect_refused, name):
    options, words = OPTIONS[name]
    expect_refused("check", "s", *options, words=words)


def test_a_template_folder_that_is_not_there_is_refused(expect_refused):
    expect_refused("report", "s", "--template", "nowhere", words=("nowhere", "no such folder"))


def test_a_missing_sprint_and_an_unknown_command_are_refused(expect_refused):
    expect_refused("check", words=("SPRINT", "sprintbot check --help"))
    expect_refused("chek", "s", words=("chek", "check"))


def test_a_wrong_time_in_the_environment_is_refused(expect_refused):
    expect_refused("check", "s", words=("SOURCE_DATE_EPOCH=soon",), SOURCE_DATE_EPOCH="soon")


def test_a_folder_in_no_repository_is_refused_with_the_next_step(expect_refused, tmp_path):
    plain = tmp_path / "plain"
    plain.mkdir()
    expect_refused("check", "s", "--repo", plain, words=("is in no git repository", "git init"))


def test_a_repository_without_a_commit_is_an_empty_tree(sprintbot, project, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    project.git("init", "-q", str(empty))
    done = sprintbot("check", "s", "--repo", empty)
    assert done.code == 1
    assert "nothing is committed yet" in done.out


def test_output_in_a_folder_that_takes_no_files_is_told(expect_refused, project):
    read_only = project.path / "locked"
    read_only.mkdir(mode=0o500)
    target = read_only / "x.md" if os.geteuid() else "/proc/x.md"
    expect_refused("report", "s", "-o", target, code=3, words=(str(target), "cannot be written"))
    read_only.chmod(0o700)


def test_output_below_a_file_is_told(expect_refused):
    expect_refused("report", "s", "-o", "README.md/x.md", code=3, words=("README.md/x.md", "cannot be written"))


def test_a_folder_as_output_is_refused_whatever_its_name(expect_refused, project):
    (project.path / "x.md").mkdir()
    expect_refused("report", "s", "-o", "x.md", words=("x.md is a folder", "x.md/report.md"))


def test_the_current_folder_may_be_gone(sprintbot, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); sys.argv[1:] = ['check', 's']\n"
    done = sprintbot.python(code + "from sprintbot.__main__ import main; sys.exit(main())", cwd=gone)
    assert done.code == 2
    assert "current folder" in done.err
    assert "Traceback" not in done.err
