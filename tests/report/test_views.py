"""A figure that nobody measured cannot be printed as if it were: templates get no bare numbers to print."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec

from sprintbot.report import views
from sprintbot.report.figure import Figure

COUNTS = {
    ("StageView", "held"),
    ("StageView", "claims"),
    ("StageView", "tenths"),
    ("CheckView", "line"),
    ("DecisionView", "quorum"),
}
"""Counts of claims, a bar's length, a line of the manifest and what the manifest asks of a vote: none is a reading."""


def seen_types(annotation: Any) -> Iterator[type]:
    inner = get_args(annotation)
    if not inner and isinstance(annotation, type):
        yield annotation
    for each in inner:
        yield from seen_types(each)


def reachable(view: type) -> Iterator[type]:
    """A view, and every struct that its fields and properties lead to."""
    found = {view}
    waiting = [view]
    while waiting:
        for annotation in fields(waiting.pop()).values():
            for each in seen_types(annotation):
                if issubclass(each, msgspec.Struct) and each not in found:
                    found.add(each)
                    waiting.append(each)
    yield from found


def fields(view: type) -> dict[str, Any]:
    properties = {name: value.fget for name, value in vars(view).items() if isinstance(value, property)}
    return get_type_hints(view) | {name: get_type_hints(getter)["return"] for name, getter in properties.items()}


def test_templates_see_no_bare_number_but_counts() -> None:
    numbers = {
        (view.__name__, name)
        for view in reachable(views.Context)
        for name, annotation in fields(view).items()
        for each in seen_types(annotation)
        if each in {int, float, complex}
    }
    assert numbers == COUNTS


def test_a_figure_is_text_and_whether_it_is_known() -> None:
    assert fields(Figure) == {"text": str, "known": bool}


def test_templates_see_nothing_but_views() -> None:
    assert {view.__module__ for view in reachable(views.Context)} == {views.__name__, Figure.__module__}
