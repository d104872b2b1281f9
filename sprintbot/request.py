"""What a user asked to have measured, and where that is.

Light on purpose: git is started from here before what reads manifests and judges is imported.
"""

import datetime
from pathlib import Path
from typing import NamedTuple

from sprintbot.errors import UsageError
from sprintbot.manifest.search import find_manifest

CURRENT = "current"


class Request(NamedTuple):
    """What to measure. ``deadline`` is in seconds; ``only`` are addresses, or deliverables."""

    sprint: str
    now: datetime.datetime
    repo: Path | None = None
    at: str | None = None
    worktree: bool = False
    only: tuple[str, ...] = ()
    envs: tuple[str, ...] = ()
    probes: bool = True
    deadline: float | None = None


class Whereabouts(NamedTuple):
    """The manifest's file; ``repository`` to measure; ``top``, the folder that reports go below, None for nowhere."""

    file: Path
    repository: Path
    top: Path | None


def locate(request: Request) -> Whereabouts:
    """Find what a request names. Raises UsageError that says which manifests there are."""
    here = Path.cwd()
    file = _find_file(request, here)
    around = repository_around(file.parent) or repository_around(here) or here
    if request.repo is None:
        return Whereabouts(file, around, around)
    return Whereabouts(file, request.repo, _place_for_reports(request.repo, file, here))


def repository_around(folder: Path) -> Path | None:
    """The nearest folder at or above this one that is a repository's top; found without git."""
    resolved = folder.resolve()
    return next((each for each in (resolved, *resolved.parents) if (each / ".git").exists()), None)


def _place_for_reports(repo: Path, file: Path, here: Path) -> Path | None:
    """Around the manifest, around the user, or beside either: wherever the repository named with --repo is not."""
    measured = repository_around(repo) or repo.resolve()
    places = (repository_around(file.parent), repository_around(here), here, file.parent.resolve())
    return next((each for each in places if each is not None and not each.is_relative_to(measured)), None)


def _find_file(request: Request, here: Path) -> Path:
    """The manifest: beside the user, at the top of the user's repository, or in the repository that is measured."""
    known = list(dict.fromkeys(each for each in (here, repository_around(here), request.repo) if each is not None))
    for folder in known:
        try:
            return find_manifest(request.sprint, folder)
        except UsageError:
            continue
    if request.sprint == CURRENT:
        from sprintbot.manifest.current import find_current

        return find_current([folder / "sprints" for folder in known], request.now)
    return find_manifest(request.sprint, next((each for each in known if (each / "sprints").is_dir()), known[0]))
