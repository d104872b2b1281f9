"""Every state of a peer on the network, arranged with real sockets, and told in words."""

import asyncio
import gc
import gzip
import os
import socket
import ssl
import time

import pytest

from sprintbot.claim.evidence import Blocked, Refuted
from sprintbot.probe.address import Url
from sprintbot.probe.content import read_content
from sprintbot.probe.exchange import REDIRECT_LIMIT, Fetched, fetch
from sprintbot.probe.request import Request

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello"


# Answers


def test_gives_status_headers_and_body(ask, answer):
    got = ask.fetched(f"http://127.0.0.1:{answer(HELLO)}/").answer
    assert (got.status, got.header("Content-Type"), got.body, got.cut) == (200, "text/plain", b"hello", False)


def test_times_each_phase_apart(ask, serve, site):
    def script(peer):
        peer.request()
        time.sleep(0.2)
        peer.send(HELLO[:-5])
        time.sleep(0.1)
        peer.send(b"hello")

    ask.fetched(f"http://127.0.0.1:{serve(script)}/")
    assert list(site.phases) == ["connect", "send", "first byte", "body"]
    assert site.phases["first byte"] >= 0.2 > site.phases["connect"]
    assert 0.1 <= site.phases["body"]


def test_joins_the_chunks_of_a_body_and_leaves_trailers_out(ask, answer):
    port = answer(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Head: 1\r\n\r\n"
        b"5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
    )
    got = ask.fetched(f"http://127.0.0.1:{port}/").answer
    assert (got.body, got.header("x-head"), got.header("x-trailer")) == (b"hello world", "1", None)


def test_reads_a_body_of_unsaid_length_until_the_close(ask, answer):
    assert (
        ask.fetched(f"http://127.0.0.1:{answer(b'HTTP/1.0 200 OK' + b'\r\n\r\n' + b'to the end')}/").answer.body
        == b"to the end"
    )


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_takes_no_body_where_the_status_has_none(ask, silent, status):
    port = silent(b"HTTP/1.1 " + status + b"\r\nContent-Length: 50\r\n\r\n")
    assert ask.fetched(f"http://127.0.0.1:{port}/", deadline=3).answer.body == b""


