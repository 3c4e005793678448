"""Days (日历): the local day, the marketing season, trading days and the hours of trading."""

from goldfruit.kernel.days.calendar import (
    Calendar,
    CalendarIncomplete,
    CalendarNotLoaded,
    DayKind,
    DayRow,
    DayRowWrong,
    day_row,
    statutory_calendar,
    statutory_rows,
)
from goldfruit.kernel.days.clock import XIANYANG, instant_at, local_day
from goldfruit.kernel.days.hours import HOURS, Hours, Session
from goldfruit.kernel.days.season import Season, season_of

__all__ = [
    "HOURS",
    "XIANYANG",
    "Calendar",
    "CalendarIncomplete",
    "CalendarNotLoaded",
    "DayKind",
    "DayRow",
    "DayRowWrong",
    "Hours",
    "Season",
    "Session",
    "day_row",
    "instant_at",
    "local_day",
    "season_of",
    "statutory_calendar",
    "statutory_rows",
]
