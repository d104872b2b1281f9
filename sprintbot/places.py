"""Room for looks that wait: how many of them are under way at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sprintbot.checks.interface import Check, LiveCheck

STARTING = 16
"""Probes that start at once: more would time this process's own queue instead of the peers."""
MOMENT = 0.01
"""Seconds after which a probe waits for its peer and not for this process, so that another one may start."""
OPEN = 200
"""Probes under way at once, bounded by the descriptors that a process may have."""
PROCESSES = 4
"""Other looks at once: commands and test runs keep the machine busy, and would slow each other down."""


class Places:
    """The places of one run. A silent peer keeps no other probe waiting, and a long command no probe."""

    def __init__(self) -> None:
        self._starting = asyncio.Semaphore(STARTING)
        self._open = asyncio.Semaphore(OPEN)
        self._processes = asyncio.Semaphore(PROCESSES)

    @asynccontextmanager
    async def place(self, check: Check) -> AsyncIterator[None]:
        """Wait for room, and have it."""
        if not isinstance(check, LiveCheck):
            async with self._processes:
                yield
            return
        async with self._open:
            give_back = await self._start()
            try:
                yield
            finally:
                give_back()

    async def _start(self) -> Callable[[], None]:
        """A place among the starting ones, and what gives it back; after a moment it is given back by itself."""
        await self._starting.acquire()
        held = [self._starting]

        def give_back() -> None:
            if held:
                held.pop().release()

        timer = asyncio.get_running_loop().call_later(MOMENT, give_back)

        def end() -> None:
            timer.cancel()
            give_back()

        return end
