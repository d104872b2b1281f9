import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sprintbot.probe.identity import identify, unit_of


def test_a_process_has_name_user_and_start():
    ours = identify(os.getpid())
    process = psutil.Process()
    assert ours is not None
    assert (ours.pid, ours.name, ours.user) == (os.getpid(), process.name(), process.username())
    assert ours.started == process.create_time() <= time.time()
    assert (ours.containers, ours.apart) == (frozenset(), False)


def test_the_rest_of_the_command_line_with_its_secrets_is_not_kept():
    script = "import sys; print('ready', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        ["renamed", "-c", script, "--password=hunter2"],
        executable=sys.executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        child.stdout.readline()
        found = identify(child.pid)
        child.stdin.close()
    assert "renamed" in found.names
    assert Path(sys.executable).resolve().name in found.names
    assert "hunter2" not in repr(found)


def test_a_process_that_has_ended_is_nobody():
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert child.wait(20) == 0
    assert identify(child.pid) is None


@pytest.mark.parametrize(
    ("cgroup", "unit"),
    [
        ("0::/system.slice/ollama.service\n", "ollama.service"),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/qdrant.service\n", "qdrant.service"),
        ("0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope"),
        ("12:pids:/other.service\n1:name=systemd:/system.slice/nginx.service\n0::/\n", "nginx.service"),
        ("0::/\n", ""),
        ("", ""),
    ],
)
def test_the_unit_is_the_innermost_service_or_scope(cgroup, unit):
    assert unit_of(cgroup) == unit


@pytest.mark.parametrize(
    "path",
    [
        "/system.slice/docker-{}.scope",
        "/docker/{}",
        "/machine.slice/libpod-{}.scope/container",
        "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{}.scope",
        "/kubepods.slice/kubepods-pod1.slice/cri-containerd-{}.scope",
        "/kubepods.slice/crio-{}.scope",
    ],
)
def test_the_container_is_read_from_the_control_group(monkeypatch, path):
    ident = "0123456789abcdef" * 4
    told = {os.getpid(): f"0::{path.format(ident)}\n", "self": "0::/\n"}
    monkeypatch.setattr("sprintbot.probe.identity._read_cgroup", told.get)
    assert identify(os.getpid()).containers == {ident}


def test_the_container_that_we_are_in_ourselves_is_left_out(monkeypatch):
    monkeypatch.setattr("sprintbot.probe.identity._read_cgroup", lambda pid: f"0::/docker/{'ab' * 32}\n")
    assert identify(os.getpid()).containers == frozenset()
