"""Permanent web addresses of files on known forges. Pure; credentials of a remote's URL never come out."""

import os
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote_from_bytes

_SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:@]+|\[[^\]]+\]):(?P<path>(?!/*$)[^:].*)")
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z+]*)://(?:[^/]*@)?(?P<host>[^/:@]+)(?::(?P<port>\d+))?/+(?P<path>.+)", re.IGNORECASE
)
_SHAPES = {
    "github": "blob/{commit}/{path}",
    "gitlab": "-/blob/{commit}/{path}",
    "bitbucket": "src/{commit}/{path}",
    "gitea": "src/commit/{commit}/{path}",
    "forgejo": "src/commit/{commit}/{path}",
}
_HOSTS = {
    "bitbucket.org": "bitbucket",
    "codeberg.org": "forgejo",
}
_SSH_OVER_HTTPS = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
_BY_LABEL = ("github", "gitlab", "gitea", "forgejo")
"""Self-hosted forges are known by a part of their host's name; Bitbucket's own has other addresses."""


class Forge(NamedTuple):
    """Where the repository is on the web; ``shape`` is empty where nobody knows."""

    repository: str = ""
    shape: str = ""

    @classmethod
    def of(cls, remotes: Mapping[str, str]) -> "Forge":
        """The forge of ``origin``, else of the first remote that is on one."""
        in_order = sorted(remotes.items(), key=lambda remote: remote[0] != "origin")
        return next((forge for _, url in in_order if (forge := read_url(url)).shape), cls())

    def link(self, commit: str, path: str) -> str:
        """The address of a file as it is in a commit; empty where the forge is not known."""
        return self.shape and f"{self.repository}/{self.shape.format(commit=commit, path=_quoted(path))}"


def read_url(url: str) -> Forge:
    """The forge that a remote's URL leads to: ``https://``, ``ssh://``, ``git://``, or ``git@host:owner/name``."""
    found = _URL.fullmatch(url) or _SCP.fullmatch(url)
    if found is None:
        return Forge()
    parts = found.groupdict()
    host = parts["host"].lower()
    host = _SSH_OVER_HTTPS.get(host, host)
    name = _quoted(parts["path"].strip("/").removesuffix(".git").rstrip("/"))
    kind = _HOSTS.get(host) or next((label for label in _BY_LABEL if label in re.split(r"[.-]", host)), "")
    if not kind or "/" not in name:
        return Forge()
    scheme = (parts.get("scheme") or "ssh").lower()
    web = scheme if scheme in {"http", "https"} else "https"
    port = f":{parts['port']}" if web == scheme and parts.get("port") else ""
    return Forge(f"{web}://{host}{port}/{name}", _SHAPES[kind])


def _quoted(path: str) -> str:
    return quote_from_bytes(os.fsencode(path))
