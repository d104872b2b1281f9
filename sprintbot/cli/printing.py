"""What goes to standard output, and to a terminal in colour."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sprintbot.errors import WorkError

if TYPE_CHECKING:
    from sprintbot.report.terminal import Line


def print_out(text: str) -> None:
    """Write to standard output. That its reader has gone changes nothing of a run; WorkError where it is full."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
    except OSError as exc:
        drop_stdout()
        raise WorkError(f"standard output cannot be written: {exc.strerror or exc}") from exc


def drop_stdout() -> None:
    """Let nothing that is still to be written complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_lines(lines: Iterable["Line"]) -> None:
    """Print lines in the colours that the terminal has; none with NO_COLOR (no-color.org), none in a pipe."""
    if not sys.stdout.isatty():
        print_out("".join("".join(span.text for span in line).rstrip() + "\n" for line in lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    with console.capture() as captured:
        for line in lines:
            console.print(Text.assemble(*((span.text, span.style) for span in line)))
    print_out(captured.get())
