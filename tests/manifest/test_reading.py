"""The readers of fields and structs, through the loader: what is wrong is told with its exact place."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sprintbot.manifest.loader import load_sprint
from sprintbot.manifest.problems import ManifestError

GOOD = "deliverables:\n  - {id: kong, title: Kong, checks: [{file: kong.yml}]}\n"
CHECK = "deliverables:\n  - id: a\n    title: A\n    checks:\n      - {}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("titel: x", "7:1: unknown key 'titel'; did you mean 'title'?"),
        ("goal: 3", '7:7: goal: 3 where a text was expected; put quotes around it: "3"'),
        ("goal: true", '7:7: goal: true where a text was expected; put quotes around it: "true"'),
        ("goal:", "7:6: goal: null where a text was expected"),
        ("timezone: Mars/Phobos", "7:11: timezone: 'Mars/Phobos' is no time zone; write a name such as UTC"),
        ("timezone: [UTC]", "7:11: timezone: a list is no time zone"),
        ("groups: [a]", "7:9: groups: a list where a mapping was expected"),
        ("root: ../other", "7:7: root: '../other' leaves the repository by '..'"),
        ("root: /srv", "7:7: root: '/srv' is absolute"),
        ("effort: {work: a}", "7:9: effort: a mapping where a list was expected"),
        ("effort: [{work: a, hours: -1}]", "7:27: hours: -1 is less than 0"),
        ("effort: [{work: a, hours: 1e999}]", "7:27: hours: '1e999' where a number was expected"),
        ("effort: [{work: a, hours: 2,000}]", "7:29: unknown key '000' in effort"),
        ("effort: [{work: a, hours: '2,000'}]", "7:27: hours: '2,000' where a number was expected; write 2000"),
        ("effort: [{work: '', hours: 1}]", "7:17: work: it is empty"),
        ("criteria: [{text: x, when: 5}]", "7:28: when: 5 where a text or true or false was expected"),
        ("criteria: ['']", "7:12: text: it is empty"),
        ("criteria: [3]", "7:12: criteria: 3 where a mapping was expected"),
        ("slack: C0RAG", "7:8: slack: 'C0RAG' where a mapping was expected"),
        ("decision: {id: d, question: q, options: {}}", "7:41: options: it is empty"),
        ("decision: {id: d, question: q, options: {A: {title: x}}, quorum: 0}", "7:66: quorum: 0 is less than 1"),
        ("decision: {id: d, question: q, options: {A: {title: x}}, quorum: 1.5}", "7:66: quorum: 1.5 where a whole"),
        ("decision: {id: d, question: q, options: {A: {title: x}}, tie: recomended}", "7:63: tie: 'recomended' where"),
        ("decision: {id: d, question: q, options: {A: {titel: x}}}", "7:46: unknown key 'titel' in A; did you"),
        ("decision: {deadline: 2, id: d, question: q, options: {A: {title: x}}}", "7:22: deadline: 2 has no unit"),
        (
            "decision: {deadline: 2025-11-05T12:00:00, id: d, question: q, options: {A: {title: x}}}",
            "7:22: deadline: '2025",
        ),
        ("waivers: [{check: x, reason: r, by: b, until: 2025-02-30}]", "7:47: until: 2025-02-30 is no date: day is"),
        ("waivers: [{check: x, reason: r, by: b, until: tomorrow}]", "7:47: until: 'tomorrow' where a date such as"),
        ("waivers: [{check: x, reason: r, by: b, until: 20251130}]", "7:47: until: 20251130 where a date such as"),
        ("waivers: [{check: x, reason: r, by: b, until: 2025-W45-1}]", "7:47: until: '2025-W45-1' where a date such"),
    ],
)
def test_a_field_of_the_wrong_type_is_told_at_its_place(folder, text, told):
    problems = folder.problems(GOOD + text + "\n")
    assert [problem[: len(told)] for problem in problems] == [told]


@pytest.mark.parametrize(
    ("version", "told"),
    [("2", "2 where 1 was expected"), ("true", "true where 1 was expected"), ("'1'", "'1' where 1 was expected")],
)
def test_there_is_one_version(folder, version, told):
    text = f"version: {version}\nsprint: sprint-2\nstart: 2025-11-03\nend: 2025-11-08\n{GOOD}"
    assert folder.problems(text, whole=True) == [f"1:10: version: {told}"]


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (
            "fil: x",
            "9:9: checks: no key of this check names a kind: 'fil'; did you mean 'file'?; a check's kind is one of",
        ),
        (
            "lines: 3",
            "9:9: checks: no key of this check names a kind; a check's kind is one of file, files, tests, http",
        ),
        ("file: x, http: 'http://x'", "9:9: checks: this check has 2 kinds: file, http; write one check for each"),
        ("file: x, lins: 3", "9:19: unknown key 'lins' of a file check; did you mean 'lines'?"),
        ("file: x, lines: 1_500", "9:26: lines: '1_500' is text; write 1500"),
        ("file: x, lines: '2,000'", "9:26: lines: '2,000' is text; write 2000"),
        ("file: x, lines: 0", "9:26: lines: at least 0 holds for anything"),
        ("file: x, lines: [1, many]", "9:26: lines: 'many' where a number was expected"),
        ("file: x, size: 10", "9:25: size: 10 has no unit; write a size with its unit"),
        ("file: x, executable: yes", "9:31: executable: 'yes' where true or false was expected"),
        (
            "file: x, parses: yml",
            "9:27: parses: 'yml' where yaml or json or toml or xml was expected; did you mean 'yaml'?",
        ),
        ("file: x, contains: []", "9:29: contains: an empty list holds for any text"),
        ("file: x, values: 3", "9:27: values: 3 where a mapping was expected"),
        ("file: x, values: {a: null}", "9:31: a: null cannot be told from an absent value"),
        ("file: x, values: {'a(': 3}", "9:28: 'a(' is not a JMESPath expression"),
        (
            "file: x, stage: biult",
            "9:26: stage: 'biult' where built or tested or deployed was expected; did you mean 'built'?",
        ),
        ("file: x, weight: 0", "9:27: weight: 0 is not more than 0"),
        ("file: x, id: a/b", "9:23: id: 'a/b' is no id; use letters, digits"),
        ("file: ../x", "9:16: file: '../x' leaves the repository by '..'; name a path inside it"),
        ("file: a/../../x", "9:16: file: 'a/../../x' leaves the repository by '..'"),
        ("file: /etc/passwd", "9:16: file: '/etc/passwd' is absolute"),
        ("file: 'C:\\x'", "9:16: file: 'C:\\\\x' is absolute"),
        ("file: [x]", "9:16: file: a list where a path was expected"),
        ("http: 'http://x', within: 2", "9:36: within: 2 has no unit; write a duration with its unit"),
        ("http: 'http://x', status: 4xx", "9:36: status: '4xx' where a number was expected"),
        ("http: 'http://x', retry: {for: 3s, evry: 1s}", "9:45: unknown key 'evry' in retry; did you mean 'every'?"),
        ("http: 'http://x/${}'", "9:16: http: ${} names no variable; write ${NAME}"),
        ("tests: t, run: 'pytest --junitxml={junit}', junit: r.xml", "9:9: checks: give run or junit, not both"),
        ("http: 'http://x', send: {method: HEAD}, contains: x", "9:9: checks: an answer to HEAD has no body"),
        ("stated: It works, by: ana", "9:9: checks: the key 'on' is missing"),
    ],
)
def test_what_is_wrong_with_a_check_is_told_at_its_place(folder, check, told):
    [problem] = folder.problems(CHECK.replace("{}", f"{{{check}}}"))
    assert problem.startswith(told)


@pytest.mark.parametrize("item", ["kong.yml", "3", "[file, x]", "null"])
def test_a_check_is_a_mapping(folder, item):
    [problem] = folder.problems(CHECK.replace("{}", item))
    assert problem.startswith("9:9: checks: ")
    assert problem.endswith(" where a check such as {file: README.md, lines: 10} was expected")


def test_an_unquoted_operator_is_told_to_be_quoted(folder):
    text = CHECK.replace("{}", "file: x\n        lines: >= 150")
    [problem] = folder.problems(text)
    assert problem.startswith("10:17: ")
    assert problem.endswith('as in lines: ">= 150"')


def test_every_error_of_a_file_comes_at_once_in_the_files_order(folder):
    assert folder.problems(
        """titel: x
