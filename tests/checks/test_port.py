import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from sprintbot.checks.ownership import Owner, RightfulOwner
from sprintbot.checks.port import PortCheck, PortRange
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.evidence import Finding, Outcome, Stage, Strength
from sprintbot.claim.expectation import Flag
from sprintbot.claim.judgement import judge
from sprintbot.probe.owners import Holder
from sprintbot.probe.ports import PortTable
from sprintbot.repository.snapshot import open_snapshot

LISTEN = (
    "import socket, sys; server = socket.create_server(('127.0.0.1', 0));"
    "print(server.getsockname()[1], flush=True); sys.stdin.read()"
)
PYTHON = Holder(words="python3 (pid 42, user ana)", names=frozenset({"process:python3"}))
OLLAMA = Holder(words="container ollama", names=frozenset({"container:ollama", "compose:ollama"}))
UNSEEN = Holder(words="a process that this user may not see", unknowable={"compose": "only root can tell"})


@pytest.fixture
def site(git_repo):
    with open_snapshot(git_repo.path) as tree:
        yield Site(Ground(tree, environ={}, clock=time.monotonic))


def port_check(port, **claims) -> PortCheck:
    kinds = {"listening": Flag, "free": Flag, "owner": Owner, "rightful": RightfulOwner}
    read = {field: kinds[field].parse(value) for field, value in claims.items()}
    return PortCheck(port=PortRange.parse(port), **read)


def findings(check: PortCheck, table: PortTable, site: Site) -> list[Finding]:
    evidence = check.read(table, site)
    return [judge(claim, evidence) for claim in check.claims()]


def finding(check: PortCheck, table: PortTable, site: Site) -> Finding:
    [only] = findings(check, table, site)
    return only


def looked(check: PortCheck, site: Site) -> Finding:
    evidence = asyncio.run(check.measure(site))
    [claim] = check.claims()
    return judge(claim, evidence)


@contextmanager
def listening_child(name=sys.executable):
    """A process that listens under some name, and its port."""
    with subprocess.Popen(
        [name, "-c", LISTEN], executable=sys.executable, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        yield child, int(child.stdout.readline())
        child.stdin.close()


@contextmanager
def engine(path: Path, containers: list[dict]):
    """A stand-in for a container engine that is asked once."""
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        server.listen()
        server.settimeout(20)

        def serve():
            peer, _ = server.accept()
            with peer:
                assert peer.recv(1000).startswith(b"GET /containers/json HTTP/1.0\r\n")
                peer.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + json.dumps(containers).encode())

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join(20)


@pytest.mark.parametrize(
    ("raw", "ports"),
    [(6333, [6333]), ("6333", [6333]), ("6333-6334", [6333, 6334]), ("80 - 81", [80, 81]), ("5-5", [5])],
)
def test_a_port_or_a_range_is_read(raw, ports):
    assert list(PortRange.parse(raw).ports) == ports


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (0, "not within 1 to 65535"),
        (65536, "not within 1 to 65535"),
        ("6334-6333", "write the smaller port first"),
        ("1-2000", "more than 1024 ports"),
        (True, "true where a port"),
        (-1, "where a port"),
        (80.5, "where a port"),
        ("http", "where a port"),
        ([80], "a list where a port"),
    ],
)
def test_what_is_no_port_is_refused(raw, told):
    with pytest.raises(ValueError, match=told):
        PortRange.parse(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("process:nginx", "held by process:nginx"),
        ("unit:ollama", "held by unit:ollama.service"),
        ("unit:docker.socket", "held by unit:docker.socket"),
        (["compose:kong", "container:kong-1"], "held by compose:kong or container:kong-1"),
    ],
)
def test_an_owner_is_read(raw, words):
    assert Owner.parse(raw).comparison.words() == words
    assert RightfulOwner.parse(raw).comparison.words() == f"free, or {words}"


