"""One exchange, with peers on loopback that answer in every way there is, or do not."""

import gzip
import socket
import time

import pytest

from sprintbot.claim.evidence import Refuted
from sprintbot.probe.content import read_content

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello"


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
    assert site.phases["first byte"] >= 0.15 > site.phases["connect"]
    assert site.phases["body"] >= 0.05


def test_joins_the_chunks_of_a_body_and_leaves_trailers_out(ask, answer):
    port = answer(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Head: 1\r\n\r\n"
        b"5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
    )
    got = ask.fetched(f"http://127.0.0.1:{port}/").answer
    assert (got.body, got.header("x-head"), got.header("x-trailer")) == (b"hello world", "1", None)


def test_reads_a_body_of_unsaid_length_until_the_close(ask, answer):
    port = answer(b"HTTP/1.0 200 OK\r\n\r\nto the end")
    assert ask.fetched(f"http://127.0.0.1:{port}/").answer.body == b"to the end"


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_takes_no_body_where_the_status_has_none(ask, silent, status):
    port = silent(b"HTTP/1.1 " + status + b"\r\nContent-Length: 50\r\n\r\n")
    assert ask.fetched(f"http://127.0.0.1:{port}/", deadline=3).answer.body == b""


def test_takes_no_body_after_head(ask, silent):
    port = silent(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n")
    assert ask.fetched(f"http://127.0.0.1:{port}/", "HEAD", deadline=3).answer.header("content-length") == "50"


def test_passes_over_interim_answers(ask, answer):
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    port = answer(b"HTTP/1.1 100 Continue\r\n\r\n" + early + HELLO)
    got = ask.fetched(f"http://127.0.0.1:{port}/").answer
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


def test_an_answer_that_comes_before_the_request_is_taken_counts(ask, serve):
    def script(peer):
        peer.sock.recv(10)
        peer.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        peer.hold()

    got = ask.fetched(f"http://127.0.0.1:{serve(script)}/", "POST", body=b"x" * 50_000_000)
    assert got.answer.status == 413


def test_sends_the_credentials_of_the_url_as_basic_authorization(ask, serve):
    seen = []

    def script(peer):
        seen.append(peer.request())
        peer.send(HELLO)

    ask.fetched(f"http://ana:p%40ss@127.0.0.1:{serve(script)}/")
    assert b"Authorization: Basic YW5hOnBAc3M=\r\n" in seen[0]


def test_a_refused_connection_is_an_absence(ask, free_port):
    told = ask(f"http://127.0.0.1:{free_port}/")
    assert isinstance(told, Refuted)
    assert (told.reason, told.absence) == (f"nothing listens on 127.0.0.1:{free_port}", True)


def test_a_peer_that_does_not_take_the_connection_is_blocked(ask):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(8)]
        try:
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(("127.0.0.1", port))
            told = ask.blocked(f"http://127.0.0.1:{port}/", deadline=2)
        finally:
            for each in waiting:
                each.close()
    assert told == (f"no answer to the attempt to connect to http://127.0.0.1:{port}/ within the deadline of 2 s")


def test_silence_after_the_request_is_a_failure(ask, silent):
    told = ask.refuted(f"http://127.0.0.1:{silent()}/", deadline=2)
    assert told == ("accepted the connection, then was silent past the deadline of 2 s, waiting for the first byte")


def test_one_deadline_holds_a_dripping_body(ask, serve):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not peer.over.wait(0.05):
            peer.send(b"x")

    started = time.monotonic()
    told = ask.refuted(f"http://127.0.0.1:{serve(script)}/", deadline=2)
    assert time.monotonic() - started < 20
    assert told == "began to answer, and was not done with it at the deadline of 2 s"


def test_one_deadline_holds_dripping_headers(ask, serve):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\n")
        while not peer.over.wait(0.05):
            peer.send(b"X-Drip: 1\r\n")

    assert "at the deadline of 2 s" in ask.refuted(f"http://127.0.0.1:{serve(script)}/", deadline=2)


def test_a_peer_that_does_not_read_is_silent_while_sending(ask, serve):
    port = serve(lambda peer: peer.hold())
    told = ask.refuted(f"http://127.0.0.1:{port}/", "POST", body=b"x" * 50_000_000, deadline=1)
    assert told.endswith("silent past the deadline of 1 s, taking the request")


def test_a_reset_before_the_answer_is_told(ask, serve):
    def script(peer):
        peer.request()
        peer.reset()

    assert ask.refuted(f"http://127.0.0.1:{serve(script)}/") == (
        "the connection was reset during the wait for the first byte"
    )


def test_a_reset_in_the_body_is_told(ask, serve):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
        time.sleep(0.1)
        peer.reset()

    assert ask.refuted(f"http://127.0.0.1:{serve(script)}/") == "the connection was reset during the answer"


def test_a_reset_while_sending_is_told(ask, serve):
    def script(peer):
        peer.sock.recv(10)
        peer.reset()

    told = ask.refuted(f"http://127.0.0.1:{serve(script)}/", "POST", body=b"x" * 50_000_000)
    assert told == "the connection was reset during the sending of the request"


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
