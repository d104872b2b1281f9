"""What a run gave, written to files and to the terminal."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sprintbot.errors import UsageError, WorkError
from sprintbot.measurement import Measured

FORMATS = {".md": "markdown", ".markdown": "markdown", ".json": "json", ".txt": "text"}
USER_TEMPLATES = Path(".sprintbot/templates")


def publish(
    measured: Measured,
    files: Sequence[Path],
    *,
    format_: str | None,
    template: Path | None = None,
    verbose: bool = False,
    quiet: bool = False,
) -> None:
    """Write the files, then print: the verdict in short, or what ``-`` and ``--format`` ask for."""
    folder = _templates(template, measured.top)
    wanted = _checked(format_)
    documents = [(file, _format_of(file)) for file in files if str(file) != "-"]
    rendered = [(file, _render(measured, name, folder, verbose=verbose)) for file, name in documents]
    for file, text in rendered:
        write_whole(file, text)
    prints = wanted is not None or any(str(file) == "-" for file in files)
    if prints:
        sys.stdout.write(_render(measured, wanted or "text", folder, verbose=verbose))
    elif not quiet:
        _show(measured, verbose=verbose)
        for file, _ in documents:
            sys.stdout.write(f"wrote {shown(file)}\n")
    sys.stdout.flush()


def write_whole(file: Path, text: str) -> None:
    """Write a file all or not at all. Raises UsageError for a folder, WorkError when the system refuses."""
    if file.is_dir():
        raise UsageError(f"-o {file} is a folder", f"Name a file in it, such as {file / 'report.md'}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise WorkError(f"{file} cannot be written: {exc.strerror or exc}") from exc


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _render(measured: Measured, name: str, folder: Path | None, *, verbose: bool) -> str:
    if name == "json":
        from sprintbot.report.json_v1 import render

        return render(measured.verdict, measured.provenance)
    if name == "markdown":
        from sprintbot.report import markdown

        return markdown.render(measured.context, folder)
    from sprintbot.report import terminal

    return terminal.render(measured.context, verbose=verbose)


def _show(measured: Measured, *, verbose: bool) -> None:
    """The verdict in short; in colour on a terminal."""
    from sprintbot.report import terminal

    if not sys.stdout.isatty():
        sys.stdout.write(terminal.render(measured.context, verbose=verbose))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in terminal.lines(measured.context, verbose=verbose):
        console.print(Text.assemble(*((span.text, span.style) for span in line)))


def _checked(name: str | None) -> str | None:
    known = sorted(set(FORMATS.values()))
    if name is not None and name not in known:
        raise UsageError(f"--format {name} is not known", f"There are {', '.join(known)}")
    return name


def _format_of(file: Path) -> str:
    if file.suffix not in FORMATS:
        raise UsageError(f"-o {file}: the suffix {file.suffix!r} names no format", f"There are {', '.join(FORMATS)}")
    return FORMATS[file.suffix]


def _templates(given: Path | None, top: Path) -> Path | None:
    if given is not None:
        if not given.is_dir():
            raise UsageError(f"--template {given}: there is no such folder")
        return given
    return top / USER_TEMPLATES if (top / USER_TEMPLATES).is_dir() else None


def shown(file: Path) -> str:
    """A path as the user would name it."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
