"""Somebody's word: shown as such, and never counted."""

import datetime
from typing import ClassVar

from sprintbot.checks.interface import Check
from sprintbot.checks.site import Site
from sprintbot.claim.evidence import Evidence


class StatedCheck(Check, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement that nothing here can measure. Readings: none."""

    kind: ClassVar[str] = "stated"

    stated: str
    by: str
    on: datetime.date

    async def measure(self, site: Site) -> Evidence:
        return Evidence(source=f"stated by {self.by} on {self.on.isoformat()}", readings={})
