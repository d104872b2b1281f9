"""The ``tcp`` kind."""

import asyncio
import socket
import time
from typing import Any, cast

import pytest

from sprintbot.checks.site import Ground, Site
from sprintbot.checks.tcp import HostPort, TcpCheck
from sprintbot.claim.evidence import Blocked, Outcome, Refuted
from sprintbot.claim.expectation import AtMostDuration
from sprintbot.claim.judgement import judge
from sprintbot.probe.obstacles import explain


def new_site(environ: dict[str, str] | None = None) -> Site:
    return Site(Ground(cast("Any", None), environ=environ or {}, clock=time.perf_counter))


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_an_open_port_is_open_and_timed(port):
    check = TcpCheck(tcp=HostPort.parse(f"localhost:{port}"), within=AtMostDuration.parse("10s"))
    evidence = asyncio.run(check.measure(new_site()))
    findings = [judge(claim, evidence) for claim in check.claims()]
    assert [(each.claim.expected, each.outcome) for each in findings] == [
        ("open", Outcome.PASS),
        ("at most 10 s", Outcome.PASS),
    ]
    assert 0 < findings[1].measured < 10
    assert evidence.source == f"localhost:{port}"
    assert evidence.notes == (f"accepted by 127.0.0.1:{port}",)
    assert set(evidence.phases) == {"resolve", "connect"}


def test_a_port_that_nothing_listens_on_is_refuted():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        check = TcpCheck(tcp=HostPort.parse(f"127.0.0.1:{held.getsockname()[1]}"))
        site = new_site()
        with pytest.raises(Exception) as caught:
            asyncio.run(check.measure(site))
    told = explain(caught.value, site.current_phase, check.target, check.timeout_seconds)
    assert isinstance(told, Refuted)
    assert told.reason == f"nothing listens on {check.tcp}"


def test_a_variable_is_filled_in_and_not_shown(port):
    check = TcpCheck(tcp=HostPort.parse("${HOST}:${PORT}"))
    evidence = asyncio.run(check.measure(new_site({"HOST": "127.0.0.1", "PORT": str(port)})))
    assert (evidence.source, evidence.notes) == ("${HOST}:${PORT}", ())


def test_a_variable_that_makes_no_host_and_port_is_named():
    check = TcpCheck(tcp=HostPort.parse("localhost:${PORT}"))
    with pytest.raises(Blocked, match="PORT makes no host and port: its port is not a number from 1 to 65535"):
        asyncio.run(check.measure(new_site({"PORT": "secret"})))


@pytest.mark.parametrize("raw", ["localhost", "http://localhost:80", "localhost:http", "::1:80", "localhost:70000", 80])
def test_what_is_no_host_and_port_is_told_when_the_manifest_is_read(raw):
    with pytest.raises(ValueError):
        HostPort.parse(raw)


def test_checks_of_one_port_share_a_look():
    one = TcpCheck(tcp=HostPort.parse("[::1]:80"))
    other = TcpCheck(tcp=HostPort.parse("[::1]:80"), within=AtMostDuration.parse("1s"))
    assert one.look_key() == other.look_key() != TcpCheck(tcp=HostPort.parse("[::1]:81")).look_key()
