import random

import pytest

from sprintbot.claim.evidence import Blocked
from sprintbot.errors import WorkError
from sprintbot.repository import blob, blobs
from sprintbot.repository.blob import Need
from sprintbot.repository.blobs import read_blobs
from sprintbot.repository.snapshot import open_snapshot
from sprintbot.repository.tree import Wants


def damage(git_repo, oid):
    """Break a blob behind its header, as a failing disk does."""
    file = git_repo.path / ".git" / "objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    stored = bytearray(file.read_bytes())
    stored[len(stored) // 2 :] = b"x" * (len(stored) - len(stored) // 2)
    file.write_bytes(stored)


def content(number):
    return random.Random(number).randbytes(3000).hex() + "\n"


def test_a_damaged_blob_costs_its_own_claims_only(git_repo):
    for number in range(9):
        git_repo.write(f"f{number}", content(number))
    git_repo.commit()
    oid = git_repo.git("rev-parse", "HEAD:f4")
    damage(git_repo, oid)
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(counts=frozenset(tree.paths())))
        assert [tree.counts(f"f{number}").lines for number in range(9) if number != 4] == [1] * 8
        with pytest.raises(Blocked, match=f"cannot read: {oid} is damaged"):
            tree.counts("f4")


def test_a_blob_that_is_gone_is_told_so(git_repo):
    git_repo.write("here", "1\n")
    git_repo.write("gone", "2\n")
    git_repo.commit()
    oid = git_repo.git("rev-parse", "HEAD:gone")
    (git_repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(counts=frozenset(tree.paths())))
        assert tree.counts("here").lines == 1
        with pytest.raises(Blocked, match=f"cannot read: {oid} is not in this clone"):
            tree.counts("gone")


def test_a_repository_damaged_throughout_is_given_up(git_repo):
    for number in range(12):
        git_repo.write(f"f{number}", content(number))
    commit = git_repo.commit()
    oids = {git_repo.git("rev-parse", f"HEAD:f{number}"): Need.COUNTS for number in range(12)}
    for oid in oids:
        damage(git_repo, oid)
    with pytest.raises(WorkError, match="damaged files"):
        read_blobs(git_repo.path, oids, commit)


def test_many_blobs_are_read_by_two_processes_and_none_is_lost(git_repo, stand_in_git):
    for number in range(1200):
        git_repo.write(f"f{number}", "x\n" * number)
    git_repo.commit()
    log = stand_in_git('echo "$*" >> {log}; exec {git} "$@"')
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(counts=frozenset(tree.paths())))
        assert all(tree.counts(f"f{number}").lines == number for number in range(1200))
    assert sum("--buffer" in line for line in log.read_text().splitlines()) == 2


def test_a_failure_in_either_process_is_raised(git_repo, stand_in_git):
    oids = {f"{number:040x}": Need.COUNTS for number in range(1, 601)}
    stand_in_git('case "$*" in *cat-file*) read id; case $id in *0001) kill -9 $$;; esac;; esac; exec {git} "$@"')
    with pytest.raises(WorkError, match="status -9"):
        read_blobs(git_repo.path, oids, "")


def test_a_git_that_is_silent_is_ended(git_repo, stand_in_git, monkeypatch):
    stand_in_git("exec sleep 60")
    monkeypatch.setattr(blobs, "TIME_LIMIT", 0.2)
    with pytest.raises(WorkError, match="took longer than"):
        read_blobs(git_repo.path, {"0" * 40: Need.COUNTS}, "")


def test_a_long_blob_is_counted_in_pieces(git_repo, monkeypatch):
    monkeypatch.setattr(blobs, "_PIECE", 10_000)
    data = (b"word " * 7 + b"\n") * 3000 + b"last"
    git_repo.write("long", data)
    git_repo.write("next", "1\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(words=frozenset({"long", "next"}), content=frozenset({"long"})))
        assert (tree.counts("long").lines, tree.words("long"), tree.content("long")) == (3001, 21001, data)
        assert tree.counts("next").lines == 1


def test_a_content_over_the_bound_is_counted_and_not_kept(git_repo, monkeypatch):
    monkeypatch.setattr(blobs, "_PIECE", 10_000)
    monkeypatch.setattr(blob, "CONTENT_LIMIT", 20_000)
    git_repo.write("long", "x\n" * 15_000)
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(content=frozenset({"long"})))
        assert tree.counts("long").lines == 15_000
        with pytest.raises(Blocked, match="too much to read"):
            tree.content("long")


def test_two_paths_of_one_blob_are_both_answered(git_repo):
    git_repo.write("a", "x y\n")
    git_repo.write("b", "x y\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        tree.load(Wants(counts=frozenset({"a"}), content=frozenset({"b"})))
        assert (tree.counts("a").lines, tree.content("b")) == (1, b"x y\n")
