"""``python -m benchmarks``: each figure beside its goal. Exits 1 when one is over its goal by more than a quarter."""

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.repositories import make_repository, write_manifest
from benchmarks.rounds import Ratio, compare, output_of

MARGIN = 1.25
PYTHON = sys.executable
SPRINTBOT = str(Path(sys.executable).with_name("sprintbot"))
NOTHING = (PYTHON, "-c", "pass")
ALL_LINES = """
from pathlib import Path
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.repository.tree import Wants
with open_snapshot(Path()) as tree:
    paths = tree.paths()
    tree.load(Wants(counts=frozenset(paths)))
    print(sum(tree.counts(path).newlines for path in paths))
"""
WC = ("sh", "-c", "git ls-files -z | xargs -0 cat | wc -l")
WC_EACH = ("sh", "-c", "git ls-files -z | xargs -0 wc -l")


class Benchmark(NamedTuple):
    """One figure: what is compared with what, and the ratio to stay below."""

    name: str
    what: str
    goal: float
    ratio: Ratio


def measure(folder: Path) -> list[Benchmark]:
    """B1 to B4, on a repository of about 4,000 files."""
    make_repository(folder)
    ours, theirs = output_of((PYTHON, "-c", ALL_LINES), cwd=folder), output_of(WC, cwd=folder)
    if int(ours) != int(theirs):
        raise SystemExit(f"the results differ before anything is timed: {ours.strip()} against {theirs.strip()} lines")
    write_manifest(folder)
    if "24 claims: 24 pass" not in output_of((SPRINTBOT, "check", "bench"), cwd=folder):
        raise SystemExit("the twelve claims do not all hold before anything is timed")
    return [
        Benchmark("B1", "sprintbot --version / python -c pass", 1.15, _start(("--version",), folder)),
        Benchmark("B2", "sprintbot --help / python -c pass", 8.5, _start(("--help",), folder)),
        Benchmark("B3", "check of 12 file claims / python -c pass", 10.5, _start(("check", "bench"), folder)),
        Benchmark(
            "B4",
            "lines of all files at HEAD / wc -l of them",
            2.1,
            compare((PYTHON, "-c", ALL_LINES), WC_EACH, cwd=folder, rounds=7),
        ),
    ]


def _start(arguments: tuple[str, ...], folder: Path) -> Ratio:
    return compare((SPRINTBOT, *arguments), NOTHING, cwd=folder, rounds=25)


def main() -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(Path(scratch) / "repository")
    print(f"{'':<4}{'median (least to most)':<26}{'goal':>6}  what")
    for figure in figures:
        print(f"{figure.name:<4}{figure.ratio!s:<26}{figure.goal:>6}  {figure.what}")
    return int(any(figure.ratio.median > figure.goal * MARGIN for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
