"""Templates: where they are, and a sandbox in which every value comes out escaped for its target."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from sprintbot.errors import UsageError
from sprintbot.report.escape import markdown, markdown_code, markdown_url
from sprintbot.report.views import Context

_PACKAGE = Path(__file__).resolve().parent.parent
BUILTIN = next(folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir())
"""The templates that come with sprintbot: inside of the package when installed, beside it in a checkout."""


def render_template(name: str, context: Context, folder: Path | None = None) -> str:
    """A template over a context. A template of the same name in ``folder`` is taken first.

    It may extend the one it replaces as ``builtin/<name>``. Raises UsageError that names the template and the line.
    """
    try:
        return _environment(folder).get_template(name).render(report=context)
    except TemplateError as exc:
        raise UsageError(f"template {_place(exc, name)}: {exc.message or exc}", _hint(folder)) from exc
    except (TypeError, ValueError, AttributeError, RecursionError, OverflowError, MemoryError) as exc:
        raise UsageError(f"template {name}: {type(exc).__name__}: {exc}", _hint(folder)) from exc


def _environment(folder: Path | None) -> SandboxedEnvironment:
    own: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
    builtin = FileSystemLoader(BUILTIN)
    environment = SandboxedEnvironment(
        loader=ChoiceLoader([*own, builtin, PrefixLoader({"builtin": builtin})]),
        autoescape=True,
        finalize=_escaped(markdown),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = lambda value: Markup(markdown_code(str(value)))  # noqa: S704 - escaped right here
    environment.filters["link"] = _link
    return environment


def _escaped(escape: Callable[[str], str]) -> Callable[[Any], Any]:
    """Every value that a template prints goes through ``escape``, but for what was escaped already."""

    def finalize(value: Any) -> Any:
        return value if isinstance(value, Markup) else Markup(escape(str(value)))  # noqa: S704 - escaped right here

    return finalize


def _link(text: object, url: str) -> Markup:
    """The text as code, and a link where there is a web address."""
    shown = markdown_code(str(text))
    address = markdown_url(url)
    return Markup(f"[{shown}]({address})" if address else shown)  # noqa: S704 - both parts are escaped


def _place(error: TemplateError, name: str) -> str:
    line = getattr(error, "lineno", None)
    return f"{getattr(error, 'name', None) or name}:{line}" if line else name


def _hint(folder: Path | None) -> str:
    return f"It was looked for in {folder} and among sprintbot's own" if folder else ""
