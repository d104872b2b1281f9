"""The ``http`` kind: what it claims, what it reads, and which looks it shares."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast

import pytest

from sprintbot.checks.http import HttpCheck, WebAddress
from sprintbot.checks.sending import Send, SentHeaders
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.evidence import Blocked, Finding, Outcome
from sprintbot.claim.expectation import AtMost, AtMostDuration, Containing, Exactly, Headers, Values
from sprintbot.claim.judgement import judge

FIELDS: dict[str, Any] = {
    "http": WebAddress,
    "status": Exactly,
    "headers": Headers,
    "contains": Containing,
    "values": Values,
    "within": AtMostDuration,
    "redirects": AtMost,
}


class Server(ThreadingHTTPServer):
    """Answers a path with what was set for it: status, headers, body, seconds to wait."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, tuple[int, dict[str, str], bytes, float]] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def on(self, path: str, status: int = 200, body: bytes | str = b"", wait: float = 0, **headers: str) -> str:
        raw = body.encode() if isinstance(body, str) else body
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, raw, wait)
        return self.url + path


class Handler(BaseHTTPRequestHandler):
    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            return
        server = cast("Server", self.server)
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server.asked.append((self.command, self.path, dict(self.headers), sent))
        status, headers, body, wait = server.answers.get(self.path, (404, {}, b"", 0))
        time.sleep(wait)
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


def make(http: str, *, send: Send | None = None, **fields: Any) -> HttpCheck:
    given = {name: FIELDS[name].parse(value) for name, value in {"http": http, **fields}.items()}
    return HttpCheck(**given, **({"send": send} if send else {}))


def new_site(environ: dict[str, str] | None = None) -> Site:
    return Site(Ground(cast("Any", None), environ=environ or {}, clock=time.perf_counter))


def look(check: HttpCheck, environ: dict[str, str] | None = None) -> dict[str, Finding]:
    evidence = asyncio.run(check.measure(new_site(environ)))
    return {claim.field: judge(claim, evidence) for claim in check.claims()}


def outcomes(check: HttpCheck) -> dict[str, str]:
    return {field: finding.outcome.value for field, finding in look(check).items()}


# Claims


def test_any_status_from_200_to_399_is_implied(server):
    finding = look(make(server.on("/", 204)))["status"]
    assert (finding.outcome, finding.claim.expected, finding.measured) == (Outcome.PASS, "200 to 399", 204)
    assert look(make(server.on("/", 500)))["status"].reason == "500 is more than 399"


def test_a_status_that_is_claimed_replaces_the_implied_one(server):
    assert outcomes(make(server.on("/", 404), status=[401, 404])) == {"status": "pass"}
    assert look(make(server.on("/", 201), status=200))["status"].reason == "201 is not 200"


def test_headers_are_found_whatever_their_case(server):
    check = make(
        server.on("/", X_RateLimit_Limit="60", Server_Name="a"),
        headers={
            "x-ratelimit-LIMIT": ">= 1",
            "server-name": "b",
            "X-None": {"exists": True},
            "X-Not": {"exists": False},
        },
    )
    found = look(check)
    assert {field: each.outcome.value for field, each in found.items()} == {
        "status": "pass",
        "headers.x-ratelimit-LIMIT": "pass",
        "headers.server-name": "fail",
        "headers.X-None": "fail",
        "headers.X-Not": "pass",
    }
    assert found["headers.X-None"].reason == "no such header"


def test_a_body_is_searched(server):
    url = server.on("/", body="alpha beta")
    assert outcomes(make(url, contains=["alpha", "/b.ta/"]))["contains"] == "pass"
    assert look(make(url, contains=["alpha", "gamma"]))["contains"].reason == 'does not contain "gamma"'


def test_values_of_a_json_body_are_compared(server):
    url = server.on("/", body='{"status": "ok", "peers": [1, 2, 3], "none": null}', Content_Type="application/json")
    check = make(url, values={"status": "ok", "length(peers)": "== 3", "gone": 1, "none": {"exists": True}})
    found = look(check)
    assert [found[f"values.{path}"].outcome.value for path in check.values] == ["pass", "pass", "fail", "fail"]
    assert found["values.gone"].reason == "no such value"


@pytest.mark.parametrize("claim", [3, "!= 0", "< 5", {"exists": False}])
def test_a_body_that_is_not_json_fails_whatever_is_claimed_of_its_values(server, claim):
    found = look(make(server.on("/", body="<html>", Content_Type="text/html; charset=utf-8"), values={"errors": claim}))
    assert found["status"].outcome is Outcome.PASS
    assert (found["values.errors"].outcome, found["values.errors"].reason) == (
        Outcome.FAIL,
        "the body is not JSON (text/html)",
    )


