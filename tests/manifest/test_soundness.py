import pytest

GOOD = "deliverables:\n  - {id: kong, title: Kong, checks: [{file: kong.yml, env: local}]}\n"


NAMES = "blockers:\n  - {id: ports, title: Ports}\neffort: [{work: infra, hours: 1}]\n"


def criterion(when: str) -> str:
    return f"{GOOD}{NAMES}criteria:\n  - {{text: x, when: {when}}}\n"


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("progres == 1", "progres is no fact; did you mean 'progress'?"),
        ("built.shares > 0", "built.shares is no fact; did you mean 'built.share'?"),
        ("held('kog')", "there is no deliverable 'kog'; did you mean 'kong'?"),
        ("status('x') == 'done'", "there is no deliverable 'x'; there are kong"),
        ("active('prts')", "there is no blocker 'prts'; did you mean 'ports'?"),
        ("held('kong', 'bult')", "there is no stage 'bult'; did you mean 'built'?"),
        ("held('kong', 'deployed')", "the deliverable 'kong' has no claims of the stage 'deployed'"),
        ("env['locl'].share == 1", "no check has the env 'locl'; did you mean 'local'?"),
        ("effort.by['infa'] > 1", "no effort is logged for 'infa'; did you mean 'infra'?"),
        ("overall.effort.share['x'] > 1", "no effort is logged for 'x'; there are infra"),
        ("previous.progress == 1", "previous.progress: this manifest names no previous sprint"),
        ("active('a', 'b')", "active('a', 'b'): write active('blocker')"),
        ("held()", "held(): write held('deliverable') or held('deliverable', 'built')"),
        ("progress", "'progress' gives a number, where true or false is needed; compare it with something"),
        ("progress == 'done'", "progress is a number and 'done' a text: they cannot be compared"),
        ("status('kong') == 'dne'", "status('kong') is never 'dne'; it is one of done, partial, blocked, missing,"),
    ],
)
def test_the_names_and_types_of_a_condition_are_checked_at_its_place(folder, when, told):
    [problem] = folder.problems(criterion(f'"{when}"'))
    assert problem.startswith(f"11:21: {told}")


@pytest.mark.parametrize(
    "when",
    [
        '"progress == 1"',
        "\"held('kong', 'built')\"",
        "active('ports')",
        "\"env['local'].share == 1\"",
        "\"effort.by['infra'] > 0\"",
        "true",
    ],
)
def test_conditions_over_what_there_is_are_sound(folder, when):
    assert folder.load(criterion(when)).manifest.criteria


def test_placeholders_and_conditions_of_a_decision_are_checked_too(folder):
    assert folder.problems(
        GOOD
        + """decision:
  id: path
  question: How?
  options:
    A:
      title: Pause
      recommend: progres > 1
      rationale: ["{x}", {text: "{progress", when: y}]
      actions: [fine, "{z}"]
next:
  short-term: ["{w}"]
"""
    ) == [
        "13:18: progres is no fact; did you mean 'progress'?",
        *[f"{at}: {name}" for at, name in (("14:19", _no_fact("x")), ("14:33", _SINGLE), ("14:52", _no_fact("y")))],
        f"15:23: {_no_fact('z')}",
        f"17:16: {_no_fact('w')}",
    ]


_SINGLE = "a single '{' in '{progress': write it twice for the character itself"


def _no_fact(name: str) -> str:
    known = (
        "progress, time.share, effort.hours, overall.effort.hours, built.share, built.held, built.claims, tested.share"
    )
    return (
        f"{name} is no fact; there are {known}, tested.held, tested.claims, deployed.share, deployed.held and 32 more"
    )


def test_the_sprint_is_named_like_its_file(folder):
    text = GOOD + "version: 1\nsprint: sprint-1\nstart: 2025-11-03\nend: 2025-11-08\n"
    assert folder.problems(text, whole=True) == ["4:9: sprint: 'sprint-1' is not the file's name, 'sprint-2'"]


def test_a_sprint_does_not_end_before_its_start(folder):
    text = GOOD + "version: 1\nsprint: sprint-2\nstart: 2025-11-03\nend: 2025-11-02\n"
    assert folder.problems(text, whole=True) == ["6:6: end: 2025-11-02 is before the start, 2025-11-03"]