def test_takes_no_body_after_head(ask, silent):
    port = silent(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n")
    assert ask.fetched(f"http://127.0.0.1:{port}/", "HEAD", deadline=3).answer.header("content-length") == "50"


def test_passes_over_interim_answers(ask, answer):
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    got = ask.fetched(f"http://127.0.0.1:{answer(b'HTTP/1.1 100 Continue' + b'\r\n\r\n' + early + HELLO)}/").answer
    assert (got.status, got.body, got.header("link")) == (200, b"hello", None)


def test_takes_switching_protocols_for_the_answer_that_it_is(ask, silent):
    port = silent(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x00")
    assert ask.fetched(f"http://127.0.0.1:{port}/", deadline=3).answer.status == 101


def test_does_not_wait_for_a_close_after_a_whole_answer(ask, silent):
    assert ask.fetched(f"http://127.0.0.1:{silent(HELLO)}/", deadline=3).answer.body == b"hello"


def test_leaves_what_follows_a_whole_answer(ask, answer):
    port = answer(HELLO + b"HTTP/1.1 500 Second Answer\r\nX-Second: 1\r\nContent-Length: 0\r\n\r\n")
    got = ask.fetched(f"http://127.0.0.1:{port}/").answer
    assert (got.status, got.header("x-second")) == (200, None)


def test_reads_lines_that_end_without_a_carriage_return(ask, answer):
    port = answer(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok")
    assert ask.fetched(f"http://127.0.0.1:{port}/").answer.body == b"ok"


def test_joins_headers_of_one_name(ask, answer):
    port = answer(b"HTTP/1.1 204 No\r\nVary: a\r\nvary: b\r\n\r\n")
    assert ask.fetched(f"http://127.0.0.1:{port}/").answer.header("Vary") == "a, b"


def test_sends_method_headers_and_body(ask, serve):
    seen = []

    def script(peer):
        seen.append(peer.request().decode())
        peer.send(HELLO)

    port = serve(script)
    ask.fetched(f"http://127.0.0.1:{port}/a%20b/ü?q=1", "PUT", headers={"X-Mine": "1"}, body=b"body")
    head, _, body = seen[0].partition("\r\n\r\n")
    assert head.splitlines()[0] == "PUT /a%20b/%C3%BC?q=1 HTTP/1.1"
    assert {f"Host: 127.0.0.1:{port}", "X-Mine: 1", "Content-Length: 4", "Connection: close"} <= set(head.splitlines())
    assert body == "body"


def test_sends_the_credentials_of_the_url_as_basic_authorization(ask, serve):
    seen = []

    def script(peer):
        seen.append(peer.request())
        peer.send(HELLO)

    ask.fetched(f"http://ana:p%40ss@127.0.0.1:{serve(script)}/")
    assert b"Authorization: Basic YW5hOnBAc3M=\r\n" in seen[0]


# Peers that are not there, or say nothing


def test_a_refused_connection_is_an_absence(ask, free_port):
    told = ask(f"http://127.0.0.1:{free_port}/")
    assert refuted(told) == f"nothing listens on 127.0.0.1:{free_port}"
    assert told.absence


def test_a_peer_that_does_not_take_the_connection_is_blocked(ask):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(8)]
        try:
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(("127.0.0.1", port))
            told = ask(f"http://127.0.0.1:{port}/", deadline=0.5)
        finally:
            for each in waiting:
                each.close()
    assert blocked(told) == (
        f"no answer to the attempt to connect to http://127.0.0.1:{port}/ within the deadline of 500 ms"
    )


def test_silence_after_the_request_is_a_failure(ask, silent):
    told = ask(f"http://127.0.0.1:{silent()}/", deadline=0.5)
    assert refuted(told) == (
        "accepted the connection, then was silent past the deadline of 500 ms, waiting for the first byte"
    )


def test_one_deadline_holds_a_dripping_body(ask, serve):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not peer.over.wait(0.05):
            peer.send(b"x")

    started = time.monotonic()
    told = ask(f"http://127.0.0.1:{serve(script)}/", deadline=0.5)
    assert time.monotonic() - started < 2
    assert refuted(told) == "began to answer, and was not done with it at the deadline of 500 ms"


def test_one_deadline_holds_dripping_headers(ask, serve):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\n")
        while not peer.over.wait(0.05):
            peer.send(b"X-Drip: 1\r\n")

    assert "at the deadline of 500 ms" in ask.refuted(f"http://127.0.0.1:{serve(script)}/", deadline=0.5)


def test_a_peer_that_does_not_read_is_silent_while_sending(ask, serve):
    port = serve(lambda peer: peer.hold())
    told = ask(f"http://127.0.0.1:{port}/", "POST", body=b"x" * 50_000_000, deadline=1)
    assert refuted(told).endswith("silent past the deadline of 1 s, taking the request")


# Peers that break off


def test_a_reset_before_the_answer_is_told(ask, serve):
    def script(peer):
        peer.request()
        peer.reset()

    assert ask.refuted(f"http://127.0.0.1:{serve(script)}/") == (
        "the connection was reset during waiting for the first byte"
    )


def test_a_reset_in_the_body_is_told(ask, serve):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
        time.sleep(0.1)
        peer.reset()

    assert ask.refuted(f"http://127.0.0.1:{serve(script)}/") == "the connection was reset during reading the answer"


def test_a_reset_while_sending_is_told(ask, serve):
    def script(peer):
        peer.sock.recv(10)
        peer.reset()

    told = ask(f"http://127.0.0.1:{serve(script)}/", "POST", body=b"x" * 50_000_000)
    assert refuted(told) == "the connection was reset during sending the request"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nX: 1\r\n", "closed the connection in the middle of its headers"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
            "closed the connection in the middle of its body, after 5 bytes",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "closed the connection in the middle of its body, after 5 bytes",
        ),
    ],
)
def test_an_early_close_says_where(ask, answer, said, told):
    assert ask.refuted(f"http://127.0.0.1:{answer(said)}/").endswith(told)


# Peers that speak something else, or too much


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP: it starts with 'SSH-2.0-OpenSSH_9.2\\r\\n'"),
        (b"\x15\x03\x01\x00\x02\x02\x16", "which looks like TLS"),
        (b"\x1b[31m<b>|\r\n", "it starts with '\\x1b[31m<b>|\\r\\n'"),
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "the headers of the answer are broken: "),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "the headers of the answer are broken: ",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the body of the answer is broken: "),
    ],
)
def test_garbage_is_told_by_what_is_wrong_with_it(ask, answer, said, told):
    assert told in ask.refuted(f"http://127.0.0.1:{answer(said)}/")


