"""The commands. Each is a file of its own, which imports what it needs when it runs."""

from typing import Annotated

import typer

from sprintbot.cli.check import check
from sprintbot.cli.init import init
from sprintbot.cli.ports import ports
from sprintbot.cli.report import report
from sprintbot.cli.schema import schema

app = typer.Typer(
    name="sprintbot",
    help="Sprint status from evidence: checks what a sprint promised against git and the live deployment.",
    epilog="Exit codes: 0 it holds, 1 it does not, 2 something named is wrong, 3 it could not be done, 4 a bug, "
    "130 interrupted.",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for command in (report, check, init, ports, schema):
    app.command()(command)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's way
    if wanted:
        from sprintbot import __version__
        from sprintbot.cli.printing import print_out

        print_out(f"sprintbot {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("-V", "--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Sprint status from evidence: checks what a sprint promised against git and the live deployment."""
