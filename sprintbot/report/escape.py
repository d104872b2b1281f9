"""One escape function per target: what comes out is inert, whatever went in."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_HARMLESS = re.compile(r"[^\W_]*(?:[ ,;/%]+[^\W_]*)*")
_MARKUP = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|$)                   # an escape, or a line break at the end of a line
  | [`|\[\]$*]                                # code, cells, links, mathematics, emphasis
  | _(?![^\W_]) | (?<![^\W_])_                # emphasis; within a word it is none
  | ~                                         # strikethrough
  | <(?=[A-Za-z/!?]|$)                        # HTML
  | &(?=\#|\w+;|$)                            # a character by its name
  | (?<=[A-Za-z]):(?=//) | (?i:(?<=www))\.    # an address that becomes a link by itself
  | (?<!\#)\#(?=\#*\s*$)                      # the end of a heading
    """,
    re.VERBOSE,
)
_AT_START = re.compile(r" ?(?:\d{1,9}(?=[.)](?:\s|$))|(?=>|#{1,6}(?:\s|$)|[+-](?:\s|$)|(?:[=-]|:-)[=:\s-]*$))")
_NAMED = re.compile(r"@(?=[\w.-])")
_APART = "@<!-- -->"
"""Parts what it stands between and shows nothing: GitHub finds mail addresses and names even in escaped text."""
_HARMLESS_CODE = re.compile(r"[\w!-_{}~]+(?: [\w!-_{}~]+)*")
_HARMLESS_URL = re.compile(r"https?://[\w/:?#@!+,;=%.-]+", re.ASCII)
_URL_SAFE = "/:?#@!$&*+,;=%~"


def plain(text: str) -> str:
    """One line without control characters: escape sequences and marks that turn the writing round become ``�``."""
    folded = _SPACE.sub(" ", text)
    if folded.isprintable():
        return folded
    return "".join("\N{REPLACEMENT CHARACTER}" if _unsafe(character) else character for character in folded)


def markdown(text: str) -> str:
    """Text for GitHub's Markdown, anywhere in a line or a table; ```code``` spans stay code."""
    if _HARMLESS.fullmatch(text):
        return text
    shown = plain(text)
    pieces: list[str] = []
    end = 0
    for found in _SPAN.finditer(shown):
        pieces += [_words(shown[end : found.start()]), markdown_code(found[2])]
        end = found.end()
    pieces.append(_words(shown[end:]))
    return _inert_start("".join(pieces))


def markdown_code(text: str) -> str:
    """A code span that shows the text as it is, in a table too.

    Where the text has a ``|`` it is HTML: a code span needs a backslash before it in a table, and shows one elsewhere.
    """
    if _HARMLESS_CODE.fullmatch(text):
        return f"`{text}`"
    shown = plain(text)
    if not shown.strip():
        return "` `"
    if "|" in shown:
        return f"<code>{_words(shown)}</code>"
    runs = {len(run) for run in re.findall("`+", shown)}
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_url(url: str) -> str:
    """A web address for a Markdown link's brackets; empty for anything but http and https."""
    if _HARMLESS_URL.fullmatch(url):
        return url
    if not re.match(r"https?://[^\s<>]+$", url):
        return ""
    from urllib.parse import quote

    return quote(url, safe=_URL_SAFE).replace("&", "&amp;")


def markdown_link(text: str, url: str) -> str:
    """The text as code, and as a link where there is a web address."""
    shown, address = markdown_code(text), markdown_url(url)
    return f"[{shown}]({address})" if address else shown


def terminal(text: str) -> str:
    """Text for a terminal: one line, nothing that moves the cursor or colours."""
    return plain(text)


def _words(text: str) -> str:
    return _NAMED.sub(_APART, _MARKUP.sub(r"\\\g<0>", text))


def _inert_start(line: str) -> str:
    """The line, and no quote, heading, list, rule or head of a table."""
    found = _AT_START.match(line)
    return f"{found[0]}\\{line[found.end() :]}" if found else line


def _unsafe(character: str) -> bool:
    """Whether a character controls rather than shows: C0, C1, bidirectional and other format marks, lone surrogates."""
    if character == "\N{ZERO WIDTH JOINER}":  # parts of emoji are joined by it
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}
