"""The report in GitHub's Markdown."""

import re
from pathlib import Path

from sprintbot.report.templates import render_template
from sprintbot.report.views import Context

TEMPLATE = "report.md.j2"


def render(context: Context, folder: Path | None = None) -> str:
    """The whole report; ``folder`` may hold a template to take instead."""
    text = render_template(TEMPLATE, context, folder)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
