"""Which facts a manifest has, so that a condition's names are checked when it is read."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from sprintbot.claim.condition import FactType
from sprintbot.claim.evidence import Outcome, Stage
from sprintbot.claim.fact import FactKind, Ref
from sprintbot.claim.status import Health, Status
from sprintbot.manifest.model import Deliverable, Manifest
from sprintbot.manifest.problems import did_you_mean, one_of

_SHARE, _COUNT, _HOURS = FactType(FactKind.SHARE), FactType(FactKind.COUNT), FactType(FactKind.HOURS)
_HEALTH = FactType(FactKind.TEXT, tuple(Health))
_STATUS = FactType(FactKind.TEXT, tuple(Status))
_FLAG = FactType(FactKind.FLAG)
_STAGE_FACTS = {"share": _SHARE, "held": _COUNT, "claims": _COUNT}

PLAIN: dict[tuple[str, ...], FactType] = {
    ("progress",): _SHARE,
    ("time", "share"): _SHARE,
    ("effort", "hours"): _HOURS,
    ("overall", "effort", "hours"): _HOURS,
    **{(stage, name): kind for stage in Stage for name, kind in _STAGE_FACTS.items()},
    **{("claims", name): _COUNT for name in ("total", *Outcome)},
    **{("deliverables", name): _COUNT for name in ("total", *Status)},
    **{("blockers", name): _COUNT for name in ("total", "active", "unknown")},
    **{(what, name): _COUNT for what in ("lines", "words", "tests") for name in ("claimed", "measured")},
}
"""The facts that every manifest has."""

PREVIOUS: dict[tuple[str, ...], FactType] = {
    ("previous", "progress"): _SHARE,
    ("previous", "status"): _HEALTH,
    ("previous", "hours"): _HOURS,
}

_USAGE = {
    "active": "active('blocker')",
    "status": "status('deliverable')",
    "held": "held('deliverable') or held('deliverable', 'built')",
}


class Unread(NamedTuple):
    """Names that may be right although the model does not have them, for what they name could not be read.

    None is any name; so is True of the others. ``chain`` is for the sprints before.
    """

    deliverables: AbstractSet[str] | None = frozenset()
    blockers: AbstractSet[str] | None = frozenset()
    envs: bool = False
    works: bool = False
    chain: bool = False


class FactTypes:
    """The facts of one manifest. ``chain`` is the manifest and those before it, newest first."""

    def __init__(self, chain: list[Manifest], unread: Unread = Unread()) -> None:  # noqa: B008 - it is immutable
        self.chain = chain
        self.unread = unread
        self.plain = PLAIN | (PREVIOUS if chain[0].previous or unread.chain else {})
        self.deliverables: dict[str, Deliverable] = {each.id: each for each in chain[0].deliverables}
        self.blockers = {each.id for each in chain[0].blockers}
        self.works = {effort.work for effort in chain[0].effort}
        self.overall_works = {effort.work for each in chain for effort in each.effort}

    @cached_property
    def envs(self) -> set[str]:
        """The environments that checks of deliverables name."""
        checks = [planned.check for each in self.deliverables.values() for planned in each.checks]
        return {check.env for check in checks if check.env is not None}

    def __call__(self, ref: Ref) -> FactType:
        """The type of a fact; raises ValueError with the nearest fact where there is none of that name."""
        if ref.call:
            return self._called(ref)
        if ref.parts in self.plain:
            return self.plain[ref.parts]
        match ref.parts:
            case ("env", env, name) if name in _STAGE_FACTS:
                if not self.unread.envs:
                    _known("no check has the env", env, self.envs)
                return _STAGE_FACTS[name]
            case ("overall", "effort", "by" | "share" as name, work):
                if not self.unread.works and not self.unread.chain:
                    _known("no effort is logged for", work, self.overall_works)
                return _HOURS if name == "by" else _SHARE
            case ("effort", "by" | "share" as name, work):
                if not self.unread.works:
                    _known("no effort is logged for", work, self.works)
                return _HOURS if name == "by" else _SHARE
        if ref.parts[0] == "previous" and ("previous", "progress") not in self.plain:
            raise ValueError(f"{ref}: this manifest names no previous sprint")
        near = did_you_mean(str(ref), self._names()) or f"; there are {one_of(self._names(), 12)}"
        raise ValueError(f"{ref} is no fact{near}")

    def _names(self) -> list[str]:
        plain = [".".join(parts) for parts in self.plain]
        envs = [f"env['{env}'].{name}" for env in sorted(self.envs) for name in _STAGE_FACTS]
        works = [f"effort.{name}['{work}']" for work in sorted(self.works) for name in ("by", "share")]
        overall = [
            f"overall.effort.{name}['{work}']" for work in sorted(self.overall_works) for name in ("by", "share")
        ]
        return plain + envs + works + overall + [usage.partition(" ")[0] for usage in _USAGE.values()]

    def _called(self, ref: Ref) -> FactType:
        name, *args = ref.parts
        if name == "active" and len(args) == 1:
            if not _may_be(args[0], self.unread.blockers):
                _known("there is no blocker", args[0], self.blockers)
            return _FLAG
        if name == "status" and len(args) == 1:
            self._known_deliverable(args[0])
            return _STATUS
        if name == "held" and len(args) in {1, 2}:
            self._check_held(*args)
            return _FLAG
        raise ValueError(f"{ref}: write {_USAGE[name]}")

    def _check_held(self, name: str, stage: str | None = None) -> None:
        self._known_deliverable(name)
        if stage is not None:
            _known("there is no stage", stage, list(Stage))
        if _may_be(name, self.unread.deliverables):
            return
        stages = {claim.stage for planned in self.deliverables[name].checks for claim in planned.check.claims()}
        if not stages or (stage is not None and stage not in stages):
            what = f"claims of the stage {stage!r}" if stage else "claims that could hold"
            raise ValueError(f"the deliverable {name!r} has no {what}")

    def _known_deliverable(self, name: str) -> None:
        if not _may_be(name, self.unread.deliverables):
            _known("there is no deliverable", name, self.deliverables)


def _may_be(name: str, unread: AbstractSet[str] | None) -> bool:
    return unread is None or name in unread


def _known(what: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        near = did_you_mean(name, names) or (f"; there are {one_of(names)}" if names else "")
        raise ValueError(f"{what} {name!r}{near}")
