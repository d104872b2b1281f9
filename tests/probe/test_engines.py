import asyncio
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from sprintbot.probe import engines
from sprintbot.probe.engines import Container, Engines, Published, ask_engines, engine_sockets

OK = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
ASKED = b"GET /containers/json HTTP/1.0\r\nHost: localhost\r\n\r\n"
QDRANT = {
    "Id": "8dfafdbc3a40" + "0" * 52,
    "Names": ["/rag-qdrant-1-1"],
    "Image": "qdrant",
    "Labels": {"com.docker.compose.project": "rag", "com.docker.compose.service": "qdrant-1"},
    "Ports": [
        {"IP": "0.0.0.0", "PrivatePort": 6333, "PublicPort": 6333, "Type": "tcp"},
        {"PrivatePort": 6334, "Type": "tcp"},
        {"IP": "127.0.0.1", "PrivatePort": 53, "PublicPort": 5353, "Type": "udp"},
    ],
}


@contextmanager
def engine(path: Path, answer: bytes | None):
    """A stand-in that answers one exact request, as often as asked; with None it stays silent."""
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        server.listen()
        waiting = []

        def serve():
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                if answer is None:
                    waiting.append(peer)
                    continue
                with peer:
                    peer.settimeout(10)
                    peer.sendall(answer if peer.recv(1000) == ASKED else b"HTTP/1.0 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield path
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)
            for peer in waiting:
                peer.close()


def ask(*sockets: Path) -> Engines:
    return asyncio.run(ask_engines(sockets))


def test_containers_come_with_names_service_and_published_ports(tmp_path):
    with engine(tmp_path / "e", OK + json.dumps([QDRANT]).encode()) as path:
        said = ask(path)
    [container] = said.containers
    assert said.silence == ""
    assert (container.names, container.service) == (["rag-qdrant-1-1"], "qdrant-1")
    assert container.publishes(6333)
    assert not container.publishes(6334)
    assert not container.publishes(5353)


def test_podman_compose_has_a_label_of_its_own():
    assert Container("8d", labels={"io.podman.compose.service": "kong"}).service == "kong"


def test_labels_and_ports_may_be_null_and_a_container_without_name_goes_by_its_short_id(tmp_path):
    answer = [{"Id": "8dfafdbc3a40ffff", "Names": [], "Labels": None, "Ports": None}]
    with engine(tmp_path / "e", OK + json.dumps(answer).encode()) as path:
        [container] = ask(path).containers
    assert (container.names, container.service, container.publishes(80)) == (["8dfafdbc3a40"], "", False)


@pytest.mark.parametrize(
    ("published", "listening", "same"),
    [("0.0.0.0", "::", True), ("", "0.0.0.0", True), ("127.0.0.1", "127.0.0.1", True), ("127.0.0.1", "::", False)],
)
def test_a_wildcard_address_is_any_wildcard_and_another_is_only_itself(published, listening, same):
    container = Container("8d", published=[Published(published, 80, "tcp")])
    assert container.publishes(80, listening) is same


def test_all_engines_are_asked_and_one_that_fails_hides_no_other(tmp_path):
    with engine(tmp_path / "good", OK + json.dumps([QDRANT]).encode()) as good:
        said = ask(tmp_path / "absent", good)
    assert len(said.containers) == 1
    assert said.silence == f"no container engine answers at {tmp_path / 'absent'}"


def test_without_a_socket_no_engine_answers():
    assert ask() == Engines((), "no container engine answers")


def test_a_silent_engine_costs_no_more_than_the_deadline(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "DEADLINE", 0.2)
    started = time.monotonic()
    with engine(tmp_path / "e", None) as path:
        said = ask(path)
    assert said.silence == f"the container engine at {path} is silent past 0.2 s"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.0 500 Internal Server Error\r\n\r\n{}", "HTTP/1.0 500 Internal Server Error"),
        (OK + b'{"message": "page not found"}', "Expected `array`"),
        (OK + b"[{", "truncated"),
        (OK + b'[{"Names": []}]', "missing required field `Id`"),
        (b"", "nothing"),
    ],
)
def test_an_answer_that_is_none_is_told(tmp_path, answer, told):
    with engine(tmp_path / "e", answer) as path:
        said = ask(path)
    assert said.containers == ()
    assert "gave an answer that is none" in said.silence
    assert told in said.silence


def test_an_endless_answer_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "MAX_ANSWER", 1000)
    with engine(tmp_path / "e", OK + b" " * 2000) as path:
        assert "longer than 1000 bytes" in ask(path).silence


def test_sockets_are_those_of_the_environment_and_of_the_user(tmp_path):
    (tmp_path / "podman").mkdir()
    with engine(tmp_path / "named", b""), engine(tmp_path / "podman" / "podman.sock", b""):
        (tmp_path / "docker.sock").symlink_to("named")
        environ = {"DOCKER_HOST": f"unix://{tmp_path / 'named'}", "XDG_RUNTIME_DIR": str(tmp_path)}
        found = [path.resolve() for path in engine_sockets(environ) if path.is_relative_to(tmp_path)]
    assert found == [tmp_path / "named", tmp_path / "podman" / "podman.sock"]


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:2375", "ssh://ana@example.org", "unix:///no/such.sock"])
def test_an_engine_elsewhere_is_not_asked(url):
    assert engine_sockets({"DOCKER_HOST": url}) == engine_sockets({})


@pytest.fixture
def short_folder():
    """A folder whose path is short enough for Podman, which takes 50 characters at most."""
    with tempfile.TemporaryDirectory(prefix="s", ignore_cleanup_errors=True) as name:
        yield Path(name)


def test_the_real_podman_is_understood(short_folder):
    podman = shutil.which("podman")
    if podman is None:
        assert os.environ.get("CI") != "true", "podman is not installed"
        pytest.skip("podman is not installed")
    storage = ["--root", str(short_folder / "r"), "--runroot", str(short_folder / "rr"), "--storage-driver", "vfs"]
    path = short_folder / "e"
    with subprocess.Popen(
        [podman, *storage, "system", "service", "--time=60", f"unix://{path}"], stderr=subprocess.PIPE
    ) as service:
        end = time.monotonic() + 30
        while (said := ask(path)).silence and time.monotonic() < end and service.poll() is None:
            time.sleep(0.1)
        service.terminate()
        _, told = service.communicate(timeout=20)
    assert said == Engines((), ""), told.decode(errors="replace")
