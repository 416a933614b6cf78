"""A day as people write it."""

from datetime import datetime

from app.page.words import say


def day(moment: datetime) -> str:
    """The day of a moment where the server is: 7 Mar 2026."""
    local = moment.astimezone()
    return say("day.date", day=local.day, month=say("day.months").split()[local.month - 1], year=local.year)
