"""Documents as JSON values: YAML, JSON and TOML; XML is checked and no more.

Errors carry the position. All readers are bounded: what is nested too deeply or expands without end is not read.
"""

import datetime
from collections.abc import Callable

from sprintbot.checks.unreadable import Unreadable
from sprintbot.claim.comparison import Json

__all__ = ["Unreadable", "read_document"]


def read_document(data: bytes, format_: str) -> Json:
    """The document as a JSON value; for XML nothing. Dates and times become text, as ISO 8601 writes them.

    Raises ValueError with the position of what is wrong, Unreadable.
    """
    return _READERS[format_](data)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise ValueError(f"line {line}: byte 0x{data[exc.start]:02x} is not UTF-8") from exc


def _read_json(data: bytes) -> Json:
    import json

    def refuse(constant: str) -> Json:
        raise ValueError(f"{constant} is no JSON value")

    try:
        return json.loads(_decode(data), parse_constant=refuse)
    except json.JSONDecodeError as exc:
        raise ValueError(f"line {exc.lineno}, column {exc.colno}: {exc.msg}") from exc
    except RecursionError as exc:
        raise Unreadable("it is nested too deeply to be read") from exc


def _read_toml(data: bytes) -> Json:
    import tomllib

    try:
        return _plain(tomllib.loads(_decode(data)))
    except RecursionError as exc:
        raise Unreadable("it is nested too deeply to be read") from exc


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


def _read_yaml(data: bytes) -> Json:
    from sprintbot.checks.yaml_values import read_yaml

    return read_yaml(_decode(data))


def _check_xml(data: bytes) -> Json:
    from xml.parsers import expat

    def refuse(*_: object) -> None:
        raise Unreadable("it has a document type declaration, which is not read")

    # Without a DTD no entity is ever declared, so that none can expand or fetch.
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise ValueError(f"line {exc.lineno}, column {exc.offset + 1}: {expat.ErrorString(exc.code)}") from exc


_READERS: dict[str, Callable[[bytes], Json]] = {
    "json": _read_json,
    "toml": _read_toml,
    "xml": _check_xml,
    "yaml": _read_yaml,
}
