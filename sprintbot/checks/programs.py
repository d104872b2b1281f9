"""Programs that checks run in the work tree: their environment, and what stands in the way of running them."""

import errno
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sprintbot.checks.site import Site
from sprintbot.claim.evidence import Blocked, Refuted

if TYPE_CHECKING:
    from sprintbot.probe.process import Completed

MAX_OUTPUT = 1_000_000
"""Bytes that are kept of each output."""

MAX_TOLD = 500
_OURS = re.compile(r"(SPRINTBOT|SLACK)_.*")


async def run_program(argv: Sequence[str], site: Site) -> "Completed":
    """Run to the end in the work tree, at the manifest's root, with nothing on stdin.

    Raises Blocked where the program is not installed or may not be run, Refuted where it should be a file of the work
    tree and is not there.
    """
    from sprintbot.probe.process import run_process

    if site.ground.worktree is None:
        raise Blocked("a bare repository has no work tree to run a command in")
    folder = site.ground.worktree / site.ground.root
    environ = inherited(site.ground.environ)
    try:
        with site.phase("run"):
            return await run_process(argv, cwd=folder, environ=environ, output_limit=MAX_OUTPUT)
    except OSError as exc:
        raise (_obstacle(exc, argv[0], folder) or exc) from exc


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that a manifest's command gets: all but what is sprintbot's own, tokens among it."""
    return {name: value for name, value in environ.items() if not _OURS.fullmatch(name)}


def difference(site: Site) -> tuple[str, ...]:
    """A note where what was run is not what the commit holds."""
    return ("ran in the work tree, which differs from the commit",) if site.tree.is_dirty() else ()


def last_words(output: bytes) -> str:
    """The end of an output, where errors stand."""
    told = output.decode("utf-8", "replace").strip()
    return told if len(told) <= MAX_TOLD else "..." + told[-MAX_TOLD:]


def _obstacle(error: OSError, program: str, folder: Path) -> Blocked | Refuted | None:
    """What an error at the start says of the program; None for what has nothing to do with it."""
    if error.filename is not None and str(error.filename) == str(folder):
        return Blocked(f"the folder {folder.name} is not in the work tree or may not be entered")
    if isinstance(error, PermissionError):
        return Blocked(f"{program} is not executable, or this user may not run it")
    if error.errno == errno.ENOEXEC:
        return Blocked(
            f"{program} is no program that this machine can run", "A script starts with a line such as #!/bin/sh"
        )
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return None
    if "/" not in program:
        return Blocked(f"{program} is not installed", f"Install {program}, or put it on PATH")
    if (folder / program).exists():
        return Blocked(f"the interpreter that {program} names in its first line is not installed")
    if program.startswith("/"):
        return Blocked(f"{program} is not installed")
    return Refuted(f"there is no {program} in the work tree", absence=True)