@pytest.mark.parametrize("line", [b"X-Bomb: 1\r\n", b"x" * 50], ids=["many headers", "one long header"])
def test_headers_without_end_are_cut_off(ask, serve, line):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nX-First: ")
        while not peer.over.is_set():
            peer.send(line * 100)

    assert ask.refuted(f"http://127.0.0.1:{serve(script)}/") == "the headers are longer than 64 KiB"


def test_interim_answers_without_end_are_cut_off(ask, serve):
    def script(peer):
        peer.request()
        while not peer.over.is_set():
            peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    assert ask.refuted(f"http://127.0.0.1:{serve(script)}/") == "the headers are longer than 64 KiB"


@pytest.mark.parametrize("more", [b"1;" + b"e" * 5000 + b"\r\nx\r\n", b"0\r\n" + b"X-Trailer: 1\r\n" * 1000])
def test_chunk_extensions_and_trailers_without_end_are_cut_off(ask, serve, more):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + more)
        while not peer.over.is_set():
            peer.send(more.removeprefix(b"0\r\n"))

    assert "chunk extensions or trailers" in ask.refuted(f"http://127.0.0.1:{serve(script)}/")


def test_a_body_without_end_is_read_to_the_bound(ask, serve):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not peer.over.is_set():
            peer.send(b"x" * 65536)

    got = ask.fetched(f"http://127.0.0.1:{serve(script)}/").answer
    assert (len(got.body), got.cut) == (4 * 1024 * 1024, True)


def test_a_packed_bomb_is_unpacked_to_the_bound(ask, answer):
    packed = gzip.compress(b"\0" * 100_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    content = read_content(ask.fetched(f"http://127.0.0.1:{answer(head + packed)}/").answer)
    assert (len(content.data), content.cut) == (4 * 1024 * 1024, True)


# Redirects


def test_follows_redirects_and_counts_them(ask, redirecting):
    port, seen = redirecting("/b?x=1#part", "c")
    got = ask.fetched(f"http://127.0.0.1:{port}/a")
    assert (got.answer.status, got.redirects, str(got.url)) == (200, 2, f"http://127.0.0.1:{port}/c")
    assert [asked.split()[1] for asked in seen] == ["/a", "/b?x=1", "/c"]


def test_does_not_follow_a_redirect_whose_status_is_asked_for(ask, redirecting):
    port, seen = redirecting("/b")
    got = ask.fetched(f"http://127.0.0.1:{port}/a", stops_at=frozenset({302}))
    assert (got.answer.status, got.redirects, len(seen)) == (302, 0, 1)


def test_a_redirect_without_a_location_is_the_answer(ask, answer):
    assert ask.fetched(f"http://127.0.0.1:{answer(b'HTTP/1.1 302 Go' + b'\r\n\r\n')}/").answer.status == 302


def test_a_redirect_loop_is_told(ask, redirecting):
    port, _ = redirecting("/b", "/a", "/b")
    assert ask.refuted(f"http://127.0.0.1:{port}/a") == f"a redirect loop: http://127.0.0.1:{port}/a comes round again"


def test_redirects_without_end_are_told(ask, redirecting):
    port, seen = redirecting(*(f"/{number}" for number in range(50)))
    assert ask.refuted(f"http://127.0.0.1:{port}/") == "more than 10 redirects"
    assert len(seen) == REDIRECT_LIMIT + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "//user:secret@/x"])
def test_a_redirect_to_what_is_no_web_address_is_told(ask, redirecting, location):
    port, seen = redirecting(location)
    told = ask.refuted(f"http://127.0.0.1:{port}/")
    assert told.startswith("redirects to ")
    assert "no web address" in told
    assert "secret" not in told
    assert len(seen) == 1


def test_what_is_wrong_after_a_redirect_names_where(ask, redirecting, free_port):
    port, _ = redirecting(f"http://127.0.0.1:{free_port}/x")
    assert ask.refuted(f"http://127.0.0.1:{port}/") == (
        f"nothing listens on 127.0.0.1:{free_port}, after a redirect to http://127.0.0.1:{free_port}/x"
    )


