import json
import os
import socket

BLOCKER = 'blockers:\n  - {{id: ports, title: Ports, ports: {{{port}: "process:nginx"}}}}\n'


def test_ports_names_holder_owner_and_what_it_is_for(sprintbot, manifest):
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = server.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as other:
            free = other.getsockname()[1]
        manifest(f"{{port: {free}, free: true, id: gate}}", more=BLOCKER.format(port=held))
        text = sprintbot("ports", "s")
        done = sprintbot("ports", "s", "--format", "json")
    assert text.code == done.code == 0
    lines = {line["port"]: line for line in json.loads(done.out)}
    assert lines[held]["state"] == "held"
    assert f"(pid {os.getpid()}, " in lines[held]["holder"]
    assert lines[held]["owners"] == ["process:nginx"]
    assert lines[held]["named_by"][0].startswith("blocker:ports/")
    assert lines[free] == {"port": free, "state": "free", "holder": "", "owners": [], "named_by": ["one/gate"]}
    assert f"(pid {os.getpid()}, " in next(row for row in text.out.splitlines() if row.startswith(str(held)))


def test_a_sprint_without_ports_says_so(sprintbot):
    done = sprintbot("ports", "s")
    assert (done.code, done.out) == (0, "This sprint names no local ports\n")
    assert json.loads(sprintbot("ports", "s", "--format", "json").out) == []


def test_a_wrong_format_is_refused(expect_refused):
    expect_refused("ports", "s", "--format", "yaml", words=("--format yaml", "text, json"))
