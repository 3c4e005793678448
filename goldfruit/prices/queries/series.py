"""A published series with what stands beside each value (序列): error, cells, observations."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.prices.models import IndexResult, IndexValue
from goldfruit.prices.queries import values
from goldfruit.prices.rules import confidence
from goldfruit.prices.rules.definitions import Definition, SubIndex
from goldfruit.prices.rules.publication import standing


@dataclass(frozen=True, slots=True)
class Point:
    """序列点: one published day, with its parts in figures.

    ``low`` and ``high`` are the ends of the 95 % band in points, None without a standard error;
    ``cells`` have a price of their own, ``observations`` counted, ``grams`` were traded.
    """

    day: date
    value_e2: int | None
    rev: int
    status: str
    level: str
    run_id: int
    reason: str
    published_at: datetime
    final_at: datetime | None
    digest: str
    standard_error: float | None
    low: float | None
    high: float | None
    cells: int
    observations: int
    grams: int


def points(
    session: Session, definition: Definition, code: str, found: Sequence[IndexValue]
) -> list[Point]:
    """Return ``found`` values of the index ``code`` with their parts; one query for all."""
    bodies = _bodies(session, found)
    group = sub_of(definition, code)
    members = group_members(definition, group) if group else None
    return [_point(value, bodies.get((value.run_id, value.day), {}), members) for value in found]


def sub_of(definition: Definition, code: str) -> SubIndex | None:
    """Return the sub-index of that code; None for the headline itself."""
    return next((sub for sub in definition.sub_indices if sub.code == code), None)


def group_members(definition: Definition, sub: SubIndex) -> frozenset[str]:
    """Return the codes of the cells that a sub-index is made of."""
    return frozenset(
        cell.code
        for cell in definition.cells
        if sub.group == (cell.county if sub.by == "county" else cell.family)
    )


def fingerprint(session: Session, code: str) -> str:
    """Return a text that changes whenever a published value of ``code`` is added or final."""
    count, newest, final = session.execute(
        sa.select(
            sa.func.count(IndexValue.id),
            sa.func.max(IndexValue.id),
            sa.func.max(IndexValue.final_at),
        ).where(IndexValue.index_code == code)
    ).one()
    return f"{code}:{count}:{newest}:{final}"


def newest_two(session: Session, codes: Iterable[str]) -> dict[str, list[IndexValue]]:
    """Return the newest two days that have a value, newest first, of each index; one query."""
    last_rev = (
        sa.select(
            IndexValue.id,
            sa.func.row_number()
            .over(
                partition_by=(IndexValue.index_code, IndexValue.day),
                order_by=IndexValue.rev.desc(),
            )
            .label("nth"),
        )
        .where(IndexValue.index_code.in_(list(codes)))
        .subquery()
    )
    ranked = (
        sa.select(
            IndexValue.id,
            sa.func.row_number()
            .over(partition_by=IndexValue.index_code, order_by=IndexValue.day.desc())
            .label("place"),
        )
        .join(last_rev, sa.and_(last_rev.c.id == IndexValue.id, last_rev.c.nth == 1))
        .where(IndexValue.value_e2.is_not(None))
        .subquery()
    )
    rows = session.scalars(
        sa.select(IndexValue)
        .join(ranked, ranked.c.id == IndexValue.id)
        .where(ranked.c.place <= 2)
        .order_by(IndexValue.index_code, IndexValue.day.desc())
    )
    answer: dict[str, list[IndexValue]] = {}
    for row in rows:
        answer.setdefault(row.index_code, []).append(row)
    return answer


def before(session: Session, code: str, *, day: date | None, limit: int) -> Sequence[IndexValue]:
    """Return up to ``limit`` days before ``day`` (from the newest if None), newest first."""
    query = values.latest_revisions(code)
    if day:
        query = query.where(IndexValue.day < day)
    return session.scalars(query.order_by(IndexValue.day.desc()).limit(limit)).all()


def neighbors(session: Session, code: str, day: date) -> tuple[date | None, date | None]:
    """Return the published days just before and just after ``day``."""
    before_it = sa.select(sa.func.max(IndexValue.day)).where(
        IndexValue.index_code == code, IndexValue.day < day
    )
    after_it = sa.select(sa.func.min(IndexValue.day)).where(
        IndexValue.index_code == code, IndexValue.day > day
    )
    found = sa.select(before_it.scalar_subquery(), after_it.scalar_subquery())
    earlier, later = session.execute(found).one()
    return earlier, later


def _bodies(session: Session, found: Sequence[IndexValue]) -> dict[tuple[int, date], Any]:
    if not found:
        return {}
    days = [value.day for value in found]
    query = sa.select(IndexResult.run_id, IndexResult.day, IndexResult.body).where(
        IndexResult.run_id.in_({value.run_id for value in found}),
        IndexResult.day.between(min(days), max(days)),
    )
    return {(row.run_id, row.day): json.loads(row.body) for row in session.execute(query)}


def _point(value: IndexValue, body: dict[str, Any], members: frozenset[str] | None) -> Point:
    cells = [cell for cell in body.get("cells", ()) if members is None or cell["cell"] in members]
    error = (
        float(body["standard_error"]) if members is None and body.get("standard_error") else None
    )
    low, high = None, None
    if value.value_e2 is not None and error is not None and math.isfinite(error):
        low, high = confidence.band(value.value_e2 / 100, error)
    return Point(
        day=value.day,
        value_e2=value.value_e2,
        rev=value.rev,
        status=standing(value.status, final=value.final_at is not None),
        level=value.level,
        run_id=value.run_id,
        reason=value.reason,
        published_at=value.published_at,
        final_at=value.final_at,
        digest=value.digest,
        standard_error=error,
        low=low,
        high=high,
        cells=sum(1 for cell in cells if cell["grade"] != "E"),
        observations=sum(int(cell["used"]) for cell in cells),
        grams=sum(int(cell["grams"]) for cell in cells),
    )
