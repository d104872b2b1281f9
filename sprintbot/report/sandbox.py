"""Jinja for templates that somebody else wrote: no way out, no endless loop, and every value comes out escaped."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from jinja2 import BaseLoader, StrictUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

TURNS = 1_000_000
"""How often the loops of one rendering may go round, all together."""
LARGEST = 1_000_000
"""Characters or items of a product, and the largest exponent's result in bits."""


class Sandbox(SandboxedEnvironment):
    """An environment for one rendering. ``escape`` makes any text inert; only what is Markup goes through as it is."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, loader: BaseLoader, escape: Callable[[str], str]) -> None:
        super().__init__(
            loader=loader,
            autoescape=True,
            finalize=_escaped(escape),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.turns = 0
        self.filters["_bounded"] = self._bounded
        del self.filters["safe"]

    def add_escaping(self, name: str, function: Callable[..., str]) -> None:
        """A filter whose result is inert already."""
        self.filters[name] = lambda *args: Markup(function(*args))  # noqa: S704 - the function escapes

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute; those of views are known to be safe, and are most of what templates ask for."""
        if isinstance(obj, msgspec.Struct) and attribute in obj.__struct_fields__:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        for loop in source.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_bounded", [], [], None, None, lineno=loop.lineno, environment=self)
        return super()._generate(source, *args, **options)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if _size(operator, left, right) > LARGEST:
            raise SecurityError(f"{operator} gives more than a template may make")
        return super().call_binop(context, operator, left, right)

    def _bounded(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.turns += 1
            if self.turns > TURNS:
                raise SecurityError(f"the loops go round more than {TURNS:,} times")
            yield item


def _size(operator: str, left: Any, right: Any) -> float:
    if operator == "**":
        return left.bit_length() * right if isinstance(left, int) and isinstance(right, int) else 0
    if hasattr(left, "__len__"):
        left, right = right, left
    return len(right) * left if hasattr(right, "__len__") and isinstance(left, int) else 0


def _escaped(escape: Callable[[str], str]) -> Callable[[Any], Any]:
    def finalize(value: Any) -> Markup:
        return value if isinstance(value, Markup) else Markup(escape(str(value)))  # noqa: S704 - escaped right here

    return finalize
