import pytest

from sprintbot.testcount.python import count_tests
from sprintbot.testcount.settings import find_settings

SOURCES = {
    "tests/test_a.py": b"def test_one(): pass\ndef check_two(): pass\nclass SuiteA:\n    def test_in(self): pass\n",
    "tests/check_b.py": b"def check_three(): pass\ndef test_four(): pass\n",
    "tests/slow/test_c.py": b"def test_five(): pass\n",
    "other/test_d.py": b"def test_six(): pass\n",
}


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("setup.py", "", 3),
        ("pytest.ini", "[pytest]\npython_functions = check_*\n", 1),
        ("pytest.ini", "[pytest]\npython_classes = Suite\n", 4),
        ("pyproject.toml", "[tool.pytest.ini_options]\npython_files = 'check_*.py'\n", 1),
        ("pyproject.toml", "[tool.pytest]\npython_files = ['check_*.py', 'test_*.py']\n", 4),
        ("tox.ini", "[pytest]\nnorecursedirs = slow\n", 2),
        ("setup.cfg", "[tool:pytest]\naddopts = --ignore=tests/slow\n", 2),
        ("pytest.toml", "[pytest]\ntestpaths = ['tests/slow', 'other']\n", 2),
        ("setup.cfg", "[metadata]\nname = a\n", 3),
        ("tests/pytest.ini", "[pytest]\ntestpaths = slow\n", 3),
    ],
)
def test_follows_the_configuration(name, text, number):
    counted = count_tests({**SOURCES, name: text.encode()}, [""])
    assert (counted.number, counted.floor) == (number, False)


def test_takes_testpaths_only_where_the_folder_of_the_configuration_is_asked_for():
    configured = {**SOURCES, "pytest.ini": b"[pytest]\ntestpaths = other\n"}
    assert count_tests(configured, [""]).number == 1
    assert count_tests(configured, ["tests"]).number == 2


def test_takes_the_nearest_configuration_above():
    configured = {
        **SOURCES,
        "pytest.ini": b"[pytest]\npython_files = none.py\n",
        "tests/pytest.ini": b"[pytest]\npython_files = check_*.py\n",
    }
    assert count_tests(configured, ["tests"]).number == 1


def test_a_named_file_is_collected_whatever_its_name():
    assert count_tests(SOURCES, ["tests/check_b.py"]).number == 1


@pytest.mark.parametrize("options", ["-m 'not slow'", "-k one", "-mslow", "--deselect tests/test_a.py::test_one"])
def test_says_that_addopts_leaves_tests_out_of_a_run(options):
    counted = count_tests({**SOURCES, "pytest.ini": f"[pytest]\naddopts = -q {options}\n".encode()}, [""])
    assert counted.number == 3
    assert counted.floor
    assert counted.deselects.split()[0] in options


def test_flags_a_configuration_that_cannot_be_read():
    counted = count_tests({**SOURCES, "pyproject.toml": b"[tool.pytest\n"}, [""])
    assert counted.floor
    assert "pyproject.toml cannot be read" in counted.flags[0].why


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[pytest]\n  broken", b"[pytest\n", b"\0"])
def test_reads_no_settings_out_of_a_broken_file(content):
    assert find_settings("", {"pytest.ini": content}).python_files == ("test_*.py", "*_test.py")


def test_options_of_addopts_that_may_change_the_collection_are_flagged():
    counted = count_tests({**SOURCES, "tox.ini": b"[pytest]\naddopts = --doctest-modules --pyargs\n"}, [""])
    assert {flag.why for flag in counted.flags} == {
        "addopts collects doctests, which are not counted",
        "addopts has --pyargs, which may change what is collected",
    }
