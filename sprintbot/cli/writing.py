"""What a run gave, written to files and printed."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sprintbot.cli.printing import print_lines, print_out
from sprintbot.errors import UsageError, WorkError
from sprintbot.manifest.problems import did_you_mean, one_of
from sprintbot.manifest.search import shown

if TYPE_CHECKING:
    from sprintbot.measurement import Measured

FORMATS = {".md": "markdown", ".markdown": "markdown", ".json": "json", ".txt": "text"}
USER_TEMPLATES = Path(".sprintbot/templates")
_PRINTED = "-"


class Documents(NamedTuple):
    """What is wanted of a run: files with their formats, the format of what is printed, a folder of templates.

    ``prints`` is None for the verdict in short.
    """

    files: tuple[tuple[Path, str], ...]
    prints: str | None
    templates: Path | None

    @property
    def shows_links(self) -> bool:
        """Whether any of them has web addresses of files in it."""
        return bool({self.prints, *(format_ for _, format_ in self.files)} - {"text", None})


def read_documents(output: Sequence[Path], format_: str | None, template: Path | None = None) -> Documents:
    """The options ``-o``, ``--format`` and ``--template``. Raises UsageError."""
    known = sorted(set(FORMATS.values()))
    if format_ is not None and format_ not in known:
        raise UsageError(
            f"--format {format_}: no such format{did_you_mean(format_, known)}", f"There are {one_of(known)}"
        )
    if template is not None and not template.is_dir():
        raise UsageError(f"--template {template}: there is no such folder", "Name a folder with templates in it")
    files = tuple((file, _format_of(file)) for file in output if str(file) != _PRINTED)
    prints = format_ or ("text" if len(files) < len(output) else None)
    return Documents(files, prints, template)


def publish(measured: "Measured", wanted: Documents, *, verbose: bool, quiet: bool) -> None:
    """Write the files, then print: the verdict in short, or what ``-`` and ``--format`` ask for."""
    templates = wanted.templates or _own_templates(measured)
    rendered = [(file, _render(measured, format_, templates, verbose=verbose)) for file, format_ in wanted.files]
    for file, text in rendered:
        write_whole(file, text)
    if wanted.prints is not None:
        print_out(_render(measured, wanted.prints, templates, verbose=verbose))
    elif not quiet:
        from sprintbot.report import terminal

        print_lines(terminal.lines(measured.context, verbose=verbose))
        print_out("".join(f"wrote {shown(file)}\n" for file, _ in rendered))


def write_whole(file: Path, text: str) -> None:
    """Write a file all or not at all. Raises UsageError for a folder, WorkError when the system refuses."""
    import tempfile

    real = Path(os.path.realpath(file))  # a link stays a link
    try:
        refuse_folder(file)
        real.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".sprintbot-", suffix=".tmp", dir=real.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(_mode(real))
            Path(name).replace(real)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise WorkError(f"{file} cannot be written: {exc.strerror or exc}", "Name another file with -o") from exc


def refuse_folder(file: Path) -> None:
    """Raises UsageError where something is that is no regular file."""
    if file.is_dir():
        raise UsageError(f"-o {file} is a folder", f"Name a file in it, such as {file / 'report.md'}")
    if file.exists() and not file.is_file():
        raise UsageError(f"-o {file} is no regular file", "Name another one")


def _mode(file: Path) -> int:
    """The permissions that a file has, or that a new one gets (umask(2))."""
    if file.exists():
        return file.stat().st_mode & 0o777
    mask = os.umask(0o022)
    os.umask(mask)
    return 0o666 & ~mask


def _render(measured: "Measured", format_: str, templates: Path | None, *, verbose: bool) -> str:
    if format_ == "json":
        from sprintbot.report.json_v1 import render

        return render(measured.verdict, measured.provenance)
    if format_ == "markdown":
        from sprintbot.report import markdown

        return markdown.render(measured.context, templates)
    from sprintbot.report import terminal

    return terminal.render(measured.context, verbose=verbose)


def _format_of(file: Path) -> str:
    if file.suffix not in FORMATS:
        what = f"the suffix {file.suffix!r} names no format" if file.suffix else "it has no suffix to name its format"
        refuse_folder(file)
        raise UsageError(f"-o {file}: {what}", f"There are {', '.join(FORMATS)}; - prints")
    refuse_folder(file)
    return FORMATS[file.suffix]


def _own_templates(measured: "Measured") -> Path | None:
    folder = measured.top / USER_TEMPLATES if measured.top is not None else None
    return folder if folder is not None and folder.is_dir() else None
