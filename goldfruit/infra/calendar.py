"""The trading calendar (交易日历): notices that came with the program, and those loaded since.

The State Council's notice for a year appears late in the year before; an
operator loads it then. Until somebody does, that year has no trading days.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from goldfruit.infra.db import Base, BigId
from goldfruit.infra.work import Work
from goldfruit.kernel.days import Calendar, DayKind, DayRow, statutory_rows


class CalendarSpan(Base):
    """日历行: one span of days of a notice that was loaded, or a closure of the exchange."""

    __tablename__ = "calendar_spans"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    year: Mapped[int]
    first: Mapped[date] = mapped_column("first_day")
    last: Mapped[date] = mapped_column("last_day")
    kind: Mapped[str]
    name: Mapped[str]
    source: Mapped[str]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime]


def load(session: Session) -> Calendar:
    """Return the calendar of all notices that are known."""
    return Calendar.build([*statutory_rows(), *loaded_rows(session)])


def loaded_rows(session: Session) -> Sequence[DayRow]:
    """Return the spans that operators loaded, in the order of loading."""
    spans = session.scalars(sa.select(CalendarSpan).order_by(CalendarSpan.id))
    return [
        DayRow(
            year=span.year,
            first=span.first,
            last=span.last,
            kind=DayKind(span.kind),
            name=span.name,
            source=span.source,
        )
        for span in spans
    ]


def add_notice(work: Work, rows: Sequence[DayRow]) -> Calendar:
    """Load ``rows`` and return the calendar with them.

    Raises:
        CalendarIncomplete, DayRowWrong: the calendar would not be one; nothing is loaded.
    """
    calendar = Calendar.build([*statutory_rows(), *loaded_rows(work.session), *rows])
    for row in rows:
        work.session.add(
            CalendarSpan(
                year=row.year,
                first=row.first,
                last=row.last,
                kind=row.kind.value,
                name=row.name,
                source=row.source,
                loaded_by=work.actor.key,
                loaded_at=work.now,
            )
        )
    return calendar
