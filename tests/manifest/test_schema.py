import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sprintbot.checks import KINDS, load_kind
from sprintbot.manifest.events import read_yaml
from sprintbot.manifest.schema import manifest_schema

HERE = Path(__file__).parent
COMMITTED = HERE.parent.parent / "sprints" / "sprint.schema.json"
MANIFESTS = sorted([*HERE.glob("*/*.yaml"), *COMMITTED.parent.glob("*.yaml")])
SCHEMA = manifest_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
BROKEN = [
    "version: 2",
    "sprint: a b",
    "titel: x",
    "start: 3",
    "deliverables: {}",
    "deliverables: [{id: a}]",
    "deliverables: [{id: a, title: A, points: 0}]",
    "deliverables: [{id: a, title: A, checks: [{lines: 3}]}]",
    "deliverables: [{id: a, title: A, checks: [{file: x, lines: many}]}]",
    "deliverables: [{id: a, title: A, checks: [{file: ../x}]}]",
    "deliverables: [{id: a, title: A, checks: [{file: x, size: 10}]}]",
    "deliverables: [{id: a, title: A, checks: [{file: x, lins: 10}]}]",
    "deliverables: [{id: a, title: A, checks: [{file: x, parses: yml}]}]",
    "deliverables: [{id: a, title: A, checks: [{http: 'http://x', within: 2}]}]",
    "deliverables: [{id: a, title: A, checks: [{http: 'http://x', retry: {every: 1s}}]}]",
    "criteria: [3]",
    "criteria: [{when: progress == 1}]",
    "waivers: [{check: a/b, by: ana, until: 2025-11-30}]",
    "decision: {id: d, question: q, options: {}}",
    "decision: {id: d, question: q, options: {A: {title: x}}, tie: maybe}",
    "slack: C0RAG",
]


def test_the_committed_schema_is_what_the_command_prints():
    done = subprocess.run([sys.executable, "-m", "sprintbot", "schema"], capture_output=True, check=True, timeout=60)
    assert done.stdout == COMMITTED.read_bytes(), "run: sprintbot schema > sprints/sprint.schema.json"
    assert json.loads(done.stdout) == SCHEMA


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_manifests_validate(file):
    assert VALIDATOR.is_valid(read_yaml(file.read_bytes(), file.name).root)


@pytest.mark.parametrize("text", BROKEN)
def test_broken_manifests_do_not_validate(text):
    good = {"version": 1, "sprint": "s", "start": "2025-11-03", "end": "2025-11-08", "deliverables": []}
    VALIDATOR.validate(good)
    assert not VALIDATOR.is_valid(good | read_yaml(text.encode(), "x").root)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_described_with_all_its_fields(kind):
    described = SCHEMA["$defs"][load_kind(kind).__name__]
    assert {kind, "id", "group", "env", "stage", "weight", "hint"} <= set(described["properties"])
    assert kind in described["required"]
    assert described["description"]


def test_no_mapping_of_the_model_takes_unknown_keys():
    for described in [SCHEMA, *SCHEMA["$defs"].values()]:
        assert described.get("properties") is None or described["additionalProperties"] is False


def test_every_definition_is_used_and_every_use_is_defined():
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert used == set(SCHEMA["$defs"])


WHOLE = read_yaml((HERE / "design" / "sprint-2.yaml").read_bytes(), "x").root
VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["x", ">= 1", "2s", [], {}, ["a"], {"a": 1}])


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50, deadline=None)
@given(st.data())
def test_what_loads_validates(tmp_path_factory, data):
    """A manifest with a value replaced: where the reader takes it, so does the schema."""
    from sprintbot.manifest.conversion import Conversion
    from sprintbot.manifest.model import Manifest
    from sprintbot.manifest.structs import reader_of

    changed = json.loads(json.dumps(WHOLE))
    place = changed
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not place[key] or not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    document = read_yaml(yaml.safe_dump(changed, default_style='"').encode(), "x")
    conversion = Conversion(document._replace(root=copy.copy(changed)))
    reader_of(Manifest)(conversion, changed)
    if not conversion.problems:
        assert VALIDATOR.is_valid(changed)
