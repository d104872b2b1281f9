"""Repositories to measure, made by git fast-import: always the same bytes."""

import os
import random
import subprocess
from itertools import islice
from pathlib import Path

FILES = 4_010
LINES = 1_137_624
SEED = 20251103


def make_repository(folder: Path, files: int = FILES, lines: int = LINES) -> None:
    """A repository of text files whose sizes spread as in a real one: many small, few very large; and its work tree."""
    chance = random.Random(SEED)
    weights = [chance.lognormvariate(0, 1.6) for _ in range(files)]
    whole = sum(weights)
    words = _words(chance)
    stream = [b"commit refs/heads/main\ncommitter A <a@example.org> 1762171200 +0000\ndata 4\nmade\n"]
    for number, weight in enumerate(weights):
        body = _text(chance, words, max(1, round(lines * weight / whole)))
        path = f"part{number % 40}/module{number // 40 % 10}/file{number}.txt"
        stream.append(f"M 100644 inline {path}\ndata {len(body)}\n".encode() + body + b"\n")
    folder.mkdir(parents=True)
    git = ("git", "-C", str(folder))
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True, env=environ)
    subprocess.run([*git, "fast-import", "--quiet", "--depth=0"], input=b"".join(stream), check=True, env=environ)
    subprocess.run([*git, "reset", "-q", "--hard"], check=True, env=environ)


def _words(chance: random.Random) -> list[str]:
    """A vocabulary as large as a code base's, a few words of it common, so that it deflates as source code does."""
    letters = "etaoinshrdlucmfwypvbgkqjxz_"
    return ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(12_000)] + [
        "self",
        "=",
        "(",
        ")",
    ] * 1500


def _text(chance: random.Random, words: list[str], lines: int) -> bytes:
    drawn = iter(chance.choices(words, k=lines * 10))
    made = (" ".join(islice(drawn, chance.randint(3, 15))) for _ in range(lines))
    return ("\n".join(made) + "\n").encode()


def write_manifest(folder: Path, count: int = 12) -> Path:
    """A manifest of so many file claims in a repository made here."""
    sprints = folder / "sprints"
    sprints.mkdir(exist_ok=True)
    head = "version: 1\nsprint: bench\nstart: 2025-11-03\nend: 2025-11-08\ndeliverables:\n"
    body = "".join(
        f"  - id: d{n}\n    title: Deliverable {n}\n"
        f"    checks: [{{file: part{n % 40}/module{n // 40 % 10}/file{n}.txt, lines: 1}}]\n"
        for n in range(count)
    )
    file = sprints / "bench.yaml"
    file.write_text(head + body)
    return file