def test_no_body_is_told_apart_from_a_wrong_one(server):
    assert look(make(server.on("/"), values={"a": 1}))["values.a"].reason == "the body is empty"


def test_a_json_body_too_deep_to_read_is_blocked(server):
    assert look(make(server.on("/", body="[" * 100_000), values={"a": 1}))["values.a"].outcome is Outcome.BLOCKED


def test_the_time_of_an_answer_is_compared(server):
    url = server.on("/", wait=0.3)
    assert outcomes(make(url, within="10s"))["within"] == "pass"
    finding = look(make(url, within="100ms"))["within"]
    assert finding.outcome is Outcome.FAIL
    assert finding.reason.endswith(" ms is more than 100 ms")


def test_the_time_of_a_look_up_is_not_the_peers(server, monkeypatch):
    import socket

    known = socket.getaddrinfo

    def slow(*args: Any, **options: Any) -> Any:
        time.sleep(0.5)
        return known(*args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    check = make(server.on("/").replace("127.0.0.1", "localhost"), within="400ms")
    evidence = asyncio.run(check.measure(new_site()))
    assert evidence.phases["resolve"] >= 0.4
    assert judge(check.claims()[1], evidence).outcome is Outcome.PASS


def test_redirects_are_followed_and_counted(server):
    server.on("/b", body="there")
    check = make(server.on("/a", 301, Location="/b"), contains="there", redirects=1)
    assert outcomes(check) == {"status": "pass", "contains": "pass", "redirects": "pass"}
    assert outcomes(make(server.url + "/a", redirects="== 0"))["redirects"] == "fail"


def test_a_redirect_that_is_claimed_is_not_followed(server):
    url = server.on("/a", 302, Location="/gone")
    assert outcomes(make(url, status=302, headers={"Location": "/gone"})) == {
        "status": "pass",
        "headers.Location": "pass",
    }
    assert outcomes(make(url, status=200)) == {"status": "fail"}


def test_what_lies_beyond_the_bound_of_a_body_is_neither_there_nor_missing(server):
    url = server.on("/", body=b"[" + b'"early",' * 600_000 + b'"late"]')
    found = look(make(url, contains="early", values={"[0]": "early"}, within="10m"))
    assert {field: each.outcome.value for field, each in found.items()} == {
        "status": "pass",
        "contains": "pass",
        "values.[0]": "blocked",
        "within": "blocked",
    }
    late = look(make(url, contains="late"))["contains"]
    assert late.outcome is Outcome.BLOCKED
    assert late.reason == "not in what was read; the body is longer than 4 MiB, where reading stopped"


def test_a_coding_that_cannot_be_undone_blocks_what_needs_the_body(server):
    found = look(make(server.on("/", body="x", Content_Encoding="br"), contains="x", values={"x": 1}))
    assert {field: each.outcome.value for field, each in found.items()} == {
        "status": "pass",
        "contains": "blocked",
        "values.x": "blocked",
    }


def test_a_body_that_lies_about_its_coding_fails_what_needs_the_body(server):
    found = look(make(server.on("/", body="plain", Content_Encoding="gzip"), contains="plain", values={"a": 1}))
    assert [each.outcome.value for each in found.values()] == ["pass", "fail", "fail"]


# Evidence


def test_the_evidence_says_who_answered_and_with_what(server):
    server.on("/b", Content_Type="Text/Plain; charset=utf-8")
    check = make(server.on("/a", 302, Location="/b"))
    evidence = asyncio.run(check.measure(new_site()))
    assert evidence.source == f"{server.url}/a"
    assert evidence.notes == (
        f"answered by {server.url}/b",
        f"from 127.0.0.1:{server.server_port}",
        "text/plain",
    )
    assert set(evidence.phases) == {"connect", "send", "first byte", "body"}


# What is sent


def test_method_headers_and_body_are_sent_with_variables_filled_in(server):
    send = Send(headers=SentHeaders.parse({"Authorization": "Bearer ${TOKEN}"}), body=WebAddress("body ${TOKEN}"))
    check = make(server.on("/"), send=send)
    site = new_site({"TOKEN": "t0ken"})
    asyncio.run(check.measure(site))
    method, _, headers, body = server.asked[0]
    assert (method, headers["Authorization"], body) == ("POST", "Bearer t0ken", b"body t0ken")
    assert site.ground.secrets == {"t0ken"}


def test_headers_that_did_not_follow_to_another_origin_are_noted(server):
    there = server.on("/b").replace("127.0.0.1", "localhost")
    check = make(server.on("/a", 302, Location=there), send=Send(headers=SentHeaders.parse({"X-Key": "secret"})))
    notes = asyncio.run(check.measure(new_site())).notes
    assert "the headers under send did not follow to another origin" in notes
    assert ["X-Key" in headers for _, _, headers, _ in server.asked] == [True, False]


def test_an_unset_variable_is_blocked_by_name(server):
    with pytest.raises(Blocked, match="TOKEN is not set"):
        look(make(server.url + "/${TOKEN}"))


def test_a_variable_in_the_address_is_never_shown_with_its_value(server):
    server.on("/b")
    server.on("/a", 302, Location="/b")
    check = make("${SERVICE}/a")
    evidence = asyncio.run(check.measure(new_site({"SERVICE": server.url})))
    assert evidence.source == "${SERVICE}/a"
    assert evidence.notes == ("answered by http://***/b",)


def test_a_variable_that_makes_no_address_is_named_and_its_value_is_not():
    with pytest.raises(Blocked) as caught:
        look(make("${SERVICE}/a"), {"SERVICE": "ftp://secret.example"})
    assert caught.value.reason == "SERVICE makes no web address: it does not start with http:// or https://"


def test_a_variable_with_a_line_break_does_not_begin_another_header(server):
    send = Send(headers=SentHeaders.parse({"X-Token": "${TOKEN}"}))
    with pytest.raises(Blocked, match="TOKEN has a line break in it"):
        look(make(server.on("/"), send=send), {"TOKEN": "a\r\nX-Evil: 1"})
    assert server.asked == []


def test_credentials_of_the_address_are_sent_and_not_shown(server):
    check = make(server.on("/").replace("127.0.0.1", "ana:secret@127.0.0.1"))
    evidence = asyncio.run(check.measure(new_site()))
    assert server.asked[0][2]["Authorization"].startswith("Basic ")
    assert "secret" not in repr(evidence)
    assert "secret" not in check.target


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("localhost:8000", "no web address: it does not start with http"),
        ("https://ana:secret@/x", "no web address: it names no host"),
        (8000, "8000 where a text was expected"),
        ("http://${not a name}/", "names no variable"),
    ],
)
def test_a_bad_address_is_told_when_the_manifest_is_read(raw, words):
    with pytest.raises(ValueError) as caught:
        WebAddress.parse(raw)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"a b": "1"}, "is no header name"),
        ({"Content-Length": "5"}, "set by sprintbot itself"),
        ({"X": "1", "x": "2"}, "given twice"),
        ({"X": ""}, "X: '' where a text was expected"),
        ({"X": 1}, 'put quotes around it: "1"'),
        ({"X": "a\nb"}, "no line break"),
        ([], "a list where a mapping was expected"),
    ],
)
def test_bad_headers_are_told_when_the_manifest_is_read(raw, words):
    with pytest.raises(ValueError) as caught:
        SentHeaders.parse(raw)
    assert words in str(caught.value)


# Shared looks


def test_checks_of_one_request_share_a_look_whatever_they_claim(server):
    url = server.on("/", body='{"a": 1}')
    one, other = make(url, contains="a", within="1s"), make(url, values={"a": 1}, status=200)
    assert one.look_key() == other.look_key()
    looked = asyncio.run(one.look(new_site()))
    assert judge(other.claims()[1], other.read(looked, new_site())).outcome is Outcome.PASS
    assert len(server.asked) == 1
    hash(one.look_key())


def test_what_changes_the_request_makes_another_look():
    url = "http://localhost/"
    variants = [
        make(url),
        make(url + "x"),
        make(url, status=301),
        make(url, send=Send(method="HEAD")),
        make(url, send=Send(body=WebAddress("x"))),
        make(url, send=Send(headers=SentHeaders.parse({"X": "1"}))),
        HttpCheck(http=WebAddress.parse(url), timeout=cast("Any", 3.0)),
    ]
    assert len({check.look_key() for check in variants}) == len(variants)


def test_declaring_an_http_check_imports_no_event_loop():
    kinds = "import sys, sprintbot.checks.http, sprintbot.checks.tcp"
    code = f"{kinds}; print({{'asyncio', 'ssl', 'httptools'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"
