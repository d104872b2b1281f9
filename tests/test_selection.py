import pytest

from sprintbot.errors import UsageError
from sprintbot.manifest.loader import load_sprint
from sprintbot.selection import chosen_addresses

MANIFEST = """
version: 1
sprint: s
start: 2025-11-03
end: 2025-11-08
deliverables:
  - id: one
    title: One
    checks: [{file: a, lines: 1, env: local}, {file: b, id: bee}, {tcp: "localhost:1", env: staging}]
  - {id: two, title: Two, checks: [{file: a, env: local}]}
blockers:
  - {id: gate, title: Gate, blocks: [one], checks: [{file: c}]}
"""


@pytest.fixture
def sprint(tmp_path):
    (tmp_path / "s.yaml").write_text(MANIFEST)
    return load_sprint(tmp_path / "s.yaml")


@pytest.mark.parametrize(
    ("only", "envs", "expected"),
    [
        ((), (), {"one/file:a", "one/bee", "one/tcp", "two/file", "blocker:gate/file"}),
        (("one",), (), {"one/file:a", "one/bee", "one/tcp"}),
        (("one/bee", "two"), (), {"one/bee", "two/file"}),
        (("one/tcp:localhost:1",), (), {"one/tcp"}),
        (("one/file:a#lines",), (), {"one/file:a"}),
        (("gate",), (), {"blocker:gate/file"}),
        ((), ("local",), {"one/file:a", "two/file"}),
        ((), ("local", "staging"), {"one/file:a", "two/file", "one/tcp"}),
        (("one",), ("local",), {"one/file:a"}),
    ],
)
def test_what_is_asked_for_is_chosen(sprint, only, envs, expected):
    assert chosen_addresses(sprint, only, envs) == expected


@pytest.mark.parametrize(
    ("only", "envs", "words"),
    [
        (("oen",), (), "--only oen: .*'one'"),
        (("one/", "two"), (), "--only one/"),
        ((), ("lokal",), "--env lokal.*'local'"),
    ],
)
def test_what_no_check_has_is_refused_with_the_nearest(sprint, only, envs, words):
    with pytest.raises(UsageError, match=words):
        chosen_addresses(sprint, only, envs)
