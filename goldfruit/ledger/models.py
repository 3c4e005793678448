"""Tables of the ledger: accounts, entries and their legs, holds, cash movements, ledger days.

Nobody outside this stage reads or writes them. Entries and legs are append-only:
triggers refuse UPDATE and DELETE, a correction is a new entry.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from goldfruit.infra.db import Base, BigId
from goldfruit.kernel.units import Money


class AccountRow(Base):
    """账户: its balance on the growing side, moved only by entries and never below zero."""

    __tablename__ = "accounts"
    __table_args__ = (
        sa.CheckConstraint("balance_fen >= 0", "never_below_zero"),
        sa.Index(None, "member_id", "name"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(4))
    member_id: Mapped[int | None] = mapped_column(BigId)
    side: Mapped[str] = mapped_column(sa.String(6))
    balance: Mapped[Money] = mapped_column("balance_fen")


class HoldRow(Base):
    """冻结: money of a member set aside, for a reason, until a deadline, and who then ends it."""

    __tablename__ = "holds"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", "amount_positive"),
        sa.CheckConstraint(
            "released_fen >= 0 AND applied_fen >= 0 AND forfeited_fen >= 0"
            " AND released_fen + applied_fen + forfeited_fen <= amount_fen",
            "parts_fit",
        ),
        sa.UniqueConstraint("cause"),
        sa.Index(None, "member_id", "state", "id"),
        sa.Index(None, "state", "deadline"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigId)
    amount: Mapped[Money] = mapped_column("amount_fen")
    released: Mapped[Money] = mapped_column("released_fen")
    applied: Mapped[Money] = mapped_column("applied_fen")
    forfeited: Mapped[Money] = mapped_column("forfeited_fen")
    reason: Mapped[str] = mapped_column(sa.String(16))
    deadline: Mapped[datetime]
    ended_by: Mapped[str]
    cause: Mapped[str]
    state: Mapped[str] = mapped_column(sa.String(16))


class EntryRow(Base):
    """分录: one event, once for its cause. Never updated, never deleted."""

    __tablename__ = "entries"
    __table_args__ = (
        sa.UniqueConstraint("cause"),
        sa.UniqueConstraint("reverses"),
        sa.Index(None, "day", "id"),
        sa.Index(None, "hold_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16))
    cause: Mapped[str]
    day: Mapped[date]
    memo: Mapped[str]
    hold_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("holds.id"))
    reverses: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("entries.id"))
    posted_at: Mapped[datetime]
    actor: Mapped[str]
    body: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))


class LegRow(Base):
    """分录行: what one account is debited or credited. Never updated, never deleted."""

    __tablename__ = "legs"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", "amount_positive"),
        sa.CheckConstraint("side IN ('debit', 'credit')", "side_known"),
        sa.Index(None, "account", "entry_id"),
    )

    entry_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("entries.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(sa.ForeignKey("accounts.name"))
    side: Mapped[str] = mapped_column(sa.String(6))
    amount: Mapped[Money] = mapped_column("amount_fen")


class CashMovement(Base):
    """出入金: prepared by one person with the bank's serial, decided by another.

    A serial of the bank counts once in each direction; only one that failed may come again.
    """

    __tablename__ = "cash_movements"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", "amount_positive"),
        sa.Index(
            "uq_cash_movements_live_serial",
            "direction",
            "serial",
            unique=True,
            sqlite_where=sa.text("serial IS NOT NULL AND state <> 'failed'"),
            postgresql_where=sa.text("serial IS NOT NULL AND state <> 'failed'"),
        ),
        sa.Index(None, "state", "id"),
        sa.Index(None, "member_id", "id"),
        sa.Index(None, "origin_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    direction: Mapped[str] = mapped_column(sa.String(8))
    member_id: Mapped[int | None] = mapped_column(BigId)
    amount: Mapped[Money] = mapped_column("amount_fen")
    serial: Mapped[str | None]
    origin_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("cash_movements.id"))
    memo: Mapped[str]
    state: Mapped[str] = mapped_column(sa.String(16))
    applied_by: Mapped[int | None] = mapped_column(BigId)
    applied_at: Mapped[datetime | None]
    prepared_by: Mapped[int | None] = mapped_column(BigId)
    prepared_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(BigId)
    approved_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigId)
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class LedgerDay(Base):
    """账务日: opened, then closed once; its digest chains all of its entries to the day before."""

    __tablename__ = "ledger_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    opened_by: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    entries: Mapped[int | None]
    previous: Mapped[str | None] = mapped_column(sa.String(64))
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
