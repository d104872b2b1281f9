"""One run: a manifest is read, its repository opened, every check looked at, the verdict reached."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from sprintbot import __version__
from sprintbot.checks.site import Ground
from sprintbot.findings import NOT_ASKED
from sprintbot.manifest.loader import load_sprint
from sprintbot.manifest.sprint import Sprint
from sprintbot.report.context import make_context
from sprintbot.report.views import Context, Provenance
from sprintbot.repository.tree import Tree
from sprintbot.request import Request, repository_around
from sprintbot.runner import Job, run_checks
from sprintbot.selection import chosen_addresses
from sprintbot.start import Start
from sprintbot.verdict.exit import exit_code
from sprintbot.verdict.verdict import Verdict, reach_verdict, result_key

Progress = Callable[[int, int], None]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a run gave. ``top`` is the folder that reports go below; None where nothing may be written."""

    verdict: Verdict
    provenance: Provenance
    top: Path | None
    interrupted: bool

    @property
    def exit_code(self) -> int:
        """The exit code that the verdict asks for."""
        return exit_code(self.verdict.outcomes, interrupted=self.interrupted)

    @property
    def context(self) -> Context:
        """The verdict as formats see it."""
        return make_context(self.verdict, self.provenance)


def measure(request: Request, progress: Progress = lambda done, total: None) -> Measured:
    """Measure a sprint. Raises UsageError for what the user named wrongly, WorkError when git cannot do its work."""
    with Start(request) as start:
        return finish(start, progress)


def finish(start: Start, progress: Progress = lambda done, total: None, *, links: bool = True) -> Measured:
    """Measure what was started; see ``measure``. ``links`` says whether web addresses of files are wanted."""
    request, tree = start.request, start.tree
    sprint = load_sprint(start.where.file)
    not_live = _not_live(request, tree)
    run = run_checks(_jobs(sprint, request, tree, not_live, links=links), deadline=request.deadline, progress=progress)
    provenance = Provenance(
        commit=tree.commit,
        source=tree.source,
        now=request.now,
        version=__version__,
        manifest_file=_below_top(sprint.file),
        manifest_state=start.manifest_commit.name(),
        not_live=not_live,
        notes=tuple(_notes(request, not_live, interrupted=run.interrupted)),
    )
    verdict = reach_verdict(sprint, run.results, request.now, gives_health=tree.is_head)
    return Measured(verdict=verdict, provenance=provenance, top=start.where.top, interrupted=run.interrupted)


def _not_live(request: Request, tree: Tree) -> str:
    if not request.probes:
        return "not looked at (--no-probes)"
    if not tree.is_head:
        return f"cannot be known at {request.at}"
    return ""


def _jobs(sprint: Sprint, request: Request, tree: Tree, not_live: str, *, links: bool) -> list[Job]:
    jobs: list[Job] = []
    chosen = chosen_addresses(sprint, request.only, request.envs)
    for each in _measured_sprints(sprint):
        ground = Ground(
            tree,
            root="" if each.manifest.root == "." else each.manifest.root,
            worktree=tree.top,
            environ=os.environ,
            clock=time.perf_counter,
            not_live=not_live,
            links=links,
        )
        for planned in each.checks:
            skip = "" if each is not sprint or planned.address in chosen else NOT_ASKED
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


def _notes(request: Request, not_live: str, *, interrupted: bool) -> list[str]:
    notes = [f"The deployment: {not_live}"] if not_live else []
    if interrupted:
        notes.append("The run was interrupted; what was not looked at by then is skipped")
    if request.only or request.envs:
        notes.append(f"Only a part was looked at: {', '.join((*request.only, *request.envs))}")
    return notes


def _below_top(file: Path) -> str:
    """The manifest's path from the top of its repository."""
    top = repository_around(file.parent)
    return str(file.resolve().relative_to(top)) if top and file.resolve().is_relative_to(top) else file.name
