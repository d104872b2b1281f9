from pathlib import Path

import pytest

from sprintbot.manifest.loader import load_sprint
from sprintbot.manifest.problems import ManifestError
from sprintbot.manifest.sprint import Sprint

HEAD = "version: 1\nsprint: sprint-2\nstart: 2025-11-03\nend: 2025-11-08\n"
DELIVERABLES = "deliverables:\n  - {id: kong, title: Kong, checks: [{file: kong.yml}]}\n"


class Folder:
    """A folder of manifests. Texts start in line 5, after HEAD, unless they are whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str | bytes, name: str = "sprint-2", *, whole: bool = False) -> Path:
        head = HEAD.replace("sprint-2", name).encode()
        file = self.path / f"{name}.yaml"
        file.write_bytes((b"" if whole else head) + (text.encode() if isinstance(text, str) else text))
        return file

    def load(self, text: str | bytes, *, whole: bool = False) -> Sprint:
        return load_sprint(self.write(text, whole=whole))

    def problems(self, text: str | bytes, *, whole: bool = False) -> list[str]:
        """``line:column: message`` for everything wrong."""
        with pytest.raises(ManifestError) as caught:
            self.load(text, whole=whole)
        assert caught.value.exit_code == 2
        shown = [line.removeprefix(f"{caught.value.file}:") for line in caught.value.message.splitlines()]
        assert len(shown) == len(caught.value.problems)
        return shown


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def sprints(folder):
    """A folder whose ``sprints`` has three manifests."""
    (folder.path / "sprints").mkdir()
    inner = type(folder)(folder.path / "sprints")
    for name in ("sprint-1", "sprint-2"):
        inner.write(DELIVERABLES, name)
    inner.write(DELIVERABLES, "kickoff").rename(inner.path / "kickoff.yml")
    return folder.path
