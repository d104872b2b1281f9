"""All files that match a glob."""

import re
from collections.abc import Callable
from typing import ClassVar, Self

import msgspec

from sprintbot.checks.contents import Format, Measured, parses_claim, read_claims, wants_of
from sprintbot.checks.fields import RepoPath
from sprintbot.checks.interface import Check, Implied
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import MISSING, Comparison, Incomparable, Json, Order
from sprintbot.claim.evidence import Blocked, Claim, Evidence, Reading, Strength, Unmeasured
from sprintbot.claim.expectation import AtLeast, AtLeastSize, Containing, Expectation, Flag, Several, Values
from sprintbot.repository.tree import Tree, Wants, show_path

UNREAD = object()
"""Stands for the value of a file that could not be looked at."""

_SHOWN = 3


class Glob(RepoPath):
    """A pattern of paths below the manifest's ``root``; see sprintbot.repository.globbing."""

    __slots__ = ()

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """Raises ValueError, also for braces, which are no part of a pattern here."""
        made = super().parse(raw)
        if re.search(r"\{[^{}]*,[^{}]*\}", made):
            raise ValueError(f"{raw!r} has braces, which are not expanded; write one check for each")
        return made


class EachFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every one of the files must be; fields as in `file`."""

    lines: AtLeast | None = None
    words: AtLeast | None = None
    size: AtLeastSize | None = None
    executable: Flag | None = None
    contains: Containing | None = None
    parses: Format | None = None
    values: Values | None = None


class Each(Comparison, frozen=True):
    """The same comparison for each of several files. What is measured maps a path to its value and a reason for it."""

    each: Comparison
    said: str = ""

    def words(self) -> str:
        return f"each {self.said or self.each.words()}"

    def holds(self, measured: Json) -> bool:
        if measured is MISSING:
            raise Incomparable("no file matches")
        return not self._lacking(measured)

    def holds_from(self, floor: Json) -> bool | None:
        """Files that could not be looked at leave it open, but where another does not hold."""
        return False if self._lacking(floor) else None

    def why_not(self, measured: Json) -> str:
        lacking = self._lacking(measured)
        named = [f"{show_path(path)}: {reason}" for path, reason in list(lacking.items())[:_SHOWN]]
        more = len(lacking) - len(named)
        listed = "; ".join([*named, f"and {more} more"] if more else named)
        verb = "does" if len(lacking) == 1 else "do"
        return f"{len(lacking)} of {len(measured)} files {verb} not hold: {listed}"

    def show(self, measured: Json) -> str:
        unread = [f"{show_path(path)}: {reason}" for path, (value, reason) in measured.items() if value is UNREAD]
        held = f"{len(measured) - len(self._lacking(measured)) - len(unread)} of {len(measured)} files"
        return f"{held}, {len(unread)} could not be looked at ({unread[0]})" if unread else held

    def extract(self, measured: Json) -> Json:
        return None if measured is MISSING else self.show(measured)

    def _lacking(self, measured: dict[str, tuple[Json, str]]) -> dict[str, str]:
        """Why, for each path that does not hold."""
        read = {path: value for path, value in measured.items() if value[0] is not UNREAD}
        reasons = {path: self._why(value, reason) for path, (value, reason) in read.items()}
        return {path: reason for path, reason in reasons.items() if reason is not None}

    def _why(self, value: Json, reason: str) -> str | None:
        try:
            return None if self.each.holds(value) else reason or self.each.why_not(value)
        except Incomparable as exc:
            return reason or str(exc)


class FilesCheck(Check, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The files of the tree that match a pattern; symbolic links and submodules are none.

    Readings, all of strength ``counted``: ``count`` (files), ``lines``, ``words``, ``size`` (bytes), which are sums and
    lower bounds where a file could not be counted; ``each.<field>`` (a value by path). Where nothing matches, nothing
    holds but a ``count`` of exactly 0.
    """

    kind: ClassVar[str] = "files"
    implied: ClassVar[tuple[Implied, ...]] = (Implied("count", Order(">=", 1), "at least 1"),)
    units: ClassVar[dict[str, str]] = {"count": "files", "lines": "lines", "words": "words"}
    size_only: ClassVar[frozenset[str]] = frozenset({"count", "lines", "words", "size"})

    files: Glob
    count: AtLeast | None = None
    lines: AtLeast | None = None
    words: AtLeast | None = None
    size: AtLeastSize | None = None
    each: EachFile | None = None

    def wants(self, tree: Tree, site: Site) -> Wants:
        paths = self._matches(tree, site)
        sums = Wants(
            counts=frozenset(paths if self.lines is not None or self.size is not None else ()),
            words=frozenset(paths if self.words is not None else ()),
            paths=frozenset(paths),
        )
        return sums if self.each is None else Wants.of_all([sums, wants_of(self.each, paths)])

    async def measure(self, site: Site) -> Evidence:
        tree, paths = site.tree, self._matches(site.tree, site)
        readings, notes = self._sums(tree, paths) if paths else (self._nothing(tree, site), ())
        if paths and self.each is not None:
            readings |= _by_field({path: read_claims(self.each, tree, path) for path in paths})
        notes += self._notes(tree, site, paths)
        return Evidence(source=tree.where(self._pattern(site)), readings=readings, notes=notes)

    def _claims_of(self, field: str) -> list[Claim]:
        if field != "each" or self.each is None:
            return super()._claims_of(field)
        return [claim for name in self.each.__struct_fields__ for claim in self._claims_of_each(self.each, name)]

    def _claims_of_each(self, each: EachFile, field: str) -> list[Claim]:
        value, stage = getattr(each, field), self._stage("each")
        if isinstance(value, Expectation):
            return [Claim(field=f"each.{field}", comparison=Each(value.comparison), stage=stage, unit="files")]
        if isinstance(value, Several):
            named = ((f"each.{field}.{name}", Each(comparison)) for name, comparison in value.items())
            return [Claim(field=name, comparison=comparison, stage=stage, unit="files") for name, comparison in named]
        if field == "parses" and value is not None:
            claim = parses_claim(value, f"each.{field}", stage)
            each_parses = Each(claim.comparison, claim.words)
            return [Claim(field=claim.field, comparison=each_parses, stage=stage, unit="files")]
        return []

    def _pattern(self, site: Site) -> str:
        root = site.path("")
        escaped = re.sub(r"([*?\[])", r"[\1]", root)
        return f"{escaped}/{self.files}" if root else self.files

    def _matches(self, tree: Tree, site: Site) -> list[str]:
        return [path for path in tree.glob(self._pattern(site)) if (entry := tree.entry(path)) and entry.is_file]

    def _nothing(self, tree: Tree, site: Site) -> dict[str, Measured]:
        reason = f"no file matches {show_path(self._pattern(site))}"
        if tree.is_folder(self._pattern(site)):
            reason = f"{show_path(self._pattern(site))} is a folder; `{show_path(self.files)}/**` takes the files in it"
        fields = [claim.field for claim in self.claims() if claim.field != "count"]
        missing = Reading(value=MISSING, strength=Strength.COUNTED, reason=reason, absence=True)
        none = Reading(value=0, strength=Strength.COUNTED, reason=reason, absence=True)
        return {"count": none, **dict.fromkeys(fields, missing)}

    def _sums(self, tree: Tree, paths: list[str]) -> tuple[dict[str, Measured], tuple[str, ...]]:
        readings: dict[str, Measured] = {"count": Reading(value=len(paths), strength=Strength.COUNTED)}
        notes: list[str] = []
        for field, measure in (
            ("lines", lambda path: tree.counts(path).lines),
            ("words", tree.words),
            ("size", tree.size),
        ):
            if getattr(self, field) is not None:
                readings[field], note = _sum(measure, paths)
                notes += [f"{field}: {note}"] if note else []
        return readings, tuple(notes)

    def _notes(self, tree: Tree, site: Site, paths: list[str]) -> tuple[str, ...]:
        notes: list[str] = []
        links = [path for path in tree.glob(self._pattern(site)) if (entry := tree.entry(path)) and not entry.is_file]
        if links:
            notes.append(f"left out, as no files of this repository: {_some(links)}")
        differing = [path for path in paths if tree.differs(path)]
        if differing:
            notes.append(f"differing on disk, measured as committed: {_some(differing)}")
        return tuple(notes)


