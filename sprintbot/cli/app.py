"""The commands. Each is a file of its own, which imports what it needs when it runs."""

import typer

from sprintbot.cli.check import check
from sprintbot.cli.init import init
from sprintbot.cli.report import report
from sprintbot.cli.schema import schema

app = typer.Typer(
    name="sprintbot",
    help="Sprint status from evidence: checks what a sprint promised against git and the live deployment.",
    epilog="Exit codes: 0 it holds, 1 it does not, 2 something named is wrong, 3 it could not be done, 4 a bug.",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (report, check, init, schema):
    app.command()(command)


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", help="Print the version."),  # noqa: FBT001 - typer's way
) -> None:
    """Sprint status from evidence."""
