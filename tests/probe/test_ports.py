import asyncio
import os
import socket
import subprocess
import sys
from contextlib import closing, contextmanager

import psutil
import pytest

from sprintbot.probe.owners import Holder
from sprintbot.probe.ports import PortRow, PortTable, describe, look_at_ports

LISTEN = (
    "import socket, sys; server = socket.create_server(('127.0.0.1', 0));"
    "print(server.getsockname()[1], flush=True); sys.stdin.read()"
)


@contextmanager
def listening_child(name: str = sys.executable):
    """A process that listens, and its port."""
    with subprocess.Popen(
        [name, "-c", LISTEN], executable=sys.executable, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        yield child, int(child.stdout.readline())
        child.stdin.close()
        assert child.wait(20) == 0


def look(environ=None) -> PortTable:
    return asyncio.run(look_at_ports(environ or {}))


def test_a_listening_socket_is_found_with_its_process():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        [holder] = look().holders[port]
        assert f"(pid {os.getpid()}, " in holder.words
    assert port not in look().holders


def test_ipv6_is_found_too():
    with closing(socket.create_server(("::1", 0), family=socket.AF_INET6)) as server:
        assert server.getsockname()[1] in look().holders


def test_a_bound_socket_that_does_not_listen_is_free():
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        assert bound.getsockname()[1] not in look().holders


def test_a_connection_from_a_port_does_not_make_it_held():
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        closing(socket.create_connection(server.getsockname())) as connection,
    ):
        assert connection.getsockname()[1] not in look().holders


def test_the_holder_is_named_by_process_pid_and_user():
    with listening_child() as (child, port):
        [holder] = look().holders[port]
        process = psutil.Process(child.pid)
        assert holder.words.startswith(f"{process.name()} (pid {child.pid}, user {process.username()})")
        assert f"process:{process.name()}" in holder.names


def test_two_processes_that_share_a_port_are_two_holders():
    with closing(socket.create_server(("127.0.0.1", 0))) as ours:
        port = ours.getsockname()[1]
        script = LISTEN.replace("('127.0.0.1', 0)", f"('127.0.0.2', {port})")
        with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            assert int(child.stdout.readline()) == port
            words = " ".join(holder.words for holder in look().holders[port])
            child.stdin.close()
        assert f"(pid {os.getpid()}, " in words
        assert f"(pid {child.pid}, " in words


def test_one_process_on_both_families_is_one_holder():
    with closing(socket.create_server(("127.0.0.1", 0))) as four:
        address = ("::1", four.getsockname()[1])
        with closing(socket.create_server(address, family=socket.AF_INET6)):
            assert len(look().holders[address[1]]) == 1


def test_where_the_system_refuses_the_list_our_own_ports_are_still_found(monkeypatch):
    def refused(kind):
        raise psutil.AccessDenied(0)

    monkeypatch.setattr(psutil, "net_connections", refused)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        table = look()
        assert not table.complete
        assert str(os.getpid()) in table.holders[server.getsockname()[1]][0].words


def test_a_process_that_ends_while_we_look_is_said_so(monkeypatch):
    monkeypatch.setattr("sprintbot.probe.ports.identify", lambda pid: None)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        [holder] = look().holders[server.getsockname()[1]]
    assert holder.words == f"a process (pid {os.getpid()}) that has ended"
    assert set(holder.unknowable) == {"process", "container", "compose", "unit"}


def test_the_table_is_described_by_port():
    table = PortTable({9000: (Holder(words="nginx (pid 1, user www)"),), 80: (Holder(words="a"), Holder(words="b"))})
    assert describe(table) == [PortRow(80, "held", "a; b"), PortRow(9000, "held", "nginx (pid 1, user www)")]


@pytest.mark.parametrize(("complete", "state"), [(True, "free"), (False, "unknown")])
def test_a_port_that_is_asked_for_and_not_in_the_table_is_free_only_where_the_table_is_complete(complete, state):
    assert describe(PortTable({}, complete), [81]) == [PortRow(81, state)]
