"""Reporter scores (报价员评分) as they stood at an instant."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.prices.models import ReporterScore

FULL = 100
"""What a reporter weighs before the first score."""


def newest(session: Session, as_of: datetime) -> dict[int, int]:
    """Return each scored reporter's newest score that was known at ``as_of``."""
    rows = session.scalars(
        sa.select(ReporterScore).where(ReporterScore.made_at <= as_of).order_by(ReporterScore.month)
    )
    return {found.reporter_id: found.score for found in rows}


def of_month(session: Session, month: date) -> list[ReporterScore]:
    """Return the scores made for ``month`` (its first day), by reporter."""
    query = sa.select(ReporterScore).where(ReporterScore.month == month)
    return list(session.scalars(query.order_by(ReporterScore.reporter_id)))
