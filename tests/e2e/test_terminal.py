import os
import pty
import select
import socket

import pytest


def on_terminal(command, *args, **environ) -> tuple[int, str]:
    """The command's exit code and what it showed, with a terminal as standard output and error."""
    ours, theirs = pty.openpty()
    command.environ |= {"TERM": "xterm-256color"} | environ
    process = command.start(*args, stdout=theirs, stderr=theirs, stdin=theirs)
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return process.wait(timeout=30), shown.decode()


def test_a_terminal_gets_colours(sprintbot):
    code, shown = on_terminal(sprintbot, "check", "s")
    assert code == 0
    assert "\x1b[32m✓ readme" in shown


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colours_gets_none(sprintbot, environ):
    _, shown = on_terminal(sprintbot, "check", "s", **environ)
    assert "✓ readme" in shown
    assert "\x1b[3" not in shown


def test_a_pipe_gets_plain_text_and_no_progress(sprintbot):
    done = sprintbot("check", "s")
    assert "\x1b" not in done.out + done.err
    assert done.err == ""


def test_progress_is_shown_on_a_terminal_and_cleared(sprintbot, manifest):
    with socket.create_server(("127.0.0.1", 0)) as server:
        manifest(f"{{file: README.md}}\n{{tcp: '127.0.0.1:{server.getsockname()[1]}'}}")
        code, shown = on_terminal(sprintbot, "check", "s")
    assert code == 0
    assert "looked at 1 of 2 checks" in shown
    assert shown.rindex("looked at") < shown.rindex("\r\x1b[K") < shown.index("✓ one")


def test_quiet_shows_no_progress(sprintbot):
    assert on_terminal(sprintbot, "check", "s", "-q") == (0, "")


def test_what_a_manifest_says_cannot_steer_a_terminal(sprintbot, manifest):
    text = manifest("{file: README.md}").read_text().replace("title: One", r'title: "a\e[31mb\ac\u202Ed"')
    manifest(text=text)
    _, shown = on_terminal(sprintbot, "check", "s", NO_COLOR="1")
    assert "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}d" in shown
