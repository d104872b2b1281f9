"""Whether the names in a manifest fit together: ids, addresses, groups, facts."""

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Literal, TypeAlias

from sprintbot.claim.condition import read_condition
from sprintbot.claim.wording import read_wording
from sprintbot.manifest.conversion import Conversion
from sprintbot.manifest.events import Trail
from sprintbot.manifest.fact_types import FactTypes, Unread
from sprintbot.manifest.model import Manifest, Saying
from sprintbot.manifest.problems import Problem, did_you_mean, one_of
from sprintbot.manifest.sprint import Sprint

Listed: TypeAlias = Literal["deliverables", "blockers"]


class Soundness:
    """Looks over a document that was read; what does not fit is noted with its position.

    What names something that could not be read is not accused of naming nothing.
    """

    def __init__(self, conversion: Conversion, sprint: Sprint) -> None:
        self.conversion = conversion
        self.sprint = sprint
        self.manifest = sprint.manifest
        self.deliverables = self._ids("deliverables")
        self.blockers = self._ids("blockers")

    def check(self) -> None:
        """Note everything in the sprint's manifest that does not fit together."""
        manifest, stem = self.manifest, self.sprint.file.stem
        if not self.conversion.unread("sprint") and manifest.sprint != stem:
            self._note(("sprint",), f"sprint: {manifest.sprint!r} is not the file's name, {stem!r}")
        if manifest.end < manifest.start:
            self._note(("end",), f"end: {manifest.end} is before the start, {manifest.start}")
        self._check_ids("deliverables", self.deliverables)
        self._check_ids("blockers", self.blockers)
        self._check_blocks()
        self._check_addresses()
        self._check_waivers()
        self._check_groups()
        self._check_texts()

    def _ids(self, key: Listed) -> list[tuple[int, str]]:
        """The ids in the document, with their places in its list: what has errors is not in the model."""
        return [(index, str(item["id"])) for index, item in enumerate(self._items(key)) if "id" in item]

    def _items(self, key: Listed) -> list[dict[str, Any]]:
        items = self.conversion.root.get(key)
        return [item if isinstance(item, dict) else {} for item in items] if isinstance(items, list) else []

    def _is_partly_nameless(self, key: Listed) -> bool:
        """Whether a list of the document, or the id of something in it, could not be read."""
        whole = {(), (key,)} & self.conversion.damage
        return bool(whole) or any("id" not in item for item in self._items(key))

    def _check_ids(self, key: str, ids: list[tuple[int, str]]) -> None:
        seen: set[str] = set()
        for index, name in ids:
            if name in seen:
                self.conversion.note((key, index, "id"), f"id: {name!r} stands here a second time among the {key}")
            seen.add(name)

    def _check_blocks(self) -> None:
        known = {name for _, name in self.deliverables}
        for position, blocker in enumerate(self.manifest.blockers):
            for index, name in enumerate(blocker.blocks):
                if name not in known and not self._is_partly_nameless("deliverables"):
                    near = did_you_mean(name, known) or f"; there are {one_of(sorted(known))}"
                    trail = ("blockers", position, "blocks", index)
                    self._note(trail, f"blocks: there is no deliverable {name!r}{near}")

    def _check_addresses(self) -> None:
        owners = Counter([name for _, name in self.deliverables] + [f"blocker:{name}" for _, name in self.blockers])
        for first, second in self.sprint.addresses.equal:
            if owners[second.owner] == 1:
                told = f"two checks have the address {second.address!r}; the first stands in line {first.line}"
                self.conversion.problems.append(Problem(second.line, second.column, f"{told}: give one an id"))

    def _check_waivers(self) -> None:
        for index, waiver in enumerate(self.manifest.waivers):
            named = self.sprint.addresses.named(waiver.check)
            if len(named) != 1 and not self._may_be_unread(waiver.check):
                known = [planned.address for planned in named or self.sprint.checks]
                near = "" if named else did_you_mean(waiver.check, known)
                told = "more than one check" if named else "no check"
                told = f"check: {waiver.check!r} names {told}{near or f'; there are {one_of(known)}'}"
                self._note(("waivers", index, "check"), told)

    def _may_be_unread(self, address: str) -> bool:
        owner = address.partition("/")[0]
        key: Listed = "blockers" if owner.startswith("blocker:") else "deliverables"
        names = self._unread_names(key)
        return names is None or owner.removeprefix("blocker:") in names

    def _check_groups(self) -> None:
        manifest = self.manifest
        if not manifest.groups or self.conversion.unread("groups"):
            return
        for position, deliverable in enumerate(manifest.deliverables):
            place = ("deliverables", position)
            self._check_group((*place, "group"), deliverable.group)
            for index, planned in enumerate(deliverable.checks):
                self._check_group((*place, "checks", index, "group"), planned.check.group)

    def _check_group(self, trail: Trail, group: str | None) -> None:
        known = self.manifest.groups
        if group is not None and group not in known:
            near = did_you_mean(group, known) or f"; there are {one_of(known)}"
            self._note(trail, f"group: {group!r} is not among the groups of this manifest{near}")

    def _check_texts(self) -> None:
        types = FactTypes([each.manifest for each in self.sprint.chain], self._unread())
        for trail, saying in _sayings(self.manifest):
            bare = not isinstance(self._value_at(trail), dict)
            self._try(trail if bare else (*trail, "text"), read_wording, saying.text, types)
            if saying.when is not None:
                self._try((*trail, "when"), read_condition, saying.when, types)
        decision = self.manifest.decision
        for name, option in decision.options.items() if decision else ():
            if option.recommend is not None:
                trail = ("decision", "options", name, "recommend")
                self._try(trail, read_condition, option.recommend, types)

    def _unread(self) -> Unread:
        conversion, sprint = self.conversion, self.sprint
        lost = sprint.manifest.previous is not None and sprint.previous is None
        return Unread(
            deliverables=self._unread_names("deliverables"),
            blockers=self._unread_names("blockers"),
            envs=conversion.unread("deliverables"),
            works=conversion.unread("effort"),
            chain=lost or conversion.unread("previous"),
        )

    def _unread_names(self, key: Listed) -> AbstractSet[str] | None:
        """The ids in a list of the document of what could not be read; None when any name may be among them."""
        if self._is_partly_nameless(key):
            return None
        places = {each[1] for each in self.conversion.damage if each[0] == key}
        return {str(self._items(key)[place]["id"]) for place in places if isinstance(place, int)}

    def _note(self, trail: Trail, message: str) -> None:
        """Note a problem with a part of the model."""
        self.conversion.note(self.conversion.in_document(trail), message)

    def _value_at(self, trail: Trail) -> Any:
        value = self.conversion.root
        for step in self.conversion.in_document(trail):
            value = value[step]
        return value

    def _try(self, trail: Trail, read: Callable[[Any, FactTypes], object], text: object, types: FactTypes) -> None:
        try:
            read(text, types)
        except ValueError as exc:
            self._note(trail, str(exc))


def _sayings(manifest: Manifest) -> Iterator[tuple[Trail, Saying]]:
    """Every text that may speak of facts, and where it stands."""
    for index, saying in enumerate(manifest.criteria):
        yield ("criteria", index), saying
    for key, sayings in (
        ("immediate", manifest.next.immediate),
        ("short-term", manifest.next.short_term),
        ("long-term", manifest.next.long_term),
    ):
        for index, saying in enumerate(sayings):
            yield ("next", key, index), saying
    for name, option in manifest.decision.options.items() if manifest.decision else ():
        for key in ("rationale", "actions", "benefits", "risks"):
            for index, saying in enumerate(getattr(option, key)):
                yield ("decision", "options", name, key, index), saying
