"""``sprintbot schema``: the JSON Schemas, for editors and for readers of reports."""

from typing import Annotated

import typer

Report = Annotated[bool, typer.Option("--report", help="The schema of JSON reports instead of manifests.")]


def schema(report: Report = False) -> int:
    """Print the JSON Schema of manifests or reports."""
    import json

    from sprintbot.cli.printing import print_out
    from sprintbot.manifest.schema import manifest_schema
    from sprintbot.report.json_v1 import report_schema

    made = report_schema() if report else manifest_schema()
    print_out(json.dumps(made, indent=2, ensure_ascii=False) + "\n")
    return 0
