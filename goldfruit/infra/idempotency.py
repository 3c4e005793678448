"""Idempotency (幂等): the same key gives the same answer, and its effect once.

The row of a key is written by the first command and *touched* by every replay,
so that a replay's commit waits for the standby as the first one's did. A twin
in flight waits on the row. Keys are scoped to actor and endpoint and live as
long as the record (reliability rule: replays write).
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from goldfruit.infra.db import Base, BigId, insert_or
from goldfruit.infra.work import Work
from goldfruit.kernel.errors import RuleBroken


class IdempotencyKey(Base):
    """幂等键: one command that was asked for, and the answer it got."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (sa.UniqueConstraint("scope", "endpoint", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope: Mapped[str]
    endpoint: Mapped[str]
    key: Mapped[str]
    asked: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None]
    answer: Mapped[str | None]
    seen: Mapped[int]
    first_at: Mapped[datetime]


@dataclass(eq=False)
class KeyReused(RuleBroken):
    """The same key came with another request."""

    code = "idempotency-key-reused"
    title = "幂等键重复使用"
    detail = "该 Idempotency-Key 已用于另一项请求。请为新的请求生成新的键。"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer that a command got: HTTP status and body text."""

    status: int
    body: str


def claim(work: Work, *, endpoint: str, key: str, asked: str) -> Answer | None:
    """Return the answer that this key already got, or None if the command is to run now.

    Args:
        endpoint: the operation's name.
        key: what the client made up and stored before sending.
        asked: the digest of the request.

    Raises:
        KeyReused: the key was used for another request.
    """
    row = work.session.execute(
        insert_or(work.session, IdempotencyKey)
        .values(
            scope=work.actor.key, endpoint=endpoint, key=key, asked=asked, seen=1, first_at=work.now
        )
        .on_conflict_do_update(
            index_elements=["scope", "endpoint", "key"], set_={"seen": IdempotencyKey.seen + 1}
        )
        .returning(
            IdempotencyKey.asked, IdempotencyKey.status, IdempotencyKey.answer, IdempotencyKey.seen
        )
    ).one()
    if row.asked != asked:
        raise KeyReused
    if row.seen == 1 or row.status is None:
        return None
    return Answer(row.status, row.answer)


def remember(work: Work, *, endpoint: str, key: str, answer: Answer) -> None:
    """Store the answer of a claimed key, in the transaction of the command's effect."""
    work.session.execute(
        sa.update(IdempotencyKey)
        .where(
            IdempotencyKey.scope == work.actor.key,
            IdempotencyKey.endpoint == endpoint,
            IdempotencyKey.key == key,
        )
        .values(status=answer.status, answer=answer.body)
    )
