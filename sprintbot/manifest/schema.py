"""The JSON Schema of manifests (draft 2020-12), made from the types that read them."""

import json
from typing import Any

import msgspec

from sprintbot.checks import KINDS, load_kind
from sprintbot.claim.expectation import Schema
from sprintbot.manifest.model import Manifest, Planned, Saying

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "urn:sprintbot:sprint:1"
_REF = "#/$defs/{name}"


def manifest_schema() -> Schema:
    """The schema of a manifest, with every kind of check that there is."""
    kinds = [load_kind(name) for name in KINDS]
    _, defs = msgspec.json.schema_components((Manifest, *kinds), schema_hook=_own_schema, ref_template=_REF)
    for struct in _structs(Manifest, *kinds):
        name = struct.__name__
        if hasattr(struct, "parse"):
            defs[name] = struct.schema()
        elif name in defs:
            defs[name] = _described(defs[name])
    defs[Saying.__name__] = {"anyOf": [{"type": "string", "minLength": 1}, defs[Saying.__name__]]}
    manifest = defs.pop(Manifest.__name__)
    head = {"$schema": DIALECT, "$id": ADDRESS, "title": "sprintbot manifest"}
    return {**head, **{key: value for key, value in manifest.items() if key != "title"}, "$defs": defs}


def schema_text() -> str:
    """The schema as the file holds it: indented by two, with a newline at its end."""
    return json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n"


def _own_schema(wanted: type) -> Schema:
    """The schema of a type that msgspec does not know."""
    if wanted is Planned:
        return {"anyOf": [{"$ref": _REF.format(name=load_kind(name).__name__)} for name in KINDS]}
    schema: Schema = wanted.schema()  # type: ignore[attr-defined]  # every type of a field has one
    return schema


def _structs(*tops: type) -> set[type[Any]]:
    """The structs that the types are made of."""
