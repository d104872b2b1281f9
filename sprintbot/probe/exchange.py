"""HTTP exchanges: one request and its answer over a connection of its own, and the redirects that follow from it."""

from collections.abc import Set as AbstractSet

import msgspec

from sprintbot.probe.address import Url, masked
from sprintbot.probe.answer import Answer, AnswerReader
from sprintbot.probe.connection import Phase, converse, shown_address
from sprintbot.probe.faults import BadRedirect, RedirectLoop, TooManyRedirects
from sprintbot.probe.hearing import Hearing
from sprintbot.probe.request import REDIRECT_CODES, Request
from sprintbot.probe.tls import tls_context

REDIRECT_LIMIT = 10


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """The final answer, who gave it, and after how many redirects.

    ``stripped`` says that the manifest's own headers did not follow to another origin.
    """

    answer: Answer
    url: Url
    peer: str
    redirects: int
    stripped: bool = False


async def fetch(request: Request, phase: Phase, stops_at: AbstractSet[int] = frozenset()) -> Fetched:
    """Ask, and follow at most ten redirects. Those whose status is in ``stops_at`` are answers themselves.

    Raises faults of the peer, and errors of the network as they come.
    """
    been = {_place(request)}
    asked = request
    for redirects in range(REDIRECT_LIMIT + 1):
        try:
            answer, peer = await exchange(asked, phase)
        except BaseException as exc:
            if redirects:
                exc.add_note(f"after a redirect to {asked.url}")
            raise
        location = answer.header("location")
        if answer.status not in REDIRECT_CODES - stops_at or not location:
            stripped = bool(request.headers or request.url.userinfo) and asked.url.origin != request.url.origin
            return Fetched(answer=answer, url=asked.url, peer=peer, redirects=redirects, stripped=stripped)
        asked = asked.redirected(answer.status, _join(asked.url, location))
        if _place(asked) in been:
            raise RedirectLoop(str(asked.url))
        been.add(_place(asked))
    raise TooManyRedirects(REDIRECT_LIMIT)


async def exchange(request: Request, phase: Phase) -> tuple[Answer, str]:
    """One request, and the answer with the address of who gave it."""
    context = await tls_context() if request.url.scheme == "https" else None
    reader = AnswerReader(request.method)
    transport, hearing = await converse(request.url.endpoint, context, phase, lambda: Hearing(reader))
    peer = shown_address(transport.get_extra_info("peername"))
    try:
        with phase("send"):
            await hearing.send(request.encode())
        with phase("first byte"):
            await hearing.begin()
        with phase("body"):
            await hearing.end()
    finally:
        transport.abort()
    return reader.answer(), peer


def _place(request: Request) -> tuple[str, str]:
    return request.method, request.url.full


def _join(url: Url, location: str) -> Url:
    try:
        return url.join(location.partition("#")[0])
    except ValueError as exc:
        raise BadRedirect(masked(location), str(exc)) from exc
