"""The options that several commands have stay the same in all of them."""

import inspect

import pytest
import typer

from sprintbot.cli.app import app
from sprintbot.cli.check import check
from sprintbot.cli.report import report


def test_check_and_report_have_the_same_options_in_the_same_order():
    of_report = [name for name in inspect.signature(report).parameters if name not in {"template", "strict"}]
    assert list(inspect.signature(check).parameters) == of_report


@pytest.mark.parametrize("command", ["report", "check", "init", "ports", "schema"])
def test_every_option_is_explained_in_a_sentence(command):
    group = typer.main.get_command(app)
    for parameter in group.commands[command].params:
        assert parameter.help.endswith("."), parameter.name