@pytest.mark.parametrize("raw", ["nginx", "pod:x", "process:", "", 3, None, [], ["process:a", 3], {"process": "a"}])
def test_what_names_no_owner_is_refused(raw):
    with pytest.raises(ValueError):
        Owner.parse(raw)


def test_listening_is_implied_only_where_nothing_is_claimed():
    assert [(claim.field, claim.stage) for claim in port_check(80).claims()] == [("listening", Stage.DEPLOYED)]
    assert [claim.field for claim in port_check(80, owner="process:a").claims()] == ["owner"]


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({}, "listening"),
        ({"listening": False}, "not listening"),
        ({"free": True}, "free"),
        ({"free": False}, "held"),
        ({"rightful": "compose:kong"}, "free, or held by compose:kong"),
    ],
)
def test_what_is_expected_reads_as_words(claims, words):
    assert [claim.expected for claim in port_check(80, **claims).claims()] == [words]


def test_a_port_that_this_process_holds_is_listening_and_one_that_it_left_is_not(site):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        held = looked(port_check(port), site)
    left = looked(port_check(port), site)
    assert (held.outcome, held.measured, held.strength) == (Outcome.PASS, True, Strength.LIVE)
    assert (left.outcome, left.reason, left.absence) == (Outcome.FAIL, f"nothing listens on {port}", True)


def test_the_holder_of_a_port_that_should_be_free_is_named(site):
    with listening_child() as (child, port):
        process = psutil.Process(child.pid)
        found = looked(port_check(port, free=True), site)
        assert found.outcome is Outcome.FAIL
        assert found.reason.startswith(f"{port} held by {process.name()} (pid {child.pid}, user {process.username()})")


def test_a_native_process_is_not_the_compose_service_that_the_port_is_for(site):
    with listening_child() as (child, port):
        name = psutil.Process(child.pid).name()
        found = looked(port_check(port, rightful="compose:ollama"), site)
        assert found.outcome is Outcome.FAIL
        assert found.reason.startswith(f"{port} held by {name} (pid {child.pid}, ")
        assert found.reason.endswith("not by compose service ollama")
        assert looked(port_check(port, owner=["compose:ollama", f"process:{name}"]), site).outcome is Outcome.PASS


def test_a_helper_of_an_engine_that_does_not_answer_accuses_nobody(site, tmp_path):
    site.ground.environ = {"DOCKER_HOST": f"unix://{tmp_path / 'gone'}"}
    with listening_child("docker-proxy") as (child, port):
        found = looked(port_check(port, rightful="compose:ollama"), site)
    assert found.outcome is Outcome.BLOCKED
    assert f"pid {child.pid}" in found.reason
    assert "the container behind it is not known" in found.reason


@pytest.mark.parametrize(("service", "outcome"), [("ollama", Outcome.PASS), ("kong", Outcome.FAIL)])
def test_the_engine_tells_the_compose_service_behind_its_helper(site, tmp_path, service, outcome):
    site.ground.environ = {"DOCKER_HOST": f"unix://{tmp_path / 'e'}"}
    with listening_child("docker-proxy") as (_, port):
        container = {
            "Id": "ab" * 32,
            "Names": [f"/rag-{service}-1"],
            "Labels": {"com.docker.compose.service": service},
            "Ports": [{"IP": "127.0.0.1", "PrivatePort": 80, "PublicPort": port, "Type": "tcp"}],
        }
        with engine(tmp_path / "e", [container]):
            found = looked(port_check(port, rightful="compose:ollama"), site)
    assert found.outcome is outcome
    assert f"container rag-{service}-1 (compose service {service})" in found.reason + found.measured


