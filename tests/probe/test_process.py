import asyncio
import gc
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from sprintbot.probe.process import GRACE, Completed, run_process

ENVIRON = {"PATH": os.environ["PATH"]}


def run(*argv: str, cwd: Path, output_limit: int = 1_000_000, timeout: float = 60) -> Completed:
    async def bounded() -> Completed:
        async with asyncio.timeout(timeout):
            return await run_process(argv, cwd=cwd, environ=ENVIRON, output_limit=output_limit)

    return asyncio.run(bounded())


def python(script: str, *args: str, cwd: Path, **bounds: float) -> Completed:
    return run(sys.executable, "-c", script, *args, cwd=cwd, **bounds)  # type: ignore[arg-type]


def is_gone(pid: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def written_pid(file: Path) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if file.exists() and file.read_text().endswith("\n"):
            return int(file.read_text())
        time.sleep(0.01)
    raise AssertionError("the process never wrote its id")


def test_exit_code_and_both_outputs_come_back(tmp_path):
    done = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)", cwd=tmp_path)
    assert done == Completed(exit=3, stdout=b"out\n", stderr=b"err\n", truncated=False)


def test_it_runs_in_the_folder_and_with_the_environment_that_are_given(tmp_path, monkeypatch):
    monkeypatch.setenv("ONLY_OURS", "1")
    done = python("import os; print(os.getcwd(), 'ONLY_OURS' in os.environ)", cwd=tmp_path)
    assert done.stdout.decode() == f"{tmp_path.resolve()} False\n"


def test_there_is_nothing_on_stdin(tmp_path):
    assert run("cat", cwd=tmp_path, timeout=10).exit == 0


def test_200_kilobytes_on_stderr_do_not_block_the_child(tmp_path):
    done = python("import sys; sys.stderr.write('x' * 200_000); print('done')", cwd=tmp_path)
    assert (done.stdout, len(done.stderr), done.truncated) == (b"done\n", 200_000, False)


def test_of_50_megabytes_the_first_of_stdout_and_the_last_of_stderr_are_kept(tmp_path):
    script = (
        "import sys\n"
        "for stream in (sys.stdout, sys.stderr):\n"
        "    stream.write('first')\n"
        "    for _ in range(50): stream.write('x' * 1_000_000)\n"
        "    stream.write('last')\n"
    )
    done = python(script, cwd=tmp_path, output_limit=1000)
    assert (len(done.stdout), len(done.stderr), done.truncated) == (1000, 1000, True)
    assert done.stdout.startswith(b"first")
    assert done.stderr.endswith(b"last")


def test_output_of_just_the_bound_is_whole(tmp_path):
    done = python("print('x' * 99)", cwd=tmp_path, output_limit=100)
    assert (len(done.stdout), done.truncated) == (100, False)


def test_a_signal_that_ended_it_is_a_negative_exit(tmp_path):
    assert python("import os; os.kill(os.getpid(), 9)", cwd=tmp_path).exit == -signal.SIGKILL


def test_a_missing_command_raises_file_not_found_with_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        run("no-such-command-here", cwd=tmp_path)
    assert caught.value.filename == "no-such-command-here"


def test_a_missing_folder_raises_file_not_found_with_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        run("true", cwd=tmp_path / "absent")
    assert str(caught.value.filename) == str(tmp_path / "absent")


def test_a_file_that_is_not_executable_raises_permission_error(tmp_path):
    (tmp_path / "script.sh").write_text("#!/bin/sh\n")
    with pytest.raises(PermissionError):
        run("./script.sh", cwd=tmp_path)


def test_a_grandchild_that_holds_the_pipes_is_ended_and_delays_no_longer_than_the_grace(tmp_path):
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid)\n"
    )
    started = time.monotonic()
    done = python(script, cwd=tmp_path)
    assert done.exit == 0
    assert time.monotonic() - started < 3 * GRACE + 5
    assert is_gone(int(done.stdout))