def test_a_sprint_may_last_one_day(folder):
    text = GOOD + "version: 1\nsprint: sprint-2\nstart: 2025-11-03\nend: 2025-11-03\n"
    assert folder.load(text, whole=True).manifest.end.day == 3


def test_equal_ids_are_refused_once(folder):
    assert folder.problems(
        "deliverables:\n  - {id: a, title: A, checks: [{file: x}]}\n  - {id: a, title: B, checks: [{file: x}]}\n"
        "blockers:\n  - {id: b, title: B}\n  - {id: b, title: B}\n"
    ) == [
        "7:10: id: 'a' stands here a second time among the deliverables",
        "10:10: id: 'b' stands here a second time among the blockers",
    ]


def test_a_blocker_and_a_deliverable_may_share_an_id(folder):
    assert folder.load(GOOD + "blockers:\n  - {id: kong, title: B, checks: [{file: kong.yml}]}\n")


def test_equal_addresses_are_refused_where_the_second_stands(folder):
    assert folder.problems(
        "deliverables:\n  - {id: a, title: A, checks: [{file: x}, {file: x}, {file: y, id: z}, {tcp: 'h:1', id: z}]}\n"
    ) == [
        "6:43: two checks have the address 'a/file:x'; the first stands in line 6: give one an id",
        "6:72: two checks have the address 'a/z'; the first stands in line 6: give one an id",
    ]


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("kong/fil", "names no check; did you mean 'kong/file:b'?"),
        ("zzz", "names no check; there are kong/file:a, kong/file:b, kong/one, kong/two"),
        ("kong/tcp:h:1", "names more than one check; there are kong/one, kong/two"),
    ],
)
def test_a_waiver_names_one_check(folder, check, told):
    assert folder.problems(
        "deliverables:\n  - {id: kong, title: K, checks: [{file: a}, {file: b}, {tcp: 'h:1', id: one},"
        " {tcp: 'h:1', id: two}]}\n"
        f"waivers: [{{reason: r, by: ana, until: 2025-11-30, check: '{check}'}}]\n"
    ) == [f"7:58: check: '{check}' {told}"]


@pytest.mark.parametrize("lacking", ["reason", "by", "until", "check"])
def test_a_waiver_needs_reason_by_until_and_check(folder, lacking):
    waiver = {"check": "kong/file", "reason": "r", "by": "ana", "until": "2025-11-30"}
    del waiver[lacking]
    text = ", ".join(f"{key}: {value}" for key, value in waiver.items())
    assert folder.problems(f"{GOOD}waivers:\n  - {{{text}}}\n") == [f"8:5: waivers: the key '{lacking}' is missing"]


def test_blocks_names_deliverables(folder):
    assert folder.problems(GOOD + "blockers:\n  - {id: b, title: B, blocks: [kong, kog, x]}\n") == [
        "8:38: blocks: there is no deliverable 'kog'; did you mean 'kong'?",
        "8:43: blocks: there is no deliverable 'x'; there are kong",
    ]


def test_groups_are_those_of_the_manifest_where_it_has_any(folder):
    checks = "{fil: x}, {file: y, group: docs}, {file: z, group: q}"
    text = f"deliverables:\n  - {{id: a, group: dcs, title: A, checks: [{checks}]}}\n"
    assert [line for line in folder.problems(text + "groups: {docs: Docs}\n") if "group" in line] == [
        "6:20: group: 'dcs' is not among the groups of this manifest; did you mean 'docs'?",
        "6:95: group: 'q' is not among the groups of this manifest; there are docs",
    ]
    assert folder.load(text.replace("{fil: x}, ", "")).manifest.groups == {}


_KINDS = "a check's kind is one of file, files, tests, http, tcp, port, command, stated"


