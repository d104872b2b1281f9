"""YAML as JSON values, built from the parser's events: anchors cost what they expand to, and dates stay text."""

from typing import NamedTuple, Protocol

import yaml

from sprintbot.checks.unreadable import MAX_DEPTH, Unreadable
from sprintbot.checks.yaml_scalars import core_scalar
from sprintbot.claim.comparison import Json

MAX_NODES = 2_000_000
"""Values in a document, each alias counted as all that it stands for."""

_TAG = "tag:yaml.org,2002:"


class _Mark(Protocol):
    line: int
    column: int


class _Built(NamedTuple):
    """A value, how many values are in it, and whether it is the plain key ``<<``."""

    value: Json
    nodes: int
    merges: bool = False


class _Open:
    """A list or mapping whose end was not seen yet."""

    def __init__(self, event: yaml.CollectionStartEvent) -> None:
        self.anchor: str | None = event.anchor
        self.is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.parts: list[tuple[_Built, yaml.Event]] = []


class _Builder:
    """The documents of a stream, event by event."""

    def __init__(self) -> None:
        self.documents: list[Json] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, _Built] = {}
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event. Raises ValueError, Unreadable."""
        if isinstance(event, yaml.ScalarEvent):
            self._add(_Built(_scalar(event), 1, _is_merge(event)), event.anchor, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= MAX_DEPTH:
                raise Unreadable(f"it is nested more than {MAX_DEPTH} levels deep")
            self._open.append(_Open(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            nodes = 1 + sum(part.nodes for part, _ in done.parts)
            value = _mapping(done.parts) if done.is_mapping else [part.value for part, _ in done.parts]
            self._add(_Built(value, nodes), done.anchor, event)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._named(event), None, event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()

    def _named(self, event: yaml.AliasEvent) -> _Built:
        try:
            return self._anchors[event.anchor or ""]._replace(merges=False)
        except KeyError:
            raise ValueError(f"{_at(event.start_mark)}: *{event.anchor} names nothing before it") from None

    def _add(self, built: _Built, anchor: str | None, event: yaml.Event) -> None:
        self._nodes += 1
        if max(self._nodes, built.nodes) > MAX_NODES:
            raise Unreadable(f"its aliases expand to more than {MAX_NODES:,} values")
        if anchor is not None:
            self._anchors[anchor] = built
        if self._open:
            self._open[-1].parts.append((built, event))
        else:
            self.documents.append(built.value)


def read_yaml(text: str) -> Json:
    """The document; a list of them where the stream has several. Raises ValueError with the position, Unreadable."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        told = exc.problem or exc.context or "not YAML"
        raise ValueError(f"{_at(mark)}: {told}") from exc
    except yaml.YAMLError as exc:
        raise ValueError(" ".join(str(exc).split())) from exc
    documents = builder.documents
    return documents[0] if len(documents) == 1 else documents or None


def _mapping(parts: list[tuple[_Built, yaml.Event]]) -> dict[str, Json]:
    own: dict[str, Json] = {}
    merged: dict[str, Json] = {}
    for (key, event), (value, _) in zip(parts[::2], parts[1::2], strict=True):
        if key.merges:
            _merge(merged, value.value, event)
            continue
        name = _key(key.value)
        if name in own:
            raise ValueError(f"{_at(event.start_mark)}: the key {name!r} is there twice")
        own[name] = value.value
    return merged | own


def _merge(into: dict[str, Json], value: Json, event: yaml.Event) -> None:
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            raise ValueError(f"{_at(event.start_mark)}: << takes a mapping, or a list of them")
        for name, inner in each.items():
            into.setdefault(name, inner)


def _key(value: Json) -> str:
    """JSON has texts as keys: the text of a scalar, the JSON of anything else."""
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value)


def _is_merge(event: yaml.ScalarEvent) -> bool:
    return event.value == "<<" and event.tag is None and event.implicit[0]


def _scalar(event: yaml.ScalarEvent) -> Json:
    text: str = event.value
    if event.tag is None:
        return core_scalar(text) if event.implicit[0] else text
    kind = event.tag.removeprefix(_TAG)
    return core_scalar(text) if kind in {"null", "bool", "int", "float"} else text


def _at(mark: _Mark | None) -> str:
    return "its end" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}"
