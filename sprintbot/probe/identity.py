"""Who a process is: its names, its user, and the container or systemd unit that it runs in."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil

_T = TypeVar("_T")
_CONTAINER_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_MONITOR_WORDS = 20
_UNIT = (".service", ".scope")


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A process as it was when asked.

    ``names`` are all it goes by: its own, its program's, the first word of its command line; the rest of that line is
    not kept, as it may hold secrets. ``started`` is Unix time. ``containers`` are the ids of the containers that it is
    in or holds ports for, without those that we are in ourselves. ``apart`` says that it has process ids of its own,
    as in a container. ``unit`` is systemd's name for its service or scope, empty for none, None where unknowable.
    """

    pid: int
    name: str
    names: frozenset[str]
    user: str
    started: float
    containers: frozenset[str] = frozenset()
    apart: bool = False
    unit: str | None = None


def identify(pid: int) -> Identity | None:
    """The process of that id; None where it has ended."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return _identity(process)
    except psutil.NoSuchProcess:
        return None


def _identity(process: psutil.Process) -> Identity:
    name = _permitted(process.name, "")
    line: list[str] = _permitted(process.cmdline, [])
    names = {name, *(Path(word).name for word in (_permitted(process.exe, ""), *line[:1]))}
    cgroup = _read_cgroup(process.pid)
    monitored = " ".join(line[:_MONITOR_WORDS]) if name == "conmon" else ""
    ours = frozenset(_CONTAINER_ID.findall(_read_cgroup("self") or ""))
    return Identity(
        pid=process.pid,
        name=name or "a process",
        names=frozenset(names - {""}),
        user=_permitted(process.username, "unknown"),
        started=_permitted(process.create_time, 0.0),
        containers=frozenset(_CONTAINER_ID.findall(f"{cgroup} {monitored}")) - ours,
        apart=_is_apart(process.pid),
        unit=None if cgroup is None else unit_of(cgroup),
    )


def _permitted(ask: Callable[[], _T], otherwise: _T) -> _T:
    try:
        return ask()
    except psutil.AccessDenied:
        return otherwise


def unit_of(cgroup: str) -> str:
    """The innermost service or scope of a ``/proc/<pid>/cgroup`` (cgroups(7)); empty for none."""
    for line in cgroup.splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        units = [part for part in path.split("/") if part.endswith(_UNIT)]
        if controllers in {"", "name=systemd"} and units:
            return units[-1]
    return ""


def _read_cgroup(pid: int | str) -> str | None:
    try:
        return Path(f"/proc/{pid}/cgroup").read_text(errors="replace")
    except OSError:
        return None


def _is_apart(pid: int) -> bool:
    """Unreadable counts as not apart: then the cgroup, which anyone may read, is what tells a container."""
    try:
        return Path(f"/proc/{pid}/ns/pid").readlink() != Path("/proc/self/ns/pid").readlink()
    except OSError:
        return False
