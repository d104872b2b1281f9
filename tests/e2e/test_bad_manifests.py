import pytest

HEAD = "version: 1\nsprint: s\nstart: 2025-11-03\nend: 2025-11-08\n"
ONE = "deliverables:\n  - {id: one, title: One, checks: [{file: README.md}]}\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
TEXTS = {
    "duplicate key": (HEAD + "sprint: s\n" + ONE, ("sprints/s.yaml:5:1", "sprint", "line 2")),
    "unknown key": (HEAD + ONE.replace("file: README.md", "file: README.md, lins: 3"), ("6:", "lins", "lines")),
    "wrong type": (HEAD + ONE.replace("file: README.md", "file: README.md, lines: many"), ("6:", "many")),
    "tab indentation": (HEAD + "deliverables:\n\t- id: one\n", ("sprints/s.yaml:6:", "tab")),
    "alias bomb": (HEAD + BOMB + ONE, ("sprints/s.yaml:",)),
    "deep nesting": (HEAD + "goal: " + "[" * 5000 + "]" * 5000 + "\n" + ONE, ("sprints/s.yaml:5:", "nested")),
    "empty file": ("", ("sprints/s.yaml", "empty")),
    "only a comment": ("# nothing\n", ("sprints/s.yaml", "empty")),
    "a list at the top": ("- version: 1\n", ("sprints/s.yaml:1:1", "list", "mapping")),
    "two documents": (HEAD + ONE + "---\n" + HEAD + ONE, ("sprints/s.yaml:7:", "document")),
    "cyclic previous": (HEAD + "previous: s\n" + ONE, ("5:", "s -> s")),
    "missing previous": (HEAD + "previous: r\n" + ONE, ("5:", "'r'")),
    "equal addresses": (HEAD + ONE.replace("}]}", "}, {file: README.md}]}"), ("6:", "one/file:README.md")),
    "unknown id blocked": (
        HEAD + ONE + "blockers:\n  - {id: b, title: B, blocks: [on]}\n",
        ("sprints/s.yaml:8:", "'on'", "'one'"),
    ),
    "unknown fact": (
        HEAD + ONE + "criteria:\n  - {text: Done, when: progres == 1}\n",
        ("sprints/s.yaml:8:", "progres", "'progress'"),
    ),
    "path with ..": (HEAD + ONE.replace("README.md", "../secret"), ("6:", "../secret", "leaves the repository")),
    "absolute path": (HEAD + ONE.replace("README.md", "/etc/passwd"), ("6:", "/etc/passwd", "absolute")),
    "root with ..": (HEAD + "root: ../..\n" + ONE, ("5:", "leaves the repository")),
    "wrong sprint name": (HEAD.replace("sprint: s", "sprint: other") + ONE, ("sprints/s.yaml:2:", "other")),
    "end before start": (HEAD.replace("11-08", "10-08") + ONE, ("sprints/s.yaml:", "end")),
    "no deliverables": (HEAD, ("sprints/s.yaml", "deliverables")),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_bad_manifest_is_refused_with_its_place(expect_refused, manifest, name):
    text, words = TEXTS[name]
    manifest(text=text)
    told = expect_refused("check", "s", words=words, timeout=20)
    assert len(told) < 3000


def test_all_errors_of_a_manifest_come_at_once_and_in_its_order(expect_refused, manifest):
    text = HEAD.replace("2025-11-08", "soon") + "colour: red\n" + ONE.replace("README.md", "../x")
    manifest(text=text + "waivers:\n  - {check: none, reason: R, by: ana, until: 2025-12-01}\n")
    told = expect_refused("check", "s", words=("soon", "colour", "../x", "'none'"))
    places = [line.split(":")[2] for line in told.splitlines() if "s.yaml:" in line]
    assert places == ["4", "5", "7", "9"]


def test_50_megabytes_are_refused_without_being_read_for_long(expect_refused, project, manifest):
    manifest(text=HEAD + ONE + "#" * 50_000_000)
    expect_refused("check", "s", words=("sprints/s.yaml", "at most"), timeout=10)


def test_bytes_that_are_not_utf_8_are_refused(expect_refused, project):
    project.write("sprints/s.yaml", HEAD.encode() + b"title: caf\xe9\n" + ONE.encode())
    expect_refused("check", "s", words=("sprints/s.yaml:5:", "UTF-8"))


def test_a_byte_order_mark_is_no_error(sprintbot, project):
    project.write("sprints/s.yaml", b"\xef\xbb\xbf" + (HEAD + ONE).encode())
    assert sprintbot("check", "s").code == 0


def test_a_folder_is_no_manifest(expect_refused, project):
    (project.path / "plans.yaml").mkdir()
    expect_refused("check", "plans.yaml", words=("plans.yaml", "folder"))
    expect_refused("check", "./sprints", words=("sprints", "There are s"))


def test_a_missing_manifest_is_told_with_those_there_are_and_the_nearest(expect_refused, manifest):
    manifest("{file: README.md}", name="sprint-1")
    manifest("{file: README.md}", name="sprint-2")
    expect_refused(
        "check", "sprint-12", words=("'sprint-12'", "There are s, sprint-1, sprint-2", "did you mean 'sprint-2'")
    )
    expect_refused("check", "sprints/sprnt-2.yaml", words=("There are s, sprint-1, sprint-2", "'sprint-2'"))


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a\nb", "x" * 5000, "--", "*", "sprints/"])
def test_a_name_that_names_nothing_is_refused(expect_refused, name):
    expect_refused("check", "--no-probes", "--", name, words=())


def test_where_there_is_no_manifest_at_all_it_says_how_to_write_one(sprintbot, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = sprintbot("check", "s", cwd=empty)
    assert done.code == 2
    assert "sprintbot init s" in done.err


def test_a_path_through_a_symlink_that_leaves_the_repository_is_not_followed(sprintbot, project, manifest, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret\n")
    (project.path / "way").symlink_to(outside)
    (project.path / "link.txt").symlink_to(outside / "secret.txt")
    manifest("{file: way/secret.txt, contains: secret}\n{file: link.txt, contains: secret}")
    project.commit()
    for tree in ((), ("--worktree",)):
        done = sprintbot("check", "s", *tree)
        assert done.code == 1
        assert done.out.count("outside of the repository") == 2, done.out
        assert "1 of 1 found" not in done.out
