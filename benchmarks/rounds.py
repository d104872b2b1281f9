"""Whole processes, timed in interleaved rounds; the figure is the median of the rounds' ratios."""

import signal
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

LIMIT = 120
"""Seconds after which a command that does not end ends the benchmarks."""


class Ratio(NamedTuple):
    """Median, least and greatest of the ratios, one for each round."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f} to {self.most:.2f})"


def compare(command: Sequence[str], base: Sequence[str], *, cwd: Path, rounds: int = 15) -> Ratio:
    """How much longer a command takes than the base: A B A B ..., after one round that is not counted."""
    ratios = []
    for number in range(rounds + 1):
        ratio = _seconds(command, cwd) / _seconds(base, cwd)
        if number:
            ratios.append(ratio)
    return Ratio(statistics.median(ratios), min(ratios), max(ratios))


def output_of(command: Sequence[str], *, cwd: Path) -> str:
    """What a command prints; to compare results before anything is timed."""
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, timeout=120).stdout


def _seconds(command: Sequence[str], cwd: Path) -> float:
    """From spawn to reap. Popen's own timeout would poll, and round the time up to its pauses; an alarm does not."""
    signal.alarm(LIMIT)
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        status = process.wait()
    seconds = time.perf_counter() - started
    signal.alarm(0)
    if status:
        raise SystemExit(f"{' '.join(command)} exited with {status}")
    return seconds
