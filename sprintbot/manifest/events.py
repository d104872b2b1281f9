"""YAML to values that know their position.

libyaml's events, and a builder of our own: YAML 1.2's core scalars, no explicit tags, no duplicate keys, aliases whose
expansion is bounded. Mapping keys are always texts, as written.
"""

from itertools import pairwise
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

import yaml

from sprintbot.checks.yaml_scalars import core_scalar
from sprintbot.claim.quantity import show_raw
from sprintbot.manifest.problems import MAX_PROBLEMS, ManifestError, Problem
from sprintbot.manifest.text import Text, quoted

MAX_BYTES = 16_000_000
MAX_DEPTH = 60
MAX_EXPANDED = 1_000_000

_COLUMN_BITS = 24  # no column is longer than MAX_BYTES
_DROPPED: Final[Any] = object()
"""Stands for a key whose value is read and then left out."""

Trail: TypeAlias = tuple[str | int, ...]
"""The way from the top of the document to a value: keys and indices."""


class Mapping(dict[str, Any]):
    """A mapping that knows where it, its keys and its values stand: in its order, packed; see ``place``."""

    __slots__ = ("keys_at", "start", "values_at")

    def __init__(self, start: int) -> None:
        super().__init__()
        self.start = start
        self.keys_at: list[int] = []
        self.values_at: list[int] = []


class Sequence(list[Any]):
    """A list that knows where it and its items stand."""

    __slots__ = ("start", "values_at")

    def __init__(self, start: int) -> None:
        super().__init__()
        self.start = start
        self.values_at: list[int] = []


class Document(NamedTuple):
    """What a file holds; ``problems`` leave it readable, and something is missing below the trails in ``damage``."""

    root: Any
    problems: list[Problem]
    damage: set[Trail]


_Stack: TypeAlias = list[tuple[Mapping | Sequence, Any, str | None, int]]
"""Open containers, outermost first: each with its key in the one before, its anchor, and what was expanded so far."""


def place(packed: int) -> tuple[int, int]:
    """Line and column, from 1, of a packed position."""
    return (packed >> _COLUMN_BITS) + 1, (packed & ((1 << _COLUMN_BITS) - 1)) + 1


def read_yaml(data: bytes, file: str) -> Document:
    """The document, with the problems that leave it readable (duplicate keys, tags); others raise ManifestError."""
    if len(data) > MAX_BYTES:
        raise ManifestError(file, [Problem(0, 0, f"{len(data):,} bytes; a manifest has at most {MAX_BYTES:,}")])
    try:
        text = Text.decode(data)
    except ValueError as exc:
        raise ManifestError(file, [exc.args[0]]) from exc
    return _Builder(text, file).build()


