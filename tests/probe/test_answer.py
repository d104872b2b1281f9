from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.probe.answer import AnswerReader
from sprintbot.probe.faults import ProbeFault

WHOLE = (
    b"HTTP/1.1 100 Continue\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nX-One: 1\r\nTransfer-Encoding: chunked\r\nX-Two: \xc3\xbc\r\n\r\n"
    b"5\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
)


def read(pieces: list[bytes], method: str = "GET", **options):
    reader = AnswerReader(method, **options)
    for piece in pieces:
        reader.feed(piece)
        if reader.complete:
            break
    reader.end()
    return reader.answer()


@given(st.sets(st.integers(1, len(WHOLE) - 1)))
def test_an_answer_is_the_same_however_it_comes_in_pieces(cuts):
    bounds = [0, *sorted(cuts), len(WHOLE)]
    pieces = [WHOLE[start:end] for start, end in pairwise(bounds)]
    assert read(pieces) == read([WHOLE])


ANY_BYTES = st.binary(max_size=200)


@given(ANY_BYTES | ANY_BYTES.map(b"HTTP/1.1 200 OK\r\n".__add__), st.sampled_from(["GET", "HEAD"]))
def test_any_bytes_are_an_answer_or_a_fault(data, method):
    try:
        words = f"answered {read([data], method).status}"
    except ProbeFault as exc:
        words = str(exc)
    assert words
    assert words.isprintable()


@pytest.mark.parametrize(("length", "cut"), [(9, False), (10, False), (11, True)])
def test_a_body_is_cut_only_when_it_is_longer_than_the_bound(length, cut):
    answer = read([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length, b"x" * length], body_limit=10)
    assert (len(answer.body), answer.cut) == (min(length, 10), cut)


def test_header_values_are_utf8_or_else_latin1():
    answer = read([b"HTTP/1.1 204 OK\r\nA: \xc3\xbc\r\nB: \xfc\r\n\r\n"])
    assert (answer.header("a"), answer.header("B"), answer.header("c")) == ("ü", "ü", None)
