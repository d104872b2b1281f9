"""A command: argv without a shell, in the work tree."""

import errno
import re
import shlex
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import msgspec

from sprintbot.checks.fields import Duration
from sprintbot.checks.interface import Check, Implied
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import Comparison, Equal, Json
from sprintbot.claim.evidence import Blocked, Evidence, Reading, Refuted, Stage, Strength, Unmeasured
from sprintbot.claim.expectation import Containing, Exactly, Schema
from sprintbot.claim.quantity import show_bytes, show_raw

if TYPE_CHECKING:
    from sprintbot.probe.process import Completed

MAX_OUTPUT = 1_000_000
MAX_TOLD = 500
_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.""", re.DOTALL)
_FOR_A_SHELL = re.compile(r"\|\||&&|>>|\$\(|\$\{?\w+\}?|[|&;<>()`*\n]")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_NO_SHELL = "no shell runs the command: put it in quotes, or the command in a script"
_OURS = re.compile(r"(SPRINTBOT|SLACK)_.*")


class Argv(msgspec.Struct, frozen=True):
    """A command and its arguments, split at blanks as a shell would; nothing else of a shell is there.

    ``written`` is the command as the manifest has it.
    """

    words: tuple[str, ...]
    written: str

    @classmethod
    def parse(cls, raw: Json) -> Self:
        """From one text, or a list of texts. Raises ValueError with words for the author of the manifest."""
        if isinstance(raw, list):
            words = raw
        elif isinstance(raw, str):
            words = _split(raw.strip())
        else:
            raise ValueError(f"{show_raw(raw)} where a command was expected: a text, or a list of texts")
        for word in words:
            if not isinstance(word, str) or "\0" in word:
                raise ValueError(f"{show_raw(word)} is no word of a command; put quotes around it")
        if not words or not words[0]:
            raise ValueError("an empty command; name a program and its arguments")
        return cls(tuple(words), raw.strip() if isinstance(raw, str) else shlex.join(words))

    def __str__(self) -> str:
        return self.written

    @classmethod
    def schema(cls) -> Schema:
        """The JSON Schema of what ``parse`` takes."""
        return {
            "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
        }


class CommandCheck(Check, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command that is run in the work tree, at the manifest's root, with nothing on stdin.

    It gets the environment without sprintbot's own variables and Slack's (``SPRINTBOT_*``, ``SLACK_*``).
    Readings, both of strength ``executed``: ``exit`` (int, negative for the signal that ended it), ``stdout`` (text).
    Blocked where the program is not installed or may not be run; refuted where it should be a file of the work tree
    and is not there.
    """

    kind: ClassVar[str] = "command"
    live: ClassVar[bool] = True
    default_stage: ClassVar[Stage] = Stage.TESTED
    implied: ClassVar[tuple[Implied, ...]] = (Implied("exit", Equal(0), "exit 0"),)

    command: Argv
    exit: Exactly | None = None
    stdout: Containing | None = None
    timeout: Duration = Duration(60)

    @property
    def timeout_seconds(self) -> float | None:
        return float(self.timeout)

    async def measure(self, site: Site) -> Evidence:
        from sprintbot.probe.process import run_process

        folder = self._folder(site)
        notes = _differing(site)
        try:
            with site.phase("run"):
                done = await run_process(
                    self.command.words, cwd=folder, environ=inherited(site.ground.environ), output_limit=MAX_OUTPUT
                )
        except OSError as exc:
            raise (_obstacle(exc, self.command.words[0], folder) or exc) from exc
        return Evidence(
            source=f"command: {self.command}",
            readings={claim.field: self._reading(claim.field, claim.comparison, done) for claim in self.claims()},
            notes=(*notes, *_remarks(done)),
            phases=site.phases,
        )

    def _folder(self, site: Site) -> Path:
        if site.ground.worktree is None:
            raise Blocked("a bare repository has no work tree to run a command in")
        return site.ground.worktree / site.ground.root

    def _reading(self, field: str, comparison: Comparison, done: "Completed") -> Reading | Unmeasured:
        if field == "exit":
            return Reading(value=done.exit, strength=Strength.EXECUTED, reason=_killed_by(done.exit))
        text = done.stdout.decode("utf-8", "replace")
        if len(done.stdout) >= MAX_OUTPUT and not comparison.holds(text):
            return Unmeasured(f"not in the first {show_bytes(MAX_OUTPUT)} of the output, which is all that was kept")
        return Reading(value=text, strength=Strength.EXECUTED)


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that a manifest's command gets: all but what is sprintbot's own, tokens among it."""
    return {name: value for name, value in environ.items() if not _OURS.fullmatch(name)}


def _split(text: str) -> list[str]:
    found = _FOR_A_SHELL.search(_QUOTED.sub("", text))
    if found is not None:
        raise ValueError(f"{text!r} has {'a line break' if found[0] == chr(10) else found[0]} in it, and {_NO_SHELL}")
    try:
        words = shlex.split(text)
    except ValueError as exc:
        raise ValueError(f"{text!r} is no command: {str(exc).lower()}") from exc
    if words and _ASSIGNMENT.fullmatch(words[0]):
        raise ValueError(f"{text!r} sets a variable, and no shell runs the command; write: env {text}")
    return words


def _differing(site: Site) -> tuple[str, ...]:
    tree = site.tree
    return ("ran in the work tree, which differs from the commit",) if tree.is_dirty() else ()


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


def _killed_by(code: int) -> str:
    if code >= 0:
        return ""
    try:
        return f"ended by the signal {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by the signal {-code}"


def _remarks(done: "Completed") -> list[str]:
    remarks = ["a part of the output was not kept"] if done.truncated else []
    told = done.stderr.decode("utf-8", "replace").strip()
    if done.exit != 0 and told:
        remarks.append(f"stderr: {told if len(told) <= MAX_TOLD else '...' + told[-MAX_TOLD:]}")
    return remarks
