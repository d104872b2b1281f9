"""A circuit breaker: after repeated failures an upstream is left alone for a while, then tried once."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class CircuitOpenError(Exception):
    """The upstream was not called; ``retry_after`` is the number of seconds until it may be tried again."""

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"{name} is not called: its circuit is open")
        self.name = name
        self.retry_after = retry_after


class CircuitBreaker:
    """Counts consecutive failures of one upstream.

    ``closed``: calls go through; ``threshold`` failures in a row open the circuit. ``open``: calls are refused for
    ``reset_after`` seconds. ``half-open``: one trial call goes through; its success closes the circuit, its failure
    opens it again. Any exception of the call is a failure.
    """

    def __init__(
        self,
        name: str,
        *,
        threshold: int = 3,
        reset_after: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if threshold < 1 or reset_after <= 0:
            raise ValueError("threshold is at least 1, and reset_after is more than 0 seconds")
        self.name = name
        self._threshold = threshold
        self._reset_after = reset_after
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trial_running = False

    @property
    def state(self) -> str:
        """``closed``, ``open`` or ``half-open``."""
        with self._lock:
            if self._opened_at is None:
                return "closed"
            return "half-open" if self._waited(self._opened_at) >= self._reset_after else "open"

    def call(self, function: Callable[[], Result]) -> Result:
        """What ``function`` gives; raises CircuitOpenError instead of calling it while the circuit is open."""
        trial = self._admit()
        try:
            result = function()
        except BaseException:
            self._failed(trial=trial)
            raise
        self._succeeded(trial=trial)
        return result

    def _admit(self) -> bool:
        """Whether this call is the trial of a half-open circuit."""
        with self._lock:
            if self._opened_at is None:
                return False
            waited = self._waited(self._opened_at)
            if waited < self._reset_after or self._trial_running:
                raise CircuitOpenError(self.name, max(self._reset_after - waited, 1.0))
            self._trial_running = True
            return True

    def _failed(self, *, trial: bool) -> None:
        with self._lock:
            self._failures += 1
            if trial:
                self._trial_running = False
            if trial or (self._opened_at is None and self._failures >= self._threshold):
                self._opened_at = self._clock()

    def _succeeded(self, *, trial: bool) -> None:
        with self._lock:
            # A call that began before the circuit opened proves nothing about the upstream now.
            if trial or self._opened_at is None:
                self._failures = 0
                self._opened_at = None
                self._trial_running = False

    def _waited(self, since: float) -> float:
        return self._clock() - since
