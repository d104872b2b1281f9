from collections.abc import Callable
from pathlib import Path

import pytest

from sprintbot.claim.evidence import Outcome
from sprintbot.claim.status import BlockerState, Health, Status
from sprintbot.errors import UsageError
from sprintbot.report import markdown, sandbox
from sprintbot.report.views import Context
from sprintbot.report.words import ICONS

Cases = Callable[[str], Context]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "templates"
    made.mkdir()
    return made


@pytest.fixture
def rendered(context: Cases, folder: Path) -> Callable[[str], str]:
    """The ``outcomes`` case by a template of one's own."""

    def render(template: str) -> str:
        (folder / "report.md.j2").write_text(template, encoding="utf-8")
        return markdown.render(context("outcomes"), folder)

    return render


def test_a_template_in_the_folder_takes_the_place_of_the_built_in_one(rendered: Callable[[str], str]) -> None:
    assert rendered("{{ report.sprint }}: {{ report.progress }}") == "sprint-2: at least 14 %\n"


def test_a_template_may_extend_the_built_in_one_block_by_block(rendered: Callable[[str], str]) -> None:
    text = rendered(
        '{% extends "builtin/report.md.j2" %}{% block conclusion %}Enough of {{ report.sprint }}.{% endblock %}'
    )
    assert "Enough of sprint-2." in text
    assert "## Conclusion" not in text
    assert "## Accomplishments" in text


def test_a_part_of_ones_own_serves_the_built_in_template(context: Cases, folder: Path) -> None:
    built_in = (Path(markdown.__file__).parents[2] / "templates" / "parts.md.j2").read_text(encoding="utf-8")
    (folder / "parts.md.j2").write_text(built_in.replace('"point"', '"pt"'), encoding="utf-8")
    text = markdown.render(context("outcomes"), folder)
    assert "(1 pt, ana)" in text


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ("one\n{% if %}", 2, "Expected an expression"),
        ("one\ntwo\n{{ report.nothing }}", 3, "has no attribute 'nothing'"),
        ("{{ nobody }}", 1, "'nobody' is undefined"),
        ('\n{% include "other.j2" %}', 2, "other.j2"),
        ("{{ 1 / 0 }}", 1, "ZeroDivisionError"),
        ("{{ report.sprint + 1 }}", 1, "TypeError"),
        ("\n{% macro loop() %}{{ loop() }}{% endmacro %}{{ loop() }}", 2, "RecursionError"),
    ],
)
def test_a_wrong_template_is_told_with_its_file_and_line(
    rendered: Callable[[str], str], folder: Path, template: str, line: int, words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        rendered(template)
    assert f"{folder / 'report.md.j2'}:{line}: " in caught.value.message
    assert words in caught.value.message


@pytest.mark.parametrize(
    "template",
    [
        "{{ report.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ report.with_status.__globals__ }}",
        "{{ report.with_status.__func__.__code__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ '{0.__class__}'.format(report) }}",
    ],
)
def test_the_inside_of_python_is_out_of_reach(rendered: Callable[[str], str], template: str) -> None:
    with pytest.raises(UsageError, match=r"unsafe|undefined"):
        rendered(template)


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in 'x' * 9999 %}{% for b in 'x' * 9999 %}{% endfor %}{% endfor %}",
        "{% for a in range(1000000000) %}{% endfor %}",
        "{{ 'x' * 10000000000 }}",
        "{{ [1] * 10000000000 }}",
        "{{ 9 ** (9 ** 9) }}",
    ],
)
def test_a_template_cannot_go_on_for_ever(
    rendered: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    monkeypatch.setattr(sandbox, "TURNS", 100_000)
    with pytest.raises(UsageError):
        rendered(template)


def test_loops_know_where_they_are(rendered: Callable[[str], str]) -> None:
    template = (
        "{% for a in [3, 2, 1] if a > 1 %}{{ loop.index }}/{{ loop.length }}{{ ', ' if not loop.last }}{% endfor %}"
    )
    assert rendered(template) == "1/2, 2/2\n"


def test_text_of_the_manifest_is_inert_in_any_template(context: Cases, folder: Path) -> None:
    (folder / "report.md.j2").write_text("{{ report.title | upper }} {{ [report.title] | join }}", encoding="utf-8")
    text = markdown.render(context("hostile"), folder)
    assert "<SCRIPT>" not in text.replace("\\<", "")
    assert "\\<SCRIPT>" in text
    assert "\\<script>" in text


def test_there_is_no_way_around_escaping(rendered: Callable[[str], str]) -> None:
    with pytest.raises(UsageError, match="No filter named 'safe'"):
        rendered("{{ report.title | safe }}")


def test_space_around_a_text_of_the_template_stays(rendered: Callable[[str], str]) -> None:
    assert rendered("a{{ ' b ' }}c{{ ', ' }}d") == "a b c, d\n"


def test_every_outcome_status_state_and_health_has_an_icon() -> None:
    words = {str(word) for kind in (Outcome, Status, BlockerState, Health) for word in kind}
    assert set(ICONS) == words
