import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def stand_in_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a shell script before git on PATH; ``{git}`` in it is the real one. Gives a file to write to, ``{log}``."""

    def install(script: str) -> Path:
        real, log, folder = shutil.which("git"), tmp_path / "git.log", tmp_path / "bin"
        folder.mkdir()
        log.touch()
        file = folder / "git"
        file.write_text("#!/bin/sh\n" + script.replace("{git}", str(real)).replace("{log}", str(log)))
        file.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return log

    return install