class _Builder:
    def __init__(self, text: Text, file: str) -> None:
        self.text = text
        self.file = file
        self.problems: list[Problem] = []
        self.damage: set[Trail] = set()
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.heights: dict[int, tuple[int, Any]] = {}  # by identity, which holds while the value is kept here
        self.scalars: dict[str, Any] = {}
        self.expanded = 0

    def build(self) -> Document:
        try:
            parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self.text.whole)
            try:
                return Document(self._document(parser.get_event), self.problems, self.damage)
            finally:
                parser.dispose()
        except yaml.MarkedYAMLError as exc:
            mark = exc.problem_mark or exc.context_mark
            line, column = min((mark.line, mark.column) if mark else (0, 0), self.text.end)
            self._stop(line, column, self.text.explain(exc, line, column))
        except yaml.reader.ReaderError as exc:
            code = exc.character if isinstance(exc.character, int) else ord(exc.character)
            self._stop(*self.text.place_of_byte(exc.position), f"the character U+{code:04X} is not allowed in YAML")

    def _document(self, get_event: Any) -> Any:
        get_event()
        if isinstance(get_event(), yaml.StreamEndEvent):
            told = "the file is empty; a manifest needs at least version, sprint, start, end and deliverables"
            raise ManifestError(self.file, [Problem(0, 0, told)])
        value = self._tree(get_event)
        get_event()
        extra = get_event()
        if not isinstance(extra, yaml.StreamEndEvent):
            self._stop(extra.start_mark.line, 0, "a second YAML document starts here; a manifest is one document")
        return value

    def _tree(self, get_event: Any) -> Any:  # noqa: C901 - one loop, for speed
        """Read one value. Open containers are kept on a stack, so that depth costs no recursion.

        One loop without calls for what most of a file is: keys and scalars.
        """
        stack: _Stack = []
        container: Any = None  # the innermost open one, as stack[-1][0]
        keyed = False  # whether that is a mapping
        key: Any = None
        scalars = self.scalars
        while True:
            event = get_event()
            kind = type(event)
            mark = event.start_mark
            at = mark.line << _COLUMN_BITS | mark.column
            if kind is yaml.ScalarEvent:
                text = event.value
                if keyed and key is None:
                    if text in container or text == "<<" or event.tag or event.anchor:
                        key = self._odd_key(event, stack, at)
                    else:
                        key = text
                    if key is not _DROPPED:
                        container.keys_at.append(at)
                    continue
                if event.tag is not None:
                    value, key = self._tagged(event, stack, key, at), _DROPPED
                elif event.anchor is not None or not event.implicit[0]:
                    value = self._odd_scalar(event)
                elif text in scalars:
                    value = scalars[text]
                else:
                    value = scalars[text] = core_scalar(text)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                container = self._open(stack, key, event, at)
                keyed, key = kind is yaml.MappingStartEvent, None
                continue
            elif kind is yaml.AliasEvent:
                value = self._alias(event, stack, key, at)
            else:
                value, key = self._close(stack)
                at = value.start
                container = stack[-1][0] if stack else None
                keyed = type(container) is Mapping
            self.expanded += 1
            if container is None:
                return value
            if key is not _DROPPED:
                container.values_at.append(at)
                if keyed:
                    container[key] = value
                else:
                    container.append(value)
            key = None

    def _open(self, stack: _Stack, key: Any, event: Any, at: int) -> Mapping | Sequence:
        if event.tag is not None:
            self._refuse_tag(event.tag, at)
        if stack and key is None and isinstance(stack[-1][0], Mapping):
            self._stop(*_zero_based(at), "a key is a plain text here, not a list or mapping")
        if len(stack) >= MAX_DEPTH:
            self._stop(*_zero_based(at), f"nested more than {MAX_DEPTH} deep")
        made = Mapping(at) if isinstance(event, yaml.MappingStartEvent) else Sequence(at)
        stack.append((made, key, event.anchor, self.expanded))
        return made

    def _close(self, stack: _Stack) -> tuple[Mapping | Sequence, Any]:
        made, key, anchor, before = stack.pop()
        if anchor is not None:
            self.anchors[anchor] = (made, self.expanded - before)
        return made, key

    def _odd_key(self, event: Any, stack: _Stack, at: int) -> Any:
        """A key with a tag or anchor, a merge key, or one that stands there a second time."""
        key: str = event.value
        if event.tag is not None:
            self._refuse_tag(event.tag, at)
        self._odd_scalar(event)
        container: Any = stack[-1][0]
        if key in container:
            first = place(container.keys_at[list(container).index(key)])[0]
            told = f"the key {show_raw(key)} stands here a second time; first in line {first}"
        elif key == "<<" and event.implicit[0]:
            told = "merge keys ('<<') are not read; write the keys out, or use an alias for each value"
        else:
            return key
        self._note(at, told)
        self.damage.add(_trail(stack))
        return _DROPPED

    def _odd_scalar(self, event: Any) -> Any:
        """A scalar that is quoted or has an anchor."""
        value = core_scalar(event.value) if event.implicit[0] else event.value
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        return value

    def _alias(self, event: Any, stack: _Stack, key: Any, at: int) -> Any:
        if stack and key is None and isinstance(stack[-1][0], Mapping):
            self._stop(*_zero_based(at), "a key is a plain text here, not an alias")
        if any(event.anchor == anchor for _, _, anchor, _ in stack):
            self._stop(*_zero_based(at), f"the alias *{event.anchor} stands inside of what it names")
        if event.anchor not in self.anchors:
            self._stop(*_zero_based(at), f"no anchor &{event.anchor} stands before this alias")
        value, size = self.anchors[event.anchor]
        self.expanded += size
        if self.expanded > MAX_EXPANDED:
            self._stop(*_zero_based(at), f"the aliases expand to more than {MAX_EXPANDED:,} values")
        if len(stack) + self._height(value) > MAX_DEPTH:
            self._stop(*_zero_based(at), f"the alias nests more than {MAX_DEPTH} deep")
        return value

    def _height(self, value: Any) -> int:
        """How deep a value goes, by its aliases too; a value is looked at once."""
        if not isinstance(value, Mapping | Sequence):
            return 0
        if id(value) not in self.heights:
            items = value.values() if isinstance(value, Mapping) else value
            self.heights[id(value)] = 1 + max(map(self._height, items), default=0), value
        return self.heights[id(value)][0]

    def _refuse_tag(self, tag: str, at: int) -> None:
        line = self.text.line(place(at)[0] - 1)
        hint = f"put quotes around it: {quoted(line)}" if ": !" in line else "leave it out"
        self._note(at, f"the tag {tag!r} is not read; {hint}")

    def _note(self, at: int, message: str) -> None:
        self.problems.append(Problem(*place(at), message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise ManifestError(self.file, self.problems)

    def _tagged(self, event: Any, stack: _Stack, key: Any, at: int) -> Any:
        """A scalar with a tag, which is left out of what it stands in."""
        self._refuse_tag(event.tag, at)
        if not stack:
            raise ManifestError(self.file, self.problems)
        container = stack[-1][0]
        self.damage.add((*_trail(stack), key if isinstance(container, Mapping) else len(container)))
        if isinstance(container, Mapping) and key is not _DROPPED:
            container.keys_at.pop()
        return self._odd_scalar(event)

    def _stop(self, line: int, column: int, message: str) -> NoReturn:
        raise ManifestError(self.file, [*self.problems, Problem(line + 1, column + 1, message)])


def _trail(stack: _Stack) -> Trail:
    """The way to the innermost open container, or to the one around what is left out."""
    steps: list[str | int] = []
    for (parent, *_), (_, key, *_) in pairwise(stack):
        if key is _DROPPED:
            break
        steps.append(key if isinstance(parent, Mapping) else len(parent))
    return tuple(steps)


def _zero_based(at: int) -> tuple[int, int]:
    line, column = place(at)
    return line - 1, column - 1