goal: 3
goal: 4
deliverables:
  - id: a b
    title: A
    points: 0
    checks:
      - {file: x, lines: 0, words: 1_000, nope: 1}
      - {file: y, values: {'a(': 1, b: null, c: 1}}
  - {id: b}
criteria: [{when: progres}, 3]
version: 2
"""
    ) == [
        "5:1: unknown key 'titel'; did you mean 'title'?",
        '6:7: goal: 3 where a text was expected; put quotes around it: "3"',
        "7:1: the key 'goal' stands here a second time; first in line 6",
        "9:9: id: 'a b' is no id; use letters, digits, '.', '_' and '-', as in qdrant-ha",
        "11:13: points: 0 is not more than 0",
        "13:26: lines: at least 0 holds for anything; claim a number above 0, or an exact '== 0'",
        "13:36: words: '1_000' is text; write 1000",
        f"13:43: unknown key 'nope' of a file check; there are {_FILE_KEYS}",
        "14:28: 'a(' is not a JMESPath expression: Incomplete expression",
        "14:40: b: null cannot be told from an absent value; write {exists: false}",
        "15:5: deliverables: the key 'title' is missing",
        "16:12: criteria: the key 'text' is missing",
        "16:29: criteria: 3 where a mapping was expected",
        "17:1: the key 'version' stands here a second time; first in line 1",
    ]


_FILE_KEYS = "id, group, env, stage, weight, hint, file, lines, words, size, executable, contains, parses, values"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n", "a list"),
        ("text\n", "'text'"),
        ("~\n", "null"),
        ("3\n", "3"),
    ],
)
def test_the_top_of_a_manifest_is_a_mapping(folder, text, found):
    assert folder.problems(text, whole=True) == [f"1:1: {found} where a mapping was expected"]


def test_everything_that_is_missing_is_told(folder):
    assert folder.problems("title: x\n", whole=True) == [
        f"1:1: the key '{key}' is missing" for key in ("deliverables", "end", "sprint", "start", "version")
    ]


def test_fields_that_were_left_out_have_their_defaults(folder):
    manifest = folder.load(GOOD).manifest
    assert (manifest.timezone, manifest.root, manifest.deliverables[0].points) == ("UTC", ".", 1)
    assert (manifest.blockers, manifest.decision, manifest.next.short_term) == ([], None, [])


def test_aliases_are_read_where_they_stand(folder):
    sprint = folder.load(
        "deliverables:\n  - {id: a, title: A, checks: &c [{file: x}]}\n  - {id: b, title: B, checks: *c}\n"
    )
    assert [planned.address for planned in sprint.checks] == ["a/file", "b/file"]


CHECKS = "{file: x, lines: '>= 3'}, {http: 'http://x', retry: {for: 3s}, values: {a: [1, {b: 2}]}}"
BIG = f"""version: 1
sprint: s
start: 2025-11-03
end: 2025-11-08
deliverables: [{{id: a, title: A, checks: [{CHECKS}]}}]
waivers: [{{check: a/file, reason: b, by: c, until: 2025-11-30}}]
blockers: [{{id: b, title: B, blocks: [a], ports: {{80: 'unit:x'}}}}]
criteria: [x, {{text: '{{progress}}', when: progress == 1}}]
"""
SNIPPETS = ["{}", "[]", "null", "3", "1_5", "x", "'", '"', ": ", "- ", "\n", "&a ", "*a", "!x ", "{a: b}", "true", ","]
EDITS = st.tuples(st.integers(0, len(BIG)), st.integers(0, 12), st.sampled_from(SNIPPETS))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_a_damaged_manifest_raises_nothing_but_manifest_error(folder, edits):
    text = BIG
    for at, cut, put in edits:
        text = text[:at] + put + text[at + cut :]
    try:
        load_sprint(folder.write(text, "s", whole=True))
    except ManifestError as exc:
        lines = text.split("\n")
        for problem in exc.problems:
            assert problem.line == 0 or problem.column <= len(lines[problem.line - 1]) + 1
