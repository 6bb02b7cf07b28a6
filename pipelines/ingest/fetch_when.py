"""Times of the log as people read them, and times that servers name."""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime


def when(at: float) -> str:
    """Seconds since 1970 as a time people read, in UTC.

    >>> when(0.0)
    '1970-01-01 00:00 UTC'
    """
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def seconds_asked(retry_after: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks to wait: a number, or a date; None for none or another form.

    >>> seconds_asked("120", 0.0), seconds_asked("Thu, 01 Jan 1970 00:01:00 GMT", 0.0), seconds_asked("soon", 0.0)
    (120.0, 60.0, None)
    """
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        named = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if named.tzinfo is None:
        named = named.replace(tzinfo=datetime.UTC)
    return max(0.0, named.timestamp() - now)
