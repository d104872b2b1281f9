import time

import pytest

from sprintbot.repository.globbing import glob

PATHS = sorted(
    [
        "README.md",
        "a/b.py",
        "a/b/c.py",
        "a/b/c/d.py",
        "a/.hidden.py",
        "ab/x.py",
        "docs/[x].md",
        "docs/x.md",
        "docs/a b.md",
        "docs/na\nme.md",
        "docs/\udcff.md",
        "docs/\U0001f600.md",
        "test_a.py",
        "src/test_a.py",
    ]
)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("a/*.py", ["a/.hidden.py", "a/b.py"]),
        ("a/**/*.py", ["a/.hidden.py", "a/b.py", "a/b/c.py", "a/b/c/d.py"]),
        ("a/**/c/*.py", ["a/b/c/d.py"]),
        ("**/test_*.py", ["src/test_a.py", "test_a.py"]),
        ("**/b/**/d.py", ["a/b/c/d.py"]),
        ("**/**/d.py", ["a/b/c/d.py"]),
        ("a/**", ["a/.hidden.py", "a/b.py", "a/b/c.py", "a/b/c/d.py"]),
        ("a*/*", ["a/.hidden.py", "a/b.py", "ab/x.py"]),
        ("docs/?.md", ["docs/x.md", "docs/\U0001f600.md", "docs/\udcff.md"]),
        ("docs/[[]x].md", ["docs/[x].md"]),
        ("docs/[!a-n[]*", ["docs/x.md", "docs/\U0001f600.md", "docs/\udcff.md"]),
        ("docs/* *", ["docs/a b.md"]),
        ("docs/na*me.md", ["docs/na\nme.md"]),
        ("docs/x.md", ["docs/x.md"]),
        ("docs", []),
        ("DOCS/*", []),
        ("*", ["README.md", "test_a.py"]),
        ("*.*.md", []),
        ("a[/]b.py", []),
        ("[z-a]*", []),
    ],
)
def test_a_pattern_takes_these_paths(pattern, matches):
    assert sorted(glob(pattern, PATHS)) == sorted(matches)


def test_everything_is_two_stars():
    assert glob("**", PATHS) == PATHS
    assert glob("**/*", PATHS) == PATHS


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "**/a/" * 12 + "b", "**/*a*/" * 12 + "b"])
def test_no_pattern_is_tried_without_end(pattern):
    paths = ["a" * 250, "/".join(["a"] * 120)]
    started = time.monotonic()
    assert glob(pattern, paths) == []
    assert time.monotonic() - started < 2


def test_ten_thousand_patterns_cost_less_than_a_look_at_each_path_for_each():
    paths = sorted(f"folder{folder:03}/sub/file{file}.py" for folder in range(400) for file in range(10))
    started = time.process_time()
    found = [glob(f"folder{folder % 400:03}/**/*.py", paths) for folder in range(10_000)]
    assert all(len(matches) == 10 for matches in found)
    assert time.process_time() - started < 2
