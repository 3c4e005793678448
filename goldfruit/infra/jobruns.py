"""Job runs (任务记录): what makes a job happen once per (job, slot), however many clocks tick."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from goldfruit.infra.db import Base
from goldfruit.infra.work import Work


class JobRun(Base):
    """任务记录: one job done for one slot, in the transaction of its effect."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[datetime]
    done_at: Mapped[datetime]
    outcome: Mapped[str]


def claim(work: Work, *, job: str, slot: str, as_of: datetime) -> bool:
    """Return True if this transaction may do ``job`` for ``slot``; False if it is done.

    The row stands with the effect or not at all; a twin waits for it and then finds it.
    """
    insert = (
        sqlite.insert if work.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    )
    made = work.session.execute(
        insert(JobRun)
        .values(job=job, slot=slot, as_of=as_of, done_at=work.now, outcome="")
        .on_conflict_do_nothing(index_elements=["job", "slot"])
        .returning(JobRun.slot)
    ).first()
    return made is not None


def note(work: Work, *, job: str, slot: str, outcome: str) -> None:
    """Write down how a claimed run went, in its own transaction."""
    work.session.execute(
        sa.update(JobRun).where(JobRun.job == job, JobRun.slot == slot).values(outcome=outcome)
    )


def done(session: Session, *, job: str, slot: str) -> bool:
    """Return whether ``job`` was done for ``slot``."""
    return session.get(JobRun, (job, slot)) is not None
