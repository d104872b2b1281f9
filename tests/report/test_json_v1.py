import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sprintbot.measurement import Measured
from sprintbot.report import json_v1

GOLDENS = sorted((Path(__file__).parent / "goldens").glob("*.json"))
PUBLISHED = Path(__file__).parents[2] / "docs" / "report.schema.json"
EXAMPLE: dict[str, Any] = {
    "schema sprint commit source now progress health facts stages": {},
    "deliverables": {
        "id status points": {},
        "checks": {
            "address kind target outcome source": {},
            "claims": {"field expected measured unit strength stage outcome reason because": {}},
        },
    },
    "blockers": {"id state reason": {}},
    "recommendation": {"option because": {}},
    "previous": {},
}
"""The keys of the design's example."""


def missing(example: dict[str, Any], found: Any) -> list[str]:
    """The example's keys that are not there; of a list, the first entry that has any goes for all."""
    if isinstance(found, list):
        found = next((each for each in found if each.get("checks") != []), {})
    keys = [key for names in example for key in names.split()]
    deeper = [name for key, inner in example.items() if inner for name in missing(inner, found.get(key, {}))]
    return [key for key in keys if key not in found] + deeper


def test_the_published_schema_is_that_of_the_program() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_v1.report_schema()


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)
def test_every_report_fits_the_published_schema(golden: Path) -> None:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(golden.read_text(encoding="utf-8")), schema, jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_no_report() -> None:
    report = json.loads(GOLDENS[0].read_text(encoding="utf-8")) | {"schema": "sprintbot.report/2"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, json_v1.report_schema(), jsonschema.Draft202012Validator)


@pytest.mark.parametrize("case", ["outcomes", "design"])
def test_every_key_of_the_design_is_there(measured: Callable[[str], Measured], case: str) -> None:
    run = measured(case)
    report = json.loads(json_v1.render(run.verdict, run.provenance))
    assert missing(EXAMPLE, report) == []
    assert report["schema"] == "sprintbot.report/1"


def test_durations_stand_only_in_json(measured: Callable[[str], Measured]) -> None:
    run = measured("complete")
    report = json.loads(json_v1.render(run.verdict, run.provenance))
    probe = report["deliverables"][0]["checks"][1]
    assert probe["took"] == 0.25
    assert probe["phases"] == {"connect": 0.001, "first byte": 0.2}


def test_a_measured_value_keeps_its_type(measured: Callable[[str], Measured]) -> None:
    run = measured("outcomes")
    report = json.loads(json_v1.render(run.verdict, run.provenance))
    claims = [claim for each in report["deliverables"] for check in each["checks"] for claim in check["claims"]]
    assert {type(claim["measured"]) for claim in claims} == {int, float, str, bool, type(None)}
    assert next(claim for claim in claims if claim["field"] == "lines")["measured"] == 3