@pytest.mark.parametrize(
    ("claims", "holders", "outcome", "reason"),
    [
        ({"listening": True}, {80: (PYTHON,), 81: (PYTHON,)}, Outcome.PASS, ""),
        ({"listening": True}, {81: (PYTHON,)}, Outcome.FAIL, "nothing listens on 80"),
        ({"listening": False}, {}, Outcome.PASS, ""),
        ({"listening": False}, {80: (PYTHON,)}, Outcome.FAIL, "80 held by python3 (pid 42, user ana)"),
        ({"free": True}, {}, Outcome.PASS, ""),
        ({"free": True}, {81: (OLLAMA,)}, Outcome.FAIL, "81 held by container ollama"),
        ({"free": False}, {80: (PYTHON,), 81: (PYTHON,)}, Outcome.PASS, ""),
        ({"free": False}, {80: (PYTHON,)}, Outcome.FAIL, "nothing listens on 81"),
        ({"owner": "process:python3"}, {80: (PYTHON,)}, Outcome.FAIL, "nothing listens on 81"),
        ({"owner": "process:python3"}, {80: (PYTHON,), 81: (PYTHON,)}, Outcome.PASS, ""),
        ({"rightful": "compose:ollama"}, {}, Outcome.PASS, ""),
        ({"rightful": "compose:ollama"}, {80: (OLLAMA,)}, Outcome.PASS, ""),
        (
            {"rightful": "compose:ollama"},
            {80: (PYTHON,), 81: (PYTHON,)},
            Outcome.FAIL,
            "80-81 held by python3 (pid 42, user ana), not by compose service ollama",
        ),
        (
            {"rightful": "compose:ollama"},
            {80: (OLLAMA, PYTHON)},
            Outcome.FAIL,
            "80 held by python3 (pid 42, user ana), not by compose service ollama",
        ),
        (
            {"rightful": "compose:ollama"},
            {80: (UNSEEN,)},
            Outcome.BLOCKED,
            "80 held by a process that this user may not see: only root can tell",
        ),
        (
            {"rightful": "compose:ollama"},
            {80: (UNSEEN, PYTHON), 81: (UNSEEN,)},
            Outcome.FAIL,
            "80 held by python3 (pid 42, user ana), not by compose service ollama",
        ),
    ],
)
def test_every_port_of_a_range_must_be_as_claimed(site, claims, holders, outcome, reason):
    found = finding(port_check("80-81", **claims), PortTable(holders), site)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_what_was_measured_for_an_owner_is_each_port_and_its_holder(site):
    found = finding(port_check("80-82", rightful="compose:ollama"), PortTable({81: (OLLAMA,)}), site)
    assert found.measured == "80, 82 free; 81 held by container ollama"


@pytest.mark.parametrize(
    "claim", [{"free": True}, {"listening": True}, {"rightful": "process:a"}, {"owner": "process:a"}]
)
def test_a_port_that_is_missing_from_an_incomplete_table_is_not_judged(site, claim):
    found = finding(port_check(80, **claim), PortTable({}, complete=False), site)
    assert found.outcome is Outcome.BLOCKED
    assert "may not list" in found.reason


def test_an_incomplete_table_still_proves_what_it_holds(site):
    table = PortTable({80: (PYTHON,)}, complete=False)
    assert finding(port_check(80), table, site).outcome is Outcome.PASS
    assert finding(port_check("80-81", free=True), table, site).outcome is Outcome.FAIL


def test_the_source_names_the_ports(site):
    assert port_check("80-81").read(PortTable({}), site).source == "local ports 80-81"
    assert port_check(80).read(PortTable({}), site).source == "local port 80"
    assert port_check("80-81").target == "80-81"


def test_all_checks_of_ports_share_one_look():
    assert port_check(80).look_key() == port_check("90-95", free=True).look_key()


def test_a_thousand_ports_are_told_in_few_words(site):
    found = finding(port_check("1-1024"), PortTable({3: (PYTHON,)}), site)
    assert found.reason == "nothing listens on 1-2, 4-1024"


def test_the_kind_imports_no_asyncio_before_it_looks():
    script = "import sys, sprintbot.checks.port; print(sorted({'asyncio', 'psutil', 'ssl'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "[]\n", done.stderr
