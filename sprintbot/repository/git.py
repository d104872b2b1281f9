"""Running git: a scrubbed environment, no network, no hooks, bounded in time, each status checked."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sprintbot.errors import SprintbotError, UsageError, WorkError

LEAST_VERSION = "2.25"
TIME_LIMIT = 120.0
"""Seconds that one git process may take."""

_KEPT = frozenset(
    {
        "GIT_EXEC_PATH",  # where a relocated installation has its parts
        "GIT_CONFIG_NOSYSTEM",  # which configuration holds; safe.directory comes from there, in containers by COUNT
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_COUNT",
        "GIT_CEILING_DIRECTORIES",  # where the search for a repository ends
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    }
)
_KEPT_STARTS = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
_SET = {
    "GIT_OPTIONAL_LOCKS": "0",  # the repository is never written to, not even its index refreshed
    "GIT_NO_LAZY_FETCH": "1",  # a missing blob of a partial clone is told, not fetched
    "GIT_ALLOW_PROTOCOL": "none",  # the same for versions of git that do not know the line above
    "GIT_NO_REPLACE_OBJECTS": "1",  # what is measured is the commit as it is named
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "--literal-pathspecs")


def git_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment git runs in: a short list of ``GIT_*``, and nothing that prompts, fetches or writes."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_STARTS)
    }
    return {**kept, **_SET}


def spawn(args: Sequence[str], folder: Path) -> "subprocess.Popen[bytes]":
    """Start git in a folder, with pipes. The caller ends it. Raises UsageError and WorkError."""
    try:
        return subprocess.Popen(
            ["git", *_OPTIONS, *args],
            cwd=folder,
            env=git_environment(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as exc:
        raise _not_started(exc, folder) from exc


class NotARepositoryError(UsageError):
    """A folder that is in no repository."""


class Started:
    """A git process whose output will be asked for later, so that several run beside each other."""

    def __init__(self, args: Sequence[str], folder: Path, given: bytes = b"") -> None:
        self._args = args
        self._folder = folder
        self._given = given
        self._process = spawn(args, folder)

    def output(self, *, accept: Callable[[int], bool] = lambda status: status == 0) -> bytes:
        """All of standard output, once. Raises UsageError and WorkError for a status that is not accepted."""
        try:
            out, told = self._process.communicate(self._given, timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired as exc:
            raise WorkError(f"git {self._args[0]} took longer than {TIME_LIMIT:g} s in {self._folder}") from exc
        finally:
            self.close()
        if not accept(self._process.returncode):
            raise failure(self._args, self._folder, self._process.returncode, told)
        return out

    def close(self) -> None:
        """End the process if it still runs, and its pipes."""
        end(self._process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill and reap a process that may be over already, and close its pipes."""
    if process.poll() is None:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # what was still buffered for it interests nobody
    process.wait()


def run_git(
    args: Sequence[str], folder: Path, given: bytes = b"", *, accept: Callable[[int], bool] = lambda status: status == 0
) -> bytes:
    """Run git to its end; gives its standard output. Raises UsageError and WorkError."""
    return Started(args, folder, given).output(accept=accept)


def failure(args: Sequence[str], folder: Path, status: int, stderr: bytes) -> SprintbotError:
    """The error that a git process ended with, in words that say what to do."""
    told = stderr.decode("utf-8", "replace").strip()
    if "dubious ownership" in told or "safe.directory" in told:
        return _not_owned(told, folder)
    if "not a git repository" in told or "must be run in a work tree" in told:
        return NotARepositoryError(
            f"{folder} is in no git repository",
            "Run sprintbot inside one, or name one with --repo; `git init` makes one",
        )
    if "promisor" in told:
        return WorkError(f"{folder} is a partial clone that lacks what is to be measured", "Clone it in full")
    if any(words in told for words in ("unknown option", "unknown switch", "usage: git")):
        return WorkError(f"this git is too old: it does not know `git {' '.join(args)}`", _wanted())
    return WorkError(f"git {args[0]} failed in {folder} with status {status}: {told or 'it said nothing'}")


def _not_started(error: OSError, folder: Path) -> SprintbotError:
    if not folder.exists():
        return UsageError(f"{folder} does not exist", "Name an existing folder with --repo")
    if not folder.is_dir():
        return UsageError(f"{folder} is not a folder", "Name the repository's folder with --repo")
    if isinstance(error, FileNotFoundError):
        return WorkError("git was not found on PATH", _wanted())
    return WorkError(f"git could not be started in {folder}: {error.strerror}", _wanted())


def _not_owned(told: str, folder: Path) -> UsageError:
    lines = [line.strip() for line in told.splitlines()]
    command = next((line for line in lines if line.startswith("git config --global --add safe.directory")), "")
    return UsageError(
        f"git refuses to read {folder}: it belongs to another user",
        f"Run: {command or f'git config --global --add safe.directory {folder.resolve()}'}",
    )


def _wanted() -> str:
    return f"Install git {LEAST_VERSION} or later"
