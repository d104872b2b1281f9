"""DESIGN's table, row by row, by the installed command."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

STATED = "{stated: It works, by: ana, on: 2025-11-03}"


def test_0_when_every_measured_claim_holds(sprintbot):
    assert sprintbot("check", "s").code == 0


@pytest.mark.parametrize("checks", ["{file: README.md, lines: 4}", "{file: none.md}", STATED, ""])
def test_1_when_a_claim_fails_or_nothing_was_proved(sprintbot, manifest, checks):
    manifest(checks) if checks else manifest(text=manifest().read_text().replace("checks:\n", "checks: []\n"))
    assert sprintbot("check", "s").code == 1


def test_1_when_a_claim_is_blocked(sprintbot, manifest):
    manifest('{file: README.md}\n{http: "${NOWHERE_URL}/health"}')
    done = sprintbot("check", "s")
    assert done.code == 1
    assert "NOWHERE_URL is not set" in done.out


def test_1_when_a_claim_was_blocked_although_another_was_skipped(sprintbot, manifest):
    manifest("{file: none.md}\n{command: 'true'}")
    assert sprintbot("check", "s", "--no-probes").code == 1


def test_0_when_what_was_looked_at_holds_and_the_rest_was_skipped(sprintbot, manifest):
    manifest("{file: README.md}\n{command: 'false'}")
    assert sprintbot("check", "s", "--no-probes").code == 0


def test_report_exits_by_the_verdict_only_when_strict(sprintbot, manifest):
    manifest("{file: README.md, lines: 4}")
    assert sprintbot("report", "s").code == 0
    assert sprintbot("report", "s", "--strict").code == 1


def test_3_when_git_is_not_there(expect_refused, tmp_path):
    expect_refused("check", "s", code=3, words=("git was not found on PATH", "Install git"), PATH=str(tmp_path))


def test_3_when_git_fails(expect_refused, tmp_path):
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "git").write_text("#!/bin/sh\necho out of order >&2\nexit 7\n")
    (broken / "git").chmod(0o755)
    expect_refused("check", "s", code=3, words=("status 7", "out of order"), PATH=f"{broken}:{os.environ['PATH']}")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is not on this system")
@pytest.mark.parametrize("args", [("check", "s"), ("check", "s", "--format", "json"), ("--help",), ("schema",)])
def test_3_when_standard_output_is_full(sprintbot, args):
    with Path("/dev/full").open("w") as full:
        process = sprintbot.start(*args, stdout=full)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"No space left on device" in told
    assert b"Traceback" not in told


def test_3_when_a_finding_is_sprintbots_own_error(sprintbot):
    code = (
        "import sys\nfrom sprintbot.checks.file import FileCheck\n"
        "async def measure(self, site): return 1 / 0\nFileCheck.measure = measure\n"
        "sys.argv[1:] = ['check', 's']\nfrom sprintbot.__main__ import main\nsys.exit(main())"
    )
    done = sprintbot.python(code)
    assert done.code == 3
    assert "sprintbot's own error: ZeroDivisionError" in done.out


def test_4_for_a_bug_with_a_log_to_paste(sprintbot):
    code = (
        "import sys\nimport sprintbot.measurement as m\ndef broken(*_): raise ZeroDivisionError('oops')\n"
        "m.load_sprint = broken\nsys.argv[1:] = ['check', 's']\nfrom sprintbot.__main__ import main\nsys.exit(main())"
    )
    done = sprintbot.python(code)
    assert done.code == 4
    for word in ("this is a bug in sprintbot: ZeroDivisionError: oops", "report it", "Python 3", "['check', 's']"):
        assert word in done.err
    assert "Traceback" in done.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["check", "report"])
def test_130_when_interrupted_after_telling_what_is_known(sprintbot, manifest, number, command):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        manifest(f"{{file: README.md}}\n{{http: 'http://127.0.0.1:{port}/', timeout: 50s}}\n{{command: sleep 47.11}}")
        process = sprintbot.start(command, "s")
        silent.settimeout(30)
        connection, _ = silent.accept()
        children = _sleeping(process.pid)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        connection.close()
    assert process.returncode == 130, err
    assert "interrupted before an answer came" in out.decode()
    assert "1 pass" in out.decode()
    assert b"Traceback" not in err
    assert children != []
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []


def _sleeping(pid: int) -> list[int]:
    """The ids of the process's children that sleep, once there are some."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        asked = ["ps", "-o", "pid=,args=", "--ppid", str(pid)]
        told = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30).stdout
        if found := [int(line.split()[0]) for line in told.splitlines() if "sleep" in line]:
            return found
        time.sleep(0.02)
    return []


def test_a_reader_that_goes_away_changes_neither_the_exit_code_nor_the_peace(sprintbot, manifest):
    manifest("\n".join(f"{{file: none-{number}.md, lines: 1}}" for number in range(3000)))
    process = sprintbot.start("check", "s")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == b""


def test_closed_streams_are_no_error(sprintbot, manifest):
    manifest("{file: README.md, lines: 4}")
    command = 'exec "$0" check s <&- >&- 2>&-'
    done = subprocess.run(
        ["sh", "-c", command, sprintbot.path],
        cwd=sprintbot.folder,
        env=sprintbot.environ,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1


def test_an_encoding_that_lacks_the_signs_is_no_error(sprintbot):
    done = sprintbot("check", "s", PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert "\\u2713 readme" in done.out
