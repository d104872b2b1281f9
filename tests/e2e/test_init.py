import pytest

MODULE = "class Breaker:\n    def close(self):\n        pass\n"
SUITE = (
    "import pytest\n\n\ndef test_one():\n    pass\n\n\n"
    "@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_n(n):\n    pass\n"
)
FILES = {
    "README.md": '# A title\n\nText with `code`, [a link](x) and "quotes".\n',
    "src/breaker.py": MODULE,
    "src/empty.py": "",
    "src/broken.py": "def (:\n    pass\n",
    "src/private.py": "import os\n\n_HIDDEN = os.sep\n",
    "tests/test_breaker.py": SUITE,
    "deploy/compose.yml": "services:\n  web:\n    image: nginx\n",
    "deploy/data.json": '{"name": "x", "values": [1, 2]}\n',
    "deploy/settings.toml": '[tool]\nname = "x"\n',
    "deploy/page.xml": "<?xml version='1.0'?>\n<page>\n  <title>x</title>\n</page>\n",
    "deploy/broken.json": "{not json\n",
    "deploy/dos.txt": "first line\r\nsecond line\r\n",
    "deploy/long.txt": "word " * 200 + "\n",
    "deploy/latin.txt": b"caf\xe9 au lait\nplain words\n",
    "deploy/utf16.txt": "text".encode("utf-16"),
    "deploy/bom.md": b"\xef\xbb\xbf# With a mark\n",
    "deploy/picture.png": b"\x89PNG\r\n\x1a\n\0\0\0binary",
    "deploy/blank.txt": "\n\n\n",
    "deploy/slashes.txt": "/a pattern?/\n// a comment\nwords\n",
    "odd/with space.txt": "some words\n",
    "odd/with \"quotes\" and 'more'.txt": "some words\n",
    "odd/with\nnewline.txt": "some words\n",
    "odd/größe-日本-\N{PILE OF POO}.txt": "some words: größe\n",
    "odd/back\\slash.txt": "some words\n",
    "odd/- dash: colon #hash.txt": "some words\n",
    "odd/yes": "no\n",
    "123/456": "789\n",
}
NOW = ("--now", "2025-11-05")


@pytest.fixture
def varied(project):
    for name, content in FILES.items():
        project.write(name, content)
    project.commit()
    return project


def test_a_first_manifest_loads_as_it_stands_and_holds(sprintbot, varied):
    done = sprintbot("init", "first", *NOW)
    assert done.code == 0
    assert "wrote sprints/first.yaml" in done.out
    checked = sprintbot("check", "first", "--no-probes", "-v")
    assert checked.code == 0, checked.out + checked.err
    assert " fail" not in checked.out.splitlines()[-1]


def test_tests_are_counted_by_what_will_check_them(sprintbot, varied):
    sprintbot("init", "first", *NOW)
    text = (varied.path / "sprints/first.yaml").read_text()
    assert "- tests: tests\n        count: 4\n" in text
    assert "test_breaker.py" not in text


@pytest.mark.parametrize(
    "name",
    ["README.md", "src/breaker.py", "src/broken.py", "src/private.py", "tests/test_breaker.py", "deploy/compose.yml"]
    + [f"deploy/{name}" for name in ("data.json", "settings.toml", "page.xml", "dos.txt", "long.txt", "latin.txt")],
)
def test_a_shell_without_the_substance_does_not_hold(sprintbot, varied, name):
    assert sprintbot("init", "first", *NOW).code == 0
    content = FILES[name]
    count = content.count(b"\n" if isinstance(content, bytes) else "\n")
    varied.write(name, "\n" * count)
    varied.commit()
    assert sprintbot("check", "first").code == 1


def test_what_is_there_already_is_not_overwritten(expect_refused, sprintbot, manifest):
    expect_refused("init", "s", words=("sprints/s.yaml is there already",))
    manifest("{file: README.md}").rename(manifest("{file: README.md}").with_suffix(".yml"))
    expect_refused("init", "s", words=("sprints/s.yml is there already",))


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", "-x", "x" * 200])
def test_a_name_that_is_no_id_is_refused(expect_refused, name):
    expect_refused("init", "--", name, words=("SPRINT",))


def test_since_a_ref_or_a_date(sprintbot, varied):
    varied.write("later.md", "# Later\n")
    varied.commit()
    assert sprintbot("init", "by-ref", "--since", "HEAD~1", *NOW).out.startswith("wrote sprints/by-ref.yaml: 1 checks")
    assert sprintbot("init", "by-date", "--since", "2025-11-01", *NOW).code == 0
    text = (varied.path / "sprints/by-date.yaml").read_text()
    assert "start: 2025-11-01\nend: 2025-11-05\n" in text
    assert "file: later.md" in text
    assert sprintbot("check", "by-ref").code == sprintbot("check", "by-date").code == 0


def test_an_unknown_ref_is_refused(expect_refused):
    expect_refused("init", "t", "--since", "nowhere", words=("'nowhere' names no commit",))


def test_where_nothing_changed_it_says_so(sprintbot, project):
    done = sprintbot("init", "t", "--since", "HEAD")
    assert done.code == 0
    assert "nothing changed since HEAD" in done.out
    assert sprintbot("check", "t").code == 1


def test_without_a_commit_it_writes_a_place_to_start_from(sprintbot, project, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    project.git("init", "-q", str(empty))
    assert sprintbot("init", "t", cwd=empty).code == 0
    checked = sprintbot("check", "t", cwd=empty)
    assert checked.code == 1
    assert "nothing was proved" in checked.out


def test_a_name_that_is_a_number_is_still_a_name(sprintbot, project):
    assert sprintbot("init", "7", "--since", "2025-01-01").code == 0
    assert sprintbot("check", "7").code == 0


def test_the_manifests_and_reports_are_no_deliverables(sprintbot, project):
    sprintbot("report", "s")
    project.commit()
    sprintbot("init", "t", *NOW)
    text = (project.path / "sprints/t.yaml").read_text()
    assert "reports/" not in text
    assert "file: sprints/" not in text
