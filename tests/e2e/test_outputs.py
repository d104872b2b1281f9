import json
import subprocess
import time

import pytest

NOW = ("--now", "2025-11-05T12:00:00Z", "--no-probes")


def test_report_writes_the_document_and_says_where(sprintbot, project):
    done = sprintbot("report", "s")
    assert done.code == 0
    assert done.out.endswith("wrote reports/s.md\n")
    assert (project.path / "reports/s.md").read_text().startswith("# ")


def test_several_outputs_at_once_each_in_its_format(sprintbot, project):
    done = sprintbot("report", "s", "-o", "a.md", "-o", "deep/er/b.json", "-o", "c.txt", "-o", "-", *NOW)
    assert done.code == 0
    assert (project.path / "a.md").read_text().startswith("# ")
    assert json.loads((project.path / "deep/er/b.json").read_text())["schema"] == "sprintbot.report/1"
    assert (project.path / "c.txt").read_text() == done.out
    assert not (project.path / "reports").exists()


@pytest.mark.parametrize(("name", "start"), [("json", '{\n  "schema"'), ("markdown", "# "), ("text", "s\n")])
def test_format_prints_nothing_but_the_document(sprintbot, name, start):
    done = sprintbot("check", "s", "--format", name)
    assert done.out.startswith(start)
    assert "wrote" not in done.out


def test_quiet_prints_nothing_and_still_writes_and_exits_by_the_verdict(sprintbot, project, manifest):
    manifest("{file: README.md, lines: 4}")
    done = sprintbot("check", "s", "-q", "-o", "a.md")
    assert (done.code, done.out, done.err) == (1, "", "")
    assert (project.path / "a.md").exists()


def test_verbose_shows_what_holds_too(sprintbot):
    assert "lines: 3 lines" not in sprintbot("check", "s").out
    assert "lines: 3 lines" in sprintbot("check", "s", "-v").out


@pytest.mark.parametrize("suffix", ["md", "txt"])
def test_two_runs_of_the_same_give_the_same_bytes(sprintbot, project, manifest, suffix):
    manifest("{file: README.md, lines: 4}\n{file: none.md}\n{command: date}")
    for name in ("a", "b"):
        sprintbot("report", "s", "-o", f"{name}.{suffix}", *NOW)
        time.sleep(0.01)
    assert (project.path / f"a.{suffix}").read_bytes() == (project.path / f"b.{suffix}").read_bytes()


def test_source_date_epoch_is_the_time_of_the_run_and_now_goes_before_it(sprintbot):
    epoch = {"SOURCE_DATE_EPOCH": "1762344000"}
    assert "2025-11-05 12:00 UTC" in sprintbot("check", "s", **epoch).out
    assert "2025-11-06 00:00 UTC" in sprintbot("check", "s", "--now", "2025-11-06", **epoch).out


def test_an_output_that_is_a_link_stays_one(sprintbot, project, tmp_path):
    real = tmp_path / "real.md"
    real.write_text("old")
    real.chmod(0o640)
    (project.path / "a.md").symlink_to(real)
    assert sprintbot("report", "s", "-o", "a.md").code == 0
    assert (project.path / "a.md").is_symlink()
    assert real.read_text().startswith("# ")
    assert real.stat().st_mode & 0o777 == 0o640


def test_nothing_but_the_document_is_left_in_its_folder(sprintbot, project):
    sprintbot("report", "s")
    assert [file.name for file in (project.path / "reports").iterdir()] == ["s.md"]


def test_reports_made_at_once_into_one_file_leave_a_whole_one(sprintbot, project, manifest):
    manifest("\n".join(f"{{file: none-{number}.md, lines: 1}}" for number in range(300)))
    sprintbot("report", "s", "-o", "whole.md", *NOW)
    whole = (project.path / "whole.md").read_bytes()
    running = [sprintbot.start("report", "s", "-q", "-o", "a.md", *NOW) for _ in range(3)]
    seen = set()
    while any(each.poll() is None for each in running):
        if (project.path / "a.md").exists():
            seen.add((project.path / "a.md").read_bytes())
        time.sleep(0.005)
    assert [each.communicate()[1] for each in running] == [b"", b"", b""]
    assert seen | {(project.path / "a.md").read_bytes()} == {whole}


def test_a_report_that_is_killed_leaves_the_old_one_or_the_new_one_whole(sprintbot, project, manifest):
    manifest("\n".join(f"{{file: none-{number}.md, lines: 1}}" for number in range(300)))
    started = time.monotonic()
    sprintbot("report", "s", "-q", "-o", "a.md", *NOW)
    took = time.monotonic() - started
    whole = (project.path / "a.md").read_bytes()
    for turn in range(8):
        process = sprintbot.start("report", "s", "-q", "-o", "a.md", *NOW)
        try:
            process.communicate(timeout=took * (0.6 + turn * 0.08))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        assert (project.path / "a.md").read_bytes() == whole
