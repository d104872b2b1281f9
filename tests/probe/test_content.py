import gzip
import zlib

import pytest

from sprintbot.probe.answer import Answer
from sprintbot.probe.content import read_content


def answer(body: bytes, **headers: str) -> Answer:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status=200, headers=pairs, body=body)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"\xc3\xbc", "text/plain", "ü"),
        (b"\xef\xbb\xbfx", "text/plain", "x"),
        (b"\xfc", "text/plain; charset=ISO-8859-1", "ü"),
        (b"\xfc\x00", 'text/plain; charset="utf-16-le"', "ü"),
        (b"\xff", "text/plain", "\ufffd"),
        (b"\xc3\xbc", "text/plain; charset=rot13", "ü"),
        (b"\xc3\xbc", "text/plain; charset=iso-8859-99", "ü"),
    ],
)
def test_text_is_read_by_its_charset_or_as_utf8(body, content_type, text):
    assert read_content(answer(body, content_type=content_type)).text == text


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_codings_that_were_not_asked_for_are_undone(coding, pack):
    assert read_content(answer(pack(b"hello"), content_encoding=coding)).data == b"hello"


def test_unpacking_stops_at_the_bound():
    content = read_content(answer(gzip.compress(b"x" * 100), content_encoding="gzip"), limit=10)
    assert (content.data, content.cut) == (b"x" * 10, True)
    content = read_content(answer(gzip.compress(b"x" * 10), content_encoding="gzip"), limit=10)
    assert (content.data, content.cut) == (b"x" * 10, False)


@pytest.mark.parametrize(
    ("body", "told"), [(b"plain", "says it is gzip and is not"), (gzip.compress(b"hello", mtime=0)[:-9], "breaks off")]
)
def test_a_body_that_lies_about_its_coding_is_broken(body, told):
    content = read_content(answer(body, content_encoding="gzip"))
    assert told in content.unreadable
    assert content.broken


def test_a_coding_that_is_not_known_is_nobodys_fault():
    content = read_content(answer(b"x", content_encoding="br"))
    assert (content.unreadable, content.broken) == ("the body is encoded as br", False)


def test_media_type_is_read_without_its_parameters():
    assert read_content(answer(b"", content_type="Text/HTML; charset=x")).media_type == "text/html"
