"""Templates: where they are, what they see, and how their mistakes are told."""

import traceback
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, TemplateError, TemplateSyntaxError

from sprintbot.errors import UsageError
from sprintbot.report.escape import markdown, markdown_code, markdown_link
from sprintbot.report.evidence_rows import evidence_rows
from sprintbot.report.sandbox import Sandbox
from sprintbot.report.views import Context
from sprintbot.report.words import icon, outcome_words

_PACKAGE = Path(__file__).resolve().parent.parent
BUILTIN = next(folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir())
"""The templates that come with sprintbot: inside of the package when installed, beside it in a checkout."""

_TEMPLATES = "__jinja_exception__"
"""What the globals of a template's frames have in a traceback, and no others."""


def render_template(name: str, context: Context, folder: Path | None = None) -> str:
    """A template over a context. A template of the same name in ``folder`` is taken first.

    It may extend the one it replaces as ``builtin/<name>``. Raises UsageError that names the template and the line.
    """
    try:
        return _environment(folder).get_template(name).render(report=context)
    except TemplateError as exc:
        raise UsageError(f"template {_place(exc, name)}: {exc.message or exc}", _hint(folder)) from exc
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as exc:
        raise UsageError(f"template {_place(exc, name)}: {type(exc).__name__}: {exc}", _hint(folder)) from exc


def _environment(folder: Path | None) -> Sandbox:
    own: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
    builtin = FileSystemLoader(BUILTIN)
    environment = Sandbox(ChoiceLoader([*own, builtin, PrefixLoader({"builtin": builtin})]), markdown)
    environment.add_escaping("code", lambda value: markdown_code(str(value)))
    environment.add_escaping("link", lambda value, url: markdown_link(str(value), url))
    environment.add_escaping("rows", evidence_rows)
    environment.add_escaping("icon", icon)
    environment.add_escaping("outcome", outcome_words)
    return environment


def _place(error: Exception, name: str) -> str:
    """The template's file and line: of a wrong one as it was read, else where rendering stopped."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or name}:{error.lineno}"
    frames = traceback.walk_tb(error.__traceback__)
    places = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames if _TEMPLATES in frame.f_globals]
    return places[-1] if places else name


def _hint(folder: Path | None) -> str:
    return f"It was looked for in {folder} and among sprintbot's own" if folder else ""
