"""Calls that block, awaited without a pool.

A pool's few threads would queue behind one slow name server, and the interpreter would wait for them at its exit.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[[], T]) -> T:
    """What ``call`` gives or raises, from a thread of its own. When cancelled, the call is left behind."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(given: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(given)  # type: ignore[arg-type]  # without an error it is what the call gave

    def run() -> None:
        given, error = None, None
        try:
            given = call()
        except Exception as exc:  # raised again where it is awaited
            error = exc
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, given, error)

    threading.Thread(target=run, daemon=True, name="sprintbot-probe").start()
    return await future
