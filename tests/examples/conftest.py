import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PLATFORM = Path(__file__).resolve().parents[2] / "examples" / "rag-platform"


@pytest.fixture
def platform() -> Path:
    """The folder of the example platform."""
    return PLATFORM


@pytest.fixture
def tool() -> Callable[[str], str]:
    """Finds a program; where it is missing, the test is skipped, and fails in CI."""

    def find(name: str) -> str:
        folders = [str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin"]
        found = shutil.which(name, path=os.pathsep.join(folders))
        if found is None:
            reason = f"{name} is not installed"
            pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
        return found

    return find
