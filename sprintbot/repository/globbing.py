"""Glob patterns over the paths of a tree: ``*`` ``?`` ``[..]`` stay in a folder, ``**`` crosses folders.

As in git's pathspecs, and unlike in a shell, ``*`` takes names that start with a dot.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

_WILD = re.compile(r"[*?\[]")
_MEMBER = re.compile(r"(.)-(.)|(.)", re.DOTALL)
_CLASS = re.compile(r"\[(!?)(\]?[^\]/]*)\]")


def glob(pattern: str, paths: Sequence[str]) -> list[str]:
    """The paths that match, of sorted ones. Only those that begin as the pattern does are looked at."""
    prefix = literal_start(pattern)
    rest = _compiled(pattern[len(prefix) :])
    return [path for path in starting_with(prefix, paths) if rest.fullmatch(path, len(prefix))]


def starting_with(prefix: str, paths: Sequence[str]) -> Sequence[str]:
    """The stretch of sorted paths that start so."""
    start = bisect_left(paths, prefix)
    stop = bisect_left(paths, prefix + chr(0x10FFFF), start) if prefix else len(paths)
    return paths[start:stop]


def literal_start(pattern: str) -> str:
    """The folders at the beginning of a pattern that have no wildcard in them; all of it when nothing is wild."""
    found = _WILD.search(pattern)
    return pattern if found is None else pattern[: pattern.rfind("/", 0, found.start()) + 1]


@lru_cache(maxsize=4096)
def _compiled(rest: str) -> re.Pattern[str]:
    """The part of a pattern after its literal folders; many patterns of a manifest share one."""
    if not rest:
        return re.compile("")
    stretches: list[list[str]] = [[]]
    for segment in rest.split("/"):
        if segment != "**":
            stretches[-1].append(_segment(segment))
        elif stretches[-1] or len(stretches) == 1:
            stretches.append([])
    return re.compile(_joined(["/".join(stretch) for stretch in stretches]))


def _joined(stretches: list[str]) -> str:
    """Segments between two ``**`` are found as early as they can be, and atomically, so that nothing is tried twice."""
    if len(stretches) == 1:
        return stretches[0]
    first, *middle, last = stretches
    start = f"{first}/" if first else ""
    between = "".join(f"(?>(?:[^/]+/)*?{stretch}/)" for stretch in middle)
    return start + between + (f"(?:[^/]+/)*{last}" if last else "(?:[^/]+/)*[^/]+")


def _segment(segment: str) -> str:
    """One folder or file name of a pattern; fixed parts between stars are found early and atomically, as above."""
    first, *others = [_fixed(part) for part in _split_at_stars(segment)]
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>[^/]*?{part})" for part in middle if part) + f"[^/]*{last}"


def _split_at_stars(segment: str) -> list[str]:
    parts, at = [""], 0
    while at < len(segment):
        bracket = _CLASS.match(segment, at)
        taken = bracket[0] if bracket else segment[at]
        if taken == "*":
            parts.append("")
        else:
            parts[-1] += taken
        at += len(taken)
    return parts


def _fixed(part: str) -> str:
    made, at = "", 0
    while at < len(part):
        bracket = _CLASS.match(part, at)
        if bracket:
            made += _character_class(bracket[1] == "!", bracket[2])
            at = bracket.end()
        else:
            made += "[^/]" if part[at] == "?" else re.escape(part[at])
            at += 1
    return made


def _character_class(negated: bool, members: str) -> str:  # noqa: FBT001 - two groups of one match
    """A class that never takes ``/``. A range that runs backwards is empty, as in a shell."""
    made = "".join(
        "" if first and first > last else f"{re.escape(first)}-{re.escape(last)}" if first else re.escape(single)
        for first, last, single in _MEMBER.findall(members)
    )
    if not made:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{made}]"
