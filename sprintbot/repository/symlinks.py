"""Where symbolic links of a repository lead, without following any on disk."""

import posixpath
from collections.abc import Callable

HOPS = 40
"""As many links as Linux follows before it says ELOOP (path_resolution(7))."""


class Strays(ValueError):  # noqa: N818 - the words are the point
    """A link leads out of the repository, or nowhere; the message says which and where to."""


def resolve(path: str, target_of: Callable[[str], str | None]) -> str:
    """The path with its links followed, inside the repository only.

    ``target_of`` gives a link's target, None for what is no link. Raises Strays.
    """
    ahead = path.split("/")[::-1]
    done: list[str] = []
    hops = 0
    via = ""
    while ahead:
        part = ahead.pop()
        if part == "..":
            if not done:
                raise Strays(f"{via}, which is outside of the repository")
            done.pop()
        elif part not in {"", "."}:
            done.append(part)
            target = target_of("/".join(done))
            if target is not None:
                hops += 1
                via = f"{'/'.join(done)} is a symlink to {target}"
                _refuse(target, hops, via)
                done.pop()
                ahead.extend(target.split("/")[::-1])
    return "/".join(done)


def _refuse(target: str, hops: int, via: str) -> None:
    if target.startswith("/"):
        raise Strays(f"{via}, which is outside of the repository")
    if hops > HOPS:
        raise Strays(f"{via}, and so on in a circle")


def parents(path: str) -> list[str]:
    """The folders a path is in, the outermost first."""
    found: list[str] = []
    folder = posixpath.dirname(path)
    while folder:
        found.append(folder)
        folder = posixpath.dirname(folder)
    return found[::-1]