def _sum(measure: Callable[[str], int], paths: list[str]) -> tuple[Measured, str]:
    """The sum, and a note of what is not in it."""
    total, left_out = 0, []
    for path in paths:
        try:
            total += measure(path)
        except Blocked as blocked:
            left_out.append(f"{show_path(path)}: {blocked.reason}")
    if not left_out:
        return Reading(value=total, strength=Strength.COUNTED), ""
    note = f"{len(left_out)} of {len(paths)} files could not be counted ({left_out[0]})"
    if len(left_out) == len(paths):
        return Unmeasured(note), note
    return Reading(value=total, strength=Strength.COUNTED, floor=True), note


def _by_field(by_path: dict[str, dict[str, Measured]]) -> dict[str, Measured]:
    """The readings of each claim over all files."""
    fields = next(iter(by_path.values()))
    return {f"each.{field}": _of_all({path: found[field] for path, found in by_path.items()}) for field in fields}


def _of_all(by_path: dict[str, Measured]) -> Reading:
    value = {
        path: (reading.value, reading.reason) if isinstance(reading, Reading) else (UNREAD, reading.reason)
        for path, reading in by_path.items()
    }
    unread = any(isinstance(reading, Unmeasured) for reading in by_path.values())
    return Reading(value=value, strength=Strength.COUNTED, floor=unread)


def _some(paths: list[str]) -> str:
    named = ", ".join(show_path(path) for path in paths[:_SHOWN])
    return f"{named} and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else named
