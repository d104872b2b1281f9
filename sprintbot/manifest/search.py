"""Which file SPRINT names. Light, so that git can be started before what reads manifests is imported."""

import os
from pathlib import Path

from sprintbot.errors import UsageError
from sprintbot.manifest.problems import did_you_mean, one_of

SUFFIXES = (".yaml", ".yml")


def find_manifest(name: str, folder: Path) -> Path:
    """The file that SPRINT names: a path, or a name under ``sprints/``.

    Raises UsageError that lists the manifests there are, and the nearest name.
    """
    given = Path(name)
    is_path = given.suffix in SUFFIXES or os.sep in name
    places = [given, folder / given] if is_path else [folder / "sprints" / name]
    for place in places:
        for candidate in (place, *(place.with_name(place.name + suffix) for suffix in SUFFIXES if place.name)):
            if _is_there(candidate) and (is_path or candidate != place):
                return candidate
    sprints = places[-1].parent
    where = "" if is_path else f" in {shown(sprints)}"
    raise UsageError(f"there is no manifest {name!r}{where}", what_there_is(given.stem if is_path else name, sprints))


def what_there_is(name: str, sprints: Path) -> str:
    """The manifests of a folder in words, and which of them may have been meant; or how to write one."""
    known = [path.stem for path in manifests_in(sprints)]
    if not known:
        return f"Write one with: sprintbot init {name or 'SPRINT'}"
    return f"There are {one_of(known)}{did_you_mean(name, known)}"


def manifests_in(sprints: Path) -> list[Path]:
    """The manifests of a folder, by name; none where there is no such folder."""
    return sorted(path for path in sprints.glob("*") if path.suffix in SUFFIXES) if sprints.is_dir() else []


def shown(path: Path) -> str:
    """A path as the user would name it: from the current folder where it is below that."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere, or links that go round in a circle
        return str(path)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long for the system, or with a NUL in it
        return False
