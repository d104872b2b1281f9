"""A command: argv without a shell, in the work tree."""

import re
import shlex
import signal
from typing import TYPE_CHECKING, ClassVar, Self

import msgspec

from sprintbot.checks.fields import Duration
from sprintbot.checks.interface import Check, Implied
from sprintbot.checks.programs import MAX_OUTPUT, difference, last_words, run_program
from sprintbot.checks.site import Site
from sprintbot.claim.comparison import Comparison, Equal, Json
from sprintbot.claim.evidence import Evidence, Reading, Stage, Strength, Unmeasured
from sprintbot.claim.expectation import Containing, Exactly, Schema
from sprintbot.claim.quantity import show_bytes, show_raw

if TYPE_CHECKING:
    from sprintbot.probe.process import Completed

_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.""", re.DOTALL)
_FOR_A_SHELL = re.compile(r"\|\||&&|>>|\$\(|\$\{?\w+\}?|[|&;<>()`*\n]")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_NO_SHELL = "no shell runs the command: put it in quotes, or the command in a script"


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
        notes = difference(site)
        done = await run_program(self.command.words, site)
        return Evidence(
            source=f"command: {self.command}",
            readings={claim.field: self._reading(claim.field, claim.comparison, done) for claim in self.claims()},
            notes=(*notes, *_remarks(done)),
            phases=site.phases,
        )

    def _reading(self, field: str, comparison: Comparison, done: "Completed") -> Reading | Unmeasured:
        if field == "exit":
            return Reading(value=done.exit, strength=Strength.EXECUTED, reason=_killed_by(done.exit))
        text = done.stdout.decode("utf-8", "replace")
        if len(done.stdout) >= MAX_OUTPUT and not comparison.holds(text):
            return Unmeasured(f"not in the first {show_bytes(MAX_OUTPUT)} of the output, which is all that was kept")
        return Reading(value=text, strength=Strength.EXECUTED)


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


def _killed_by(code: int) -> str:
    if code >= 0:
        return ""
    try:
        return f"ended by the signal {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by the signal {-code}"


def _remarks(done: "Completed") -> list[str]:
    remarks = ["a part of the output was not kept"] if done.truncated else []
    if done.exit != 0 and (told := last_words(done.stderr)):
        remarks.append(f"stderr: {told}")
    return remarks
