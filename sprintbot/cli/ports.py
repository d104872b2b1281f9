"""``sprintbot ports``: the local ports that a sprint speaks of, and who holds them."""

from typing import Annotated

import typer

from sprintbot.cli import options

Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="How to print it: text or json.")]


def ports(sprint: options.SprintName, repo: options.Repo = None, format: Format = "text") -> int:  # noqa: A002
    """Show who holds the local ports of a sprint, and who should.

    The ports are those of its blockers and port checks. Exits with 0: it tells, and judges nothing.
    """
    from sprintbot.cli.printing import print_out
    from sprintbot.errors import UsageError
    from sprintbot.manifest.loader import load_sprint
    from sprintbot.port_listing import list_ports, render_json, render_text
    from sprintbot.request import Request, locate

    if format not in {"text", "json"}:
        raise UsageError(f"--format {format}: no such format", "There are text, json")
    where = locate(Request(sprint, options.read_now(None), repo=repo))
    rows = list_ports(load_sprint(where.file))
    print_out(render_json(rows) if format == "json" else render_text(rows))
    return 0
