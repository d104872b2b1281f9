"""Real peers on loopback that misbehave on cue, and a way to look at them as the runner does."""

import asyncio
import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from sprintbot.checks.site import Ground, Site
from sprintbot.claim.evidence import Blocked, Refuted
from sprintbot.probe.address import Url
from sprintbot.probe.exchange import Fetched, fetch
from sprintbot.probe.obstacles import explain
from sprintbot.probe.request import Request

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello"


class Conversation:
    """The peer's end of one connection."""

    def __init__(self, sock: socket.socket, over: threading.Event) -> None:
        self.sock = sock
        self.over = over

    def request(self) -> bytes:
        """The whole request, body included; what came when the other end closed before."""
        got = b""
        while b"\r\n\r\n" not in got and (data := self.sock.recv(65536)):
            got += data
        head, _, body = got.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        while len(body) < length and (data := self.sock.recv(65536)):
            body += data
        return head + b"\r\n\r\n" + body

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reset(self) -> None:
        """Close with an RST instead of a FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def hold(self, seconds: float = 20) -> None:
        """Keep the connection open until the test is over."""
        self.over.wait(seconds)


Script = Callable[[Conversation], None]


class Peer:
    """Listens on a port of its own and plays the script with everyone who connects."""

    def __init__(self, script: Script, family: socket.AddressFamily, tls: ssl.SSLContext | None) -> None:
        self.script = script
        self.tls = tls
        self.over = threading.Event()
        self.listener = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
        self.port: int = self.listener.getsockname()[1]
        self.threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self._start(self._talk, sock)

    def _talk(self, sock: socket.socket) -> None:
        sock.settimeout(20)
        with sock, suppress(OSError):
            if self.tls is None:
                self.script(Conversation(sock, self.over))
                return
            with self.tls.wrap_socket(sock, server_side=True) as secure:
                self.script(Conversation(secure, self.over))

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(10)


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Starts a peer and gives its port."""
    peers: list[Peer] = []

    def start(
        script: Script, *, family: socket.AddressFamily = socket.AF_INET, tls: ssl.SSLContext | None = None
    ) -> int:
        peers.append(Peer(script, family, tls))
        return peers[-1].port

    yield start
    for peer in peers:
        peer.close()


@pytest.fixture
def answer(serve: Callable[..., int]) -> Callable[..., int]:
    """Starts a peer that answers each request with these bytes, and closes; gives its port."""

    def start(data: bytes, **options: Any) -> int:
        def script(peer: Conversation) -> None:
            peer.request()
            peer.send(data)

        return serve(script, **options)

    return start


@pytest.fixture
def site() -> Site:
    """Where a look stands; of the repository nothing is there."""
    return Site(Ground(cast("Any", None), environ={}, clock=time.perf_counter))


class Asking:
    """Asks as the runner lets an http check ask; what ends the look comes explained."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __call__(
        self,
        url: str,
        method: str = "GET",
        *,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        deadline: float = 10,
        stops_at: frozenset[int] = frozenset(),
    ) -> Fetched | Blocked | Refuted:
        request = Request(method=method, url=Url.parse(url), headers=tuple((headers or {}).items()), body=body)

        async def look() -> Fetched:
            async with asyncio.timeout(deadline):
                return await fetch(request, self.site.phase, stops_at)

        try:
            return asyncio.run(look())
        except Exception as exc:
            told = explain(exc, self.site.current_phase, url, deadline)
            if told is None:
                raise
            return told

    def fetched(self, url: str, *args: Any, **options: Any) -> Fetched:
        told = self(url, *args, **options)
        assert isinstance(told, Fetched), told
        return told

    def refuted(self, url: str, *args: Any, **options: Any) -> str:
        told = self(url, *args, **options)
        assert isinstance(told, Refuted), told
        return told.reason

    def blocked(self, url: str, *args: Any, **options: Any) -> str:
        told = self(url, *args, **options)
        assert isinstance(told, Blocked), told
        return told.reason


@pytest.fixture
def ask(site: Site) -> Asking:
    return Asking(site)


@pytest.fixture
def silent(serve: Callable[..., int]) -> Callable[..., int]:
    """A peer that reads the request, says what it is given, and holds the connection."""

    def start(said: bytes = b"") -> int:
        def script(peer: Conversation) -> None:
            peer.request()
            peer.send(said)
            peer.hold()

        return serve(script)

    return start


@pytest.fixture
def redirecting(serve: Callable[..., int]) -> Callable[..., tuple[int, list[str]]]:
    """A peer that gives the locations in turn and then says hello; with the requests that it got."""

    def start(*locations: str, status: int = 302) -> tuple[int, list[str]]:
        seen: list[str] = []

        def script(peer: Conversation) -> None:
            seen.append(peer.request().decode())
            if len(seen) > len(locations):
                peer.send(HELLO)
            else:
                peer.send(f"HTTP/1.1 {status} Go\r\nLocation: {locations[len(seen) - 1]}\r\n\r\n".encode())

        return serve(script), seen

    return start


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port that nothing listens on, and that nobody else is given meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


class Authority:
    """A certificate authority of the test's own, with the ``openssl`` command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "ca.pem"
        self._key("ca")
        self._openssl(
            "req -x509 -new -key ca.key -out ca.pem -days 2 -subj /CN=Test-CA"
            " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign"
        )

    def context(self, names: str = "DNS:localhost,IP:127.0.0.1,IP:::1", *, days: str = "2") -> ssl.SSLContext:
        """A server's side with a certificate from this authority; negative days make it one that has expired."""
        self._key("leaf")
        self._openssl("req -new -key leaf.key -out leaf.csr -subj /CN=Leaf")
        self.folder.joinpath("leaf.ext").write_text(
            f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
            "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"
        )
        self._openssl(
            "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem"
            f" -extfile leaf.ext -days {days}"
        )
        return self._server("leaf")

    def self_signed(self) -> ssl.SSLContext:
        """A server's side with a certificate that it signed itself."""
        self._key("own")
        self._openssl(
            "req -x509 -new -key own.key -out own.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        )
        return self._server("own")

    def _key(self, name: str) -> None:
        self._openssl(f"ecparam -name prime256v1 -genkey -noout -out {name}.key")

    def _server(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context

    def _openssl(self, arguments: str) -> None:
        done = subprocess.run(
            ["openssl", *arguments.split()], cwd=self.folder, capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """A certificate authority that nobody trusts yet."""
    if shutil.which("openssl") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the openssl command is missing")
        pytest.skip("needs the openssl command")
    folder = tmp_path / "ca"
    folder.mkdir()
    return Authority(folder)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """A certificate authority that this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority
