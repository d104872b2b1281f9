import pytest


def addresses(sprint):
    return [planned.address for planned in sprint.checks]


CHECKS = """
deliverables:
  - id: kong
    title: Kong
    checks:
      - {file: a.yml}
      - {http: "http://x/1", id: gateway}
      - {http: "http://x/2"}
  - id: docs
    title: Docs
    checks: [{file: a.md}, {file: b.md}, {tcp: "localhost:80", id: front}]
blockers:
  - id: ports
    title: Ports
    ports: {6333-6334: "compose:qdrant", 80: "process:nginx"}
    checks: [{file: c}]
"""


def test_a_check_is_its_id_or_its_kind_where_alone_or_its_kind_and_target(folder):
    assert addresses(folder.load(CHECKS)) == [
        "kong/file",
        "kong/gateway",
        "kong/http:http://x/2",
        "docs/file:a.md",
        "docs/file:b.md",
        "docs/front",
        "blocker:ports/file",
        "blocker:ports/port:6333-6334",
        "blocker:ports/port:80",
    ]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("kong/file", "kong/file"),
        ("kong/file:a.yml", "kong/file"),
        ("kong/http:http://x/1", "kong/gateway"),
        ("docs/tcp", "docs/front"),
        ("docs/tcp:localhost:80", "docs/front"),
        ("kong/http", None),
        ("kong", None),
        ("docs/file", None),
        ("docs/file:c.md", None),
    ],
)
def test_kind_and_target_are_always_accepted_and_the_kind_where_alone(folder, name, address):
    found = folder.load(CHECKS).addresses.find(name)
    assert (found.address if found else None) == address


def test_an_address_is_stronger_than_what_else_names_a_check(folder):
    sprint = folder.load(
        "deliverables:\n  - {id: a, title: A, checks: [{file: x, id: tcp}, {tcp: 'h:1', id: other}]}\n"
    )
    assert sprint.addresses.find("a/tcp").check.kind == "file"


def test_one_name_for_two_checks_is_the_address_of_neither(folder):
    sprint = folder.load("deliverables:\n  - {id: a, title: A, checks: [{file: x, id: one}, {file: x, id: two}]}\n")
    assert sprint.addresses.find("a/file:x") is None
    assert [planned.address for planned in sprint.addresses.named("a/file:x")] == ["a/one", "a/two"]


def test_a_check_knows_whose_it_is_and_where_it_stands(folder):
    check = folder.load(CHECKS).addresses.find("kong/gateway")
    assert (check.owner, check.line, check.column) == ("kong", 11, 9)
