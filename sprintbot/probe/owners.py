"""Who holds a port, and under which names: ``process:NAME``, ``container:NAME``, ``compose:SERVICE``, ``unit:NAME``.

Where a name cannot be known, that is said; nobody is taken for a stranger because we could not look.
"""

import msgspec

from sprintbot.probe.engines import Container, Engines
from sprintbot.probe.identity import Identity

_UNSEEN = "a process that this user may not see"
_ONLY_ROOT = "only its user or root can tell whose it is"
_HELPERS = ("rootlessport", "containers-rootlessport", "rootlesskit", "slirp4netns", "pasta", "passt", "docker-proxy")
_ENGINES = ("dockerd", "conmon", "containerd", "gvproxy", "vpnkit", "com.docker.", "OrbStack", "limactl", "wslrelay")
_TUNNEL = "ssh"
_HOLDING_FOR_OTHERS = {"systemd", "launchd", "inetd", "xinetd"}


class Listener(msgspec.Struct, frozen=True, kw_only=True):
    """A socket that accepts TCP connections; ``pid`` is None where its process may not be seen."""

    port: int
    address: str
    pid: int | None


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a port.

    ``words`` name it for a reader: ``python3 (pid 4242, user ana)``. ``names`` are the names it has, ``compose:ollama``
    among them. ``unknowable`` says for a scheme why the holder may have a name of it that is not among them.
    """

    words: str
    names: frozenset[str] = frozenset()
    unknowable: dict[str, str] = {}


def holder_of(listener: Listener, identity: Identity | None, engines: Engines) -> Holder:
    """The holder of a listening socket. ``identity`` is None where its process cannot be seen or has ended."""
    containers = _containers_of(listener, identity, engines)
    named = _container_names(containers)
    if identity is None:
        return _unseen_holder(listener, containers, named)
    unknowable: dict[str, str] = {}
    if not containers and may_be_container(identity):
        why = f"the container behind it is not known ({engines.silence or 'no engine names it'})"
        unknowable |= {"container": why, "compose": why}
    if identity.unit is None:
        unknowable["unit"] = "units are known only where systemd's control groups are"
    elif identity.name in _HOLDING_FOR_OTHERS:
        unknowable["unit"] = f"{identity.name} holds it for another"
    else:
        named |= {f"unit:{identity.unit}"} if identity.unit else set()
    return Holder(
        words=_words(identity, containers),
        names=frozenset(named | {f"process:{name}" for name in identity.names}),
        unknowable=unknowable,
    )


def may_be_container(identity: Identity) -> bool:
    """Whether a process is in a container, or holds ports for one."""
    return identity.apart or bool(identity.containers) or _is_helper(identity)


def _unseen_holder(listener: Listener, containers: list[Container], named: set[str]) -> Holder:
    words, why = _UNSEEN, _ONLY_ROOT
    if listener.pid is not None:
        words, why = f"a process (pid {listener.pid}) that has ended", "it ended while we looked"
    if containers:
        return Holder(words=_in_words(containers), names=frozenset(named), unknowable={"process": why, "unit": why})
    return Holder(words=words, unknowable={"process": why, "unit": why, "container": why, "compose": why})


def _containers_of(listener: Listener, identity: Identity | None, engines: Engines) -> list[Container]:
    """By id where the process tells one; by the published port where a helper or nobody visible holds it."""
    if identity is not None and identity.containers:
        return [each for each in engines.containers if each.id in identity.containers]
    if identity is None:
        return [each for each in engines.containers if each.publishes(listener.port, listener.address)]
    if _is_helper(identity):
        return [each for each in engines.containers if each.publishes(listener.port)]
    return []


def _container_names(containers: list[Container]) -> set[str]:
    names = {f"container:{name}" for each in containers for name in each.names}
    return names | {f"compose:{each.service}" for each in containers if each.service}


def _is_helper(identity: Identity) -> bool:
    return _TUNNEL in identity.names or any(name.startswith((*_HELPERS, *_ENGINES)) for name in identity.names)


def _words(identity: Identity, containers: list[Container]) -> str:
    words = f"{identity.name} (pid {identity.pid}, user {identity.user})"
    if containers:
        return f"{words} for {_in_words(containers)}" if _is_helper(identity) else f"{words} in {_in_words(containers)}"
    if identity.unit and identity.unit.endswith(".service") and not identity.unit.startswith("user@"):
        return f"{words} of unit {identity.unit}"
    return words


def _in_words(containers: list[Container]) -> str:
    named = [each.names[0] + (f" (compose service {each.service})" if each.service else "") for each in containers]
    return f"container {' and '.join(named)}"
