import errno
import os

import pytest

from sprintbot.cli import guard
from sprintbot.errors import UsageError, WorkError

ERRORS = {
    UsageError("wrong", "do this"): (2, "sprintbot: wrong\n  do this\n"),
    UsageError("one\ntwo"): (2, "sprintbot: one\nsprintbot: two\n"),
    WorkError("broken"): (3, "sprintbot: broken\n"),
    KeyboardInterrupt(): (130, "sprintbot: interrupted\n"),
    OSError(errno.EMFILE, os.strerror(errno.EMFILE)): (3, "sprintbot: the system refused: Too many open files\n"),
}


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_every_error_has_its_code_and_words(monkeypatch, capfd, error):
    def run(arguments):
        raise error

    monkeypatch.setattr(guard, "_run", run)
    monkeypatch.setattr(guard, "_settle_streams", lambda: None)
    monkeypatch.setattr(guard, "drop_stdout", lambda: None)
    assert (guard.run_guarded([]), capfd.readouterr().err) == ERRORS[error]


@pytest.mark.parametrize(
    "error", [RuntimeError("x"), OSError(errno.EBADF, "x"), AssertionError("x"), RecursionError("x")]
)
def test_anything_else_is_a_bug_with_a_log(monkeypatch, capfd, error):
    def run(arguments):
        raise error

    monkeypatch.setattr(guard, "_run", run)
    monkeypatch.setattr(guard, "_settle_streams", lambda: None)
    monkeypatch.setattr(guard, "drop_stdout", lambda: None)
    assert guard.run_guarded([]) == 4
    told = capfd.readouterr().err
    assert told.startswith(f"sprintbot: this is a bug in sprintbot: {type(error).__name__}: ")
    assert "Traceback" in told
