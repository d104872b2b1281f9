import datetime

import pytest

from sprintbot.manifest.model import Deadline, Estimate, Zone


def test_a_deadline_is_so_long_after_the_opening_or_a_time_with_its_offset():
    assert Deadline.parse("2d").after == 172800
    at = Deadline.parse("2025-11-05T12:00:00+01:00").at
    assert at == datetime.datetime(2025, 11, 5, 11, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("2025-11-05T12:00:00", "has no offset; write 2025-11-05T12:00:00Z for UTC"),
        ("2025-13-05T12:00:00Z", "is no time; write one such as"),
        (2, "2 has no unit"),
        ("0s", "is not between 0 and 7 days"),
        (None, "null where a duration"),
    ],
)
def test_what_is_no_deadline_is_refused(raw, told):
    with pytest.raises(ValueError, match=told):
        Deadline.parse(raw)


def test_an_estimate_is_hours_of_work_with_their_unit():
    assert Estimate.parse(">= 2h").comparison.words() == "at least 2 h"
    assert Estimate.parse("0h").comparison.words() == "exactly 0 h"


@pytest.mark.parametrize("raw", ["", "Europe", "../etc/passwd", "Mars/Phobos", 3, None, ["UTC"], "\0"])
def test_what_is_no_time_zone_is_refused(raw):
    with pytest.raises(ValueError, match="is no time zone; write a name such as UTC or Europe/Berlin"):
        Zone.parse(raw)


def test_a_time_zone_is_a_name_of_the_tz_database():
    assert Zone.parse("Europe/Berlin") == "Europe/Berlin"
