"""The one handler at the top."""

import errno
import io
import os
import sys
from pathlib import Path

from sprintbot import __version__
from sprintbot.cli.printing import drop_stdout
from sprintbot.errors import SprintbotError, UsageError, WorkError

_WRONG_NAMES = {errno.ENAMETOOLONG, errno.ELOOP}
_REFUSALS = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ENOSPC,
    errno.EPERM,
    errno.EROFS,
}


def run_guarded(arguments: list[str]) -> int:
    """Run the command line; every error comes out as a message and an exit code."""
    try:
        _settle_streams()
        return _run(arguments)
    except SprintbotError as exc:
        return _tell(exc)
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    except BrokenPipeError:
        drop_stdout()
        return 0
    except OSError as exc:
        drop_stdout()
        told = _of_the_system(exc)
        return _bug(exc) if told is None else _tell(told)
    except Exception as exc:
        return _bug(exc)


def _run(arguments: list[str]) -> int:
    """Run typer. Where its errors for wrong options live differs by version; all have ``show`` and ``exit_code``."""
    import typer

    from sprintbot.cli.app import app

    try:
        code = app(arguments, prog_name="sprintbot", standalone_mode=False)
    except typer.Abort as exc:
        raise KeyboardInterrupt from exc
    except Exception as exc:
        if not (hasattr(exc, "show") and hasattr(exc, "exit_code")):
            raise
        exc.show()
        return int(exc.exit_code)
    sys.stdout.flush()
    return int(code or 0)


def _settle_streams() -> None:
    """Closed streams swallow what is written to them, and characters that the encoding lacks are no error."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - kept to the end
        elif isinstance(stream, io.TextIOWrapper) and mode == "w":
            stream.reconfigure(errors="backslashreplace")


def _tell(error: SprintbotError) -> int:
    _say(error.message, error.hint)
    return error.exit_code


def _say(message: str, hint: str = "") -> None:
    for line in message.splitlines():
        sys.stderr.write(f"sprintbot: {line}\n")
    if hint:
        sys.stderr.write(f"  {hint}\n")


def _of_the_system(error: OSError) -> SprintbotError | None:
    """What the system refuses, and no error of ours; None for what may well be a bug."""
    try:
        Path.cwd()
    except OSError:
        return UsageError("the current folder is not there any more", "Change to one that is")
    told = error.strerror if error.filename is None else f"{error.strerror}: {error.filename}"
    if error.errno in _WRONG_NAMES:
        return UsageError(f"no such name can be: {told}")
    return WorkError(f"the system refused: {told}") if error.errno in _REFUSALS else None


def _bug(error: BaseException) -> int:
    import platform
    import traceback

    _say(f"this is a bug in sprintbot: {type(error).__name__}: {error}", "Please report it with the lines below.")
    sys.stderr.write(f"\nsprintbot {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
    sys.stderr.write(f"arguments: {sys.argv[1:]}\n\n")
    sys.stderr.write("".join(traceback.format_exception(error)))
    return 4
