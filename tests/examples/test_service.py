"""The example's service, run as its README says and driven through its port."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

TOKEN = "between-services"
QUESTION = json.dumps({"question": "What is a snapshot?"})


class Service:
    """The running service: its process, and requests to it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def request(
        self, method: str, path: str, body: str | None = None, token: str | None = None
    ) -> tuple[int, dict[str, str], Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {} if token is None else {"Authorization": f"Bearer {token}"})
            response = connection.getresponse()
            return response.status, dict(response.headers), json.loads(response.read())
        finally:
            connection.close()

    def ask(self, token: str | None = TOKEN) -> int:
        return self.request("POST", "/api/v1/query", QUESTION, token)[0]

    def states(self) -> dict[str, str]:
        breakers = self.request("GET", "/api/v1/health")[2]["circuit_breakers"]
        return {each["name"]: each["state"] for each in breakers}


class Ollama(ThreadingHTTPServer):
    """Stands for Ollama's API: what the service asks of it, and nothing else. ``up`` False: every answer is a 500."""

    daemon_threads = True

    def __init__(self) -> None:
        self.up = True
        self.release = threading.Event()
        self.release.set()
        self.waiting = threading.Event()
        super().__init__(("127.0.0.1", 0), OllamaHandler)


class OllamaHandler(BaseHTTPRequestHandler):
    server: Ollama

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answers: dict[str, Any] = {
            "/api/embed": {"embeddings": [[1.0] + [0.0] * 1023]},
            "/api/generate": {"response": f"asked {asked.get('model')}"},
        }
        self.server.waiting.set()
        assert self.server.release.wait(10)
        known = self.path in answers and "model" in asked
        content = json.dumps(answers.get(self.path, {})).encode()
        self.send_response((200 if self.server.up else 500) if known else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **more}


@pytest.fixture
def start(platform: Path) -> Iterator[Callable[..., Service]]:
    started: list[subprocess.Popen[str]] = []

    def run(**more: str) -> Service:
        process = subprocess.Popen(
            [sys.executable, "-m", "rag_service", "--port", "0"],
            cwd=platform / "services",
            env=environment(RAG_SERVICE_TOKEN=TOKEN, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), process.communicate(timeout=10)
        return Service(process, int(line.rpartition(":")[2]))

    yield run
    for process in started:
        process.kill()
        process.communicate(timeout=10)


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with Ollama() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.release.set()
        server.shutdown()
        thread.join(10)


def refusal(platform: Path, *args: str, **more: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "rag_service", *args],
        cwd=platform / "services",
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.returncode, done.stderr


def test_the_versioned_routes_answer_and_others_do_not(start: Callable[..., Service]) -> None:
    service = start(RAG_SERVICE_VERSION="abc")
    status, _, health = service.request("GET", "/api/v1/health")
    assert (status, health["status"], health["version"]) == (200, "ok", "abc")
    assert service.states() == {"embedder": "closed", "vector-store": "closed", "llm": "closed"}
    assert service.request("GET", "/health")[0] == 404


def test_a_query_needs_the_token(start: Callable[..., Service]) -> None:
    service = start()
    assert [service.ask(None), service.ask(""), service.ask("wrong"), service.ask()] == [401, 401, 401, 200]


def test_a_long_body_is_refused(start: Callable[..., Service]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", start().port, timeout=10)
    connection.putrequest("POST", "/api/v1/query")
    connection.putheader("Content-Length", str(1 << 30))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_breakers_open_after_failures_and_close_again(start: Callable[..., Service], ollama: Ollama) -> None:
    url = f"http://127.0.0.1:{ollama.server_port}"
    service = start(RAG_OLLAMA_URL=url, RAG_BREAKER_THRESHOLD="2", RAG_BREAKER_RESET_SECONDS="0.3")
    assert service.ask() == 200
    ollama.up = False
    assert [service.ask(), service.ask()] == [502, 502]
    assert service.states() == {"embedder": "open", "vector-store": "closed", "llm": "closed"}
    assert service.ask() == 503
    ollama.up = True
    deadline = time.monotonic() + 10
    while service.states()["embedder"] != "half-open":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert service.ask() == 200
    assert service.states()["embedder"] == "closed"


def test_a_refused_upstream_counts_as_a_failure(start: Callable[..., Service]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    service = start(RAG_QDRANT_URL=f"http://127.0.0.1:{port}", RAG_BREAKER_THRESHOLD="1")
    assert [service.ask(), service.ask()] == [502, 503]
    assert service.states()["vector-store"] == "open"


def test_sigterm_stops_it_after_the_request_under_way(start: Callable[..., Service], ollama: Ollama) -> None:
    service = start(RAG_OLLAMA_URL=f"http://127.0.0.1:{ollama.server_port}")
    ollama.release.clear()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(service.ask()))
    asking.start()
    assert ollama.waiting.wait(10)
    service.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    ollama.release.set()
    asking.join(10)
    _, stderr = service.process.communicate(timeout=10)
    assert (service.process.returncode, stderr, answers) == (0, "", [200])


def test_it_does_not_start_without_a_token(platform: Path) -> None:
    code, stderr = refusal(platform, "--port", "0")
    assert code == 2
    assert "RAG_SERVICE_TOKEN is not set" in stderr


def test_it_says_which_port_is_taken(platform: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, stderr = refusal(platform, "--port", str(port), RAG_SERVICE_TOKEN=TOKEN)
    assert code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in stderr


def test_its_unit_tests_pass_with_bare_python_and_report_each_case(platform: Path, tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    command = [sys.executable, "-S", "services/rag_service/tests", f"--junitxml={junit}"]
    done = subprocess.run(command, cwd=platform, env=environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    suite = ElementTree.parse(junit).getroot()
    written = [
        line
        for source in (platform / "services/rag_service/tests").glob("test_*.py")
        for line in source.read_text("utf-8").splitlines()
        if line.startswith("    def test_")
    ]
    assert len(suite.findall("testcase")) == len(written) == int(suite.attrib["tests"])
    assert suite.attrib["failures"] == suite.attrib["errors"] == suite.attrib["skipped"] == "0"


def test_a_failing_unit_test_is_told_in_the_junit_report(platform: Path, tmp_path: Path) -> None:
    tests = tmp_path / "services" / "rag_service" / "tests"
    tests.mkdir(parents=True)
    (tests.parent / "__init__.py").touch()
    (tests / "__init__.py").touch()
    (tests / "__main__.py").write_bytes((platform / "services/rag_service/tests/__main__.py").read_bytes())
    (tests / "test_sums.py").write_text(
        "import unittest\n\n\nclass SumTest(unittest.TestCase):\n"
        "    def test_right(self):\n        self.assertEqual(1 + 1, 2)\n\n"
        "    def test_wrong(self):\n        with self.subTest(1):\n            self.assertEqual(1 + 1, 3)\n"
    )
    (tests / "test_unreadable.py").write_text("import nothing_of_that_name\n")
    junit = tmp_path / "junit.xml"
    command = [sys.executable, str(tests), f"--junitxml={junit}"]
    done = subprocess.run(command, env=environment(), capture_output=True, timeout=60, check=False)
    suite = ElementTree.parse(junit).getroot()
    assert done.returncode == 1
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["errors"]) == ("3", "1", "1")
    [failed] = suite.findall("testcase[failure]")
    assert (failed.get("classname"), failed.get("name")) == ("rag_service.tests.test_sums.SumTest", "test_wrong")
