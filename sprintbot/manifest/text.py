"""A manifest's text: decoding it, finding places in it, and saying what a YAML error likely means."""

import re
from functools import cached_property

import yaml

from sprintbot.manifest.problems import Problem

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # what libyaml counts as the end of a line
_NEEDS_QUOTES = re.compile(r"(?:^|[:\-\[,{]\s+)[>!@`%&*|]")


class Text:
    """The whole text of a manifest. Lines and columns count from 0 here, as libyaml's do."""

    def __init__(self, whole: str) -> None:
        self.whole = whole

    @classmethod
    def decode(cls, data: bytes) -> "Text":
        """The text of UTF-8 bytes, without a byte order mark. Raises ValueError with a Problem for other bytes."""
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ValueError(Problem(1, 1, "the file is UTF-16; save it as UTF-8"))
        data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            return cls(data.decode())
        except UnicodeDecodeError as exc:
            line, column = cls(data[: exc.start].decode()).end
            told = f"byte 0x{data[exc.start]:02x} is not UTF-8; save the file as UTF-8"
            raise ValueError(Problem(line + 1, column + 1, told)) from exc

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return _BREAK.split(self.whole)

    @property
    def end(self) -> tuple[int, int]:
        """Line and column of the end."""
        return len(self.lines) - 1, len(self.lines[-1])

    def line(self, number: int) -> str:
        """A line without the white space around it; empty past the end."""
        return self.lines[number].strip() if number < len(self.lines) else ""

    def place_of_byte(self, position: int) -> tuple[int, int]:
        """Line and column of a byte of the text as UTF-8."""
        return Text(self.whole.encode()[:position].decode(errors="ignore")).end

    def explain(self, error: yaml.MarkedYAMLError, line: int, column: int) -> str:
        """What a YAML error is about, for somebody who does not know YAML by heart."""
        told = (error.problem or str(error)).strip()
        whole = self.lines[line] if line < len(self.lines) else ""
        if "\t" in whole[: column + 1]:
            return f"{told}: YAML is indented with spaces, never with tabs"
        part = _innermost(whole, column)
        if _NEEDS_QUOTES.search(part.strip()):
            return f"{told}: put quotes around a text that starts with > ! @ ` % & * or |, as in {quoted(part)}"
        if told.startswith("mapping values are not allowed"):
            return f"{told}: put quotes around a text that has a colon and a space in it, as in {quoted(part)}"
        return f"{told} {_context(error, line)}".strip()


def _innermost(line: str, column: int) -> str:
    """Of a line that an error is in, the item of the flow mapping or list; the whole line where there is none."""
    before = line[:column]
    if "{" not in before and "[" not in before:
        return line
    return re.split(r"[{\[,]", before)[-1] + re.split(r"[,}\]]", line[column:])[0]


def _context(error: yaml.MarkedYAMLError, line: int) -> str:
    """What was being read, and where it starts when that is in another line."""
    if not error.context:
        return ""
    mark = error.context_mark
    if mark is None or mark.line >= line:
        return str(error.context)
    return f"{error.context} that starts in line {mark.line + 1}"


def quoted(line: str) -> str:
    """The line as it would be right: its value in double quotes."""
    found = re.match(r"(.*?:\s+|-\s+)?([^#]*?)\s*(#.*)?$", line.strip())
    if found is None or not found[2]:
        return '"..."'
    head = (found[1] or "").strip()
    value = found[2].strip("\"'")
    return f'{head} "{value}"'.strip()
