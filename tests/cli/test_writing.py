import errno
import os
from pathlib import Path

import pytest

from sprintbot.cli.writing import read_documents, write_whole
from sprintbot.errors import UsageError, WorkError


def test_formats_go_by_suffix_and_a_dash_prints():
    wanted = read_documents([Path("a.md"), Path("b.markdown"), Path("c.json"), Path("d.txt"), Path("-")], None)
    assert [format_ for _, format_ in wanted.files] == ["markdown", "markdown", "json", "text"]
    assert wanted.prints == "text"


@pytest.mark.parametrize(
    ("output", "format_", "prints"), [([], None, None), ([], "json", "json"), (["-"], "json", "json")]
)
def test_what_is_printed(output, format_, prints):
    assert read_documents([Path(each) for each in output], format_).prints == prints


def test_a_link_that_leads_nowhere_becomes_the_file_it_names(tmp_path):
    (tmp_path / "link.md").symlink_to("real.md")
    write_whole(tmp_path / "link.md", "text")
    assert (tmp_path / "real.md").read_text() == "text"


def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a.md", "text")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640


def test_line_ends_stay_as_they_are_and_lone_surrogates_are_no_error(tmp_path):
    write_whole(tmp_path / "a.md", "a\nb\udcff\n")
    assert (tmp_path / "a.md").read_bytes() == b"a\nb?\n"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkError, match=r"a\.md cannot be written: No space left on device"):
        write_whole(tmp_path / "a.md", "new")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.md": "old"}


def test_what_is_no_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(UsageError, match="no regular file"):
        write_whole(tmp_path / "pipe.md", "text")


def test_a_name_too_long_for_the_system_is_told(tmp_path):
    with pytest.raises(WorkError, match="File name too long"):
        write_whole(tmp_path / ("x" * 300 + ".md"), "text")
