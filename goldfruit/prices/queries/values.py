"""Published values (指数值): the series, its revisions, and what stands behind one day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.kernel.errors import NotFound
from goldfruit.prices.models import IndexRun, IndexValue
from goldfruit.prices.queries import runs
from goldfruit.prices.rules.publication import Changes, changes


@dataclass(eq=False)
class NotPublishedYet(NotFound):
    """The index has no published value for that day."""

    code = "not-published"
    title = "当日未发布"
    detail = "{index} 在 {day} 没有发布值。请查看最近发布日，或稍后再来（每个交易日 17:00 发布）。"

    index: str
    day: str


@dataclass(frozen=True, slots=True)
class DayBehind:
    """当日依据: a published value with the run that made it and all its parts."""

    value: IndexValue
    run: IndexRun
    result: dict[str, Any]
    changes: Changes | None


def latest_revisions(code: str) -> sa.Select[IndexValue]:
    """Return the query of each day's newest revision."""
    newest = (
        sa.select(IndexValue.day, sa.func.max(IndexValue.rev).label("rev"))
        .where(IndexValue.index_code == code)
        .group_by(IndexValue.day)
        .subquery()
    )
    return (
        sa.select(IndexValue)
        .join(newest, sa.and_(IndexValue.day == newest.c.day, IndexValue.rev == newest.c.rev))
        .where(IndexValue.index_code == code)
    )


def series(
    session: Session, code: str, first: date | None = None, last: date | None = None
) -> Sequence[IndexValue]:
    """Return the newest revision of each day, in order; days not published are among them."""
    query = latest_revisions(code)
    if first:
        query = query.where(IndexValue.day >= first)
    if last:
        query = query.where(IndexValue.day <= last)
    return session.scalars(query.order_by(IndexValue.day)).all()


def page(
    session: Session,
    code: str,
    *,
    after: date | None,
    first: date | None = None,
    last: date | None = None,
    limit: int,
) -> Sequence[IndexValue]:
    """Return up to ``limit`` days after ``after``, in order, each in its newest revision."""
    query = latest_revisions(code)
    if after:
        query = query.where(IndexValue.day > after)
    if first:
        query = query.where(IndexValue.day >= first)
    if last:
        query = query.where(IndexValue.day <= last)
    return session.scalars(query.order_by(IndexValue.day).limit(limit)).all()


def latest(session: Session, code: str) -> IndexValue | None:
    """Return the newest day that has a value, in its newest revision; None before the first."""
    query = latest_revisions(code).where(IndexValue.value_e2.is_not(None))
    return session.scalar(query.order_by(IndexValue.day.desc()).limit(1))


def newest_day(session: Session, code: str) -> IndexValue | None:
    """Return the newest day, whether or not it has a value."""
    return session.scalar(latest_revisions(code).order_by(IndexValue.day.desc()).limit(1))


def on(session: Session, code: str, day: date, rev: int | None = None) -> IndexValue:
    """Return the value of ``day``: its newest revision, or the one asked for.

    Raises:
        NotPublishedYet: there is none.
    """
    query = sa.select(IndexValue).where(IndexValue.index_code == code, IndexValue.day == day)
    if rev is not None:
        query = query.where(IndexValue.rev == rev)
    found = session.scalar(query.order_by(IndexValue.rev.desc()).limit(1))
    if found is None:
        raise NotPublishedYet(index=code[:40], day=day.isoformat())
    return found


def revisions(session: Session, code: str) -> Sequence[IndexValue]:
    """Return every value that a later revision replaced or is one, newest day first."""
    revised = sa.select(IndexValue.day).where(IndexValue.index_code == code, IndexValue.rev > 0)
    query = (
        sa.select(IndexValue)
        .where(IndexValue.index_code == code, IndexValue.day.in_(revised))
        .order_by(IndexValue.day.desc(), IndexValue.rev)
    )
    return session.scalars(query).all()


def behind(session: Session, code: str, day: date, rev: int | None = None) -> DayBehind:
    """Return the value of ``day`` with everything that stands behind it.

    Raises:
        NotPublishedYet: the day has no published value.
    """
    value = on(session, code, day, rev)
    run = runs.by_id(session, value.run_id)
    return DayBehind(
        value, run, runs.result(session, run.id, day), changes_of(session, code, value)
    )


def changes_of(session: Session, code: str, value: IndexValue) -> Changes | None:
    """Return how ``value`` changed against earlier published days; None where it has no value."""
    if value.value_e2 is None:
        return None
    return changes(value.day, value.value_e2, published(session, code, value.day))


def published(session: Session, code: str, last: date | None = None) -> dict[date, int]:
    """Return the value in hundredths of each day that has one, by day in order."""
    query = sa.select(IndexValue.day, IndexValue.rev, IndexValue.value_e2).where(
        IndexValue.index_code == code
    )
    if last:
        query = query.where(IndexValue.day <= last)
    newest = {row.day: row.value_e2 for row in session.execute(query.order_by("day", "rev"))}
    return {day: value for day, value in newest.items() if value is not None}


def codes(session: Session) -> list[str]:
    """Return the codes that have published values."""
    return list(
        session.scalars(sa.select(IndexValue.index_code).distinct().order_by(IndexValue.index_code))
    )
