"""Dates in, lateness out; a missing zone is this computer's."""

from datetime import datetime, timedelta

import pytest

from course_utils.classroom.due import how_late, read_due
from course_utils.errors import UsageError


def test_a_zone_that_is_given_is_kept():
    assert read_due("2027-01-31T23:59+02:00") == "2027-01-31T23:59:00+02:00"


def test_a_date_alone_lasts_until_its_end_here():
    due = datetime.fromisoformat(read_due("2027-01-31"))
    assert (due.hour, due.minute, due.second) == (23, 59, 59)
    assert due.tzinfo is not None and due.astimezone().day == 31


@pytest.mark.parametrize("text", ["", "soon", "31.01.2027", "2027-02-30", "2027-01-31T25:00"])
def test_what_is_no_date_is_a_usage_error(text):
    with pytest.raises(UsageError, match="is not a date"):
        read_due(text)


DUE = "2027-01-31T12:00:00+00:00"


@pytest.mark.parametrize(
    ("received", "late"),
    [
        ("2027-01-31T11:59:59+00:00", ""),
        ("2027-01-31T12:00:00+00:00", ""),
        ("2027-01-31T12:00:01+00:00", "0 min"),
        ("2027-01-31T13:59:59+02:00", ""),  # the same moment in another zone is not late
        ("2027-01-31T14:07:00+00:00", "2 h 7 min"),
        ("2027-02-03T15:00:00+00:00", "3 d 3 h"),
        (None, ""),
    ],
)
def test_lateness_is_said_in_the_units_that_matter(received, late):
    assert how_late(received, DUE) == late


def test_an_extension_counts_and_no_due_date_is_never_passed():
    assert how_late("2027-02-02T11:00:00+00:00", DUE, timedelta(days=2)) == ""
    assert how_late("2027-02-02T13:00:00+00:00", DUE, timedelta(days=2)) == "1 h 0 min"
    assert how_late("2099-01-01T00:00:00+00:00", None) == ""
