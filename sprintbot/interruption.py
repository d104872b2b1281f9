"""Signals that end work: SIGTERM and SIGHUP end a run as Ctrl-C does, and a timer ends what computes for too long."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def termination_interrupts() -> Iterator[None]:
    """Let these signals raise KeyboardInterrupt, but where somebody has decided otherwise, as nohup does."""
    ours = [number for number in _terminations() if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


class TookTooLong(Exception):  # noqa: N818 - a limit, not an error
    """A computation was ended by its limit."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End what is computed here by TookTooLong; for pure computing, such as a regular expression that backtracks.

    Without effect where there are no timers, and outside of the main thread, where signals do not arrive.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _end_computation)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _end_computation(*_: object) -> None:
    raise TookTooLong


def _interrupt(*_: object) -> None:
    """As Ctrl-C does it, which asyncio turns into the end of its main task."""
    signal.raise_signal(signal.SIGINT)


def _terminations() -> list[signal.Signals]:
    """Those of this system; none outside of the main thread, which alone may say what becomes of a signal."""
    if threading.current_thread() is not threading.main_thread():
        return []
    return [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
