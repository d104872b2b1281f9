"""One literal path of the tree."""

from typing import ClassVar

from sprintbot.checks.contents import Format, line_notes, parses_claim, read_claims, wants_of
from sprintbot.checks.fields import RepoPath
from sprintbot.checks.interface import Check, Implied
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import Equal
from sprintbot.claim.evidence import Claim, Evidence, Reading, Refuted, Strength
from sprintbot.claim.expectation import AtLeast, AtLeastSize, Containing, Flag, Values
from sprintbot.repository.tree import Entry, Tree, Wants, show_path


class FileCheck(Check, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file as it stands in the tree.

    Readings, all of strength ``counted``: ``present`` (bool), ``lines``, ``words``, ``size`` (bytes), ``executable``
    (bool), ``contains`` (the text), ``parses`` (bool), ``values.<path>`` (JSON).
    """

    kind: ClassVar[str] = "file"
    implied: ClassVar[tuple[Implied, ...]] = (Implied("present", Equal(True), "present"),)
    units: ClassVar[dict[str, str]] = {"lines": "lines", "words": "words"}
    size_only: ClassVar[frozenset[str]] = frozenset({"present", "lines", "words", "size"})

    file: RepoPath
    lines: AtLeast | None = None
    words: AtLeast | None = None
    size: AtLeastSize | None = None
    executable: Flag | None = None
    contains: Containing | None = None
    parses: Format | None = None
    values: Values | None = None

    def wants(self, tree: Tree, site: Site) -> Wants:
        path = site.path(self.file)
        return wants_of(self, [path])._replace(links=frozenset([path] if site.ground.links else ()))

    async def measure(self, site: Site) -> Evidence:
        tree, path = site.tree, site.path(self.file)
        entry = find_entry(tree, path)
        readings = read_claims(self, tree, path)
        readings["present"] = Reading(value=True, strength=Strength.COUNTED)
        what = () if entry.is_file else (tree.what(path),)
        notes = (*what, *line_notes(self, tree, path), *tree.notes(path))
        return Evidence(source=tree.where(path), readings=readings, notes=notes, link=site.link(path))

    def _claims_of(self, field: str) -> list[Claim]:
        if field == "parses" and self.parses is not None:
            return [parses_claim(self.parses, field, self._stage(field))]
        return super()._claims_of(field)


def find_entry(tree: Tree, path: str) -> Entry:
    """What is at a path. Raises Refuted for nothing and for a folder, Blocked for a way out of the repository."""
    entry = tree.entry(path)
    if entry is not None and not entry.is_symlink:
        return entry
    tree.check_inside(path)
    if entry is not None:
        return entry
    tree.check_direct(path)
    if tree.is_folder(path):
        folder = f"{show_path(path)} is a folder" if path else "this is the top of the repository"
        raise Refuted(f"{folder}; name a file in it, or give `files:` a pattern")
    pattern = "; a pattern goes under `files:`" if set(path) & set("*?[") else ""
    raise Refuted(tree.absence(path) + pattern, absence=True)
