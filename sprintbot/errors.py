"""The errors that sprintbot tells its users about, each with the exit code of the run it ends."""

from typing import ClassVar


class SprintbotError(Exception):
    """Something to tell the user. ``message`` says what and where, ``hint`` what to do."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SprintbotError):
    """What the user named is wrong: an option, a manifest, a REF, a folder, a template."""

    exit_code: ClassVar[int] = 2


class WorkError(SprintbotError):
    """Sprintbot could not do its work: git broken, disk full."""

    exit_code: ClassVar[int] = 3