def test_a_deadline_after_a_redirect_names_where(ask, redirecting, silent):
    there = silent()
    port, _ = redirecting(f"http://127.0.0.1:{there}/x")
    assert ask.refuted(f"http://127.0.0.1:{port}/", deadline=0.5).endswith(
        f", after a redirect to http://127.0.0.1:{there}/x"
    )


SECRETS = {"Authorization": "Bearer secret", "Cookie": "secret", "X-Api-Key": "secret"}


def test_credentials_follow_on_the_same_origin(ask, redirecting):
    port, seen = redirecting("/b")
    ask.fetched(f"http://127.0.0.1:{port}/a", headers=SECRETS)
    assert seen[1].count("secret") == 3


def test_credentials_do_not_follow_to_another_port(ask, redirecting):
    there, seen = redirecting()
    port, _ = redirecting(f"http://127.0.0.1:{there}/")
    got = ask.fetched(f"http://ana:secret@127.0.0.1:{port}/a", headers=SECRETS)
    assert "secret" not in seen[0]
    assert "Authorization" not in seen[0]
    assert got.stripped


def test_credentials_do_not_come_back_by_a_detour(ask, serve):
    seen: list[str] = []
    ports: list[int] = []

    def here(peer):
        seen.append(peer.request().decode())
        peer.send(
            f"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:{ports[1]}/\r\n\r\n".encode() if len(seen) == 1 else HELLO
        )

    def there(peer):
        peer.request()
        peer.send(f"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:{ports[0]}/back\r\n\r\n".encode())

    ports += [serve(here), serve(there)]
    ask.fetched(f"http://127.0.0.1:{ports[0]}/", headers=SECRETS)
    assert "secret" in seen[0]
    assert "secret" not in seen[1]


def test_credentials_in_a_location_are_not_used(ask, redirecting):
    there, seen = redirecting()
    port, _ = redirecting(f"http://ana:planted@127.0.0.1:{there}/")
    got = ask.fetched(f"http://127.0.0.1:{port}/")
    assert "Authorization" not in seen[0]
    assert "planted" not in str(got.url)


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [(301, "POST", "GET"), (302, "POST", "GET"), (303, "PUT", "GET"), (303, "HEAD", "HEAD"), (307, "POST", "POST")],
)
def test_the_method_of_a_redirect_is_as_browsers_have_it(ask, redirecting, status, method, then):
    port, seen = redirecting("/b", status=status)
    ask.fetched(f"http://127.0.0.1:{port}/a", method, headers={"Content-Type": "text/x"}, body=b"body")
    assert seen[1].startswith(f"{then} /b ")
    assert seen[1].endswith("body") == ("Content-Type" in seen[1]) == (then == method == "POST")


def test_a_body_is_not_sent_to_another_origin(ask, redirecting):
    there, seen = redirecting()
    port, _ = redirecting(f"http://127.0.0.1:{there}/", status=307)
    assert "another origin" in ask.blocked(f"http://127.0.0.1:{port}/", "POST", body=b"secret")
    assert seen == []


# TLS


def test_a_good_certificate_is_accepted(ask, answer, trusted, site):
    port = answer(HELLO, tls=trusted.context())
    assert ask.fetched(f"https://localhost:{port}/").answer.body == b"hello"
    assert list(site.phases) == ["resolve", "connect", "tls", "send", "first byte", "body"]


def test_a_certificate_may_name_an_address(ask, answer, trusted):
    assert ask.fetched(f"https://127.0.0.1:{answer(HELLO, tls=trusted.context())}/").answer.status == 200


def test_an_expired_certificate_is_told(ask, answer, trusted):
    port = answer(HELLO, tls=trusted.context(days="-1"))
    assert ask.refuted(f"https://localhost:{port}/") == "the certificate has expired"


def test_a_certificate_for_another_host_is_told(ask, answer, trusted):
    tls = trusted.context("DNS:example.org")
    assert ask.refuted(f"https://localhost:{answer(HELLO, tls=tls)}/") == "the certificate is for another host name"
    assert ask.refuted(f"https://127.0.0.1:{answer(HELLO, tls=tls)}/") == "the certificate is for another IP address"


def test_a_self_signed_certificate_is_told(ask, answer, trusted):
    port = answer(HELLO, tls=trusted.self_signed())
    assert ask.refuted(f"https://localhost:{port}/") == "the certificate is self-signed"


