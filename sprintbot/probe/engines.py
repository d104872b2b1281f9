"""Container engines on this machine: which containers run, and which ports of ours they publish.

Docker and Podman both answer Docker's Engine API on a unix socket. Nothing but ``GET /containers/json`` is asked.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

DEADLINE = 3.0
MAX_ANSWER = 16_000_000
NOBODY_ANSWERS = "no container engine answers"
_ASKED = b"GET /containers/json HTTP/1.0\r\nHost: localhost\r\n\r\n"
_WILDCARDS = {"", "0.0.0.0", "::", "*"}  # noqa: S104 - compared with, not bound to
_SERVICE_LABELS = ("com.docker.compose.service", "io.podman.compose.service")


class Published(msgspec.Struct, frozen=True):
    """A port of this machine that leads into a container."""

    address: str = msgspec.field(default="", name="IP")
    port: int = msgspec.field(default=0, name="PublicPort")
    protocol: str = msgspec.field(default="", name="Type")


class Container(msgspec.Struct, frozen=True):
    """A running container, as the engine tells it."""

    id: str = msgspec.field(name="Id")
    slashed_names: list[str] = msgspec.field(default_factory=list, name="Names")
    labels: dict[str, str] | None = msgspec.field(default=None, name="Labels")
    published: list[Published] | None = msgspec.field(default=None, name="Ports")

    @property
    def names(self) -> list[str]:
        """Its names, and where it has none the short id."""
        return [name.removeprefix("/") for name in self.slashed_names] or [self.id[:12]]

    @property
    def service(self) -> str:
        """The compose service that it belongs to; empty for none."""
        labels = self.labels or {}
        return next((labels[label] for label in _SERVICE_LABELS if labels.get(label)), "")

    def publishes(self, port: int, address: str | None = None) -> bool:
        """Whether it publishes a TCP port, and where an address is given, on that address."""
        return any(
            each.port == port and each.protocol == "tcp" and (address is None or _same(each.address, address))
            for each in self.published or []
        )


class Engines(msgspec.Struct, frozen=True):
    """What all engines together said. ``silence`` says why some engine told nothing; empty when each did."""

    containers: tuple[Container, ...] = ()
    silence: str = NOBODY_ANSWERS


def engine_sockets(environ: Mapping[str, str]) -> list[Path]:
    """The sockets there are: those that the environment names, and where Docker and Podman put theirs."""
    named = [environ.get("DOCKER_HOST", ""), environ.get("CONTAINER_HOST", "")]
    paths = [Path(url.removeprefix("unix://")) for url in named if url.startswith("unix://")]
    paths += [Path("/var/run/docker.sock"), Path("/run/podman/podman.sock")]
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        paths += [Path(runtime, "docker.sock"), Path(runtime, "podman", "podman.sock")]
    if home := environ.get("HOME"):
        paths += [Path(home, ".docker", "run", "docker.sock"), Path(home, ".docker", "desktop", "docker.sock")]
    return list({path.resolve(): path for path in paths if _is_socket(path)}.values())


async def ask_engines(sockets: Sequence[Path]) -> Engines:
    """Ask each engine for its running containers, all at once, each within ``DEADLINE`` seconds. Raises nothing."""
    if not sockets:
        return Engines()
    said = await asyncio.gather(*map(_ask, sockets))
    return Engines(
        containers=tuple(container for each in said for container in each.containers),
        silence="; ".join(each.silence for each in said if each.silence),
    )


async def _ask(socket: Path) -> Engines:
    try:
        async with asyncio.timeout(DEADLINE):
            return Engines(tuple(_containers(await _exchange(socket))), "")
    except TimeoutError:
        return Engines(silence=f"the container engine at {socket} is silent past {DEADLINE:g} s")
    except PermissionError:
        return Engines(silence=f"this user may not ask the container engine at {socket}")
    except OSError:
        return Engines(silence=f"no container engine answers at {socket}")
    except ValueError as exc:
        return Engines(silence=f"the container engine at {socket} gave an answer that is none: {exc}")


async def _exchange(socket: Path) -> bytes:
    """The answer, headers and all. HTTP/1.0, so that it ends with the connection and is not chunked (RFC 1945)."""
    reader, writer = await asyncio.open_unix_connection(socket)
    try:
        writer.write(_ASKED)
        answer = bytearray()
        while piece := await reader.read(65536):
            answer += piece
            if len(answer) > MAX_ANSWER:
                raise ValueError(f"longer than {MAX_ANSWER} bytes")
        return bytes(answer)
    finally:
        writer.close()


def _containers(answer: bytes) -> Iterable[Container]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b"\r\n")[0].decode("latin-1")
    if status.split()[1:2] != ["200"]:
        raise ValueError(status[:80] or "nothing")
    return msgspec.json.decode(body, type=list[Container])


def _same(published: str, listening: str) -> bool:
    return published == listening or {published, listening} <= _WILDCARDS


def _is_socket(path: Path) -> bool:
    try:
        return path.is_socket()
    except OSError:
        return False
