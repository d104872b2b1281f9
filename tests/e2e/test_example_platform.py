"""The example sprints, with the platform down and a port stolen, and with the service up."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
NOW = ("--now", "2025-11-05T12:00:00Z")
TOKEN = "a-token-that-only-this-test-knows"
HOLD = (
    "import socket, sys; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); print('held', flush=True); input()"
)


def free_ports(count: int) -> list[int]:
    """Ports that nothing holds; all are open at once, so that they differ."""
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in listening]
    for each in listening:
        each.close()
    return ports


@pytest.fixture
def ports() -> dict[str, int]:
    """A port of the kernel's choice for each that the manifests name."""
    names = ("8201", "6333", "8404", "8000", "8001")
    return dict(zip(names, free_ports(len(names)), strict=True))


@pytest.fixture
def platform(git_repo, ports) -> Path:
    """The example platform in a repository of its own, its manifests speaking of those ports."""
    shutil.copytree(TOP / "examples", git_repo.path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("sprint-1", "sprint-2"):
        text = (TOP / "sprints" / f"{name}.yaml").read_text()
        text = text.replace("6333-6334:", "6333:").replace("8000-8001:", "8000:")
        for written, port in ports.items():
            text = text.replace(f"localhost:{written}", f"localhost:{port}").replace(
                f"      {written}:", f"      {port}:"
            )
        git_repo.write(f"sprints/{name}.yaml", text)
    git_repo.commit("The platform")
    return git_repo.path


@pytest.fixture
def service(platform, ports) -> Iterator[int]:
    """The service, up on its port."""
    started = subprocess.Popen(
        [sys.executable, "-m", "rag_service", "--port", str(ports["8201"])],
        cwd=platform / "examples/rag-platform/services",
        env={"PATH": os.environ["PATH"], "RAG_SERVICE_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    with started:
        assert "listening" in started.stdout.readline()
        yield started.pid
        started.terminate()
        started.wait(timeout=20)


def test_with_the_service_down_and_a_port_stolen_the_report_names_the_holder_and_recommends_the_pause(
    sprintbot, platform, ports
):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(ports["8000"])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = sprintbot("report", "sprint-2", "-o", "out.md", "-o", "out.json", *NOW)
        holder.communicate("\n", timeout=20)
    assert done.code == 0, done.err
    markdown = (platform / "out.md").read_text()
    report = json.loads((platform / "out.json").read_text())
    blockers = {each["id"]: each for each in report["blockers"]}
    assert blockers["ports"]["state"] == "active"
    assert f"{ports['8000']} held by python" in blockers["ports"]["reason"]
    assert f"pid {holder.pid}" in blockers["ports"]["reason"]
    assert f"{ports['8000']} held by python" in markdown
    assert f"nothing listens on localhost:{ports['8201']}" in blockers["kong-upstream"]["reason"]
    kong = next(each for each in report["deliverables"] if each["id"] == "kong")
    assert kong["status"] == "blocked"
    assert {claim["because"] for check in kong["checks"] for claim in check["claims"]} == {None, "ports"}
    assert report["recommendation"]["option"] == "A"
    assert report["recommendation"]["because"][0] == "blockers.active = 2"
    assert "Option A: Strategic pause" in markdown
    assert "`blockers.active = 2`" in markdown
    assert report["previous"]["status"] != "complete"


def test_with_the_service_up_sprint_1_reads_tested_and_deployed(sprintbot, platform, service):
    done = sprintbot("check", "sprint-1", "-o", "out.json", *NOW, RAG_SERVICE_TOKEN=TOKEN)
    assert done.code == 0, done.out + done.err
    report = json.loads((platform / "out.json").read_text())
    assert report["stages"]["tested"]["share"] == 1
    assert report["stages"]["deployed"]["share"] == 1
    assert report["health"] == "complete"
    assert {each["id"]: each["status"] for each in report["deliverables"]} == {
        "circuit-breakers": "done",
        "service-auth": "done",
        "api-version": "done",
        "unit-tests": "done",
        "docs": "done",
    }
    assert TOKEN not in done.out + done.err + (platform / "out.json").read_text()


def test_a_deployed_version_that_nobody_compared_is_told_until_a_claim_compares_it(
    sprintbot, platform, git_repo, ports, service
):
    told = sprintbot("check", "sprint-1", "-o", "out.json", *NOW, RAG_SERVICE_TOKEN=TOKEN)
    assert "deployed version not compared" in told.out
    assert json.loads((platform / "out.json").read_text())["version_compared"] is False
    manifest = platform / "sprints/sprint-1.yaml"
    plain = f'{{http: "http://localhost:{ports["8201"]}/api/v1/health", id: versioned,'
    assert plain in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(plain, f'{plain} values: {{version: "{{commit}}"}},'))
    told = sprintbot("check", "sprint-1", "-o", "out.json", *NOW, RAG_SERVICE_TOKEN=TOKEN)
    commit = git_repo.git("rev-parse", "HEAD")
    assert "deployed version not compared" not in told.out
    assert f"'unknown' is not '{commit}'" in told.out
    assert json.loads((platform / "out.json").read_text())["version_compared"] is True


def test_with_the_service_up_sprint_2_calls_sprint_1_complete(sprintbot, platform, service):
    done = sprintbot("report", "sprint-2", "-o", "out.md", *NOW, RAG_SERVICE_TOKEN=TOKEN)
    assert done.code == 0, done.err
    markdown = (platform / "out.md").read_text()
    assert "Sprint 1 is 100 % complete and validated" in markdown
    assert "- [x] Circuit breakers deployed" in markdown


def test_the_figures_that_are_known_not_to_hold_do_not_hold(sprintbot, platform):
    done = sprintbot("check", "sprint-2", "--only", "report-figures", *NOW)
    assert done.code == 1
    assert "expected at least 600; 120 is less than 600" in done.out
    assert "expected at least 15; 3 is less than 15" in done.out
    assert "8 deliverables not asked for" in done.out
    assert "kong-routes" not in done.out
