"""Reads of the ledger: balances, entries with their legs, holds, cash movements, days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.kernel.days import local_day
from goldfruit.kernel.units import Money
from goldfruit.ledger.models import (
    AccountRow,
    CashMovement,
    EntryRow,
    HoldRow,
    LedgerDay,
    LegRow,
)
from goldfruit.ledger.rules import accounts, holds
from goldfruit.ledger.rules.accounts import Account, Owner
from goldfruit.ledger.rules.entries import Leg, Legs
from goldfruit.ledger.rules.holds import HoldReason, HoldState

_DAYS_LOCK = 2_103_001
"""PostgreSQL's advisory lock: entries share it, the close of a day takes it alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a reader sees it, with all of its legs."""

    id: int
    code: str
    cause: str
    day: date
    memo: str
    hold_id: int | None
    reverses: int | None
    posted_at: datetime
    digest: str
    legs: Legs


@dataclass(frozen=True, slots=True)
class Funds:
    """我的资金: what a member has, by where it stands."""

    free: Money
    held: Money
    escrow: Money
    retained: Money
    bond: Money
    leaving: Money

    @property
    def total(self) -> Money:
        """Return all of the member's money on the exchange."""
        return self.free + self.held + self.escrow + self.retained + self.bond + self.leaving


def lock_days(session: Session, *, alone: bool) -> None:
    """Wait until no day is being closed (or, alone, until no entry is under way)."""
    if session.get_bind().dialect.name == "sqlite":
        return  # every writing transaction is already alone
    name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    session.execute(sa.select(getattr(sa.func, name)(_DAYS_LOCK)))


def last_closed(session: Session) -> LedgerDay | None:
    """Return the newest closed ledger day, or None before the first."""
    query = sa.select(LedgerDay).where(LedgerDay.closed_at.is_not(None))
    return session.scalars(query.order_by(LedgerDay.day.desc()).limit(1)).first()


def posting_day(session: Session, now: datetime) -> date:
    """Return the ledger day of an entry posted at ``now``: today, or the first day not closed."""
    closed = session.scalar(
        sa.select(sa.func.max(LedgerDay.day)).where(LedgerDay.closed_at.is_not(None))
    )
    today = local_day(now)
    return today if closed is None or closed < today else closed + timedelta(days=1)


def member_of(account: Account) -> int | None:
    """Return the member whose account it is, None for one of a group, a contract or of all."""
    owned = account.kind.owner in {Owner.MEMBER, Owner.MEMBER_CONTRACT}
    return account.ids[0] if owned else None


def balance(session: Session, account: Account) -> Money:
    """Return an account's balance on its growing side; zero when nothing ever touched it."""
    found = session.scalar(sa.select(AccountRow.balance).where(AccountRow.name == account.name))
    return found or Money(0)


def balances(session: Session, member_id: int) -> dict[str, Money]:
    """Return a member's balances by code, its contracts' accounts summed."""
    sums: dict[str, Money] = {}
    rows = session.execute(
        sa.select(AccountRow.code, AccountRow.balance).where(AccountRow.member_id == member_id)
    )
    for code, held in rows:
        sums[code] = sums.get(code, Money(0)) + held
    return sums


def money_of(session: Session, member_id: int) -> Funds:
    """Return what a member has, by where it stands."""
    found = balances(session, member_id)
    codes = ("2101", "2102", "2103", "2104", "2105", "2107")
    return Funds(*(found.get(code, Money(0)) for code in codes))


def accounts_page(
    session: Session,
    *,
    member_id: int | None = None,
    code: str | None = None,
    after: str = "",
    limit: int = 200,
) -> Sequence[AccountRow]:
    """Return up to ``limit`` accounts after the name ``after``; of a member or code where given."""
    query = sa.select(AccountRow).where(AccountRow.name > after)
    if code is not None:
        query = query.where(AccountRow.code == code)
    if member_id is not None:
        query = query.where(AccountRow.member_id == member_id)
    return session.scalars(query.order_by(AccountRow.name).limit(limit)).all()


def trial_balance(session: Session) -> Sequence[tuple[str, str, int, Money]]:
    """Return (code, title, number of accounts, balance) of every code in use, in order."""
    rows = session.execute(
        sa.select(
            AccountRow.code,
            sa.func.count(),
            sa.cast(sa.func.sum(sa.type_coerce(AccountRow.balance, sa.BigInteger)), sa.BigInteger),
        )
        .group_by(AccountRow.code)
        .order_by(AccountRow.code)
    )
    return [(code, accounts.CODES[code].title, n, Money(int(fen))) for code, n, fen in rows]


def legs_of(session: Session, entry_ids: Collection[int]) -> dict[int, Legs]:
    """Return the legs of entries, by entry, in their order."""
    found: dict[int, list[Any]] = {entry_id: [] for entry_id in entry_ids}
    rows = session.execute(
        sa.select(LegRow.entry_id, LegRow.account, LegRow.side, LegRow.amount)
        .where(LegRow.entry_id.in_(found))
        .order_by(LegRow.entry_id, LegRow.no)
    )
    for row in rows:
        found[row.entry_id].append(row)
    return {entry_id: legs_from(legs) for entry_id, legs in found.items()}


