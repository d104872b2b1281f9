"""Somebody's word carries its mark, once and visibly, in Markdown and in text."""

from collections.abc import Callable

import pytest

from sprintbot.measurement import Measured
from sprintbot.report import markdown, terminal

WORDS = (
    "Show `every` outcome",
    "Only the environment stands in the way.",
    "freeing ports; restarting containers",
    "Write more of it",
    "Load was tested by hand",
    "they restart by themselves",
    "Nobody looks",
    "Wait for the ports",
    "Nobody makes progress",
    "Time to think",
    "Momentum is lost",
    "Everybody is happy",
    "(0 h",
    "(at least 2 h",
    "seen at least 6 times since 2025-10-28, by platform",
    "missing/file: the paper comes later (by ana, until 2025-11-04)",
)
FACTS = ("Sprint 1 is 50 % complete", "Loses 3 lines", "Notes are there", "Network is up", "Write the notes", "Deploy")
BY_FORMAT: dict[str, Callable[[Measured], str]] = {
    "md": lambda run: markdown.render(run.context),
    "txt": lambda run: terminal.render(run.context),
}


def followers(text: str, words: str) -> set[str]:
    """The two characters after each place where the words are."""
    pieces = text.split(words)[1:]
    return {piece[:2].replace("\n", " ") for piece in pieces}


@pytest.mark.parametrize("format_", BY_FORMAT)
def test_every_statement_has_one_mark_wherever_it_stands(measured: Callable[[str], Measured], format_: str) -> None:
    text = BY_FORMAT[format_](measured("outcomes"))
    shown = [words for words in WORDS if words in text]
    assert format_ == "txt" or shown == list(WORDS)
    assert {words: followers(text, words) for words in shown if any(x[0] != "†" for x in followers(text, words))} == {}
    assert "††" not in text


@pytest.mark.parametrize("format_", BY_FORMAT)
def test_what_facts_decide_or_fill_in_has_no_mark(measured: Callable[[str], Measured], format_: str) -> None:
    text = BY_FORMAT[format_](measured("outcomes"))
    assert not any("†" in follower for words in FACTS for follower in followers(text, words))


@pytest.mark.parametrize("case", ["outcomes", "complete", "empty"])
def test_the_mark_is_explained_once_in_markdown(measured: Callable[[str], Measured], case: str) -> None:
    assert markdown.render(measured(case).context).count("† Stated: ") == 1


@pytest.mark.parametrize(("case", "times"), [("outcomes", 1), ("empty", 0)])
def test_the_mark_is_explained_in_text_where_it_stands(
    measured: Callable[[str], Measured], case: str, times: int
) -> None:
    text = terminal.render(measured(case).context)
    assert text.count("† stated: ") == times
    assert times or "†" not in text


def test_figures_that_rest_on_statements_are_marked(measured: Callable[[str], Measured]) -> None:
    text = markdown.render(measured("outcomes").context)
    assert "4.5† of 7.5† hours went into infrastructure" in text
    assert "12† lines claimed" in text


def test_sprintbots_own_hints_are_nobodys_word(measured: Callable[[str], Measured]) -> None:
    text = terminal.render(measured("outcomes").context)
    assert "→ Set the environment variable STAGING_URL\n" in text
