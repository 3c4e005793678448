"""The clock of Xianyang (咸阳时间): one zone for people, UTC for machines."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

XIANYANG = ZoneInfo("Asia/Shanghai")


def local_day(instant: datetime) -> date:
    """Return the calendar day in Xianyang at an aware ``instant``.

    Raises:
        ValueError: the instant has no offset.
    """
    if instant.tzinfo is None:
        raise ValueError("a naive time has no place here")
    return instant.astimezone(XIANYANG).date()


def instant_at(day: date, at: time) -> datetime:
    """Return, in UTC, the instant when the clocks of Xianyang show ``at`` on ``day``.

    Raises:
        ValueError: ``at`` carries a zone of its own.
    """
    if at.tzinfo is not None:
        raise ValueError("the time of day is Xianyang's; give it without a zone")
    return datetime.combine(day, at, tzinfo=XIANYANG).astimezone(UTC)
