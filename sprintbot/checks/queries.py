"""JMESPath queries over a measured document."""

from sprintbot.claim.comparison import MISSING, Json
from sprintbot.claim.evidence import Reading, Strength


def look_up(query: str, document: Json, strength: Strength) -> Reading:
    """What a JMESPath expression gives; MISSING for nothing, with the reason where the expression does not fit."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        value = jmespath.search(query, document)
    except JMESPathError as exc:
        told = " ".join(str(exc).split())
        return Reading(value=MISSING, strength=strength, reason=f"no such value: {told}")
    return Reading(value=MISSING if value is None else value, strength=strength)