def test_a_process_of_another_session_that_holds_the_pipes_does_not_hang_it(tmp_path):
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "print(child.pid)\n"
    )
    done = python(script, cwd=tmp_path, timeout=30)
    os.kill(int(done.stdout), signal.SIGKILL)
    assert done.exit == 0


def test_cancelling_ends_a_group_whose_members_ignore_sigterm(tmp_path):
    script = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], stdout=subprocess.DEVNULL)\n"
        "open(sys.argv[1] + '.part', 'w').write(f'{os.getpid()}\\n')\n"
        "open(sys.argv[1], 'w').write(f'{child.pid}\\n')\n"
        "time.sleep(600)\n"
    )

    async def cancelled_once_it_runs() -> tuple[int, int]:
        argv = [sys.executable, "-c", script, str(tmp_path / "pid")]
        running = asyncio.create_task(run_process(argv, cwd=tmp_path, environ=ENVIRON))
        child = await asyncio.to_thread(written_pid, tmp_path / "pid")
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return child, written_pid(tmp_path / "pid.part")

    child, leader = asyncio.run(cancelled_once_it_runs())
    assert not psutil.pid_exists(leader)
    assert is_gone(child)


@pytest.mark.parametrize("steps", [2, 3, 4])
def test_cancelling_while_the_start_is_under_way_ends_the_group_too(tmp_path, steps):
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open(sys.argv[1], 'w').write(f'{child.pid}\\n')\n"
        "time.sleep(600)\n"
    )

    async def cancelled_in_its_start() -> int:
        argv = [sys.executable, "-c", script, str(tmp_path / "pid")]
        running = asyncio.create_task(run_process(argv, cwd=tmp_path, environ=ENVIRON))
        for _ in range(steps):
            await asyncio.sleep(0)
        child = written_pid(tmp_path / "pid")  # without giving way, so that the pipes stay as they are
        running.cancel()
        async with asyncio.timeout(20):
            with pytest.raises(asyncio.CancelledError):
                await running
        return child

    assert is_gone(asyncio.run(cancelled_in_its_start()))


def test_cancelling_gives_a_group_the_time_to_leave_on_sigterm(tmp_path):
    script = (
        "import os, signal, sys, time\n"
        "def leave(*_):\n"
        "    time.sleep(0.2)\n"
        "    open(sys.argv[1] + '.clean', 'w').close()\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        "open(sys.argv[1], 'w').write(f'{os.getpid()}\\n')\n"
        "time.sleep(600)\n"
    )

    async def cancelled_once_it_runs() -> int:
        argv = [sys.executable, "-c", script, str(tmp_path / "pid")]
        running = asyncio.create_task(run_process(argv, cwd=tmp_path, environ=ENVIRON))
        pid = await asyncio.to_thread(written_pid, tmp_path / "pid")
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return pid

    pid = asyncio.run(cancelled_once_it_runs())
    assert not psutil.pid_exists(pid)
    assert (tmp_path / "pid.clean").exists()


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 4, 8, 16, 32])
def test_a_deadline_at_any_moment_of_the_start_leaves_no_process(tmp_path, milliseconds):
    argv = ["sleep", "600"]

    async def timed_out() -> set[int]:
        before = {child.pid for child in psutil.Process().children()}
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(milliseconds / 1000):
                await run_process(argv, cwd=tmp_path, environ=ENVIRON)
        return {child.pid for child in psutil.Process().children()} - before

    assert asyncio.run(timed_out()) == set()


def test_many_at_once_leave_no_descriptor_and_no_warning(tmp_path):
    async def several() -> list[Completed]:
        return await asyncio.gather(*(run_process(["true"], cwd=tmp_path, environ=ENVIRON) for _ in range(30)))

    asyncio.run(several())
    before = psutil.Process().num_fds()
    assert [done.exit for done in asyncio.run(several())] == [0] * 30
    gc.collect()
    assert psutil.Process().num_fds() <= before
