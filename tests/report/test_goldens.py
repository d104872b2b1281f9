from collections.abc import Callable
from pathlib import Path

import pytest

from sprintbot.measurement import Measured
from sprintbot.report import json_v1, markdown, terminal

GOLDENS = Path(__file__).parent / "goldens"
CASES = sorted(folder.name for folder in (Path(__file__).parent / "cases").iterdir())
FORMATS: dict[str, Callable[[Measured], str]] = {
    "md": lambda measured: markdown.render(measured.context),
    "txt": lambda measured: terminal.render(measured.context),
    "json": lambda measured: json_v1.render(measured.verdict, measured.provenance),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_of_every_case_is_as_its_golden(
    measured: Callable[[str], Measured], case: str, format_: str, rewrites: bool
) -> None:
    run = measured(case)
    text = FORMATS[format_](run)
    golden = GOLDENS / f"{case}.{run.exit_code}.{format_}"
    if rewrites:
        for old in GOLDENS.glob(f"{case}.*.{format_}"):
            old.unlink()
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert golden.exists(), "run pytest tests/report --rewrite-goldens, then read what it wrote"
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_has_its_case() -> None:
    assert {golden.name.split(".")[0] for golden in GOLDENS.iterdir()} == set(CASES)