def legs_from(rows: Sequence[Any]) -> Legs:
    """Return rows of legs as the rules know them.

    Raises:
        ValueError: an account that cannot be.
    """
    return tuple(
        Leg(Account.named(row.account), row.amount if row.side == "debit" else -row.amount)
        for row in rows
    )


def entries_page(
    session: Session,
    *,
    member_id: int | None = None,
    account: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Line]:
    """Return up to ``limit`` entries numbered below ``before``, newest first, with their legs.

    Of one member's accounts, or of one account, where given; never another member's legs alone.
    """
    query = sa.select(EntryRow)
    if before is not None:
        query = query.where(EntryRow.id < before)
    if member_id is not None or account is not None:
        touching = sa.select(LegRow.entry_id)
        if member_id is not None:
            touching = touching.join(AccountRow, AccountRow.name == LegRow.account).where(
                AccountRow.member_id == member_id
            )
        if account is not None:
            touching = touching.where(LegRow.account == account)
        query = query.where(EntryRow.id.in_(touching))
    rows = session.scalars(query.order_by(EntryRow.id.desc()).limit(limit)).all()
    return _lines(session, rows)


def entry(session: Session, entry_id: int, *, member_id: int | None = None) -> Line | None:
    """Return one entry with its legs; with ``member_id`` only if it touches that member's money."""
    row = session.get(EntryRow, entry_id)
    if row is None:
        return None
    [line] = _lines(session, [row])
    mine = member_id is None or any(member_of(leg.account) == member_id for leg in line.legs)
    return line if mine else None


def _lines(session: Session, rows: Sequence[EntryRow]) -> list[Line]:
    legs = legs_of(session, [row.id for row in rows])
    return [
        Line(
            id=row.id,
            code=row.code,
            cause=row.cause,
            day=row.day,
            memo=row.memo,
            hold_id=row.hold_id,
            reverses=row.reverses,
            posted_at=row.posted_at,
            digest=row.digest,
            legs=legs[row.id],
        )
        for row in rows
    ]


def hold_of(row: HoldRow) -> holds.Hold:
    """Return a hold's row as the rules know it."""
    return holds.Hold(
        member=row.member_id,
        reason=HoldReason(row.reason),
        cause=row.cause,
        deadline=row.deadline,
        amount=row.amount,
        released=row.released,
        applied=row.applied,
        forfeited=row.forfeited,
        state=HoldState(row.state),
    )


def holds_page(
    session: Session,
    *,
    member_id: int,
    standing: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[HoldRow]:
    """Return up to ``limit`` holds of a member, newest first; only those standing where asked."""
    query = sa.select(HoldRow).where(HoldRow.member_id == member_id)
    if standing:
        query = query.where(HoldRow.state == HoldState.PLACED.value)
    if before is not None:
        query = query.where(HoldRow.id < before)
    return session.scalars(query.order_by(HoldRow.id.desc()).limit(limit)).all()


def due_holds(session: Session, as_of: datetime, *, limit: int) -> Sequence[int]:
    """Return the numbers of holds that still stand although their deadline has come, in order."""
    query = sa.select(HoldRow.id).where(
        HoldRow.state == HoldState.PLACED.value, HoldRow.deadline <= as_of
    )
    return session.scalars(query.order_by(HoldRow.id).limit(limit)).all()


def movement(session: Session, movement_id: int, *, lock: bool = False) -> CashMovement | None:
    """Return a cash movement or None; with ``lock`` its row stays locked until the commit."""
    query = sa.select(CashMovement).where(CashMovement.id == movement_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def movements_page(
    session: Session,
    *,
    states: Collection[str] = (),
    member_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[CashMovement]:
    """Return up to ``limit`` cash movements numbered below ``before``, newest first."""
    query = sa.select(CashMovement)
    if states:
        query = query.where(CashMovement.state.in_(states))
    if member_id is not None:
        query = query.where(CashMovement.member_id == member_id)
    if before is not None:
        query = query.where(CashMovement.id < before)
    return session.scalars(query.order_by(CashMovement.id.desc()).limit(limit)).all()


def unidentified(session: Session) -> Sequence[CashMovement]:
    """Return the confirmed receipts in suspense (2190) not claimed yet, oldest first."""
    later = sa.orm.aliased(CashMovement)
    settled = sa.select(later.origin_id).where(
        later.origin_id.is_not(None), later.state != "failed"
    )
    query = sa.select(CashMovement).where(
        CashMovement.kind == "unknown",
        CashMovement.state == "confirmed",
        CashMovement.id.not_in(settled),
    )
    return session.scalars(query.order_by(CashMovement.id).limit(200)).all()


def paid_out_on(session: Session, member_id: int, day: date) -> Money:
    """Return what a member was paid out (E02b) on a ledger day."""
    amounts = session.scalars(
        sa.select(LegRow.amount)
        .join(EntryRow, EntryRow.id == LegRow.entry_id)
        .where(
            EntryRow.day == day,
            EntryRow.code == "E02b.confirmed",
            LegRow.account == accounts.leaving(member_id).name,
            LegRow.side == "debit",
        )
    )
    return Money.sum(amounts)


def days_page(session: Session, *, limit: int = 31) -> Sequence[LedgerDay]:
    """Return the newest ledger days, newest first."""
    return session.scalars(sa.select(LedgerDay).order_by(LedgerDay.day.desc()).limit(limit)).all()
