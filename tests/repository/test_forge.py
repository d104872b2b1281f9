import pytest

from sprintbot.repository.forge import Forge, read_url

COMMIT = "0123456789" * 4


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://github.com/o/r.git", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("https://github.com/o/r/", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("git@github.com:o/r.git", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("github.com:o/r", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("ssh://git@ssh.github.com:443/o/r.git", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("git+ssh://git@github.com/o/r.git", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("HTTPS://GitHub.com/o/r", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("https://ana:s3cret@github.com/o/r", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("https://ana:s3@cr:et@github.com/o/r", f"https://github.com/o/r/blob/{COMMIT}/a.py"),
        ("https://gitlab.com/g/s/r.git", f"https://gitlab.com/g/s/r/-/blob/{COMMIT}/a.py"),
        ("git@gitlab.example.org:g/s/r.git", f"https://gitlab.example.org/g/s/r/-/blob/{COMMIT}/a.py"),
        ("ssh://git@gitlab.example.org:2222/g/r", f"https://gitlab.example.org/g/r/-/blob/{COMMIT}/a.py"),
        ("git@bitbucket.org:w/r.git", f"https://bitbucket.org/w/r/src/{COMMIT}/a.py"),
        ("https://codeberg.org/o/r.git", f"https://codeberg.org/o/r/src/commit/{COMMIT}/a.py"),
        ("https://gitea.example.org:3000/o/r", f"https://gitea.example.org:3000/o/r/src/commit/{COMMIT}/a.py"),
        ("http://forgejo.example.org/o/r", f"http://forgejo.example.org/o/r/src/commit/{COMMIT}/a.py"),
    ],
)
def test_a_known_forge_has_a_permanent_address(url, link):
    assert read_url(url).link(COMMIT, "a.py") == link


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example.org/o/r",
        "https://bitbucket.example.org/o/r",
        "https://notgithub.com/o/r",
        "/srv/github.com/o/r",
        "../github.com/r",
        "C:/github/r",
        "file:///srv/github/r",
        "https://github.com/",
        "https://github.com/r",
        "git@github.com:",
        "",
    ],
)
def test_anything_else_has_no_address(url):
    assert read_url(url).link(COMMIT, "a.py") == ""


@pytest.mark.parametrize(
    "url", ["https://ana:s3cret@github.com/o/r", "https://s3cret@gitlab.com/o/r", "s3cret@github.com:o/r"]
)
def test_credentials_never_come_out(url):
    assert "s3cret" not in repr(read_url(url))
    assert "ana" not in repr(read_url(url))


def test_a_path_is_quoted_byte_by_byte():
    forge = read_url("https://github.com/o/r")
    assert forge.link(COMMIT, "a b/\u00e9#?%.md").endswith("/a%20b/%C3%A9%23%3F%25.md")
    assert forge.link(COMMIT, "\udcff").endswith("/%FF")


def test_origin_comes_before_other_remotes():
    remotes = {"fork": "https://github.com/fork/r", "origin": "https://github.com/o/r"}
    assert Forge.of(remotes).repository == "https://github.com/o/r"
    assert Forge.of({"origin": "/srv/r", "hub": "https://github.com/hub/r"}).repository == "https://github.com/hub/r"
    assert Forge.of({}) == Forge()
