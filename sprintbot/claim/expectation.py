"""The types of a check's fields: each reads what a manifest says and gives the comparisons that it means.

A type here says three things: how a bare value compares, what dimension it has, and its JSON Schema.
"""

from typing import ClassVar, Self

from sprintbot.claim.comparison import Comparison, Equal, Json, Order
from sprintbot.claim.grammar import BareMeans, parse_contains, parse_number, parse_value
from sprintbot.claim.quantity import Dimension, show_raw

Schema = dict[str, Json]


class Expectation:
    """One expected thing. ``parse`` raises ValueError with words for the author of the manifest."""

    __slots__ = ("comparison",)
    unit: ClassVar[str] = ""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.comparison == self.comparison

    def __hash__(self) -> int:
        return hash((type(self), repr(self.comparison)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.comparison.words()!r})"

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """The expectation that a manifest's value means."""
        raise TypeError(f"{cls.__name__} reads nothing")

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        raise TypeError(f"{cls.__name__} has no schema")


class _Number(Expectation):
    __slots__ = ()
    bare: ClassVar[BareMeans] = "=="
    dimension: ClassVar[Dimension] = Dimension.NUMBER

    @classmethod
    def parse(cls, raw: Json) -> Self:
        return cls(parse_number(raw, cls.bare, cls.dimension))

    @classmethod
    def schema(cls) -> Schema:
        units = "|".join(cls.dimension.units)
        number = r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?" + (rf"\s*({units})" if units else "")
        one: list[Schema] = [
            {"type": "string", "pattern": rf"^\s*(>=|<=|==|!=|>|<|~)?\s*{number}(\s*\.\.\s*{number})?\s*$"}
        ]
        if not units:
            one.insert(0, {"type": "number"})
        return {"anyOf": [*one, {"type": "array", "items": {"anyOf": one}, "minItems": 1}]}


class AtLeast(_Number):
    """A count; a bare number is a lower bound, and one that anything reaches is refused."""

    __slots__ = ()
    bare = ">="

    @classmethod
    def parse(cls, raw: Json) -> Self:
        made = super().parse(raw)
        if isinstance(made.comparison, Order) and made.comparison.holds_from(0):
            told = made.comparison.words()
            raise ValueError(f"{told} holds for anything; claim a number above 0, or an exact '== 0'")
        return made


class AtLeastSize(AtLeast):
    """Bytes, with their unit."""

    __slots__ = ()
    dimension = Dimension.SIZE


class AtMost(_Number):
    """A count; a bare number is an upper bound."""

    __slots__ = ()
    bare = "<="


class AtMostDuration(_Number):
    """Seconds, written with their unit; a bare duration is an upper bound."""

    __slots__ = ()
    bare = "<="
    dimension = Dimension.DURATION


class Exactly(_Number):
    """A code or count; a bare number is the number itself."""

    __slots__ = ()


class AllOrAtLeast(AtLeast):
    """``all``, or a count as in AtLeast. ``all`` is kept as the text: what it asks depends on what was run."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        return cls(Equal("all")) if raw == "all" else super().parse(raw)

    @classmethod
    def schema(cls) -> Schema:
        return {"anyOf": [{"const": "all"}, super().schema()]}

    @property
    def is_all(self) -> bool:
        """Whether ``all`` was written."""
        return self.comparison == Equal("all")


class Flag(Expectation):
    """True or false."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        if not isinstance(raw, bool):
            raise ValueError(f"{show_raw(raw)} where true or false was expected")
        return cls(Equal(raw))

    @classmethod
    def schema(cls) -> Schema:
        return {"type": "boolean"}


class Containing(Expectation):
    """A literal, a ``/pattern/``, or a list of them, all of which must be there."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        return cls(parse_contains(raw))

    @classmethod
    def schema(cls) -> Schema:
        one = {"type": "string", "minLength": 1}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


class Text(Expectation):
    """A text: equality, an operator, a ``/pattern/``, or a list of which any will do."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        return cls(parse_value(raw, textual=True))

    @classmethod
    def schema(cls) -> Schema:
        return {"type": ["string", "number", "boolean", "array", "object"]}


class Several(dict[str, Comparison]):
    """Comparisons by name, each a claim of its own."""

    textual: ClassVar[bool] = False

    @classmethod
    def parse(cls, raw: Json) -> Self:
        if not isinstance(raw, dict) or not raw:
            raise ValueError(f"{show_raw(raw)} where a mapping was expected")
        made = cls()
        for name, wanted in raw.items():
            try:
                made[cls.name(name)] = cls.comparison(wanted)
            except ValueError as exc:
                raise ValueError(f"{name}: {exc}") from exc
        return made

    @classmethod
    def name(cls, raw: str) -> str:
        """The name as written; raises ValueError when it is none."""
        return raw

    @classmethod
    def comparison(cls, raw: Json) -> Comparison:
        """What one value means; raises ValueError with words for the author of the manifest."""
        return parse_value(raw, textual=cls.textual)

    @classmethod
    def schema(cls) -> Schema:
        anything: Schema = {"type": ["string", "number", "boolean", "array", "object"]}
        return {"type": "object", "minProperties": 1, "additionalProperties": anything}


class Values(Several):
    """JMESPath expressions and what each gives: JSON equality, or a comparison."""

    @classmethod
    def name(cls, raw: str) -> str:
        """The path as written; raises ValueError when it is no JMESPath."""
        import jmespath
        from jmespath.exceptions import JMESPathError

        try:
            jmespath.compile(raw)
        except JMESPathError as exc:
            told = str(exc).splitlines()[0].removeprefix("Invalid jmespath expression: ").rstrip(":")
            raise ValueError(f"{raw!r} is not a JMESPath expression: {told}") from exc
        return raw


class Headers(Several):
    """HTTP header names and what each holds; the names are matched without case."""

    textual = True
