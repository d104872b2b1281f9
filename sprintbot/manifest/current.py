"""Which manifest is of the sprint that is under way."""

import datetime
import zoneinfo
from collections.abc import Iterable
from pathlib import Path

from sprintbot.errors import UsageError
from sprintbot.manifest.loader import load_sprint
from sprintbot.manifest.problems import ManifestError
from sprintbot.manifest.search import manifests_in
from sprintbot.manifest.sprint import Sprint


def find_current(folders: Iterable[Path], now: datetime.datetime) -> Path:
    """The manifest whose days ``now`` is one of, in its time zone; of several the one that started last.

    Raises UsageError where none is, and ManifestError where one cannot be read, as that may be the one.
    """
    sprints, broken = _read(folders)
    under_way = [each for each in sprints if _holds(each, now)]
    if under_way:
        return max(under_way, key=lambda each: each.manifest.start).file
    if broken is not None:
        raise broken
    days = "; ".join(f"{each.file.stem}: {each.manifest.start} to {each.manifest.end}" for each in sprints)
    raise UsageError(
        f"no sprint is under way on {now:%Y-%m-%d}", f"Name one ({days})" if days else "There is no manifest"
    )


def _read(folders: Iterable[Path]) -> tuple[list[Sprint], ManifestError | None]:
    sprints: list[Sprint] = []
    broken: ManifestError | None = None
    for file in dict.fromkeys(file.resolve() for folder in folders for file in manifests_in(folder)):
        try:
            sprints.append(load_sprint(file))
        except ManifestError as exc:
            broken = broken or exc
    return sprints, broken


def _holds(sprint: Sprint, now: datetime.datetime) -> bool:
    manifest = sprint.manifest
    return manifest.start <= now.astimezone(zoneinfo.ZoneInfo(manifest.timezone)).date() <= manifest.end
