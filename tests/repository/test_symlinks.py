import pytest

from sprintbot.repository.symlinks import Strays, parents, resolve

LINKS = {
    "here": "docs",
    "docs/up": "../src",
    "chain": "here/up",
    "etc": "/etc",
    "out": "../other",
    "docs/far": "../../x",
    "round": "trip",
    "trip": "round",
    "via": "out/x",
}


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("a/b", "a/b"), ("here/x", "docs/x"), ("docs/up/y", "src/y"), ("chain/z", "src/z"), ("here", "docs")],
)
def test_links_inside_are_followed(path, leads_to):
    assert resolve(path, LINKS.get) == leads_to


@pytest.mark.parametrize("path", ["etc", "etc/passwd", "out", "out/x", "docs/far", "here/far", "via"])
def test_a_way_out_is_refused_and_named(path):
    with pytest.raises(Strays, match=r"is a symlink to .*outside of the repository"):
        resolve(path, LINKS.get)


def test_a_circle_ends():
    with pytest.raises(Strays, match="circle"):
        resolve("round/x", LINKS.get)


def test_parents_are_listed_from_outside():
    assert parents("a/b/c") == ["a", "a/b"]
    assert parents("a") == []
