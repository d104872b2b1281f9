"""The progress line, on a terminal only."""

import sys
from types import TracebackType
from typing import Self


class Ticker:
    """Rewrites one line of standard error while a run goes on, and clears it at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self.shows = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shows:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def tell(self, done: int, total: int) -> None:
        """Say how far the run is."""
        if self.shows:
            sys.stderr.write(f"\r\x1b[Klooked at {done} of {total} checks")
            sys.stderr.flush()
