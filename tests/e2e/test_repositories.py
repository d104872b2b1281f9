import json
import os

import pytest

TWO_COMMITS = ("--format", "json", "--now", "2025-11-05T12:00:00Z")


@pytest.fixture
def history(project, manifest):
    """README.md has three lines at the first commit, five at HEAD, seven on disk."""
    first = project.git("rev-parse", "HEAD")
    project.write("README.md", "# Title\n\nText\nmore\nmore\n")
    manifest("{file: README.md, lines: 3}\n{command: git --version}")
    project.commit()
    project.write("README.md", "# Title\n\nText\nmore\nmore\nmore\nmore\n")
    return first


def measured(done):
    """The lines that a run measured, and its report."""
    report = json.loads(done.out)
    claims = {claim["field"]: claim for claim in report["deliverables"][0]["checks"][0]["claims"]}
    return claims["lines"]["measured"], report


def test_head_is_measured_and_not_the_disk(sprintbot, history):
    lines, report = measured(sprintbot("check", "s", *TWO_COMMITS))
    assert lines == 5
    assert report["source"] == "commit"


def test_worktree_measures_the_disk_and_says_so(sprintbot, history):
    lines, report = measured(sprintbot("check", "s", "--worktree", *TWO_COMMITS))
    assert lines == 7
    assert report["source"] == "worktree"
    assert report["deliverables"][0]["checks"][0]["source"] == "work tree:README.md"


def test_an_old_commit_is_measured_as_it_was_and_what_is_live_is_skipped(sprintbot, history):
    lines, report = measured(sprintbot("check", "s", "--at", history, *TWO_COMMITS))
    assert lines == 3
    assert report["commit"] == history
    assert report["health"] is None
    live = report["deliverables"][0]["checks"][1]
    assert live["outcome"] == "skipped"
    assert live["claims"][0]["reason"] == f"cannot be known at {history}"


def test_at_head_by_another_name_is_head(sprintbot, history):
    _, report = measured(sprintbot("check", "s", "--at", "main", *TWO_COMMITS))
    assert report["health"] is not None
    assert report["deliverables"][0]["checks"][1]["outcome"] == "pass"


def test_it_works_from_a_folder_below(sprintbot, project):
    below = project.path / "a" / "b"
    below.mkdir(parents=True)
    assert sprintbot("check", "s", cwd=below).code == 0
    assert sprintbot("report", "s", cwd=below).out.endswith(f"wrote {project.path / 'reports/s.md'}\n")


def test_it_works_from_outside_with_a_path(sprintbot, project, tmp_path):
    assert sprintbot("check", project.path / "sprints/s.yaml", cwd=tmp_path).code == 0
    assert sprintbot("report", project.path / "sprints/s.yaml", cwd=tmp_path).code == 0
    assert (project.path / "reports/s.md").exists()


def test_a_manifest_outside_of_any_repository_measures_the_one_that_is_named(sprintbot, project, listing, tmp_path):
    plain = tmp_path / "plain"
    plain.mkdir()
    (project.path / "sprints/s.yaml").rename(plain / "s.yaml")
    before = listing(project.path)
    done = sprintbot("report", "s.yaml", "--repo", project.path, cwd=plain)
    assert done.code == 0
    assert (plain / "reports/s.md").exists()
    assert listing(project.path) == before


@pytest.mark.parametrize("args", [(), ("--worktree",), ("--at", "HEAD"), ("--no-probes",)])
def test_a_repository_named_with_repo_is_never_written_to(sprintbot, project, manifest, listing, tmp_path, args):
    manifest("{file: README.md}\n{file: none.md}\n{files: '**/*.md', count: 1}\n{file: sprints/s.yaml}")
    os.utime(project.path / "README.md", (1, 1))  # the index is stale now, which tempts git to refresh it
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    before = listing(project.path)
    for command in ("report", "check"):
        assert sprintbot(command, "s", "--repo", project.path, *args, cwd=elsewhere).code in {0, 1}
    assert sprintbot("ports", "s", "--repo", project.path, cwd=elsewhere).code == 0
    assert sprintbot("init", "t", "--repo", project.path, cwd=elsewhere).code == 0
    assert listing(project.path) == before
    assert (elsewhere / "reports/s.md").exists()


def test_a_report_that_would_land_in_the_repository_named_with_repo_is_refused(expect_refused, sprintbot, project):
    expect_refused("report", "s", "--repo", ".", words=("--repo", "never written to", "-o FILE"))
    assert sprintbot("report", "s", "--repo", ".", "-o", "-").code == 0


def test_only_and_env_leave_the_rest_promised(sprintbot, manifest):
    manifest("{file: README.md, env: local}\n{file: none.md, id: none}")
    only = sprintbot("check", "s", "--only", "one/file:README.md", *TWO_COMMITS)
    env = sprintbot("check", "s", "--env", "local", *TWO_COMMITS)
    for done in (only, env):
        report = json.loads(done.out)
        assert done.code == 0
        assert [check["outcome"] for check in report["deliverables"][0]["checks"]] == ["pass", "skipped"]
        assert report["progress"] == 0.5
    assert sprintbot("check", "s", "--only", "one/none").code == 1
    assert sprintbot("check", "s", "--only", "one").code == 1


def test_current_is_the_sprint_that_is_under_way(sprintbot, manifest, expect_refused):
    later = manifest("{file: README.md}", name="t").read_text().replace("2025-11-0", "2025-12-0")
    manifest(name="t", text=later)
    for now, name in (("2025-11-08T23:00:00Z", "s"), ("2025-12-03", "t")):
        done = sprintbot("check", "current", "--format", "json", "--now", now)
        assert json.loads(done.out)["sprint"] == name
    expect_refused("check", "current", "--now", "2026-01-01", words=("2026-01-01", "s: 2025-11-03 to 2025-11-08"))


def test_the_environment_of_git_does_not_lead_elsewhere(sprintbot, project, tmp_path):
    done = sprintbot("check", "s", GIT_DIR=str(tmp_path), GIT_WORK_TREE=str(tmp_path), GIT_INDEX_FILE="/nowhere")
    assert done.code == 0


def test_it_runs_as_a_module(sprintbot):
    code = "import runpy, sys; sys.argv[1:] = ['check', 's']; runpy.run_module('sprintbot', run_name='__main__')"
    done = sprintbot.python(code)
    assert done.code == 0
    assert "2 claims: 2 pass" in done.out
