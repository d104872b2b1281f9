import datetime

import pytest

from sprintbot.errors import UsageError
from sprintbot.manifest.current import find_current
from sprintbot.manifest.problems import ManifestError

TEXT = "version: 1\nsprint: {}\nstart: {}\nend: {}\ntimezone: {}\ndeliverables: []\n"


@pytest.fixture
def write(tmp_path):
    def written(name, start, end, timezone="UTC"):
        file = tmp_path / f"{name}.yaml"
        file.write_text(TEXT.format(name, start, end, timezone))
        return file.resolve()

    return written


def at(text):
    return datetime.datetime.fromisoformat(text)


def test_both_ends_of_a_sprint_are_its_own_in_its_time_zone(write, tmp_path):
    file = write("one", "2025-11-03", "2025-11-08", "Asia/Tokyo")
    for moment in ("2025-11-02T15:00:00+00:00", "2025-11-08T14:59:59+00:00"):
        assert find_current([tmp_path], at(moment)) == file
    for moment in ("2025-11-02T14:59:59+00:00", "2025-11-08T15:00:00+00:00"):
        with pytest.raises(UsageError, match="no sprint is under way"):
            find_current([tmp_path], at(moment))


def test_of_several_it_is_the_one_that_started_last(write, tmp_path):
    write("one", "2025-11-01", "2025-11-30")
    two = write("two", "2025-11-03", "2025-11-08")
    assert find_current([tmp_path, tmp_path], at("2025-11-05T12:00:00+00:00")) == two


def test_none_is_told_with_those_there_are(write, tmp_path):
    with pytest.raises(UsageError) as caught:
        find_current([tmp_path], at("2025-11-05T12:00:00+00:00"))
    assert caught.value.hint == "There is no manifest"
    write("one", "2025-11-01", "2025-11-02")
    with pytest.raises(UsageError) as caught:
        find_current([tmp_path], at("2025-11-05T12:00:00+00:00"))
    assert caught.value.hint == "Name one (one: 2025-11-01 to 2025-11-02)"


def test_a_manifest_that_cannot_be_read_matters_only_where_no_other_is_under_way(write, tmp_path):
    (tmp_path / "broken.yaml").write_text("version: 2\n")
    with pytest.raises(ManifestError, match=r"broken\.yaml"):
        find_current([tmp_path], at("2025-11-05T12:00:00+00:00"))
    one = write("one", "2025-11-01", "2025-11-30")
    assert find_current([tmp_path], at("2025-11-05T12:00:00+00:00")) == one
