"""A day as people write it."""

from datetime import datetime


def day(moment: datetime) -> str:
    """The day of a moment where the server is: 7 Mar 2026."""
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y}"
