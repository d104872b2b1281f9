"""One escape function per target: what comes out is inert, whatever went in."""

import re
import unicodedata

_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&$@]")
_AT_START = re.compile(r"^(\s*)([#+=:-]|\d{1,9}(?=[.)]))")
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp|www)([:.])")


def plain(text: str) -> str:
    """One line without control characters: escape sequences and marks that turn the writing round become ``�``."""
    folded = re.sub(r"[ \t\r\n\v\f\x85\u2028\u2029]+", " ", text)
    return "".join("\N{REPLACEMENT CHARACTER}" if _unsafe(character) else character for character in folded)


def markdown(text: str) -> str:
    """Text for GitHub's Markdown, anywhere in a line or a table; ```code``` spans stay code."""
    pieces: list[str] = []
    end = 0
    for found in _SPAN.finditer(text):
        pieces += [_markdown_words(text[end : found.start()]), markdown_code(found[2])]
        end = found.end()
    pieces.append(_markdown_words(text[end:]))
    return _AT_START.sub(_escape_start, "".join(pieces))


def markdown_code(text: str) -> str:
    """A code span that shows the text as it is, in a table too."""
    shown = plain(text)
    if not shown.strip():
        return "` `"
    runs = [len(run) for run in re.findall("`+", shown)]
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}".replace("|", "\\|")


def markdown_url(url: str) -> str:
    """A web address for a Markdown link's brackets; empty for anything but http and https."""
    if not re.match(r"https?://[^\s<>]+$", url):
        return ""
    return re.sub(
        r"[()\\\[\]|`\"'<>*_]", lambda found: f"%{ord(found[0]):02X}" if found[0] not in "_*" else found[0], url
    )


def terminal(text: str) -> str:
    """Text for a terminal: one line, nothing that moves the cursor or colours."""
    return plain(text)


def _markdown_words(text: str) -> str:
    escaped = _MARKDOWN.sub(r"\\\g<0>", plain(text))
    return _LINK.sub(lambda found: f"{found[1]}\\{found[2]}", escaped)


def _escape_start(found: re.Match[str]) -> str:
    if found[2].isdigit():
        return f"{found[1]}{found[2]}\\"
    return f"{found[1]}\\{found[2]}"


def _unsafe(character: str) -> bool:
    """Whether a character controls rather than shows: C0, C1, bidirectional and other format marks, lone surrogates."""
    if character == "\N{ZERO WIDTH JOINER}":  # parts of emoji are joined by it
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}
