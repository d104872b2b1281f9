"""What is claimed of a file's content, and how it is read: for the kinds `file` and `files` alike."""

from collections.abc import Callable, Iterable
from typing import Literal, Protocol

from sprintbot.checks.documents import Unreadable, read_document
from sprintbot.checks.queries import look_up
from sprintbot.claim.comparison import MISSING, Equal, Json
from sprintbot.claim.evidence import Blocked, Claim, Reading, Stage, Strength, Unmeasured
from sprintbot.claim.expectation import AtLeast, AtLeastSize, Containing, Flag, Values
from sprintbot.repository.tree import Tree, Wants

Format = Literal["yaml", "json", "toml", "xml"]

FORMAT_OF_SUFFIX: dict[str, Format] = {
    "yaml": "yaml",
    "yml": "yaml",
    "json": "json",
    "toml": "toml",
    "xml": "xml",
}


class ContentClaims(Protocol):
    """The fields that claim something of one file; see FileCheck."""

    @property
    def lines(self) -> AtLeast | None: ...
    @property
    def words(self) -> AtLeast | None: ...
    @property
    def size(self) -> AtLeastSize | None: ...
    @property
    def executable(self) -> Flag | None: ...
    @property
    def contains(self) -> Containing | None: ...
    @property
    def parses(self) -> Format | None: ...
    @property
    def values(self) -> Values | None: ...


Measured = Reading | Unmeasured


def parses_claim(expected: Format, field: str, stage: Stage) -> Claim:
    """The claim that ``parses: yaml`` makes."""
    return Claim(field=field, comparison=Equal(True), stage=stage, words=f"parses as {expected.upper()}")


def wants_of(claims: ContentClaims, paths: Iterable[str]) -> Wants:
    """What ``read_claims`` will ask for."""
    wanted, none = frozenset(paths), frozenset[str]()
    whole = claims.contains is not None or claims.parses is not None or claims.values is not None
    return Wants(
        counts=wanted if claims.lines is not None or claims.size is not None else none,
        words=wanted if claims.words is not None else none,
        content=wanted if whole else none,
        paths=wanted,
    )


def line_notes(claims: ContentClaims, tree: Tree, path: str) -> tuple[str, ...]:
    """That ``wc -l`` counts one line less, where the last line does not end; nothing where lines are not claimed."""
    if claims.lines is None:
        return ()
    try:
        counts = tree.counts(path)
    except Blocked:
        return ()
    return () if counts.lines == counts.newlines else (f"the last line does not end: {counts.newlines:,} by wc -l",)


def read_claims(claims: ContentClaims, tree: Tree, path: str) -> dict[str, Measured]:
    """A reading for each claim of a path that is in the tree. What could not be read is told claim by claim."""
    readings: dict[str, Measured] = {}
    if claims.lines is not None:
        readings["lines"] = _reading(lambda: tree.counts(path).lines)
    if claims.words is not None:
        readings["words"] = _reading(lambda: tree.words(path))
    if claims.size is not None:
        readings["size"] = _reading(lambda: tree.size(path))
    if claims.executable is not None:
        readings["executable"] = _executable(tree, path)
    if claims.contains is not None:
        readings["contains"] = _reading(lambda: tree.content(path).decode("utf-8", "replace"))
    return readings | _document_readings(claims, tree, path)


def _reading(measure: Callable[[], Json]) -> Measured:
    try:
        return Reading(value=measure(), strength=Strength.COUNTED)
    except Blocked as blocked:
        return Unmeasured(blocked.reason)


def _executable(tree: Tree, path: str) -> Measured:
    entry = tree.entry(path)
    if entry is None or not entry.is_file:
        return Unmeasured(tree.what(path))
    return Reading(value=entry.is_executable, strength=Strength.COUNTED)


def _document_readings(claims: ContentClaims, tree: Tree, path: str) -> dict[str, Measured]:
    fields = [f"values.{query}" for query in claims.values or ()]
    if claims.parses is not None:
        fields.insert(0, "parses")
    if not fields:
        return {}
    format_ = claims.parses or FORMAT_OF_SUFFIX.get(path.rpartition(".")[2].lower())
    if format_ is None:
        return dict.fromkeys(fields, Unmeasured("its name does not tell its format; say `parses: yaml`, json or toml"))
    try:
        document = read_document(tree.content(path), format_)
    except (Blocked, Unreadable) as obstacle:
        return dict.fromkeys(fields, Unmeasured(str(obstacle)))
    except ValueError as error:
        return {field: _unparsed(field, format_, str(error)) for field in fields}
    readings: dict[str, Measured] = {"parses": Reading(value=True, strength=Strength.COUNTED)}
    for query in claims.values or ():
        readings[f"values.{query}"] = (
            Unmeasured("values are read from yaml, json and toml, not from xml")
            if format_ == "xml"
            else look_up(query, document, Strength.COUNTED)
        )
    return readings


def _unparsed(field: str, format_: Format, error: str) -> Reading:
    value = False if field == "parses" else MISSING
    return Reading(value=value, strength=Strength.COUNTED, reason=f"it is not valid {format_.upper()}: {error}")
