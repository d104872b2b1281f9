"""The addresses of a repository's remotes."""

from pathlib import Path

from sprintbot.repository.git import run_git

_ASKED = r"^(remote\..*\.url|url\..*\.insteadof)$"


def read_remotes(folder: Path) -> dict[str, str]:
    """The first URL of each remote by name, as git would use it (git-config(1), ``url.<base>.insteadOf``)."""
    answer = run_git(("config", "-z", "--get-regexp", _ASKED), folder, accept=lambda status: status in {0, 1}).decode(
        "utf-8", "surrogateescape"
    )
    remotes: dict[str, str] = {}
    shortened: dict[str, str] = {}
    for record in answer.split("\0")[:-1]:
        key, _, value = record.partition("\n")
        if key.startswith("remote."):
            remotes.setdefault(key[len("remote.") : -len(".url")], value)
        else:
            shortened[value] = key[len("url.") : -len(".insteadof")]
    return {name: _in_full(url, shortened) for name, url in remotes.items()}


def _in_full(url: str, shortened: dict[str, str]) -> str:
    short = max((start for start in shortened if url.startswith(start)), key=len, default=None)
    return url if short is None else shortened[short] + url[len(short) :]
