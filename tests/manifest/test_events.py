from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.manifest.events import MAX_BYTES, MAX_DEPTH, place, read_yaml
from sprintbot.manifest.problems import ManifestError

YAML = st.text("ab:-[]{}&*!|>'\"%@`#,? \n\t\r\x85\u2028\ufeff1~<", max_size=60)
TEXTS = st.recursive(
    st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text().filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=20,
)


def refused(data: bytes) -> str:
    with pytest.raises(ManifestError) as caught:
        read_yaml(data, "x.yaml")
    return caught.value.message


def only_problem(data: bytes) -> str:
    [problem] = read_yaml(data, "x.yaml").problems
    return f"{problem.line}:{problem.column}: {problem.message}"


@given(TEXTS)
def test_texts_lists_and_mappings_read_as_the_full_loader_reads_them(value):
    text = yaml.safe_dump(value, default_style='"', allow_unicode=True)
    assert read_yaml(text.encode(), "x").root == yaml.safe_load(text)


def test_quoted_scalars_are_texts():
    assert read_yaml(b"[\"1\", 'true', '', \"null\"]", "x").root == ["1", "true", "", "null"]


def test_keys_are_texts_as_written():
    assert list(read_yaml(b"11434: a\n6333-6334: b\ntrue: c\n~: d\n", "x").root) == ["11434", "6333-6334", "true", "~"]


def test_positions_of_keys_values_and_items_are_exact():
    root = read_yaml("a: [x,  {'ü ü': zz}]\nb:\n  - - y\n".encode(), "x").root
    assert [place(at) for at in root.keys_at] == [(1, 1), (2, 1)]
    assert [place(at) for at in root.values_at] == [(1, 4), (3, 3)]
    assert [place(at) for at in root["a"].values_at] == [(1, 5), (1, 9)]
    assert [place(at) for at in root["a"][1].keys_at + root["a"][1].values_at] == [(1, 10), (1, 17)]
    assert [place(at) for at in root["b"].values_at + root["b"][0].values_at] == [(3, 5), (3, 7)]


def test_a_far_column_is_exact_too():
    root = read_yaml(b"[" + b" " * 70_000 + b"x]", "x").root
    assert place(root.values_at[0]) == (1, 70_002)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_lines_end_as_yaml_has_it(end):
    root = read_yaml(f"a: 1{end}b: 2{end}".encode(), "x").root
    assert [place(at) for at in root.keys_at] == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: 1\nb: 2\na: 3\n", "3:1: the key 'a' stands here a second time; first in line 1"),
        (b"a: !!int 3\n", "1:4: the tag 'tag:yaml.org,2002:int' is not read; put quotes around it: a: \"!!int 3\""),
        (b"a: !=3\n", "1:4: the tag '!=3' is not read; put quotes around it: a: \"!=3\""),
        (b"- !x y\n", "1:3: the tag '!x' is not read; leave it out"),
        (b"- !x [y]\n", "1:3: the tag '!x' is not read; leave it out"),
        (b"!x a: y\n", "1:1: the tag '!x' is not read; leave it out"),
        (b"a: &b {c: 1}\nd: {<<: *b}\n", "2:5: merge keys ('<<') are not read; write the keys out, or use an alias"),
    ],
)
def test_what_leaves_a_document_readable_is_a_problem_of_its_own(data, told):
    assert only_problem(data).startswith(told)


def test_of_two_equal_keys_the_first_is_kept_whatever_the_second_holds():
    document = read_yaml(b"a: 1\na: {b: [1, {c: 2}]}\nd: 4\n", "x")
    assert document.root == {"a": 1, "d": 4}
    assert [place(at) for at in document.root.values_at] == [(1, 4), (3, 4)]
    assert document.damage == {()}


def test_a_value_with_a_tag_is_left_out():
    document = read_yaml(b"a: {b: !x 1, c: 2}\nd: [!x 1, 2]\n", "x")
    assert document.root == {"a": {"c": 2}, "d": [2]}
    assert document.damage == {("a", "b"), ("d", 0)}
    assert [place(at) for at in document.root["a"].keys_at] == [(1, 14)]


def test_a_tag_inside_of_what_is_left_out_damages_what_is_around_it():
    document = read_yaml(b"a: {b: 1, b: {c: {d: !x 1}}}\n", "x")
    assert document.root == {"a": {"b": 1}}
    assert ("a",) in document.damage


