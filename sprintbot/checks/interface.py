"""What every kind of check has in common.

A kind declares its fields, says which blobs it will want, and measures. It does not compare, format, decide, or catch
what the runner catches.
"""

from typing import Annotated, Any, ClassVar

import msgspec

from sprintbot.checks.fields import Duration, Slug
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import Comparison
from sprintbot.claim.evidence import Claim, Evidence, Stage
from sprintbot.claim.expectation import Expectation, Several
from sprintbot.repository.tree import Tree, Wants


class Implied(msgspec.Struct, frozen=True):
    """A claim that a kind makes even when its field is not named. ``words`` is what reports print for it."""

    field: str
    comparison: Comparison
    words: str = ""


class Retry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look again until every claim holds: for how long, and how often."""

    for_: Duration = msgspec.field(name="for")
    every: Duration = Duration(1)


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing looked at once. Fields whose type is an Expectation are its claims.

    ``kind`` is the key that names the kind, and its value is the target. ``stage_of`` and ``units`` go by field.
    ``live`` kinds look at the world as it is now, so that they tell nothing of another commit. ``size_only`` names the
    fields that prove no more than that something of some size is there.
    """

    kind: ClassVar[str] = ""
    live: ClassVar[bool] = False
    implied: ClassVar[tuple[Implied, ...]] = ()
    default_stage: ClassVar[Stage] = Stage.BUILT
    stage_of: ClassVar[dict[str, Stage]] = {}
    units: ClassVar[dict[str, str]] = {}
    size_only: ClassVar[frozenset[str]] = frozenset()

    id: Slug | None = None
    group: str | None = None
    env: str | None = None
    stage: Stage | None = None
    weight: Annotated[float, msgspec.Meta(gt=0)] = 1
    hint: str = ""

    @property
    def target(self) -> str:
        """What is looked at, as the manifest names it."""
        return str(getattr(self, self.kind))

    @property
    def waits(self) -> bool:
        """Whether measuring waits for something outside this process: a network, another process."""
        return self.live

    @property
    def timeout_seconds(self) -> float | None:
        """The deadline of one look; None for what takes no time worth bounding."""
        return None

    @property
    def retrying(self) -> Retry | None:
        """When to look again."""
        return None

    def claims(self) -> list[Claim]:
        """The claims, implied ones first, then as the kind declares its fields."""
        named = [claim for field in self.__struct_fields__ for claim in self._claims_of(field)]
        fields = {claim.field for claim in named}
        implied = [
            Claim(field=each.field, comparison=each.comparison, stage=self._stage(each.field), words=each.words)
            for each in self.implied
            if each.field not in fields
        ]
        return implied + named

    def wants(self, tree: Tree, site: Site) -> Wants:
        """The blobs that ``measure`` will ask the tree for, so that all checks' blobs are read at once."""
        return Wants()

    async def measure(self, site: Site) -> Evidence:
        """Look once. Raises Blocked or Refuted, or lets errors of the network and the system through."""
        raise TypeError(f"{type(self).__name__} measures nothing")

    def _claims_of(self, field: str) -> list[Claim]:
        value = getattr(self, field)
        if isinstance(value, Expectation):
            return [self._claim(field, field, value.comparison)]
        if isinstance(value, Several):
            return [self._claim(field, f"{field}.{name}", comparison) for name, comparison in value.items()]
        return []

    def _claim(self, declared: str, field: str, comparison: Comparison) -> Claim:
        return Claim(field=field, comparison=comparison, stage=self._stage(declared), unit=self.units.get(declared, ""))

    def _stage(self, field: str) -> Stage:
        return self.stage or self.stage_of.get(field, self.default_stage)


class LiveCheck(Check, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A check of the deployment: one deadline holds all of a look, and ``retry`` looks again."""

    live: ClassVar[bool] = True
    default_stage: ClassVar[Stage] = Stage.DEPLOYED

    timeout: Duration = Duration(10)
    retry: Retry | None = None

    @property
    def timeout_seconds(self) -> float | None:
        return float(self.timeout)

    @property
    def retrying(self) -> Retry | None:
        return self.retry


class SharedLook(LiveCheck, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A live check whose look can serve several checks: those of its kind with one ``look_key``."""

    def look_key(self) -> tuple[object, ...]:
        """What decides the look."""
        raise TypeError(f"{type(self).__name__} has no key for its look")

    async def look(self, site: Site) -> Any:
        """Look once, for all of them. Raises as ``measure`` does."""
        raise TypeError(f"{type(self).__name__} looks at nothing")

    def read(self, looked: Any, site: Site) -> Evidence:
        """What the look says of this check."""
        raise TypeError(f"{type(self).__name__} reads nothing")

    async def measure(self, site: Site) -> Evidence:
        return self.read(await self.look(site), site)
