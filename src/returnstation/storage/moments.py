"""Moments and days as columns hold them."""

from datetime import UTC, date, datetime


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """Return the moment, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def maybe_ms(moment: datetime | None) -> int | None:
    """Return milliseconds, or None for a moment that is not known."""
    return None if moment is None else to_ms(moment)


def maybe_moment(milliseconds: int | None) -> datetime | None:
    """Return the moment, or None when the column is empty."""
    return None if milliseconds is None else from_ms(milliseconds)


def maybe_day(text: str | None) -> date | None:
    """Return the day, or None when the column is empty."""
    return None if text is None else date.fromisoformat(text)