def test_an_unknown_authority_is_told(ask, answer, authority, tmp_path, monkeypatch):
    tls = authority.context()
    (tmp_path / "other").mkdir()
    other = type(authority)(tmp_path / "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.file))
    assert ask.refuted(f"https://localhost:{answer(HELLO, tls=tls)}/") == (
        "the certificate comes from an authority that is not known here"
    )


def test_a_machine_without_authorities_accuses_nobody(ask, answer, authority, tmp_path, monkeypatch):
    (tmp_path / "empty.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
    port = answer(HELLO, tls=authority.context())
    assert ask.blocked(f"https://localhost:{port}/").startswith("no certificate authorities are installed here")


def test_a_missing_file_of_authorities_is_blocked(ask, tmp_path, monkeypatch, free_port):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    assert ask.blocked(f"https://localhost:{free_port}/") == f"{tmp_path / 'gone.pem'} was not found"


def test_plain_http_where_tls_was_asked_for_is_told(ask, serve):
    port = serve(lambda peer: (peer.sock.recv(100), peer.send(b"HTTP/1.1 400 Bad\r\n\r\n")))
    assert ask.refuted(f"https://localhost:{port}/") == "what listens there does not speak TLS"


def test_tls_where_plain_http_was_asked_for_is_told(ask, answer, trusted):
    port = answer(HELLO, tls=trusted.context())
    told = ask.refuted(f"http://localhost:{port}/")
    assert "looks like TLS" in told or "closed the connection" in told or "reset" in told


def test_silence_in_the_handshake_is_a_failure(ask, serve):
    port = serve(lambda peer: peer.hold())
    assert ask.refuted(f"https://localhost:{port}/", deadline=0.5).endswith("500 ms, in the TLS handshake")


@pytest.mark.parametrize("end", ["reset", "close"])
def test_a_break_in_the_handshake_is_told(ask, serve, end):
    def script(peer):
        peer.sock.recv(100)
        peer.reset() if end == "reset" else peer.sock.close()

    told = ask.refuted(f"https://localhost:{serve(script)}/")
    assert told in {
        "the connection was reset during the TLS handshake",
        "the connection was closed during the TLS handshake",
    }


def test_no_common_version_of_tls_is_told(ask, answer, trusted):
    tls = trusted.context()
    tls.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.set_ecdh_curve("secp521r1")
    told = ask(f"https://localhost:{answer(HELLO, tls=tls)}/")
    assert isinstance(told, Fetched) or refuted(told).startswith("TLS failed during the TLS handshake")


# What is left behind


@pytest.mark.parametrize("cancelled_in", ["connect", "first byte", "body", "tls"])
def test_a_cancelled_look_leaves_no_socket_open(serve, silent, site, cancelled_in):
    port = {
        "connect": lambda: serve(lambda peer: peer.hold()),
        "first byte": silent,
        "body": lambda: silent(b"HTTP/1.1 200 OK\r\n\r\nand so on"),
        "tls": lambda: serve(lambda peer: peer.hold()),
    }[cancelled_in]()
    scheme = "https" if cancelled_in == "tls" else "http"

    async def look() -> None:
        looking = asyncio.create_task(
            fetch(Request(method="GET", url=Url.parse(f"{scheme}://localhost:{port}/")), site.phase)
        )
        for _ in range(1000):
            await asyncio.sleep(0.005)
            if site.current_phase == cancelled_in or cancelled_in == "connect":
                break
        await asyncio.sleep(0 if cancelled_in == "connect" else 0.05)
        looking.cancel()
        await asyncio.wait([looking])
        assert looking.cancelled()

    asyncio.run(look())
    gc.collect()  # an unclosed socket or transport warns, which is an error here
    assert connections_to(port) == 0


def test_many_looks_leave_no_descriptor_open(ask, answer):
    port = answer(HELLO)
    ask(f"http://localhost:{port}/")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    for _ in range(20):
        ask.fetched(f"http://localhost:{port}/")
    if before is not None:
        time.sleep(0.2)  # the peer's threads close their ends
        assert len(os.listdir("/proc/self/fd")) <= before + 1


def connections_to(port: int) -> int:
    """Sockets of this process whose other end is the port, but for the peer's own."""
    import psutil

    return sum(1 for each in psutil.Process().net_connections("tcp") if each.raddr and each.raddr.port == port)
