"""What the escape functions give is shown by GitHub's own parser exactly as the text was, with no markup in it."""

import unicodedata
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sprintbot.report.escape import markdown, markdown_code, markdown_url, plain, terminal

PLACES = (
    "{}",
    "x {}†",
    "line\n{}",
    "# {}",
    "- {}",
    "1. [ ] {}",
    "> {}",
    "| a | b |\n| --- | --- |\n| {} | z |",
)
HOSTILE = (
    "http://",
    "www.",
    "ftp://",
    "mailto:",
    "xmpp:",
    "a@b.cc",
    "@bob",
    "<b>",
    "</td>",
    "<!--",
    "-->",
    "<script>",
    "<http://a>",
    "<!channel>",
    "&amp;",
    "&#64;",
    "**",
    "__",
    "_",
    "~~",
    "`",
    "``",
    "```",
    "|",
    "\\",
    "[x]",
    "](u)",
    "![",
    "1. ",
    "- ",
    "# ",
    " #",
    "===",
    "---",
    ":-:",
    "> ",
    "$",
    "{{",
    "%}",
    "\x1b[31m",
    "\u202e",
    "a",
    "é",
    " ",
    "\n",
)
CHARACTERS = st.one_of(st.sampled_from("`*_[]()<>|~&$@\\#+-=:.!/ \n\t01ahw;\"'{}^"), st.characters())
TEXTS = st.one_of(st.text(CHARACTERS, max_size=30), st.lists(st.sampled_from(HOSTILE), max_size=8).map("".join))


class Seen(HTMLParser):
    """What a reader of some HTML sees: ``text``, and the names of its elements but for code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "code":
            self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def as_github(text: str) -> Seen:
    return Seen(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))


def as_markdown_it(text: str) -> Seen:
    return Seen(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def words(text: str) -> str:
    return " ".join(text.split())


def assert_shown(escaped: str, text: str) -> None:
    """That wherever the escaped text is put, readers see the text and the place's own markup."""
    for place in PLACES:
        for see in (as_github, as_markdown_it):
            seen, wanted = see(place.replace("{}", escaped)), see(place.replace("{}", "q"))
            told = (see.__name__, place, escaped)
            assert words(seen.text) == words(wanted.text.replace("q", text, 1)), told
            assert seen.elements == wanted.elements, told


@given(TEXTS.map(lambda text: text.replace("`", "'")).filter(str.strip))
@example("foo_bar* _baz_ ~~x~~ | &lt; <b>")
@example("mail ana@example.org, see www.example.org or https://example.org")
def test_text_without_code_is_shown_as_it_is(text: str) -> None:
    assert_shown(markdown(text), plain(text))


@given(TEXTS.filter(lambda text: text.replace("`", "").strip()))
def test_text_with_backticks_loses_no_more_than_backticks_and_space(text: str) -> None:
    for place in PLACES:
        for see in (as_github, as_markdown_it):
            seen, wanted = see(place.replace("{}", markdown(text))), see(place.replace("{}", "q"))
            expected = wanted.text.replace("q", plain(text), 1)
            assert "".join(seen.text.replace("`", "").split()) == "".join(expected.replace("`", "").split())
            assert seen.elements == wanted.elements


@given(TEXTS.filter(str.strip))
@example("a|b")
@example("`")
@example(" a")
def test_code_is_shown_as_it_is(text: str) -> None:
    assert_shown(markdown_code(text), plain(text))


def test_spans_in_text_stay_code() -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(markdown("Run `rm *` now, not ``a`b``"))
    assert html == "<p>Run <code>rm *</code> now, not <code>a`b</code></p>\n"


@given(TEXTS)
def test_a_terminal_gets_one_line_and_nothing_that_moves_or_colours(text: str) -> None:
    shown = terminal(text)
    assert "\n" not in shown
    assert {unicodedata.category(character) for character in shown.replace("\N{ZERO WIDTH JOINER}", "")}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "snake_case stays, so do 1.5 and half-way.",
        "0.1.0 of (this) + that = all - more",
        "R&D at 5 < 6 > 4: yes!",
        "the 2nd of #12",
        "kept: 100 % of 1,200 {words}",
    ],
)
def test_harmless_text_needs_no_backslash(text: str) -> None:
    assert markdown(text) == text


def test_control_characters_and_marks_of_direction_are_replaced() -> None:
    assert plain("a\x1b[31mb\u202ec\u2066d\x9be") == "a�[31mb�c�d�e"


def test_a_family_keeps_together() -> None:
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    assert plain(family) == family


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://a b", "http://<b>", "//host", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert markdown_url(url) == ""


@given(TEXTS)
@example("?a=1&copy;=2")
@example(")[x](javascript:alert(1)")
@example("|\\|`")
def test_an_address_cannot_leave_its_link(rest: str) -> None:
    address = markdown_url(f"https://example.org/{rest}")
    if not address:
        return
    for place in PLACES:
        seen, wanted = (
            as_github(place.replace("{}", f"[q]({address})")),
            as_github(place.replace("{}", "[q](http://a)")),
        )
        assert (seen.text, seen.elements) == (wanted.text, wanted.elements)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["#", "`", "_", "[", "<", "&", "- ", "=", "www.", "\\", "1", "` `` ", "\x1b"])
def test_long_texts_take_no_longer_than_their_length(piece: str) -> None:
    text = piece * 100_000 + "x"
    assert len(markdown(text)) >= len(markdown_code(text)) / 2 > 0
