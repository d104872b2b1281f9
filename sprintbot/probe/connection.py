"""Connections: name look-up, connecting and TLS, each a phase of its own, under the caller's deadline."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sprintbot.probe.address import Endpoint, bracketed
from sprintbot.probe.faults import ConnectFailed, NoAuthorities, NotResolved
from sprintbot.probe.thread import in_thread
from sprintbot.probe.tls import has_authorities

Phase: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""Times a part of a look by its name, as ``Site.phase`` does."""

P = TypeVar("P", bound=asyncio.Protocol)

HEAD_START = 0.25
"""Seconds that one address has before the next is tried beside it (RFC 8305, section 5)."""

_HANDSHAKE_LIMIT = 7 * 86400.0  # the caller's deadline comes first
_LOOPBACK = ("127.0.0.1", "::1")


class Address(NamedTuple):
    """An IP address and port to connect to."""

    family: socket.AddressFamily
    sockaddr: tuple[str, int] | tuple[str, int, int, int]

    def __str__(self) -> str:
        return self.sockaddr[0]


async def resolve(endpoint: Endpoint, phase: Phase) -> list[Address]:
    """The addresses of a host, in the system's order. Raises NotResolved.

    Of ``localhost`` both families are tried, whatever the hosts file lists, as RFC 6761 has it.
    """
    literal = _literal(endpoint)
    if literal is not None:
        return [literal]
    with phase("resolve"):
        try:
            infos = await in_thread(lambda: socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM))
        except socket.gaierror as exc:
            raise NotResolved(endpoint.where or endpoint.host, exc) from exc
    found = [Address(info[0], info[4]) for info in infos]  # type: ignore[arg-type]  # a stream socket's address
    if endpoint.host.rstrip(".") == "localhost":
        found += filter(None, (_literal(Endpoint(host, endpoint.port)) for host in _LOOPBACK))
    return list(dict.fromkeys(found))


async def connect(endpoint: Endpoint, phase: Phase) -> socket.socket:
    """A connection to the first address of the endpoint that takes one.

    Raises ConnectFailed when all of them failed.
    """
    addresses = await resolve(endpoint, phase)
    failures: list[tuple[str, OSError]] = []
    with phase("connect"):
        taken = await _race(addresses, failures)
    if taken is None:
        raise ConnectFailed(str(endpoint), failures)
    return taken


async def converse(
    endpoint: Endpoint, context: ssl.SSLContext | None, phase: Phase, protocol: Callable[[], P]
) -> tuple[asyncio.Transport, P]:
    """An open connection, with TLS where there is a context for it. The caller aborts it at the end."""
    sock = await connect(endpoint, phase)
    loop = asyncio.get_running_loop()
    try:
        if context is None:
            return await loop.create_connection(protocol, sock=sock)
        with phase("tls"):
            return await loop.create_connection(
                protocol,
                sock=sock,
                ssl=context,
                server_hostname=endpoint.host.rstrip("."),
                ssl_handshake_timeout=_HANDSHAKE_LIMIT,
            )
    except ssl.SSLCertVerificationError as exc:
        if context is not None and not has_authorities(context):
            raise NoAuthorities from exc
        raise
    except BaseException:
        sock.close()
        raise


def shown_address(address: tuple[Any, ...]) -> str:
    """What a socket says of an end of it, as ``127.0.0.1:80`` or ``[::1]:80``."""
    return f"{bracketed(address[0])}:{address[1]}"


async def _race(addresses: list[Address], failures: list[tuple[str, OSError]]) -> socket.socket | None:
    """The first socket that connects; None when all attempts failed. Addresses start one after the other."""
    if len(addresses) == 1:
        return await _attempt(addresses[0], failures)
    running: set[asyncio.Task[socket.socket | None]] = set()
    waiting = list(addresses)
    try:
        while running or waiting:
            if waiting:
                running.add(asyncio.create_task(_attempt(waiting.pop(0), failures)))
            head_start = HEAD_START if waiting else None
            done, running = await asyncio.wait(running, timeout=head_start, return_when=asyncio.FIRST_COMPLETED)
            taken = [sock for sock in (task.result() for task in done) if sock is not None]
            for late in taken[1:]:
                late.close()
            if taken:
                return taken[0]
        return None
    finally:
        await _call_off(running)


async def _attempt(address: Address, failures: list[tuple[str, OSError]]) -> socket.socket | None:
    try:
        return await _open(address)
    except OSError as exc:
        failures.append((str(address), exc))
        return None


async def _open(address: Address) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, address.sockaddr)
        if is_own_echo(sock):
            raise ConnectionRefusedError("nothing but this very connection")
    except BaseException:
        sock.close()
        raise
    return sock


async def _call_off(running: set["asyncio.Task[socket.socket | None]"]) -> None:
    for task in running:
        task.cancel()
    for ended in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(ended, socket.socket):
            ended.close()


def is_own_echo(sock: socket.socket) -> bool:
    """Whether a socket is connected to itself.

    TCP allows this (RFC 9293, 3.5), and it happens on loopback when the kernel picks the very port that is tried.
    """
    return bool(sock.getsockname() == sock.getpeername())


def _literal(endpoint: Endpoint) -> Address | None:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, endpoint.host)
        except OSError:
            continue
        if family == socket.AF_INET:
            return Address(family, (endpoint.host, endpoint.port))
        return Address(family, (endpoint.host, endpoint.port, 0, 0))
    return None
