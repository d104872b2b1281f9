"""Bodies made readable: content codings undone within a bound, bytes to text."""

import re
import zlib

import msgspec

from sprintbot.probe.answer import BODY_LIMIT, Answer

_CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 47}  # zlib's wbits; 47 tells zlib's own header from gzip's
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_CHARSETS = re.compile(
    r"utf-?(8|16|32)(-?[lb]e)?|us-ascii|ascii|iso-8859-\d+|latin-?1|windows-\d+|cp\d+|koi8-[ru]"
    r"|shift_jis|euc-jp|iso-2022-jp|gb2312|gbk|gb18030|big5|euc-kr",
    re.IGNORECASE,
)


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A body without its coding.

    ``unreadable`` says why it could not be had, ``broken`` whether the peer is to blame. ``cut`` says that there is
    more.
    """

    data: bytes = b""
    media_type: str = ""
    charset: str = "utf-8"
    cut: bool = False
    unreadable: str = ""
    broken: bool = False

    @property
    def text(self) -> str:
        """The text; bytes that are none in its charset become U+FFFD."""
        try:
            return self.data.decode(self.charset, "replace").removeprefix("\ufeff")
        except LookupError:
            return self.data.decode("utf-8", "replace")


def read_content(answer: Answer, limit: int = BODY_LIMIT) -> Content:
    """The body of an answer. At most ``limit`` bytes of it are unpacked."""
    content_type = answer.header("content-type") or ""
    named = _CHARSET.search(content_type)
    content = Content(
        data=answer.body,
        media_type=content_type.partition(";")[0].strip().lower(),
        charset=named[1] if named and _CHARSETS.fullmatch(named[1]) else "utf-8",
        cut=answer.cut,
    )
    coding = (answer.header("content-encoding") or "identity").strip().lower()
    if coding == "identity" or not answer.body:
        return content
    if coding not in _CODINGS:
        return msgspec.structs.replace(content, data=b"", unreadable=f"the body is encoded as {coding}")
    return _unpacked(content, coding, limit)


def _unpacked(content: Content, coding: str, limit: int) -> Content:
    unpacking = zlib.decompressobj(_CODINGS[coding])
    try:
        data = unpacking.decompress(content.data, limit + 1)
    except zlib.error as exc:
        told = f"the body says it is {coding} and is not: {exc}"
        return msgspec.structs.replace(content, data=b"", unreadable=told, broken=True)
    if not unpacking.eof and len(data) <= limit and not content.cut:
        told = f"the body says it is {coding} and breaks off"
        return msgspec.structs.replace(content, data=b"", unreadable=told, broken=True)
    return msgspec.structs.replace(content, data=data[:limit], cut=content.cut or len(data) > limit)
