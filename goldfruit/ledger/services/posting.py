"""Posting (记账): the only writer of the journal. Each event once for its cause, all or nothing.

The cause is claimed first, by inserting the entry; a twin waits there, holding no account, and
then finds it done. Balances move by guarded updates in the order of the accounts, so two
entries cannot spend one balance and do not wait for each other in a circle.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra.db import insert_or
from goldfruit.infra.work import Work
from goldfruit.kernel.digests import Json, canonical, digest_of_text, instant_text
from goldfruit.kernel.errors import Clash, NotFound
from goldfruit.kernel.events import EntryPosted
from goldfruit.kernel.units import Money
from goldfruit.ledger import queries
from goldfruit.ledger.models import AccountRow, EntryRow, LegRow
from goldfruit.ledger.rules.accounts import Account
from goldfruit.ledger.rules.entries import (
    AmountOutOfBounds,
    Entry,
    FundsShort,
    Legs,
    checked,
    once,
    reversal,
    touched,
)
from goldfruit.ledger.rules.events import EVENTS, REVERSAL
from goldfruit.members.rules.acts import second_person

BALANCE_MAX = Money(10**18)
_MARGIN = "2102"


@dataclass(eq=False)
class NotReversible(Clash):
    """An entry that is undone another way, or is undone already."""

    code = "not-reversible"
    title = "该分录不能冲正"
    detail = "第 {entry_id} 号分录不能冲正：{reason}。请核对后按相应业务办理。"

    entry_id: int
    reason: str


@dataclass(eq=False)
class NoSuchEntry(NotFound):
    """No entry under that number, or none that this reader may see."""

    code = "no-such-entry"
    title = "没有这笔分录"
    detail = "请检查编号，或回到资金明细重新选择。"


@dataclass(frozen=True, slots=True)
class Posted:
    """记账结果: the entry of a cause; ``fresh`` tells whether this call made it."""

    entry_id: int
    digest: str
    fresh: bool


def post(work: Work, code: str, *, cause: str, memo: str = "", **values: Any) -> Posted:
    """Post the event ``code`` of domain.md §4.3 once for its cause, and return its entry.

    Args:
        work: the unit of work; the edge commits.
        code: a key of ``rules.events.EVENTS``.
        cause: what happened, e.g. ``contract:41:fee:buyer``; the same cause is the same entry.
        memo: a few words for readers; no personal data.
        values: what the event's function takes: ``member``, ``amount`` …

    Raises:
        FundsShort: an account holds less than the entry takes from it.
        CauseReused: the cause has an entry with other contents.
        AmountOutOfBounds: not above zero, or more than the ledger can hold.
    """
    legs = EVENTS[code].legs(**values)
    if any(leg.account.code == _MARGIN for leg in legs):
        raise ValueError("margin moves through a hold only")
    return write(work, code, cause=cause, memo=memo, legs=legs)


def reverse(work: Work, *, entry_id: int, asked_by: int, memo: str) -> Posted:
    """Post the entry that undoes another (冲正) and return it; repeated, the same one.

    The user ``asked_by`` asks, the actor of ``work`` approves: two people. Margin goes back
    through its hold, and a reversal is not reversed.

    Raises:
        NoSuchEntry: there is none under that number.
        NotReversible: it belongs to a hold, or is a reversal itself.
        SecondPersonNeeded: the same person asks and approves.
        FundsShort: what it gave is already spent.
    """
    second_person(asked_by, work.actor.user_id or 0)
    row = work.session.get(EntryRow, entry_id)
    if row is None:
        raise NoSuchEntry
    if row.hold_id is not None or row.reverses is not None:
        reason = "保证金须通过冻结办理" if row.hold_id is not None else "它本身是冲正分录"
        raise NotReversible(entry_id=entry_id, reason=reason)
    return write(
        work,
        REVERSAL,
        cause=f"reversal:{entry_id}",
        memo=memo,
        legs=reversal(queries.legs_of(work.session, [entry_id])[entry_id]),
        reverses=entry_id,
        detail={"asked_by": asked_by},
    )


def write(
    work: Work,
    code: str,
    *,
    cause: str,
    memo: str,
    legs: Legs,
    hold_id: int | None = None,
    reverses: int | None = None,
    detail: Mapping[str, Json] | None = None,
) -> Posted:
    """Write an entry with its legs, move the balances and announce it; once for its cause."""
    queries.lock_days(work.session, alone=False)
    day = queries.posting_day(work.session, work.now)
    entry = Entry(_next_number(work.session), code, cause, day, checked(legs))
    body = sealed_body(
        entry,
        memo=memo,
        posted_at=instant_text(work.now),
        actor=work.actor.key,
        hold=hold_id,
        reverses=reverses,
        detail=detail or {},
    )
    row = {
        "id": entry.number,
        "code": code,
        "cause": cause,
        "day": day,
        "memo": memo,
        "hold_id": hold_id,
        "reverses": reverses,
        "posted_at": work.now,
        "actor": work.actor.key,
        "body": body,
        "digest": digest_of_text(body),
    }
    if not _claimed(work.session, row):
        return _done_before(work.session, code, cause, legs, day)
    for account in touched(legs):
        growth = Money.sum(leg.growth for leg in legs if leg.account == account)
        _move(work.session, account, growth)
    work.session.execute(sa.insert(LegRow), [leg_row(entry.number, n, leg) for n, leg in _no(legs)])
    digest = digest_of_text(body)
    work.announce(EntryPosted(entry_id=entry.number, code=code, cause=cause, digest=digest))
    return Posted(entry.number, digest, fresh=True)


def sealed_body(entry: Entry, **around: Json) -> str:
    """Return the canonical JSON that an entry's digest covers: the entry and all around it."""
    return canonical({**entry.body(), **around})


