"""The hours of trading (交易时间): sessions, the cut-off of the day and the release of the index.

The figures are the exchange's own settings [D], domain.md §1.3, not law; a
changed timetable is another value of :class:`Hours` with its own source.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from goldfruit.kernel.days.calendar import Calendar
from goldfruit.kernel.days.clock import XIANYANG, instant_at, local_day


@dataclass(frozen=True, slots=True)
class Session:
    """交易时段: from ``opens`` until just before ``closes``, Xianyang's time."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("a session closes after it opens")


@dataclass(frozen=True, slots=True)
class Hours:
    """交易时间表: the sessions of a trading day, its cut-off and its release."""

    sessions: tuple[Session, ...]
    cut_off: time
    release: time
    source: str

    def is_open(self, instant: datetime, calendar: Calendar) -> bool:
        """Return whether a session runs at ``instant``.

        Raises:
            CalendarNotLoaded: nobody knows yet whether that day is a trading day.
        """
        clock = instant.astimezone(XIANYANG).time()
        in_session = any(each.opens <= clock < each.closes for each in self.sessions)
        return calendar.is_trading_day(local_day(instant)) and in_session

    def trading_day(self, instant: datetime, calendar: Calendar) -> date:
        """Return the trading day that a commitment made at ``instant`` is dated.

        Until the last session closes it is the day itself; after that, and on
        days without trading, it is the next trading day (§1.3).

        Raises:
            CalendarNotLoaded: the calendar does not reach that day.
        """
        day = local_day(instant)
        closes = max(each.closes for each in self.sessions)
        if calendar.is_trading_day(day) and instant < instant_at(day, closes):
            return day
        return calendar.next(day)


HOURS = Hours(
    sessions=(Session(time(9, 0), time(11, 30)), Session(time(13, 30), time(16, 0))),
    cut_off=time(16, 30),
    release=time(17, 0),
    source="本所交易时间 [D], domain.md §1.3",
)
