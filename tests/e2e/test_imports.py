import json

import pytest

RUN = (
    "import json, sys\nsys.argv[1:] = json.loads(sys.argv[1])\n"
    "from sprintbot.__main__ import main\ncode = main()\n"
    "sys.stderr.write(json.dumps([code, sorted(sys.modules)]))"
)
HEAVY = {"asyncio", "ssl", "jinja2", "git", "slack_sdk", "psutil", "rich", "http.client", "httptools", "sqlite3"}


def modules(sprintbot, *args: str) -> set[str]:
    done = sprintbot.python(RUN, json.dumps(args))
    assert done.code == 0, done.err
    code, loaded = json.loads(done.err)
    assert code == 0
    return set(loaded)


def test_a_check_without_live_kinds_imports_nothing_heavy(sprintbot):
    loaded = modules(sprintbot, "check", "s")
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith("sprintbot.probe")} == set()


def test_a_report_imports_what_its_template_needs_and_nothing_live(sprintbot):
    assert modules(sprintbot, "report", "s") & (HEAVY - {"jinja2", "asyncio"}) == set()


@pytest.mark.parametrize("args", [("--version",), ("-V",)])
def test_version_imports_next_to_nothing(sprintbot, args):
    ours = {name for name in modules(sprintbot, *args) if name.startswith("sprintbot")}
    assert ours == {"sprintbot", "sprintbot.__main__"}
