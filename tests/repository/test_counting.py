import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.repository.counting import Tally, count, is_lfs_pointer, not_text


@pytest.mark.parametrize(
    ("data", "newlines", "lines", "words"),
    [
        (b"", 0, 0, 0),
        (b"one", 0, 1, 1),
        (b"one\n", 1, 1, 1),
        (b"one\ntwo", 1, 2, 2),
        (b"\n\n", 2, 2, 0),
        (b"a b\r\nc\r\n", 2, 2, 3),
        (b"a\rb\rc", 0, 1, 3),
        ("caf\u00e9 \u2014 th\u00e9\u00a0vert\u2028x\x85y".encode(), 0, 1, 3),
        (b" \t\v\f a \v b \f", 0, 1, 2),
    ],
)
def test_lines_and_words_are_told_apart_from_newlines(data, newlines, lines, words):
    counts = count(data, words=True)
    assert (counts.newlines, counts.lines, counts.words, counts.size) == (newlines, lines, words, len(data))


def test_words_are_counted_only_when_asked_for():
    assert count(b"a b").words is None


@given(st.lists(st.binary(max_size=30)))
def test_a_file_in_pieces_counts_as_a_whole_one(pieces):
    tally = Tally(words=True)
    for piece in pieces:
        tally.add(piece)
    assert tally.counts() == count(b"".join(pieces), words=True)


def test_newlines_and_words_are_those_of_wc():
    data = b"#!/bin/sh\n\n  echo 'a  b'\t\techo c\r\nlast"
    told = subprocess.run(["wc", "-lw"], input=data, capture_output=True, check=True).stdout.split()
    counts = count(data, words=True)
    assert [counts.newlines, counts.words] == [int(number) for number in told]


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"plain", ""),
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        (b"x" * 7999 + b"\0", "binary"),
        (b"x" * 8000 + b"\0", ""),
        ("text".encode("utf-16"), "UTF-16 text"),
        (b"\xfe\xff\0t", "UTF-16 text"),
        (b"\xff\xfe\0\0t\0\0\0", "UTF-32 text"),
        (b"\xef\xbb\xbftext", ""),
        (b"caf\xe9", ""),
    ],
)
def test_what_has_no_lines_is_named(head, what):
    assert not_text(head) == what


def test_only_a_file_that_begins_as_a_pointer_is_one():
    assert is_lfs_pointer(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n")
    assert not is_lfs_pointer(b"# version https://git-lfs.github.com/spec/v1\n")
