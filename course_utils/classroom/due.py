"""When an assignment is due, and whether something was late."""

from datetime import UTC, datetime, time, timedelta

from course_utils.errors import UsageError


def read_due(text):
    """Read "2027-01-31T23:59", with or without a zone, as an ISO text with one.

    A date alone means the last second of that day. Without a zone, this computer's is meant.

    Raises:
        UsageError: no date.
    """
    try:
        when = datetime.fromisoformat(text)
        if "T" not in text and " " not in text:
            when = datetime.combine(when.date(), time(23, 59, 59))
        if when.tzinfo is None:
            when = when.astimezone()
        return when.isoformat()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is not a date.", "write it like 2027-01-31T23:59 or 2027-01-31."
        ) from None


def in_utc(text):
    """The moment of an ISO text with zone, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def how_late(received, due, extension=None):
    """How long after `due` something was received, in words; "" if it was not late.

    Args:
        received, due: ISO texts with zone, or None if unknown or unlimited.
        extension: `timedelta` added to `due`, or None.
    """
    if not received or not due:
        return ""
    over = in_utc(received) - in_utc(due) - (extension or timedelta())
    if over <= timedelta():
        return ""
    minutes = int(over.total_seconds() // 60)
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
