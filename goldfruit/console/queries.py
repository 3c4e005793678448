"""What the console reads: facts, one by one, and how the clock's jobs went."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra import jobruns
from goldfruit.infra.facts import Fact
from goldfruit.infra.jobruns import JobRun

PAGE = 100


def facts_before(session: Session, before: int | None, name: str | None) -> Sequence[Fact]:
    """Return a page of facts numbered below ``before``, newest first, of one name if given."""
    query = sa.select(Fact).order_by(Fact.no.desc()).limit(PAGE)
    if before is not None:
        query = query.where(Fact.no < before)
    if name:
        query = query.where(Fact.name == name)
    return session.scalars(query).all()


def fact_names(session: Session) -> Sequence[str]:
    """Return the names of the facts that have happened, in alphabetical order."""
    return session.scalars(sa.select(Fact.name).distinct().order_by(Fact.name)).all()


def last_runs(session: Session) -> dict[str, JobRun]:
    """Return the newest run of each job, by the job's name."""
    return {run.job: run for run in jobruns.newest(session)}
