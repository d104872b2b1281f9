"""What an HTTP probe asks, as bytes, and what of it follows a redirect."""

import base64
from collections.abc import Iterator

import msgspec

from sprintbot import __version__
from sprintbot.probe.address import Url
from sprintbot.probe.faults import BodyWithheld

REDIRECT_CODES = frozenset({301, 302, 303, 307, 308})

_BODILESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request: a method, an address, and what the manifest sends along."""

    method: str
    url: Url
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def encode(self) -> bytes:
        """The request as it goes over the wire (HTTP/1.1, RFC 9112), for one exchange on a connection."""
        lines = [f"{self.method} {self.url.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self._all_headers()]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + self.body

    def redirected(self, status: int, url: Url) -> "Request":
        """The request that follows a redirect (RFC 9110, 15.4).

        To another origin nothing of what the manifest sends goes along; raises BodyWithheld when a body should.
        """
        turns_get = status == 303 or (status in {301, 302} and self.method == "POST")
        method = "GET" if turns_get and self.method != "HEAD" else self.method
        body = b"" if turns_get else self.body
        if url.origin != self.url.origin:
            if body:
                raise BodyWithheld(str(url))
            return Request(method=method, url=url)
        userinfo = self.url.userinfo
        headers = self.headers if body or not self.body else tuple(self._without_content())
        followed = msgspec.structs.replace(url, userinfo=userinfo)
        return Request(method=method, url=followed, headers=headers, body=body)

    def _all_headers(self) -> Iterator[tuple[str, str]]:
        given = {name.lower() for name, _ in self.headers}
        for name, value in self._own_headers():
            if name.lower() not in given:
                yield name, value
        yield from self.headers

    def _own_headers(self) -> Iterator[tuple[str, str]]:
        yield "Host", self.url.authority
        yield "User-Agent", f"sprintbot/{__version__}"
        yield "Accept", "*/*"
        yield "Accept-Encoding", "identity"
        yield "Connection", "close"
        if self.url.userinfo:
            yield "Authorization", "Basic " + base64.b64encode(self.url.userinfo.encode()).decode()
        if self.body or self.method not in _BODILESS_METHODS:
            yield "Content-Length", str(len(self.body))

    def _without_content(self) -> Iterator[tuple[str, str]]:
        return ((name, value) for name, value in self.headers if not name.lower().startswith("content-"))
