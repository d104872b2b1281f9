"""``sprintbot`` and ``python -m sprintbot``: the one handler at the top."""

import sys


def main() -> None:
    """Run the command line and exit by its code."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:  # answered before anything heavy is imported
        from sprintbot import __version__

        sys.stdout.write(f"sprintbot {__version__}\n")
        return
    sys.exit(_guarded(arguments))


def _guarded(arguments: list[str]) -> int:
    from sprintbot.errors import SprintbotError

    try:
        return _run(arguments)
    except SprintbotError as exc:
        _say(exc.message, exc.hint)
        return exc.exit_code
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    except BrokenPipeError:
        _drop_stdout()
        return 0
    except Exception as exc:
        return _bug(exc)


def _run(arguments: list[str]) -> int:
    """Run typer. Where its errors for wrong options live differs by version; all have ``show`` and ``exit_code``."""
    import typer

    from sprintbot.cli.app import app

    try:
        code = app(arguments, standalone_mode=False)
    except typer.Abort as exc:
        raise KeyboardInterrupt from exc
    except Exception as exc:
        if not (hasattr(exc, "show") and hasattr(exc, "exit_code")):
            raise
        exc.show()
        return int(exc.exit_code)
    sys.stdout.flush()
    return int(code or 0)


def _say(message: str, hint: str = "") -> None:
    for line in message.splitlines():
        sys.stderr.write(f"sprintbot: {line}\n")
    if hint:
        sys.stderr.write(f"  {hint}\n")


def _drop_stdout() -> None:
    """Nobody reads standard output any more; let nothing complain of it at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(error: BaseException) -> int:
    import platform
    import traceback

    from sprintbot import __version__

    _say(f"this is a bug in sprintbot: {type(error).__name__}: {error}", "Please report it with the lines below.")
    sys.stderr.write(f"\nsprintbot {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
    sys.stderr.write(f"arguments: {sys.argv[1:]}\n\n")
    sys.stderr.write("".join(traceback.format_exception(error)))
    return 4


if __name__ == "__main__":
    main()
