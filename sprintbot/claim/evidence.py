"""What was measured, how good it is, and what it says of a claim."""

import enum

import msgspec

from sprintbot.claim.comparison import Comparison, Json


class Outcome(enum.StrEnum):
    """What became of a claim."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    BLOCKED = "blocked"
    ERROR = "error"
    SKIPPED = "skipped"
    WAIVED = "waived"


WORST_FIRST = (Outcome.ERROR, Outcome.FAIL, Outcome.BLOCKED, Outcome.SKIPPED, Outcome.WAIVED, Outcome.PASS)


class Strength(enum.IntEnum):
    """How good a reading is."""

    STATED = 0  # somebody's word
    COUNTED = 1  # read from source
    COLLECTED = 2  # the runner listed it
    EXECUTED = 3  # a report, a command
    LIVE = 4  # a probe answered

    @property
    def word(self) -> str:
        """The name as reports print it: ``counted``."""
        return self.name.lower()


class Stage(enum.StrEnum):
    """What a claim proves."""

    BUILT = "built"
    TESTED = "tested"
    DEPLOYED = "deployed"


class Blocked(Exception):  # noqa: N818 - an outcome, not an error
    """We could not look; ``reason`` says what stood in the way."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class Refuted(Exception):  # noqa: N818 - an outcome, not an error
    """We looked, and nothing of what is claimed can be so; ``absence`` when there was nothing there at all."""

    def __init__(self, reason: str, *, absence: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.absence = absence


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured for one claim.

    ``floor`` marks a lower bound: the true value is this or more. ``reason`` explains a value that is not
    as wished, where the value alone would not ("not committed (untracked)"). ``absence`` says that
    the thing itself was not there. ``void`` says that what the value would be read from is not what it should be, so
    that even the absence of a value proves nothing: the claim fails.
    """

    value: Json
    strength: Strength
    floor: bool = False
    reason: str = ""
    absence: bool = False
    void: bool = False


class Unmeasured(msgspec.Struct, frozen=True):
    """A claim that could not be looked at, or by the user's wish was not, although the rest of the check was."""

    reason: str
    skipped: bool = False


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The readings of one look.

    ``source`` is what was looked at: ``<commit>:<path>``, a URL, a command. ``readings`` maps a claim's field to
    what was measured. ``notes`` are remarks for the reader. ``phases`` are seconds by name. ``link`` is a web address
    of the source, where there is one.
    """

    source: str
    readings: dict[str, Reading | Unmeasured]
    notes: tuple[str, ...] = ()
    phases: dict[str, float] = {}
    link: str = ""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation of a check. ``unit`` follows the numbers in print: ``lines``."""

    field: str
    comparison: Comparison
    stage: Stage
    unit: str = ""
    words: str = ""

    @property
    def expected(self) -> str:
        """The expectation in words: ``at least 150``."""
        return self.words or self.comparison.words()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, what was measured for it, and what came of it.

    ``because`` names the blocker that stands before a live claim.
    """

    claim: Claim
    outcome: Outcome
    reason: str = ""
    measured: Json = None
    strength: Strength | None = None
    floor: bool = False
    absence: bool = False
    hint: str = ""
    because: str = ""


def worst(outcomes: list[Outcome]) -> Outcome | None:
    """The outcome that decides for all of them; None for none."""
    return min(outcomes, key=WORST_FIRST.index, default=None)
