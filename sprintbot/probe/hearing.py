"""The near end of an HTTP connection: what is sent, and the answer that is heard."""

import asyncio
from collections.abc import Callable
from typing import cast

from sprintbot.probe.answer import AnswerReader
from sprintbot.probe.faults import ProbeFault


class Hearing(asyncio.Protocol):
    """Hands what comes to an answer's reader, and lets one coroutine wait for it.

    Waiting raises what is wrong with the answer or with the connection. An answer that comes before all is sent
    counts: a peer may refuse a long request at its beginning.
    """

    def __init__(self, reader: AnswerReader) -> None:
        self._reader = reader
        self._began = False
        self._over = False
        self._error: Exception | None = None
        self._is_full = False
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    async def send(self, data: bytes) -> None:
        """Send, and wait until the system has taken it all."""
        transport = cast("asyncio.Transport", self._transport)
        transport.set_write_buffer_limits(0)
        transport.write(data)
        await self._until(lambda: not self._is_full or self._over)

    async def begin(self) -> None:
        """Wait for the first byte, or the end without one."""
        await self._until(lambda: self._began or self._over)

    async def end(self) -> None:
        """Wait until the answer is whole."""
        await self._until(lambda: self._over)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._began = True
        if self._over:
            return
        try:
            self._reader.feed(data)
        except ProbeFault as exc:
            self._finish(exc)
        else:
            self._finish() if self._reader.complete else self._wake()

    def eof_received(self) -> None:
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._over:
            return
        if exc is not None:
            self._finish(exc)
            return
        try:
            self._reader.end()
        except ProbeFault as fault:
            self._finish(fault)
        else:
            self._finish()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._wake()

    def _finish(self, error: Exception | None = None) -> None:
        self._over = True
        self._error = error
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if self._error is not None:
            raise self._error
