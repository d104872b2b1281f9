"""SIGTERM and SIGHUP end a run as Ctrl-C does: what is known is told, and no process stays behind."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def termination_interrupts() -> Iterator[None]:
    """Let these signals raise KeyboardInterrupt, but where somebody has decided otherwise, as nohup does."""
    ours = [number for number in _terminations() if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def cancel_at_termination() -> None:
    """Where these signals interrupt, let them cancel the running task instead, as asyncio does with SIGINT."""
    import asyncio

    task = asyncio.current_task()
    assert task is not None
    for number in _terminations():
        if signal.getsignal(number) is signal.default_int_handler:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def is_called_off() -> bool:
    """Whether somebody outside has asked the running task to end; a deadline within it has not."""
    import asyncio

    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _terminations() -> list[signal.Signals]:
    """Those of this system; none outside of the main thread, which alone may say what becomes of a signal."""
    if threading.current_thread() is not threading.main_thread():
        return []
    return [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