class TestWhatCouldNotBeReadIsNotAccused:
    """One mistake is one problem: no follow-up errors for what names it."""

    def test_a_deliverable_with_an_invalid_field_is_known_to_blocks_conditions_and_waivers(self, folder):
        assert folder.problems(
            "deliverables:\n  - {id: a, title: [], checks: [{http: 'http://x', env: local}]}\n"
            "blockers:\n  - {id: b, title: B, blocks: [a]}\n"
            "waivers: [{check: a/http, reason: r, by: b, until: 2025-11-30}]\n"
            "criteria: [{text: x, when: \"held('a', 'deployed') and env['local'].share == 1\"}]\n"
        ) == ["6:20: title: a list where a text was expected"]

    def test_a_check_that_could_not_be_read_may_have_the_stage_the_env_and_the_address(self, folder):
        assert folder.problems(
            "deliverables:\n  - {id: a, title: A, checks: [{htp: 'http://x', id: c, env: local}]}\n"
            "waivers: [{check: a/c, reason: r, by: b, until: 2025-11-30}]\n"
            "criteria: [{text: x, when: \"held('a', 'deployed') and env['local'].share == 1\"}]\n"
        ) == [f"6:32: checks: no key of this check names a kind: 'htp'; did you mean 'http'?; {_KINDS}"]

    def test_a_deliverable_without_an_id_may_be_the_one_that_is_named(self, folder):
        assert folder.problems(
            "deliverables:\n  - {title: A}\nblockers:\n  - {id: b, title: B, blocks: [a]}\n"
            "criteria: [{text: x, when: status('a') == 'done'}]\n"
        ) == ["6:5: deliverables: the key 'id' is missing"]

    def test_a_misspelt_key_is_not_missing_as_well(self, folder):
        assert folder.problems("deliverables: [{id: a, titel: A}]\n") == [
            "5:24: unknown key 'titel' in deliverables; did you mean 'title'?"
        ]

    def test_a_misspelt_list_may_have_what_is_named(self, folder):
        assert folder.problems(
            GOOD + "bockers: [{id: b, title: B}]\nefort: [{work: w, hours: 1}]\nprevios: sprint-1\n"
            "criteria: [{text: x, when: active('b') and previous.progress == 1}, "
            "{text: y, when: \"effort.by['w'] > 1\"}]\n"
        ) == [
            "7:1: unknown key 'bockers'; did you mean 'blockers'?",
            "8:1: unknown key 'efort'; did you mean 'effort'?",
            "9:1: unknown key 'previos'; did you mean 'previous'?",
        ]

    def test_a_blocker_with_an_error_is_active_for_conditions(self, folder):
        assert folder.problems(
            GOOD + "blockers: [{id: b, title: B, seen: 3}, {id: c}]\n"
            "criteria: [{text: x, when: active('b') or active('c')}]\n"
        ) == ["7:36: seen: 3 where a mapping was expected", "7:40: blockers: the key 'title' is missing"]

    def test_groups_with_an_error_may_have_any_name(self, folder):
        text = "deliverables: [{id: a, title: A, group: docs}]\ngroups: {docs: 1, more: x}\n"
        assert folder.problems(text) == ['6:16: docs: 1 where a text was expected; put quotes around it: "1"']

    def test_a_previous_that_is_not_there_leaves_its_facts_alone(self, folder):
        [problem] = folder.problems(
            GOOD + "previous: sprint-1\n"
            "criteria: [{text: x, when: \"previous.progress == 1 and overall.effort.by['old'] > 1\"}]\n"
        )
        assert problem.startswith("7:11: previous: there is no manifest 'sprint-1'")

    def test_dates_that_are_missing_are_not_out_of_order(self, folder):
        text = GOOD + "version: 1\nsprint: sprint-2\n"
        assert folder.problems(text + "end: 2025-11-08\n", whole=True) == ["1:1: the key 'start' is missing"]
        assert folder.problems(text + "start: 2025-11-08\n", whole=True) == ["1:1: the key 'end' is missing"]

    def test_a_key_that_stands_twice_hides_no_names(self, folder):
        assert folder.problems(
            "deliverables: [{id: a, title: A, checks: [{file: x}], checks: [{file: y, id: z}]}]\n"
            "waivers: [{check: a/z, reason: r, by: b, until: 2025-11-30}]\n"
        ) == ["5:55: the key 'checks' stands here a second time; first in line 5"]

    def test_what_is_wrong_beside_it_is_still_told(self, folder):
        assert folder.problems(
            "deliverables: [{id: a, titel: A}, {id: b, title: B}]\n"
            "blockers: [{id: c, title: C, blocks: [a, d]}]\n"
            "waivers: [{check: b/x, reason: r, by: b, until: 2025-11-30}]\n"
        ) == [
            "5:24: unknown key 'titel' in deliverables; did you mean 'title'?",
            "6:42: blocks: there is no deliverable 'd'; there are a, b",
            "7:19: check: 'b/x' names no check; there are ",
        ]
