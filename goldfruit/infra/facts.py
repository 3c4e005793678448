"""Facts (事实): append-only, numbered without gaps, each chained to the one before.

Audit trail, outbox and live feed in one. Number and digest are taken last
before the commit under one lock: the immediate transaction on SQLite, the head
row locked for update on PostgreSQL.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from goldfruit.infra.db import Base, BigId
from goldfruit.kernel.digests import NO_DIGEST, canonical, chained, instant_text
from goldfruit.kernel.events import Event


class Fact(Base):
    """事实: one thing that happened. Never updated, never deleted."""

    __tablename__ = "facts"

    no: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    name: Mapped[str]
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    body: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))


class FactHead(Base):
    """事实链头: the last number and digest; its row is the lock of the chain."""

    __tablename__ = "fact_head"
    __table_args__ = (sa.CheckConstraint("id = 1", "one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(BigId)
    digest: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that the verifier found wrong, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Announced:
    """An event with the instant and the actor of the command that announced it."""

    event: Event
    at: datetime
    actor: str


def append(session: Session, announced: Sequence[Announced]) -> None:
    """Add ``announced`` to the chain, in order, under the chain's lock."""
    if not announced:
        return
    head = session.execute(
        sa.select(FactHead.no, FactHead.digest).where(FactHead.id == 1).with_for_update()
    ).one()
    no, digest = head.no, head.digest
    rows = []
    for said in announced:
        no += 1
        name = fact_name(type(said.event))
        body = canonical(said.event.body())
        digest = chained(digest, _sealed(no, name, said.at, said.actor, body))
        rows.append(
            {
                "no": no,
                "name": name,
                "recorded_at": said.at,
                "actor": said.actor,
                "body": body,
                "digest": digest,
            }
        )
    session.execute(sa.insert(Fact), rows)
    session.execute(sa.update(FactHead).where(FactHead.id == 1).values(no=no, digest=digest))


def fact_name(event: type[Event]) -> str:
    """Return an event's name as facts carry it: ``QuoteReported`` → ``quote-reported``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event.__name__).lower()


def verify(session: Session) -> tuple[int, list[Fault]]:
    """Return how many facts were checked, and each fault: altered, missing, or out of chain."""
    faults: list[Fault] = []
    previous, expected = NO_DIGEST, 1
    for fact in _all(session):
        if fact.no != expected:
            faults.append(Fault(f"fact {expected}", f"missing before fact {fact.no}"))
            expected = fact.no
        sealed = _sealed(fact.no, fact.name, fact.recorded_at, fact.actor, fact.body)
        if chained(previous, sealed) != fact.digest:
            faults.append(Fault(f"fact {fact.no}", "does not match its digest"))
        previous, expected = fact.digest, expected + 1
    head = session.execute(sa.select(FactHead.no, FactHead.digest)).one()
    if (head.no, head.digest) != (expected - 1, previous):
        faults.append(Fault(f"fact {head.no}", "the chain's head does not match its last fact"))
    return expected - 1, faults


def after(session: Session, no: int, *, limit: int, names: Sequence[str] = ()) -> Sequence[Fact]:
    """Return up to ``limit`` facts numbered above ``no``, in order."""
    query = sa.select(Fact).where(Fact.no > no).order_by(Fact.no).limit(limit)
    if names:
        query = query.where(Fact.name.in_(names))
    return session.scalars(query).all()


def head_no(session: Session) -> int:
    """Return the number of the newest fact; 0 before the first."""
    return session.execute(sa.select(FactHead.no)).scalar_one()


def bodies(session: Session, name: str) -> Iterator[dict[str, object]]:
    """Yield the bodies of all facts of that name, in order."""
    query = sa.select(Fact.body).where(Fact.name == name).order_by(Fact.no)
    for body in session.scalars(query.execution_options(yield_per=1_000)):
        yield json.loads(body)


def _all(session: Session) -> Iterator[Fact]:
    query = sa.select(Fact).order_by(Fact.no).execution_options(yield_per=1_000)
    yield from session.scalars(query)


def _sealed(no: int, name: str, recorded_at: datetime, actor: str, body: str) -> str:
    return canonical(
        {"no": no, "name": name, "at": instant_text(recorded_at), "actor": actor, "body": body}
    )
