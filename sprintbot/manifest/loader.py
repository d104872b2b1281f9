"""A manifest file to a sprint: everything read, every name in it checked, every error of the file at once."""

import gc
from pathlib import Path
from typing import NoReturn

from sprintbot.errors import UsageError
from sprintbot.manifest.addresses import assign
from sprintbot.manifest.conversion import INVALID, Conversion
from sprintbot.manifest.events import MAX_BYTES, Trail, read_yaml
from sprintbot.manifest.model import Manifest, Planned
from sprintbot.manifest.problems import ManifestError, Problem, TooManyProblems, did_you_mean, one_of
from sprintbot.manifest.search import SUFFIXES, shown, what_there_is
from sprintbot.manifest.soundness import Soundness
from sprintbot.manifest.sprint import Sprint
from sprintbot.manifest.structs import reader_of

MAX_CHAIN = 100


def load_sprint(file: Path, *, newer: tuple[Path, ...] = ()) -> Sprint:
    """The sprint of a manifest file, with the chain of ``previous``. Raises ManifestError, UsageError."""
    enabled = gc.isenabled()
    gc.disable()  # a large manifest makes hundreds of thousands of objects that all stay
    try:
        return _Loading(file, newer).sprint()
    finally:
        if enabled:
            gc.enable()


class _Loading:
    def __init__(self, file: Path, newer: tuple[Path, ...]) -> None:
        self.file = file
        self.newer = newer
        self.name = shown(file)

    def sprint(self) -> Sprint:
        self.conversion = Conversion(read_yaml(self._bytes(), self.name))
        try:
            return self._checked()
        except TooManyProblems:
            self._stop()

    def _checked(self) -> Sprint:
        manifest = reader_of(Manifest)(self.conversion, self.conversion.root)
        if manifest is INVALID:
            self._stop()
        sprint = Sprint(manifest, self.file, self._previous(manifest), self._blocker_checks(manifest))
        Soundness(self.conversion, sprint).check()
        if self.conversion.problems:
            self._stop()
        return sprint

    def _stop(self) -> NoReturn:
        raise ManifestError(self.name, self.conversion.problems)

    def _bytes(self) -> bytes:
        try:
            if self.file.is_dir():
                raise UsageError(f"{self.name} is a folder; name a manifest in it", what_there_is("", self.file))
            if self.file.is_fifo():  # opening one waits for its other end
                raise UsageError(f"{self.name} is a pipe; name a file", what_there_is("", self.file.parent))
            with self.file.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
                size = max(len(data), self.file.stat().st_size)
        except OSError as exc:
            hint = what_there_is(self.file.stem, self.file.parent)
            raise UsageError(f"{self.name}: cannot be read: {exc.strerror or exc}", hint) from exc
        if size > MAX_BYTES:
            raise ManifestError(self.name, [Problem(0, 0, f"{size:,} bytes; a manifest has at most {MAX_BYTES:,}")])
        return data

    def _previous(self, manifest: Manifest) -> Sprint | None:
        if manifest.previous is None:
            return None
        chain = (*self.newer, self.file.resolve())
        folder = self.file.parent
        beside = [folder / f"{manifest.previous}{suffix}" for suffix in SUFFIXES]
        found = next((path for path in beside if path.exists()), None)
        if found is None:
            known = [path.stem for path in folder.glob("*") if path.suffix in SUFFIXES and path != self.file]
            near = did_you_mean(manifest.previous, known) or (f"; there are {one_of(sorted(known))}" if known else "")
            self._note(("previous",), f"previous: there is no manifest {manifest.previous!r} beside this one{near}")
        elif found.resolve() in chain:
            way = " -> ".join(path.stem for path in (*chain, found))
            self._note(("previous",), f"previous: the sprints before this one go round in a circle: {way}")
        elif len(chain) >= MAX_CHAIN:
            self._note(("previous",), f"previous: more than {MAX_CHAIN} sprints stand one before the other")
        else:
            return load_sprint(found, newer=chain)
        return None

    def _note(self, trail: Trail, message: str, *, at_key: bool = False) -> None:
        self.conversion.note(self.conversion.in_document(trail), message, at_key=at_key)

    def _blocker_checks(self, manifest: Manifest) -> dict[str, list[Planned]]:
        checks: dict[str, list[Planned]] = {}
        for index, blocker in enumerate(manifest.blockers):
            trail = ("blockers", index, "ports")
            ports = [self._port(span, owner, (*trail, span)) for span, owner in blocker.ports.items()]
            checks[blocker.id] = [*blocker.checks, *(planned for planned in ports if planned)]
            assign(f"blocker:{blocker.id}", checks[blocker.id])
        for deliverable in manifest.deliverables:
            assign(deliverable.id, deliverable.checks)
        return checks

    def _port(self, span: str, owner: str | list[str], trail: Trail) -> Planned | None:
        """The check that a blocker's ``ports: {6333: "compose:qdrant"}`` stands for."""
        from sprintbot.checks.ownership import RightfulOwner
        from sprintbot.checks.port import PortCheck, PortRange

        port = rightful = None
        try:
            port = PortRange.parse(span)
        except ValueError as exc:
            self._note(trail, f"ports: {exc}", at_key=True)
        try:
            rightful = RightfulOwner.parse(owner)
        except ValueError as exc:
            self._note(trail, f"{span}: {exc}")
        if port is None or rightful is None:
            return None
        line, column = self.conversion.locate(self.conversion.in_document(trail), at_key=True)
        return Planned(PortCheck(port=port, rightful=rightful), line, column)
