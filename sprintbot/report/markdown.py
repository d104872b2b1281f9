"""The report in GitHub's Markdown."""

from pathlib import Path

from sprintbot.report.templates import render_template
from sprintbot.report.views import Context

TEMPLATE = "report.md.j2"


def render(context: Context, folder: Path | None = None) -> str:
    """The whole report; ``folder`` may hold a template to take instead."""
    text = render_template(TEMPLATE, context, folder)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip() + "\n"
