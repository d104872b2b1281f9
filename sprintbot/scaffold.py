"""A first manifest, from what git says was added or changed: measured floors, each beside a claim of substance.

The floors are what the files have today, so that the manifest holds as it stands; what it cannot know, it asks.
"""

import ast
import datetime
import posixpath
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sprintbot.checks.contents import FORMAT_OF_SUFFIX, Format
from sprintbot.checks.documents import Unreadable, read_document
from sprintbot.checks.fields import RepoPath
from sprintbot.checks.site import Ground
from sprintbot.checks.tests import TestPaths, TestsCheck
from sprintbot.claim.evidence import Blocked
from sprintbot.manifest.model import Planned
from sprintbot.repository.tree import Tree, Wants
from sprintbot.runner import Job, run_checks

MAX_FILES = 60
MAX_NEEDLE = 60
_TEST_NAME = re.compile(r"(test_[^/]*|[^/]*_test)\.py")
_WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_NOT_TELLING = re.compile(r"^[\s\W_]*$")


class Draft(NamedTuple):
    """A manifest's text, how many files it names and how many it left out."""

    text: str
    named: int
    left_out: int


def draft_manifest(sprint: str, tree: Tree, paths: Sequence[str], start: datetime.date, end: datetime.date) -> Draft:
    """A manifest with a check for each of the paths, by folder. Python tests become one check a folder."""
    files = [path for path in paths if _is_subject(tree, path)]
    folders = {posixpath.dirname(path) for path in files if _TEST_NAME.fullmatch(posixpath.basename(path))}
    suites = _count_tests(tree, sorted(folders - {""}))
    plain = [path for path in files if posixpath.dirname(path) not in suites]
    named, left = plain[:MAX_FILES], plain[MAX_FILES:]
    tree.load(Wants(counts=frozenset(named), content=frozenset(named)))
    lines = [*_head(sprint, start, end), *_deliverables(tree, named, suites), *_tail()]
    return Draft("\n".join(lines) + "\n", len(named) + len(suites), len(left))


def _is_subject(tree: Tree, path: str) -> bool:
    """Whether a file is worth a check: not a manifest or report of ours, not a link, not a name YAML cannot hold."""
    entry = tree.entry(path)
    if entry is None or not entry.is_file or path.startswith(("sprints/", "reports/", "decisions/")):
        return False
    try:
        path.encode()
        return RepoPath.parse(path) == path
    except ValueError:
        return False


def _count_tests(tree: Tree, folders: Sequence[str]) -> dict[str, int]:
    """How many tests the folders have, by the kind that will check it; without those that have none for sure."""
    ground = Ground(tree, environ={}, clock=time.monotonic)
    checks = {folder: TestsCheck(tests=TestPaths.parse(folder)) for folder in folders}
    run = run_checks([Job(folder, Planned(check, 1), ground) for folder, check in checks.items()])
    counted = {folder: result.reading("count") for folder, result in run.results.items()}
    return {folder: reading.value for folder, reading in counted.items() if reading is not None and reading.value}


def _head(sprint: str, start: datetime.date, end: datetime.date) -> list[str]:
    return [
        "# Floors are what git has today. Say what was promised instead, and what would prove it.",
        "version: 1",
        f"sprint: {_quoted(sprint) if sprint.isdecimal() else sprint}",
        f"title: {_quoted(sprint)}",
        f"start: {start.isoformat()}",
        f"end: {end.isoformat()}",
        "",
        "deliverables:",
    ]


def _deliverables(tree: Tree, paths: Sequence[str], suites: Mapping[str, int]) -> list[str]:
    if not paths and not suites:
        return [
            "  - id: first",
            "    title: The first thing promised",
            "    checks: []                     # such as {file: README.md, lines: 10, contains: [Usage]}",
        ]
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(posixpath.dirname(path), []).append(path)
    for suite in suites:
        folders.setdefault(suite, [])
    lines: list[str] = []
    taken: set[str] = set()
    for folder, members in folders.items():
        checks = [_file_check(tree, path) for path in members]
        if folder in suites:
            checks.append([f"      - tests: {_quoted(folder)}", f"        count: {suites[folder]}"])
        lines += [f"  - id: {_id(folder, taken)}", f"    title: {_quoted(folder or 'Top level')}", "    checks:"]
        lines += [line for check in checks for line in check]
    return lines


def _file_check(tree: Tree, path: str) -> list[str]:
    lines = [f"      - file: {_quoted(path)}"]
    try:
        counts = tree.counts(path)
        text = tree.content(path).decode("utf-8", "replace")
    except Blocked as exc:
        size = _size(tree, path)
        return [*lines, *([f"        size: {size}B"] if size else []), f"        # {_comment(exc.reason)}"]
    if counts.lines:
        lines.append(f"        lines: {counts.lines}")
    if (entry := tree.entry(path)) is not None and entry.is_executable:
        lines.append("        executable: true")
    return [*lines, *_substance(path, text)]


def _size(tree: Tree, path: str) -> int:
    try:
        return tree.size(path)
    except Blocked:
        return 0


def _substance(path: str, text: str) -> list[str]:
    """Claims that an empty shell of the same size would not fulfil."""
    suffix = posixpath.splitext(path)[1].lower()
    needle = _definition(text) if suffix == ".py" else _heading(text) if suffix in {".md", ".mdx"} else ""
    needle = needle or _telling_line(text)
    format_ = FORMAT_OF_SUFFIX.get(suffix.removeprefix("."))
    claims = [f"        parses: {format_}"] if format_ and _parses(text, format_) else []
    return [*claims, f"        contains: [{_quoted(needle)}]"] if needle else claims


def _parses(text: str, format_: Format) -> bool:
    try:
        read_document(text.encode(), format_)
    except (ValueError, Unreadable):
        return False
    return True


def _definition(text: str) -> str:
    """The first public class or function of a Python module, as it is written."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            words = f"{'class' if isinstance(node, ast.ClassDef) else 'def'} {node.name}"
            return words if words in text and len(words) <= MAX_NEEDLE else ""
    return ""


def _heading(text: str) -> str:
    headings = (line for line in text.splitlines() if re.match(r"#{1,3} \S", line))
    return _fit(headings)


def _telling_line(text: str) -> str:
    return _fit(line for line in text.splitlines() if not line.startswith(("#!", "<?")))


def _fit(lines: Iterable[str]) -> str:
    """The first line that says something, cut where it is long: no ``/pattern/``, nothing that cannot be printed."""
    for line in lines:
        shown = line.strip()[:MAX_NEEDLE].strip()
        tells = shown.isprintable() and "\N{REPLACEMENT CHARACTER}" not in shown and not shown.startswith("/")
        if tells and not _NOT_TELLING.match(shown):
            return shown
    return ""


def _tail() -> list[str]:
    return [
        "",
        "# Claims about the deployment prove what files cannot; they are blocked until something answers:",
        "#      - {http: http://localhost:8000/health, env: local, status: 200}",
        "# Blockers, effort, criteria and a decision may follow; sprintbot schema has every key.",
    ]


def _id(folder: str, taken: set[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", folder).strip("-._")[:80] or "top-level"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _quoted(text: str) -> str:
    """A YAML scalar: plain where every reader takes it for a text, else double-quoted (YAML 1.2, 7.3.1)."""
    if re.fullmatch(r"[A-Za-z][\w./-]*( [\w./-]+)*", text, re.ASCII) and text.lower() not in _WORDS_OF_YAML:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _comment(text: str) -> str:
    return " ".join(text.split())
