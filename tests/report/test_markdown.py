"""The Markdown report: the sections of a status report, well formed for GitHub."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from sprintbot.report import markdown
from sprintbot.report.views import Context

GOLDENS = sorted((Path(__file__).parent / "goldens").glob("*.md"))
SECTIONS = (
    "Accomplishments",
    "Challenges",
    "Time",
    "Recommendation",
    "Deliverables by group",
    "Next steps",
    "Success criteria",
    "Conclusion",
    "The question",
    "Appendix: the evidence",
)
DELIMITER = re.compile(r"^\|( -+:? \|)+$", re.MULTILINE)


@pytest.fixture(scope="module")
def pause() -> str:
    """The report of the two manifests that a real status report was turned into."""
    return next(golden for golden in GOLDENS if golden.name.startswith("strategic_pause.")).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_section_is_there_in_order(pause: str) -> None:
    assert tuple(re.findall(r"^## (.+)$", pause, re.MULTILINE)) == SECTIONS


@pytest.mark.parametrize(
    ("title", "content"),
    [
        ("Accomplishments", "### Resilience of the RAG services (sprint-1): "),
        ("Accomplishments", "**Partly done:**"),
        ("Accomplishments", "**Blocked:**"),
        ("Challenges", "**Recurring pattern:** seen at least 6 times since 2025-11-03, by platform†"),
        ("Challenges", "| `11434` | ❌ 11434 held by ollama"),
        ("Challenges", "1. **Snap services**: Auto-restart behavior†"),
        ("Time", "| infrastructure: freeing ports and restarting containers† | 4† | 57 %† | 1† |"),
        ("Time", "| **Total** | 7† | | 1† |"),
        ("Recommendation", "### Option A: Strategic pause (0 h†) ⭐ recommended"),
        ("Recommendation", "**Rationale:**"),
        ("Recommendation", "**Actions:**"),
        ("Recommendation", "**Benefits:**"),
        ("Recommendation", "**Risks:**"),
        ("Recommendation", "because `blockers.active = 3`"),
        ("Deliverables by group", "### Configuration files"),
        (
            "Deliverables by group",
            "| `tools/compose/docker-compose.kong.yml` | at least 100 lines | 100 lines | ✅ holds |",
        ),
        ("Deliverables by group", "**Total output:** "),
        ("Next steps", "**Immediate:**"),
        ("Next steps", "**Short-term:**"),
        ("Next steps", "**Long-term:**"),
        ("Success criteria", "**sprint-1**"),
        ("Success criteria", "- [x] Circuit breakers deployed"),
        ("Success criteria", "**sprint-2: Blocked**"),
        ("Success criteria", "- [ ] Local deployment"),
        ("Conclusion", "- **Recommended:** option A, Strategic pause"),
        ("Conclusion", "> Only the local WSL2 environment stands in the way.†"),
        ("The question", "- **B:** Nuclear cleanup and fresh start (at least 2 h†)"),
        ("The question", "Who decides: `U02ABC`, `@platform-team`. Quorum: 2. Closes: 2 d after its opening."),
        ("Appendix: the evidence", "| Check | Claim | Expected | Measured | Outcome | Strength | Time | Source |"),
    ],
)
def test_a_section_has_what_the_report_by_hand_had(pause: str, title: str, content: str) -> None:
    assert content in section(pause, title)


def test_every_claim_is_in_the_appendix(context: Callable[[str], Context]) -> None:
    report = context("outcomes")
    claims = sum(len(each.claims) for each in report.deliverables)
    claims += sum(len(check.claims) for blocker in report.blockers for check in blocker.checks)
    statements = len(report.stated)
    evidence = section(markdown.render(report), "Appendix: the evidence").partition("</details>")[0]
    assert len(re.findall(r"^\| `", evidence, re.MULTILINE)) == claims + statements


def test_one_reason_is_told_once_for_all_claims_of_a_check(context: Callable[[str], Context]) -> None:
    told = section(markdown.render(context("outcomes")), "Accomplishments")
    assert told.count("no such file") == 1


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)
def test_tables_are_whole(golden: Path) -> None:
    text = golden.read_text(encoding="utf-8")
    html = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    assert html.count("<table>") == len(DELIMITER.findall(text)) > 0
    assert "<p>|" not in html
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)
def test_lists_are_tight_and_blank_lines_single(golden: Path) -> None:
    text = golden.read_text(encoding="utf-8")
    html = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    assert "<li>\n<p>" not in html
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)
def test_headings_go_down_one_level_at_a_time(golden: Path) -> None:
    levels = [len(mark) for mark in re.findall(r"^(#+) ", golden.read_text(encoding="utf-8"), re.MULTILINE)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_boxes_are_ticked_by_facts(context: Callable[[str], Context]) -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(section(markdown.render(context("outcomes")), "Success criteria"))
    assert html.count('type="checkbox" checked=""') == 2
    assert html.count('type="checkbox"') == 5


def test_a_run_without_blockers_decision_or_effort_has_no_empty_sections(context: Callable[[str], Context]) -> None:
    text = markdown.render(context("empty"))
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Accomplishments", "Conclusion", "Appendix: the evidence"]
