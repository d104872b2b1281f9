import pytest

from sprintbot import __version__

COMMANDS = ("report", "check", "init", "ports", "schema")


@pytest.mark.parametrize("option", ["--version", "-V"])
@pytest.mark.parametrize("others", [(), ("check", "s")])
def test_version_is_told_whatever_else_stands_there(sprintbot, option, others):
    done = sprintbot(option, *others)
    assert (done.code, done.out, done.err) == (0, f"sprintbot {__version__}\n", "")


def test_help_names_every_command_in_a_whole_sentence(sprintbot):
    done = sprintbot("--help")
    assert done.code == 0
    lines = {line.split()[0]: line for line in done.out.splitlines() if line.startswith("  ")}
    for command in COMMANDS:
        assert lines[command].endswith(".")
        assert not lines[command].endswith("...")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(sprintbot, command, option):
    done = sprintbot(command, option)
    assert done.code == 0
    assert done.out.startswith(f"Usage: sprintbot {command} [OPTIONS]")


def test_the_bare_command_shows_its_help_and_does_not_pass_for_a_check(sprintbot):
    done = sprintbot()
    assert done.code == 2
    assert done.err == sprintbot("--help").out


def test_schema_prints_both_schemas(sprintbot):
    assert '"$schema"' in sprintbot("schema").out
    assert "sprintbot.report/1" in sprintbot("schema", "--report").out
