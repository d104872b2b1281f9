"""HTTP answers, read from bytes as they come, with everything bounded."""

import httptools
import msgspec
from httptools.parser.errors import HttpParserError, HttpParserUpgrade

from sprintbot.probe.faults import BrokenAnswer, ClosedEarly, HeadersTooLong, NotHttp

HEADER_LIMIT = 64 * 1024
"""Bytes of headers, those of interim answers included."""

BODY_LIMIT = 4 * 1024 * 1024
"""Bytes of body that are read; of a longer one the rest is left unread."""

_FRAMING_PER_BYTE = 16  # the most that chunks of one byte cost


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A final answer. Header names are in lower case; ``cut`` says that the body is longer than what was read."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut: bool = False

    def header(self, name: str) -> str | None:
        """A header's value, several joined by commas (RFC 9110, 5.3); None when it is not there."""
        values = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(values) if values else None


class AnswerReader:
    """Takes an answer apart while it comes: ``feed`` it until it is ``complete``, and ``end`` it when the peer closes.

    Raises the faults of a peer that breaks HTTP. A body that is longer than the bound completes the answer.
    """

    def __init__(self, method: str, body_limit: int = BODY_LIMIT) -> None:
        self.complete = False
        self._head_only = method == "HEAD"
        self._body_limit = body_limit
        self._parser = httptools.HttpResponseParser(self)
        # One line feed ends a line too (RFC 9112, 2.2).
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._headers: list[tuple[str, str]] = []
        self._headers_complete = False
        self._status = 0
        self._body = bytearray()
        self._cut = False
        self._wire = 0
        self._start = b""

    def feed(self, data: bytes) -> None:
        """Read on."""
        self._start = self._start or data[:32]
        self._wire += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self.complete = True
        except HttpParserError as exc:
            if not self.complete:
                raise self._broken(exc) from exc
        if not self.complete:
            self._bound()

    def end(self) -> None:
        """The peer has closed, which ends a body that says nothing of its length (RFC 9112, 6.3)."""
        if self.complete:
            return
        if not self._wire:
            raise ClosedEarly
        if not self._headers_complete:
            raise ClosedEarly("in the middle of its headers")
        if self._says_its_length():
            raise ClosedEarly(f"in the middle of its body, after {len(self._body)} bytes")
        self.complete = True

    def answer(self) -> Answer:
        """What was read."""
        return Answer(
            status=self._status,
            headers=tuple(self._headers),
            body=bytes(self._body),
            cut=self._cut,
        )

    def on_message_begin(self) -> None:
        """Part of httptools' protocol, as all that follows. What comes after a complete answer is nobody's."""
        if not self.complete:
            self._headers = []
            self._headers_complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._headers_complete:  # what comes later are trailers
            self._headers.append((name.decode("latin-1").lower(), _text(value)))

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        self._headers_complete = True
        self._status = self._parser.get_status_code()
        self.complete = self._head_only and not self._is_interim()

    def on_body(self, data: bytes) -> None:
        if self.complete:
            return
        room = self._body_limit - len(self._body)
        self._body += data[:room]
        self._cut = self.complete = len(data) > room

    def on_message_complete(self) -> None:
        if self._is_interim() and not self.complete:
            self._headers_complete = False
        else:
            self.complete = True

    def _is_interim(self) -> bool:
        return 100 <= self._status < 200 and self._status != 101

    def _says_its_length(self) -> bool:
        return any(
            name == "content-length" or (name == "transfer-encoding" and "chunked" in value.lower())
            for name, value in self._headers
        )

    def _bound(self) -> None:
        envelope = self._wire - len(self._body)
        if not self._headers_complete and envelope > HEADER_LIMIT:
            raise HeadersTooLong(HEADER_LIMIT)
        if envelope > 2 * HEADER_LIMIT + _FRAMING_PER_BYTE * len(self._body):
            raise BrokenAnswer("the answer breaks off into endless chunk extensions or trailers")

    def _broken(self, error: HttpParserError) -> NotHttp | BrokenAnswer:
        if self._headers_complete:
            return BrokenAnswer(f"the body of the answer is broken: {error}")
        if self._start.lstrip(b"\r\n").startswith(b"HTTP/"):
            return BrokenAnswer(f"the headers of the answer are broken: {error}")
        return NotHttp(self._start)


def _text(value: bytes) -> str:
    try:
        return value.decode().strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()
