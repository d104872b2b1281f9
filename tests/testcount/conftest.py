"""Writes small suites of tests and lets the real pytest collect them."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

Files = Mapping[str, str]
HEAD = "import itertools, unittest, enum, abc, sys\nimport pytest\nfrom unittest import mock\n"


class Suites:
    """Suites by name, each a package in one folder, with the number of tests that pytest collects in each."""

    def __init__(self, folder: Path, suites: Mapping[str, Files]) -> None:
        self.sources = {
            f"{name}/{path}": (HEAD + dedent(text)).encode()
            for name, files in suites.items()
            for path, text in {"__init__.py": "", **files}.items()
        }
        for path, source in self.sources.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(source)
        self.collected = collect(folder)

    def below(self, name: str) -> dict[str, bytes]:
        """The sources of one suite."""
        return {path: source for path, source in self.sources.items() if path.startswith(f"{name}/")}


def collect(folder: Path, *options: str) -> Counter[str]:
    """The number of tests that pytest lists, by the first folder of their path."""
    argv = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [*argv, "--rootdir", ".", "--continue-on-collection-errors", "-W", "ignore", *options],
        cwd=folder,
        env=environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return Counter(found[1] for found in re.finditer(r"^(\w+)/[\w/]+\.py::", done.stdout, re.MULTILINE))


@pytest.fixture(scope="module")
def write_suites(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, Files]], Suites]:
    return lambda suites: Suites(tmp_path_factory.mktemp("suites"), suites)