def leg_row(entry_id: int, no: int, leg: Any) -> dict[str, Any]:
    """Return a leg as its row: side and an amount above zero."""
    side = "debit" if leg.amount.fen > 0 else "credit"
    return {
        "entry_id": entry_id,
        "no": no,
        "account": leg.account.name,
        "side": side,
        "amount": Money(abs(leg.amount.fen)),
    }


def _no(legs: Legs) -> Any:
    return enumerate(legs, start=1)


def _next_number(session: Session) -> int:
    if session.get_bind().dialect.name == "sqlite":
        return (
            1
            + session.execute(sa.select(sa.func.coalesce(sa.func.max(EntryRow.id), 0))).scalar_one()
        )
    sequence = sa.text("SELECT nextval(pg_get_serial_sequence('entries', 'id'))")
    return int(session.execute(sequence).scalar_one())


def _claimed(session: Session, row: Mapping[str, Any]) -> bool:
    made = session.execute(
        insert_or(session, EntryRow)
        .values(row)
        .on_conflict_do_nothing(index_elements=["cause"])
        .returning(EntryRow.id)
    ).first()
    return made is not None


def _done_before(session: Session, code: str, cause: str, legs: Legs, day: date) -> Posted:
    row = session.execute(
        sa.select(EntryRow.id, EntryRow.code, EntryRow.digest).where(EntryRow.cause == cause)
    ).one()
    known = Entry(row.id, row.code, cause, day, queries.legs_of(session, [row.id])[row.id])
    once(known, event=code, cause=cause, legs=legs)
    return Posted(row.id, row.digest, fresh=False)


def _move(session: Session, account: Account, growth: Money) -> None:
    """Move a balance; the account is made when it is first needed."""
    if _moved(session, account, growth):
        return
    row = {
        "name": account.name,
        "code": account.code,
        "member_id": queries.member_of(account),
        "side": account.kind.side.value,
        "balance": Money(0),
    }
    session.execute(insert_or(session, AccountRow).values(row).on_conflict_do_nothing())
    if _moved(session, account, growth):
        return
    if growth > Money(0):
        raise AmountOutOfBounds(amount=growth, most=BALANCE_MAX)
    held = queries.balance(session, account)
    raise FundsShort(account=account.kind.title, balance=held, wanted=-growth)


def _moved(session: Session, account: Account, growth: Money) -> bool:
    after = sa.type_coerce(AccountRow.balance, sa.BigInteger) + growth.fen
    moved = session.execute(
        sa.update(AccountRow)
        .where(AccountRow.name == account.name)
        .where(after.between(0, BALANCE_MAX.fen))
        .values(balance=after)
        .returning(AccountRow.name)
        .execution_options(synchronize_session=False)
    ).first()
    return moved is not None


def detail_of(body: str) -> dict[str, Any]:
    """Return what an entry's body keeps beside the columns."""
    found: dict[str, Any] = json.loads(body)["detail"]
    return found
