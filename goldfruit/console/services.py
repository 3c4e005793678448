"""What operators do for the whole market: load the notice of a year's holidays."""

import csv
from collections.abc import Sequence

from goldfruit.infra import calendar
from goldfruit.infra.work import Work
from goldfruit.kernel.days import DayRow, DayRowWrong, day_row
from goldfruit.kernel.events import CalendarLoaded
from goldfruit.members import queries as members
from goldfruit.members.rules.acts import Act

ROWS_MAX = 200


def rows_of(text: str) -> list[DayRow]:
    """Return the spans that a CSV of year, first, last, kind, name and source gives.

    Raises:
        DayRowWrong: a line cannot be read, or there are none, or too many.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not 2 <= len(lines) <= ROWS_MAX:
        raise DayRowWrong(text=lines[0][:80] if lines else "", reason="文件为空或超过 200 行")
    return [day_row(fields) for fields in csv.DictReader(lines)]


def load_notice(work: Work, rows: Sequence[DayRow]) -> list[int]:
    """Load the holidays and make-up days of a notice; return the years that are known then.

    Raises:
        NotPermitted: not one of the actor's acts.
        CalendarIncomplete, DayRowWrong: the calendar would not be one; nothing is loaded.
    """
    members.require_act(work.session, work.actor, Act.LOAD_CALENDAR)
    known = calendar.add_notice(work, rows)
    work.announce(CalendarLoaded(year=max(row.year for row in rows), spans=len(rows)))
    return sorted(known.years)
