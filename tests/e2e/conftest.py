import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

COMMAND = os.environ.get("SPRINTBOT_COMMAND") or str(Path(sys.executable).with_name("sprintbot"))
HEAD = "version: 1\nsprint: {name}\nstart: 2025-11-03\nend: 2025-11-08\n"
GOOD = "deliverables:\n  - id: readme\n    title: Read me\n    checks:\n      - {file: README.md, lines: 3}\n"
NOW = ("--now", "2025-11-05T12:00:00Z")


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Command:
    """The installed command, in an environment that has nothing of ours in it."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8"}

    def __call__(self, *args: str | Path, cwd: Path | None = None, timeout: float = 60, **environ: str) -> Done:
        done = subprocess.run(
            [COMMAND, *map(str, args)],
            cwd=cwd or self.folder,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *args: str | Path, **popen) -> "subprocess.Popen[bytes]":
        popen = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | popen
        return subprocess.Popen([COMMAND, *map(str, args)], cwd=self.folder, env=self.environ, **popen)

    @property
    def path(self) -> str:
        """The command's file."""
        return COMMAND

    def python(self, code: str, *args: str, cwd: Path | None = None) -> Done:
        """A program for the Python that the command runs in."""
        interpreter = Path(COMMAND).read_text().splitlines()[0].removeprefix("#!").strip()
        done = subprocess.run(
            [interpreter, "-c", code, *args],
            cwd=cwd or self.folder,
            env=self.environ,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session", autouse=True)
def _installed():
    if Path(COMMAND).is_file():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{COMMAND} is not there: install sprintbot, or name its command in SPRINTBOT_COMMAND")
    pytest.skip(f"{COMMAND} is not there")


@pytest.fixture
def project(git_repo):
    """A repository whose sprint holds: README.md of three lines, sprints/s.yaml."""
    git_repo.write("README.md", "# Title\n\nText\n")
    git_repo.write("sprints/s.yaml", HEAD.format(name="s") + GOOD)
    git_repo.commit()
    return git_repo


@pytest.fixture
def sprintbot(project, tmp_path):
    """The command, run at the top of the project."""
    home = tmp_path / "home"
    home.mkdir()
    return Command(project.path, home)


@pytest.fixture
def manifest(project):
    """Write sprints/s.yaml anew: ``manifest(checks)`` with one deliverable, or ``manifest(text=...)``."""

    def write(checks: str = "", *, name: str = "s", text: str | None = None, more: str = "") -> Path:
        listed = "".join(f"      - {check}\n" for check in checks.splitlines() if check)
        body = f"deliverables:\n  - id: one\n    title: One\n    checks:\n{listed}{more}"
        return project.write(f"sprints/{name}.yaml", text if text is not None else HEAD.format(name=name) + body)

    return write


@pytest.fixture
def listing():
    """What is in a folder, ``.git`` too: every path with its size and times."""

    def all_of(folder: Path) -> dict[str, tuple[int, int, int]]:
        paths = [Path(root, name) for root, folders, files in os.walk(folder) for name in (*folders, *files)]
        stats = {path: path.lstat() for path in paths}
        return {
            str(path): (stat.st_size if path.is_file() else 0, stat.st_mtime_ns, stat.st_ino)
            for path, stat in stats.items()
        }

    return all_of


@pytest.fixture
def expect_refused(sprintbot, project, listing):
    """Run the command, and see that it refuses: code, words on standard error, nothing printed, nothing written."""

    def run(*args: str | Path, words: tuple[str, ...], code: int = 2, **kwargs) -> str:
        before = listing(project.path)
        done = sprintbot(*args, **kwargs)
        assert done.code == code, done
        assert done.out == ""
        assert "Traceback" not in done.err
        assert [word for word in words if word not in done.err] == [], done.err
        assert listing(project.path) == before
        return done.err

    return run
