"""Job runs (任务记录): what makes a job happen once per (job, slot), however many clocks tick."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from goldfruit.infra.db import Base, insert_or
from goldfruit.infra.work import Work

HEARTBEAT = "heartbeat"


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
    made = work.session.execute(
        insert_or(work.session, JobRun)
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


def done_since(session: Session, since: datetime) -> set[tuple[str, str]]:
    """Return the (job, slot) pairs whose jobs were due after ``since`` and are done."""
    rows = session.execute(sa.select(JobRun.job, JobRun.slot).where(JobRun.as_of >= since))
    return {(row.job, row.slot) for row in rows}


def newest(session: Session) -> list[JobRun]:
    """Return the newest run of each job."""
    last = (
        sa.select(JobRun.job, sa.func.max(JobRun.as_of).label("as_of"))
        .group_by(JobRun.job)
        .subquery()
    )
    query = sa.select(JobRun).join(
        last, sa.and_(JobRun.job == last.c.job, JobRun.as_of == last.c.as_of)
    )
    return list(session.scalars(query))


def beat(work: Work) -> None:
    """Note that a scheduler is alive now."""
    changed = work.session.execute(
        sa.update(JobRun).where(JobRun.job == HEARTBEAT).values(as_of=work.now, done_at=work.now)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        claim(work, job=HEARTBEAT, slot="", as_of=work.now)


def alive(session: Session, now: datetime, within: timedelta = timedelta(seconds=90)) -> bool:
    """Return whether a scheduler gave a sign of life ``within`` the last span."""
    last = session.scalar(sa.select(JobRun.as_of).where(JobRun.job == HEARTBEAT))
    return last is not None and now - last <= within