def test_a_document_that_is_one_tagged_scalar_is_refused():
    assert refused(b"!!python/name:os.system x\n").endswith("is not read; leave it out")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b"a:\n\t- b\n",
            "2:1: found character that cannot start any token: YAML is indented with spaces, never with tabs",
        ),
        (b"a: @x\n", "1:4: found character that cannot start any token: put quotes around a text that starts with"),
        (b"a: `x`\n", 'as in a: "`x`"'),
        (b"a: %x\n", 'as in a: "%x"'),
        (b"lines: >= 150\n", 'as in lines: ">= 150"'),
        (b"- > 150 # many\n", 'as in - "> 150"'),
        (b"- {file: f, lines: > 5, words: 3}\n", 'as in lines: "> 5"'),
        (b"a: [x, !=3]\n", 'as in "!=3"'),
        (b"a: [1, 2\nb: 3\n", "2:2: did not find expected ',' or ']'"),
        (
            b"a: b: c\n",
            "1:5: mapping values are not allowed in this context: put quotes around a text that has a colon",
        ),
        (b'a: 1\nb: "x\nc: 1\n', "found unexpected end of stream while scanning a quoted scalar that starts in line 2"),
        (b"a: [", "1:5: did not find expected node content while parsing a flow node"),
        (b"a: 1\nb:c\nd: 1\n", "could not find expected ':' while scanning a simple key that starts in line 2"),
        (b"a: \x07\n", "1:4: the character U+0007 is not allowed in YAML"),
        ("ü: [ä, \x01]\n".encode(), "1:8: the character U+0001 is not allowed in YAML"),
        (b"a\0b\n", "1:2: the character U+0000 is not allowed in YAML"),
        (b"a: 1\n---\nb: 2\n", "2:1: a second YAML document starts here"),
        (b"? [a]\n: b\n", "1:3: a key is a plain text here, not a list or mapping"),
        (b"a: &x b\n*x : c\n", "2:1: a key is a plain text here, not an alias"),
        (b"a: *x\n", "1:4: no anchor &x stands before this alias"),
        (b"a: &x [1, *x]\n", "1:11: the alias *x stands inside of what it names"),
        (b"a: [" + b"[" * MAX_DEPTH, "nested more than 60 deep"),
        (b"a: b\xe2\x80\xa8\xe2\x80\xa8 c: [\n", "3:3: mapping values are not allowed in this context"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place_and_the_likely_way_out(data, told):
    assert told in refused(data)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"# nothing\n", b"\n\n"])
def test_an_empty_file_says_what_a_manifest_needs(data):
    assert refused(data).startswith("x.yaml: the file is empty; a manifest needs at least version, sprint,")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le"])
def test_other_encodings_are_refused(encoding):
    told = refused("a: 1\n".encode(encoding))
    assert "save it as UTF-8" in told or "U+0000 is not allowed" in told


def test_a_byte_order_mark_is_not_part_of_the_first_key():
    root = read_yaml(b"\xef\xbb\xbfa: 1\n", "x").root
    assert root == {"a": 1}
    assert place(root.keys_at[0]) == (1, 1)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: \xff\n", "1:4: byte 0xff is not UTF-8"),
        (b"\xef\xbb\xbfa: \xff\n", "1:4: byte 0xff is not UTF-8"),
        ("ü: 1\r\nüü: ".encode() + b"\xe9\n", "2:5: byte 0xe9 is not UTF-8"),
    ],
)
def test_bytes_that_are_no_utf_8_are_refused_at_their_place(data, told):
    assert f"x.yaml:{told}; save the file as UTF-8" == refused(data)


def test_too_many_bytes_are_refused_before_they_are_read():
    assert refused(b"#" * (MAX_BYTES + 1)) == "x.yaml: 16,000,001 bytes; a manifest has at most 16,000,000"


def test_aliases_give_what_they_name():
    assert read_yaml(b"a: &x [1, {b: &y 2}]\nc: *x\nd: *y\n&k e: *y\nf: *k\n", "x").root == {
        "a": [1, {"b": 2}],
        "c": [1, {"b": 2}],
        "d": 2,
        "e": 2,
        "f": "e",
    }


def test_what_aliases_expand_to_is_bounded():
    lines = [b"a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [b"%c: &%c [%s]" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 10)) for i in range(9)]
    assert "the aliases expand to more than 1,000,000 values" in refused(b"\n".join(lines))


def test_how_deep_aliases_nest_is_bounded():
    lines = [b"a0: &a0 " + b"[" * 20 + b"]" * 20]
    lines += [b"a%d: &a%d %s*a%d%s" % (i, i, b"[" * 20, i - 1, b"]" * 20) for i in range(1, 10)]
    assert refused(b"\n".join(lines)) == "x.yaml:3:29: the alias nests more than 60 deep"


def test_problems_found_before_one_that_ends_the_reading_are_told_too():
    assert refused(b"a: 1\na: 2\nb: [\n").splitlines()[0] == (
        "x.yaml:2:1: the key 'a' stands here a second time; first in line 1"
    )


def test_libyaml_is_not_needed(monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert read_yaml(b"a: [1, no]\n", "x").root == {"a": [1, "no"]}
    assert refused(b"a: \x07\n") == "x.yaml:1:4: the character U+0007 is not allowed in YAML"


@given(YAML | st.text(max_size=40).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text)))
def test_reading_text_raises_nothing_but_manifest_error(text):
    with suppress(ManifestError):
        read_yaml(text.encode(), "x")


@given(st.binary(max_size=30))
def test_reading_bytes_raises_nothing_but_manifest_error(data):
    with suppress(ManifestError):
        read_yaml(data, "x")
