"""What a plain scalar means in YAML 1.2.2's core schema (section 10.3.2): ``no`` and ``3402:22`` are texts."""

import re

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]{1,300}")
_BASED = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]{1,300}(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


def core_scalar(text: str) -> bool | float | str | None:
    """The null, truth value, number or text that a plain scalar stands for.

    Infinity and not-a-number stay texts, as JSON has neither; so do numbers that are too long to be meant.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        value = float(text)
        return text if abs(value) == float("inf") else value
    if _BASED.fullmatch(text):
        return int(text, 0)
    return text
