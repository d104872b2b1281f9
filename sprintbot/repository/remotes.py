"""The addresses of a repository's remotes."""

from pathlib import Path

from sprintbot.repository.git import Started

_ASKED = r"^(remote\..*\.url|url\..*\.insteadof)$"


def ask_for_remotes(folder: Path) -> Started:
    """The process that ``read_remotes`` reads."""
    return Started(("config", "-z", "--get-regexp", _ASKED), folder)


def read_remotes(asked: Started) -> dict[str, str]:
    """The first URL of each remote by name, as git would use it (git-config(1), ``url.<base>.insteadOf``)."""
    answer = asked.output(accept=lambda status: status in {0, 1}).decode("utf-8", "surrogateescape")
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
