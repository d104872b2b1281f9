"""The example's shell scripts: sound in form, and Kong's against a stand-in of its Admin API."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = ("kong/configure-routes.sh", "kong/setup-kong.sh", "qdrant/migrate-to-ha-cluster.sh")


class KongAdmin(ThreadingHTTPServer):
    """Stands for the Admin API of a Kong without a database: ``/``, ``/config`` and ``/routes``, and nothing else."""

    daemon_threads = True

    def __init__(self) -> None:
        self.database = "off"
        self.loaded = b""
        self.refuses = False
        super().__init__(("127.0.0.1", 0), KongAdminHandler)


class KongAdminHandler(BaseHTTPRequestHandler):
    server: KongAdmin

    def do_GET(self) -> None:
        if self.path == "/":
            self.answer(200, {"configuration": {"database": self.server.database}})
        elif self.path == "/routes":
            routes = [{"name": "rag-health", "methods": ["GET"], "paths": ["/api/v1/health"]}]
            self.answer(200, {"data": routes if self.server.loaded else []})
        else:
            self.answer(404, {"message": "Not found"})

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/config?check_hash=1&flatten_errors=1" or b'name="config"' not in sent:
            self.answer(404, {"message": "Not found"})
        elif self.server.refuses:
            self.answer(400, {"message": "declarative config is invalid"})
        else:
            content = sent.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]
            known, self.server.loaded = self.server.loaded, content
            self.answer(304 if known == content else 201, {})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = b"" if status == 304 else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def kong() -> Iterator[KongAdmin]:
    with KongAdmin() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


@pytest.fixture
def configure(platform: Path, tool: Callable[[str], str], kong: KongAdmin) -> Callable[..., tuple[int, str]]:
    for name in ("bash", "curl", "jq"):
        tool(name)

    def run(*args: str) -> tuple[int, str]:
        done = subprocess.run(
            [platform / "scripts/kong/configure-routes.sh", *args],
            env={"PATH": os.environ["PATH"], "KONG_ADMIN_URL": f"http://127.0.0.1:{kong.server_port}"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_scripts_are_these(platform: Path) -> None:
    found = sorted(path.relative_to(platform / "scripts").as_posix() for path in platform.rglob("*.sh"))
    assert found == list(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_finds_nothing(platform: Path, tool: Callable[[str], str], name: str) -> None:
    done = subprocess.run(
        [tool("shellcheck"), platform / "scripts" / name], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SCRIPTS)
def test_bash_parses_it_and_it_is_executable(platform: Path, tool: Callable[[str], str], name: str) -> None:
    script = platform / "scripts" / name
    subprocess.run([tool("bash"), "-n", script], timeout=20, check=True)
    assert os.access(script, os.X_OK)


def test_routes_are_loaded_and_listed(
    configure: Callable[..., tuple[int, str]], kong: KongAdmin, platform: Path
) -> None:
    code, output = configure()
    assert code == 0, output
    assert kong.loaded == (platform / "tools/compose/kong-declarative.yml").read_bytes()
    assert "rag-health: GET /api/v1/health" in output


def test_loading_the_same_again_is_told(configure: Callable[..., tuple[int, str]]) -> None:
    configure()
    code, output = configure()
    assert code == 0
    assert "unchanged" in output


def test_a_refused_configuration_fails_with_kongs_words(
    configure: Callable[..., tuple[int, str]], kong: KongAdmin
) -> None:
    kong.refuses = True
    code, output = configure()
    assert code == 1
    assert "declarative config is invalid" in output


def test_a_kong_with_a_database_is_refused(configure: Callable[..., tuple[int, str]], kong: KongAdmin) -> None:
    kong.database = "postgres"
    code, output = configure()
    assert code == 1
    assert "postgres" in output


def test_a_missing_file_is_named(configure: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    code, output = configure(str(tmp_path / "none.yml"))
    assert code == 1
    assert "none.yml" in output


def test_setup_asks_for_the_token_before_anything_else(platform: Path, tool: Callable[[str], str]) -> None:
    done = subprocess.run(
        [tool("bash"), platform / "scripts/kong/setup-kong.sh"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "RAG_SERVICE_TOKEN" in done.stderr
