"""What a deliverable, a blocker and a sprint can be."""

import enum


class Status(enum.StrEnum):
    """A deliverable's state, by its claims."""

    DONE = "done"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    MISSING = "missing"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNPROVED = "unproved"
    WAIVED = "waived"


class BlockerState(enum.StrEnum):
    """Whether a blocker stands in the way."""

    ACTIVE = "active"
    UNKNOWN = "unknown"
    CLEAR = "clear"


class Health(enum.StrEnum):
    """A sprint's state, by its progress and the days gone."""

    COMPLETE = "complete"
    BLOCKED = "blocked"
    NOT_STARTED = "not started"
    OFF_TRACK = "off track"
    AT_RISK = "at risk"
    ON_TRACK = "on track"
    UNKNOWN = "unknown"
