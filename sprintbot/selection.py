"""Which checks of a sprint a user asked for."""

from collections.abc import Sequence

from sprintbot.errors import UsageError
from sprintbot.manifest.model import Planned
from sprintbot.manifest.problems import did_you_mean, one_of
from sprintbot.manifest.sprint import Sprint


def chosen_addresses(sprint: Sprint, only: Sequence[str], envs: Sequence[str]) -> set[str]:
    """The addresses of the checks that ``--only`` and ``--env`` name; all where neither is given.

    Raises UsageError for a name that no check has.
    """
    chosen = [planned for name in only for planned in _named(sprint, name)] if only else sprint.checks
    if not envs:
        return {planned.address for planned in chosen}
    _check_envs(sprint, envs)
    return {planned.address for planned in chosen if planned.check.env in envs}


def _named(sprint: Sprint, name: str) -> list[Planned]:
    """The check of an address, or of a claim's; or all checks of a deliverable or a blocker."""
    exact = sprint.addresses.find(name) or sprint.addresses.find(name.partition("#")[0])
    found = [exact] if exact else [each for each in sprint.checks if each.owner in {name, f"blocker:{name}"}]
    if not found:
        known = [each.address for each in sprint.checks] + [each.id for each in sprint.manifest.deliverables]
        near = did_you_mean(name, known)
        there = f"There are {one_of(known)}" if known else "This sprint has no checks"
        raise UsageError(f"--only {name}: no check has this address{near}", there)
    return found


def _check_envs(sprint: Sprint, envs: Sequence[str]) -> None:
    known = sorted({planned.check.env for planned in sprint.checks if planned.check.env})
    for env in envs:
        if env not in known:
            there = f"There are {one_of(known)}" if known else "No check of this sprint names an env"
            raise UsageError(f"--env {env}: no check has this env{did_you_mean(env, known)}", there)
