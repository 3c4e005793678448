"""Ledger days (账务日): opened, closed once and in order, each chained to the one before (§4.8).

Nothing is posted into a closed day: what comes after the close belongs to the next day. The
close waits for entries under way and keeps new ones waiting.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra.work import Work
from goldfruit.kernel.days import local_day
from goldfruit.kernel.digests import NO_DIGEST, canonical
from goldfruit.kernel.errors import Clash
from goldfruit.kernel.events import LedgerDayClosed, LedgerDayOpened
from goldfruit.ledger import queries
from goldfruit.ledger.models import EntryRow, LedgerDay
from goldfruit.ledger.rules.chain import ClosedDay
from goldfruit.ledger.rules.entries import Entry
from goldfruit.members import queries as members
from goldfruit.members.rules.acts import Act

BATCH = 1_000


@dataclass(eq=False)
class DayNotInOrder(Clash):
    """A day that cannot be opened or closed before another one is closed."""

    code = "day-not-in-order"
    title = "账务日须按顺序办理"
    detail = "{day} 还不能办理：请先结账 {first}。"

    day: date
    first: date


@dataclass(eq=False)
class DayNotBegun(Clash):
    """A day that has not begun cannot be closed."""

    code = "day-not-begun"
    title = "账务日尚未开始"
    detail = "{day} 还没有开始，不能结账。请检查日期。"

    day: date


@dataclass(eq=False)
class DayClosed(Clash):
    """A closed day is not opened again."""

    code = "day-closed"
    title = "账务日已结账"
    detail = "{day} 已经结账，不能再次开启。更正请在下一账务日冲正后另记。"

    day: date


def open_day(work: Work, *, day: date) -> None:
    """Open a ledger day; opened again it stays as it was.

    Raises:
        NotPermitted: not one of the actor's acts.
        DayClosed: it is closed already.
        DayNotInOrder: an earlier day with entries is not closed.
    """
    members.require_act(work.session, work.actor, Act.CLOSE_DAY)
    queries.lock_days(work.session, alone=True)
    known = work.session.get(LedgerDay, day)
    if known is not None and known.closed_at is None:
        return
    closed = queries.last_closed(work.session)
    if closed is not None and closed.day >= day:
        raise DayClosed(day=day)
    _in_order(work.session, day)
    work.session.add(LedgerDay(day=day, opened_by=work.actor.key, opened_at=work.now))
    work.session.flush()
    work.announce(LedgerDayOpened(day=day))


def close_day(work: Work, *, day: date) -> ClosedDay:
    """Close a ledger day and return its link of the chain; closed again it is the same.

    Raises:
        NotPermitted: not one of the actor's acts.
        DayNotBegun: it lies ahead.
        DayClosed: a later day is closed, and this one never was.
        DayNotInOrder: an earlier day with entries is not closed.
    """
    members.require_act(work.session, work.actor, Act.CLOSE_DAY)
    queries.lock_days(work.session, alone=True)
    row = work.session.get(LedgerDay, day)
    if row is not None and row.digest is not None:
        return ClosedDay(row.day, row.entries or 0, row.digest)
    if day > local_day(work.now):
        raise DayNotBegun(day=day)
    before = queries.last_closed(work.session)
    if before is not None and before.day >= day:
        raise DayClosed(day=day)
    _in_order(work.session, day)
    if row is None:
        row = LedgerDay(day=day)
        work.session.add(row)
    row.previous = (before.digest if before else None) or NO_DIGEST
    row.entries, row.digest = day_digest(work.session, day, row.previous)
    row.closed_by, row.closed_at = work.actor.key, work.now
    work.session.flush()
    work.announce(LedgerDayClosed(day=day, entries=row.entries, digest=row.digest))
    return ClosedDay(day, row.entries, row.digest)


def close_due_days(work: Work, as_of: datetime) -> list[date]:
    """Close every day with entries up to that of ``as_of``, in order; return the days closed."""
    last, closed = local_day(as_of), queries.last_closed(work.session)
    query = sa.select(EntryRow.day).where(EntryRow.day <= last).distinct().order_by(EntryRow.day)
    if closed is not None:
        query = query.where(EntryRow.day > closed.day)
    days = list(work.session.scalars(query))
    for day in days:
        close_day(work, day=day)
    return days


def day_digest(session: Session, day: date, previous: str) -> tuple[int, str]:
    """Return (number of entries, digest) of a day, read from the journal in small steps.

    The digest is that of ``rules.chain.close_day``, taken without holding the day in memory.
    """
    taken = hashlib.new("sm3", previous.encode())
    taken.update(f'{{"day":"{day.isoformat()}","entries":['.encode())
    count = 0
    for entry in entries_of(session, day):
        taken.update((("," if count else "") + canonical(entry.body())).encode())
        count += 1
    taken.update(b"]}")
    return count, taken.hexdigest()


def entries_of(session: Session, day: date) -> Iterator[Entry]:
    """Yield a day's entries in the order of their numbers."""
    after = 0
    while True:
        rows = session.execute(
            sa.select(EntryRow.id, EntryRow.code, EntryRow.cause)
            .where(EntryRow.day == day, EntryRow.id > after)
            .order_by(EntryRow.id)
            .limit(BATCH)
        ).all()
        legs = queries.legs_of(session, [row.id for row in rows])
        for row in rows:
            yield Entry(row.id, row.code, row.cause, day, legs[row.id])
        if len(rows) < BATCH:
            return
        after = rows[-1].id


def _in_order(session: Session, day: date) -> None:
    closed = queries.last_closed(session)
    query = sa.select(sa.func.min(EntryRow.day)).where(EntryRow.day < day)
    if closed is not None:
        query = query.where(EntryRow.day > closed.day)
    first = session.scalar(query)
    if first is not None:
        raise DayNotInOrder(day=day, first=first)
