"""A manifest that was read and found sound, and the sprints before it."""

from pathlib import Path

from sprintbot.manifest.addresses import Addresses
from sprintbot.manifest.model import Manifest, Planned


class Sprint:
    """A manifest that was read and found sound, with the sprint before it.

    ``file`` is the manifest's path as the user would name it; ``checks`` are all checks with their addresses, those of
    blockers last; ``blocker_checks`` are the latter by blocker.
    """

    def __init__(
        self, manifest: Manifest, file: Path, previous: "Sprint | None", blocker_checks: dict[str, list[Planned]]
    ) -> None:
        self.manifest = manifest
        self.file = file
        self.previous = previous
        self.blocker_checks = blocker_checks
        promised = [planned for each in manifest.deliverables for planned in each.checks]
        self.checks = [*promised, *(planned for each in blocker_checks.values() for planned in each)]
        self.addresses = Addresses(self.checks)

    @property
    def chain(self) -> list["Sprint"]:
        """The sprint itself and those before it, newest first."""
        return [self, *(self.previous.chain if self.previous else [])]
