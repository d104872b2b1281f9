"""Connections: which address takes them, and what is left of them."""

import asyncio
import gc
import socket
import threading
import time
from contextlib import ExitStack

import psutil
import pytest

from sprintbot.claim.evidence import Blocked
from sprintbot.probe.address import Endpoint, Url
from sprintbot.probe.connection import HEAD_START, connect, is_own_echo
from sprintbot.probe.exchange import fetch
from sprintbot.probe.faults import ConnectFailed
from sprintbot.probe.obstacles import explain
from sprintbot.probe.request import Request

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello"
UNREACHABLE = "255.255.255.255"  # the kernel refuses it without sending anything


@pytest.mark.parametrize("phase", ["connect", "tls", "first byte", "body"])
def test_a_cancelled_look_leaves_no_socket_open(request, silent, serve, site, phase):
    port = {
        "connect": lambda: request.getfixturevalue("full"),
        "tls": lambda: serve(lambda peer: peer.hold()),
        "first byte": silent,
        "body": lambda: silent(b"HTTP/1.1 200 OK\r\n\r\nand so on"),
    }[phase]()
    url = Url.parse(f"{'https' if phase == 'tls' else 'http'}://localhost:{port}/")
    before = connections_to(port)

    async def look() -> None:
        entered = asyncio.Event()

        def watched(name: str):
            if name == phase:
                entered.set()
            return site.phase(name)

        looking = asyncio.create_task(fetch(Request(method="GET", url=url), watched))
        await asyncio.wait_for(entered.wait(), 20)
        await asyncio.sleep(0.05)
        looking.cancel()
        await asyncio.wait([looking])
        assert looking.cancelled()

    asyncio.run(look())
    gc.collect()  # an unclosed socket or transport warns, which is an error here
    assert connections_to(port) == before


def test_many_looks_leave_no_descriptor_open(ask, answer):
    port = answer(HELLO)
    ask.fetched(f"http://localhost:{port}/")
    before = psutil.Process().num_fds()
    for _ in range(20):
        ask.fetched(f"http://localhost:{port}/")
    assert wait_until(lambda: psutil.Process().num_fds() <= before)


def connections_to(port: int) -> int:
    """Sockets of this process whose other end is the port."""
    return sum(1 for each in psutil.Process().net_connections("tcp") if each.raddr and each.raddr.port == port)


def wait_until(holds) -> bool:
    """Whether it holds soon: a peer's thread closes its end a little later."""
    until = time.monotonic() + 5
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


# Which address


@pytest.fixture
def names(monkeypatch):
    """A name server's stand-in: names to addresses, in order. Other names it does not know."""
    known: dict[str, list[str]] = {}

    def getaddrinfo(host, port, *args, **options):
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        pairs = [(socket.AF_INET6 if ":" in address else socket.AF_INET, address) for address in known[host]]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port, 0, 0) if ":" in address else (address, port))
            for family, address in pairs
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.fixture
def full():
    """The port of a listener on 127.0.0.1 that takes no connection any more: attempts are not answered."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = listener.getsockname()[1]
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield port


def connect_to(host: str, port: int, site) -> tuple[str, int]:
    async def run():
        with await connect(Endpoint(host, port), site.phase) as sock:
            return sock.getpeername()[:2]

    return asyncio.run(run())


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_localhost_is_found_on_either_family(ask, answer, family):
    port = answer(HELLO, family=family)
    assert ask.fetched(f"http://localhost:{port}/").answer.status == 200


def test_an_ipv6_address_is_connected_to(ask, answer):
    port = answer(HELLO, family=socket.AF_INET6)
    assert ask.fetched(f"http://[::1]:{port}/").peer == f"[::1]:{port}"


def test_an_address_that_refuses_is_passed_over(serve, names, site):
    port = serve(lambda peer: None)
    names["two.test"] = ["127.0.0.2", "127.0.0.1"]
    assert connect_to("two.test", port, site) == ("127.0.0.1", port)


def test_an_address_that_does_not_answer_gets_a_head_start_and_no_more(full, names, site):
    names["two.test"] = ["127.0.0.1", "127.0.0.2"]
    with socket.create_server(("127.0.0.2", full)):
        assert connect_to("two.test", full, site) == ("127.0.0.2", full)
    assert HEAD_START <= site.phases["connect"] < 2


def test_refused_by_all_is_refused(ask, names, free_port):
    names["two.test"] = ["127.0.0.1", "::1"]
    assert ask.refuted(f"http://two.test:{free_port}/") == f"nothing listens on two.test:{free_port}"


def test_an_address_that_this_machine_cannot_reach_does_not_hide_a_refusal(ask, names, free_port):
    names["two.test"] = ["127.0.0.1", UNREACHABLE]
    assert ask.refuted(f"http://two.test:{free_port}/") == f"nothing listens on two.test:{free_port}"


def test_no_network_that_leads_there_is_blocked(ask, names):
    names["far.test"] = [UNREACHABLE]
    assert ask.blocked("http://far.test/").startswith("no connection to far.test:80: ")


def test_an_unknown_name_is_blocked(ask, names):
    assert ask.blocked("http://gone.test/x") == "no such name: gone.test is not known to the name server"


def test_a_redirect_to_an_unknown_name_names_it(ask, redirecting, names):
    port, _ = redirecting("http://gone.test/")
    assert ask.blocked(f"http://127.0.0.1:{port}/") == (
        "no such name: gone.test is not known to the name server, after a redirect to http://gone.test/"
    )


def test_a_name_server_that_does_not_answer_is_told_apart(ask, monkeypatch):
    def unavailable(*args, **options):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unavailable)
    assert ask.blocked("http://some.test/") == (
        "no name server could be asked for some.test: Temporary failure in name resolution"
    )


def test_a_slow_look_up_holds_neither_the_deadline_nor_other_looks(ask, answer, monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: over.wait(20))
    started = time.monotonic()
    try:
        for _ in range(3):
            assert "did not end within the deadline of 200 ms" in ask.blocked("http://slow.test/", deadline=0.2)
        assert ask.fetched(f"http://127.0.0.1:{answer(HELLO)}/").answer.status == 200
    finally:
        over.set()
    assert time.monotonic() - started < 5


def test_no_descriptor_left_is_blocked_and_says_how_to_get_more(ask):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    async def without_descriptors():
        with socket.socket() as probe:
            lowest = probe.fileno()
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
        try:
            await connect(Endpoint("127.0.0.1", 1), ask.site.phase)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    with pytest.raises(ConnectFailed) as caught:
        asyncio.run(without_descriptors())
    told = explain(caught.value, "connect", "127.0.0.1:1")
    assert isinstance(told, Blocked)
    assert (told.reason, told.hint) == (
        "no connection to 127.0.0.1:1: too many open files in this process",
        "Raise the limit of open files (ulimit -n)",
    )


def test_a_socket_that_is_connected_to_itself_is_known():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.connect(sock.getsockname())
        assert is_own_echo(sock)
