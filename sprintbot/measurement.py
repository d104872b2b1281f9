"""One run: a manifest is read, its repository opened, every check looked at, the verdict reached."""

import datetime
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from sprintbot import __version__
from sprintbot.checks.site import Ground
from sprintbot.errors import UsageError
from sprintbot.manifest.loader import find_manifest, load_sprint
from sprintbot.manifest.model import Planned
from sprintbot.manifest.problems import did_you_mean, one_of
from sprintbot.manifest.sprint import Sprint
from sprintbot.report.context import make_context
from sprintbot.report.views import Context, Provenance
from sprintbot.repository.provenance import manifest_commit
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.repository.tree import Tree
from sprintbot.runner import Job, run_checks
from sprintbot.verdict.exit import exit_code
from sprintbot.verdict.verdict import Verdict, reach_verdict, result_key


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked to have measured. ``deadline`` is in seconds; ``only`` are addresses, or deliverables."""

    sprint: str
    repo: Path | None = None
    at: str | None = None
    worktree: bool = False
    only: tuple[str, ...] = ()
    envs: tuple[str, ...] = ()
    probes: bool = True
    deadline: float | None = None
    now: datetime.datetime


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a run gave. ``top`` is the folder that reports go below."""

    verdict: Verdict
    provenance: Provenance
    top: Path
    interrupted: bool

    @property
    def exit_code(self) -> int:
        """The exit code that the verdict asks for."""
        return exit_code(self.verdict.outcomes, interrupted=self.interrupted)

    @property
    def context(self) -> Context:
        """The verdict as formats see it."""
        return make_context(self.verdict, self.provenance)


def measure(request: Request, progress: Callable[[int, int], None] = lambda done, total: None) -> Measured:
    """Measure a sprint. Raises UsageError for what the user named wrongly, WorkError when git cannot do its work."""
    here = Path.cwd()
    file = _manifest_file(request, here)
    sprint = load_sprint(file)
    around = repository_around(file.parent) or repository_around(here) or here
    with open_snapshot(request.repo or around, request.at, worktree=request.worktree) as tree:
        not_live = _not_live(request, tree)
        jobs = _jobs(sprint, request, tree, not_live)
        run = run_checks(jobs, deadline=request.deadline, progress=progress)
        provenance = _provenance(request, sprint, tree, not_live, interrupted=run.interrupted)
        verdict = reach_verdict(sprint, run.results, request.now, gives_health=tree.is_head)
    return Measured(verdict=verdict, provenance=provenance, top=around, interrupted=run.interrupted)


def repository_around(folder: Path) -> Path | None:
    """The nearest folder at or above this one that is a repository's top; found without git."""
    for each in (folder.resolve(), *folder.resolve().parents):
        if (each / ".git").exists():
            return each
    return None


def _manifest_file(request: Request, here: Path) -> Path:
    """The manifest: beside the user, at the top of the user's repository, or in the repository that is measured."""
    folders = [here, repository_around(here), request.repo]
    known = [folder for folder in folders if folder is not None]
    for folder in known[:-1]:
        try:
            return find_manifest(request.sprint, folder)
        except UsageError:
            continue
    try:
        return find_manifest(request.sprint, known[-1])
    except UsageError:
        with_manifests = [folder for folder in known if (folder / "sprints").is_dir()]
        return find_manifest(request.sprint, (with_manifests or known)[0])


def _not_live(request: Request, tree: Tree) -> str:
    if not request.probes:
        return "not looked at (--no-probes)"
    if not tree.is_head:
        return f"cannot be known at {request.at}"
    return ""


def _jobs(sprint: Sprint, request: Request, tree: Tree, not_live: str) -> list[Job]:
    jobs: list[Job] = []
    wanted = _wanted(sprint, request)
    for each in _measured_sprints(sprint):
        ground = Ground(
            tree,
            root="" if each.manifest.root == "." else each.manifest.root,
            worktree=tree.top,
            environ=os.environ,
            clock=time.perf_counter,
            not_live=not_live,
        )
        for planned in each.checks:
            skip = "" if each is not sprint or planned.address in wanted else "not asked for (--only, --env)"
            jobs.append(Job(result_key(each, planned), planned, ground, skip))
    return jobs


def _measured_sprints(sprint: Sprint) -> list[Sprint]:
    """The sprint, and before it each whose verdict the next one's texts speak of."""
    chain = [sprint]
    while chain[-1].previous is not None and (len(chain) == 1 or _speaks_of_previous(chain[-1])):
        chain.append(chain[-1].previous)
    return chain


def _speaks_of_previous(sprint: Sprint) -> bool:
    return b"previous." in msgspec.json.encode(sprint.manifest.criteria)


def _wanted(sprint: Sprint, request: Request) -> set[str]:
    chosen = _only(sprint, request.only) if request.only else sprint.checks
    if not request.envs:
        return {planned.address for planned in chosen}
    envs = sorted({planned.check.env for planned in sprint.checks if planned.check.env})
    for env in request.envs:
        if env not in envs:
            there = f"There are {one_of(envs)}" if envs else "No check of this sprint names an env"
            raise UsageError(f"no check has the env {env!r}{did_you_mean(env, envs)}", there)
    return {planned.address for planned in chosen if planned.check.env in request.envs}


def _only(sprint: Sprint, names: Sequence[str]) -> list[Planned]:
    chosen: list[Planned] = []
    for name in names:
        exact = sprint.addresses.find(name.partition("#")[0])
        found = [exact] if exact else [each for each in sprint.checks if each.owner in {name, f"blocker:{name}"}]
        if not found:
            known = [each.address for each in sprint.checks] + [each.id for each in sprint.manifest.deliverables]
            raise UsageError(
                f"--only {name}: no check has this address{did_you_mean(name, known)}", f"There are {one_of(known)}"
            )
        chosen += found
    return chosen


def _provenance(request: Request, sprint: Sprint, tree: Tree, not_live: str, *, interrupted: bool) -> Provenance:
    notes = [f"The deployment was not looked at: {not_live}"] if not_live else []
    if interrupted:
        notes.append("The run was interrupted; what was not looked at by then is skipped")
    if request.only or request.envs:
        notes.append(f"Only a part was looked at: {', '.join((*request.only, *request.envs))}")
    return Provenance(
        commit=tree.commit,
        source=tree.source,
        now=request.now,
        version=__version__,
        manifest_file=_below(sprint.file),
        manifest_state=manifest_commit(sprint.file),
        not_live=not_live,
        notes=tuple(notes),
    )


def _below(file: Path) -> str:
    """The manifest's path from the top of its repository."""
    top = repository_around(file.parent)
    return str(file.resolve().relative_to(top)) if top else file.name
