import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sprintbot.errors import UsageError
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.repository.tree import Wants

COUNTING = 'echo "$*" >> {log}; exec {git} "$@"'


def look_at_all(folder, wanted):
    with open_snapshot(folder) as tree:
        tree.load(Wants(counts=frozenset(wanted), paths=frozenset(wanted)))
        for path in wanted:
            if tree.entry(path) is None:
                tree.absence(path)
            else:
                tree.counts(path)
                tree.notes(path)
            tree.link(path)


@pytest.mark.parametrize("many", [3, 120, 450])
def test_the_number_of_git_processes_does_not_grow_with_the_paths(git_repo, stand_in_git, many):
    paths = [f"f{number}" for number in range(many)]
    for number, path in enumerate(paths):
        git_repo.write(path, f"{number}\n")
    git_repo.commit()
    git_repo.write("new", "x\n")
    log = stand_in_git(COUNTING)
    look_at_all(git_repo.path, [*paths, "new", "nowhere"])
    processes = log.read_text().splitlines()
    assert len(processes) <= 7, processes


def test_nothing_but_what_is_asked_for_is_run(git_repo, stand_in_git):
    git_repo.write("a", "1\n")
    git_repo.commit()
    log = stand_in_git(COUNTING)
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(counts=frozenset({"a"})))
        assert tree.counts("a").lines == 1
    words = [line.split("--literal-pathspecs ")[1].split()[0] for line in log.read_text().splitlines()]
    assert sorted(words) == ["cat-file", "cat-file", "ls-tree", "rev-parse"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted in /proc")
def test_no_process_and_no_descriptor_stays(git_repo):
    git_repo.write("a", "1\n")
    git_repo.commit()

    def held():
        gc.collect()
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return len(list(Path("/proc/self/fd").iterdir())), children

    before = held()
    look_at_all(git_repo.path, ["a", "nowhere"])
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(paths=frozenset({"a"})))  # what is started here is never read
    with pytest.raises(UsageError):
        open_snapshot(git_repo.path, "nowhere")
    assert held() == before


def test_counting_lines_loads_nothing_heavy(git_repo):
    git_repo.write("a", "1\n")
    git_repo.commit()
    code = (
        "import sys, pathlib; from sprintbot.repository.snapshot import open_snapshot\n"
        f"with open_snapshot(pathlib.Path({str(git_repo.path)!r})) as tree: print(tree.counts('a').lines)\n"
        "heavy = {'asyncio', 'ssl', 'git', 'jinja2', 'msgspec', 'tempfile', 'logging', 'inspect'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout.split() == ["1"]
