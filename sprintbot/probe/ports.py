"""Which local TCP ports are held, and by whom: one table for a whole run."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import psutil

from sprintbot.probe.engines import Engines, ask_engines, engine_sockets
from sprintbot.probe.identity import Identity, identify
from sprintbot.probe.owners import Holder, Listener, holder_of, may_be_container


class PortTable(msgspec.Struct, frozen=True):
    """The held ports and who holds each, IPv4 and IPv6 together.

    Where the table is not ``complete``, a port that is not in it may be held by another user's process.
    """

    holders: dict[int, tuple[Holder, ...]]
    complete: bool = True


class PortRow(msgspec.Struct, frozen=True):
    """A line of the table: ``state`` is ``held``, ``free`` or ``unknown``; ``holder`` is in words."""

    port: int
    state: str
    holder: str = ""


async def look_at_ports(environ: Mapping[str, str]) -> PortTable:
    """Look once at all ports. Engines are asked only where a container may hold one."""
    listeners, complete = await asyncio.to_thread(_list_listeners)
    identities = await asyncio.to_thread(_identify_all, {each.pid for each in listeners})
    engines = Engines()
    if any(identity is None or may_be_container(identity) for identity in identities.values()):
        engines = await ask_engines(engine_sockets(environ))
    return PortTable(_gather(listeners, identities, engines), complete)


def describe(table: PortTable, ports: Iterable[int] = ()) -> list[PortRow]:
    """The table for people, by port: the ports asked for, or all that are held."""
    rows = []
    for port in sorted(set(ports) or table.holders):
        holders = table.holders.get(port, ())
        state = "held" if holders else "free" if table.complete else "unknown"
        rows.append(PortRow(port, state, "; ".join(holder.words for holder in holders)))
    return rows


def _list_listeners() -> tuple[list[Listener], bool]:
    """All listening sockets, and whether these are all."""
    try:
        return _only_listening(psutil.net_connections(kind="tcp")), True
    except psutil.AccessDenied:  # as on macOS, where only root may list those of others
        return [each for process in psutil.process_iter() for each in _listeners_of(process)], False


def _listeners_of(process: psutil.Process) -> list[Listener]:
    try:
        return _only_listening(process.net_connections(kind="tcp"), process.pid)
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return []


def _only_listening(connections: Iterable[Any], pid: int | None = None) -> list[Listener]:
    return [
        Listener(port=each.laddr.port, address=each.laddr.ip, pid=pid or getattr(each, "pid", None))
        for each in connections
        if each.status == psutil.CONN_LISTEN
    ]


def _identify_all(pids: set[int | None]) -> dict[int | None, Identity | None]:
    return {pid: None if pid is None else identify(pid) for pid in pids}


def _gather(
    listeners: list[Listener], identities: dict[int | None, Identity | None], engines: Engines
) -> dict[int, tuple[Holder, ...]]:
    table: dict[int, dict[str, Holder]] = {}
    for each in sorted(listeners, key=lambda each: (each.port, each.pid or 0, each.address)):
        holder = holder_of(each, identities[each.pid], engines)
        table.setdefault(each.port, {})[holder.words] = holder
    return {port: tuple(holders.values()) for port, holders in table.items()}
