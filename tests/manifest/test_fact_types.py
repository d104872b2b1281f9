import pytest

from sprintbot.claim.condition import parse, read_ref
from sprintbot.claim.fact import FactKind
from sprintbot.manifest.fact_types import PLAIN, FactTypes, Unread

TEXT = """
previous: sprint-1
deliverables:
  - {id: kong, title: Kong, checks: [{file: kong.yml, env: local}]}
  - {id: promise, title: Promise, checks: [{stated: It works, by: ana, on: 2025-11-03}]}
blockers: [{id: ports, title: Ports}]
effort: [{work: infra, hours: 1}]
"""
BEFORE = "deliverables: []\neffort: [{work: delivery, hours: 2}]\n"

# DESIGN's list of facts, written out.
FACTS = {
    FactKind.SHARE: """progress built.share tested.share deployed.share env['local'].share time.share
        effort.share['infra'] overall.effort.share['delivery'] overall.effort.share['infra'] previous.progress""",
    FactKind.COUNT: """built.held built.claims tested.held deployed.claims env['local'].held env['local'].claims
        claims.total claims.pass claims.fail claims.blocked claims.error claims.skipped claims.waived
        deliverables.total deliverables.done deliverables.partial deliverables.blocked deliverables.missing
        deliverables.failed deliverables.unknown deliverables.unproved deliverables.waived
        blockers.total blockers.active blockers.unknown
        lines.claimed lines.measured words.claimed words.measured tests.claimed tests.measured""",
    FactKind.HOURS: "effort.hours effort.by['infra'] overall.effort.hours overall.effort.by['delivery'] previous.hours",
    FactKind.TEXT: "previous.status status('kong')",
    FactKind.FLAG: "held('kong') held('kong','built') active('ports')",
}


@pytest.fixture
def types(folder):
    folder.write(BEFORE, "sprint-1")
    return FactTypes([each.manifest for each in folder.load(TEXT).chain])


def ref(text):
    found = read_ref(parse(text))
    assert found is not None
    return found


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in FACTS.items() for name in names.split()])
def test_every_fact_has_its_kind(types, kind, name):
    assert types(ref(name)).kind is kind


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("progres", "progres is no fact; did you mean 'progress'?"),
        ("effort", "effort is no fact; "),
        ("effort.by['delivery']", "no effort is logged for 'delivery'"),
        ("env['x'].share", "no check has the env 'x'"),
        ("env['local'].sum", "env['local'].sum is no fact"),
        ("env['local']", "env['local'] is no fact"),
        ("held('promise')", "the deliverable 'promise' has no claims that could hold"),
        ("held('kong', 'tested')", "the deliverable 'kong' has no claims of the stage 'tested'"),
        ("held('nope')", "there is no deliverable 'nope'"),
        ("active('nope')", "there is no blocker 'nope'"),
    ],
)
def test_what_is_no_fact_of_this_manifest_is_refused(types, name, told):
    with pytest.raises(ValueError) as caught:
        types(ref(name))
    assert str(caught.value).startswith(told)


def test_facts_of_the_sprint_before_need_one(folder):
    types = FactTypes([folder.load(BEFORE).manifest])
    with pytest.raises(ValueError, match=r"previous\.progress: this manifest names no previous sprint"):
        types(ref("previous.progress"))


def test_what_was_not_read_is_given_the_benefit_of_the_doubt(folder):
    manifest = folder.load(BEFORE).manifest
    types = FactTypes([manifest], Unread(deliverables={"a"}, blockers=None, envs=True, works=True, chain=True))
    for name in ("held('a', 'deployed')", "active('any')", "env['x'].share", "effort.by['x']", "previous.progress"):
        assert types(ref(name)).kind
    with pytest.raises(ValueError, match="there is no deliverable 'b'"):
        types(ref("held('b')"))


def test_plain_facts_are_named_once():
    assert len(PLAIN) == len({".".join(parts) for parts in PLAIN})
