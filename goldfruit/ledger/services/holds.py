"""Holds (冻结): placed once for a cause, then released, applied or forfeited in parts.

The hold's row is locked while it is judged, so two parts of it cannot be taken at once. Every
step is an entry; the row is what the entries say, and the verifier checks that it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from goldfruit.infra.db import insert_or
from goldfruit.infra.work import Work
from goldfruit.kernel.digests import instant_text
from goldfruit.kernel.errors import NotFound
from goldfruit.kernel.events import HoldEnded, HoldPlaced
from goldfruit.kernel.units import Money
from goldfruit.ledger import queries
from goldfruit.ledger.models import EntryRow, HoldRow
from goldfruit.ledger.rules import holds
from goldfruit.ledger.rules.entries import CauseReused, Legs
from goldfruit.ledger.rules.events import EVENTS
from goldfruit.ledger.rules.holds import HoldReason, HoldState
from goldfruit.ledger.services.posting import Posted, write

END_DUE_HOLDS = "end-holds"
"""The job that ends what nobody ended in time."""

Step = Callable[[holds.Hold, Money | None], holds.Hold]


@dataclass(eq=False)
class NoSuchHold(NotFound):
    """No hold under that number."""

    code = "no-such-hold"
    title = "没有这笔冻结"
    detail = "请检查编号，或在“我的资金”里重新选择。"


def hold(
    work: Work,
    *,
    member: int,
    amount: Money,
    reason: HoldReason,
    deadline: datetime,
    cause: str,
    ended_by: str = END_DUE_HOLDS,
    memo: str = "",
) -> int:
    """Hold ``amount`` of a member's free money (E03) once for ``cause``; return the hold's number.

    Args:
        work: the unit of work; the edge commits.
        member: whose money.
        amount: above zero.
        reason: what it is held for.
        deadline: when ``ended_by`` gives it back unless it was used before.
        cause: what asked for it, e.g. ``bid:7:member:3``.
        ended_by: the job that ends it at the deadline.
        memo: a few words for the member.

    Raises:
        FundsShort: less than ``amount`` is free; says what is free and what is needed.
        DeadlinePassed: the deadline is not in the future.
        CauseReused: the cause holds another amount or another member's money.
    """
    if known := _known(work, cause, member, amount):
        return known
    placed = holds.place(
        member=member,
        reason=HoldReason(reason),
        cause=cause,
        deadline=deadline,
        amount=amount,
        now=work.now,
    )
    made = _claimed(
        work,
        {
            "member_id": member,
            "amount": amount,
            "released": placed.released,
            "applied": placed.applied,
            "forfeited": placed.forfeited,
            "reason": placed.reason.value,
            "deadline": deadline,
            "ended_by": ended_by,
            "cause": cause,
            "state": placed.state.value,
        },
    )
    if made is None:
        return _known(work, cause, member, amount) or 0
    write(
        work,
        "E03",
        cause=cause,
        memo=memo,
        legs=EVENTS["E03"].legs(member=member, amount=amount),
        hold_id=made,
        detail={
            "reason": placed.reason.value,
            "deadline": instant_text(deadline),
            "ended_by": ended_by,
        },
    )
    work.announce(
        HoldPlaced(
            hold_id=made,
            member_id=member,
            amount=amount,
            reason=placed.reason.value,
            deadline=deadline,
        )
    )
    return made


def release(
    work: Work, *, hold_id: int, cause: str, amount: Money | None = None, memo: str = ""
) -> Posted:
    """Give ``amount`` (all that remains by default) of a hold back to its owner (E04).

    Raises:
        NoSuchHold, HoldOver, HoldTooSmall, AmountOutOfBounds: the hold cannot give it.
    """
    return _take(work, hold_id, "E04", cause=cause, amount=amount, step=holds.release, memo=memo)


def apply(
    work: Work,
    *,
    hold_id: int,
    contract: int,
    cause: str,
    amount: Money | None = None,
    memo: str = "",
) -> Posted:
    """Make ``amount`` (all that remains by default) of a buyer's hold payment (E07).

    Raises:
        NoSuchHold, HoldOver, HoldTooSmall, AmountOutOfBounds: the hold cannot give it.
    """
    return _take(
        work,
        hold_id,
        "E07",
        cause=cause,
        amount=amount,
        step=holds.apply,
        memo=memo,
        contract=contract,
    )


def forfeit(
    work: Work,
    *,
    hold_id: int,
    code: str,
    buyer: int,
    seller: int,
    cause: str,
    amount: Money | None = None,
    memo: str = "",
) -> Posted:
    """Pay a penalty out of a hold: ``code`` is E13 (by the buyer) or E14 (by the seller).

    Raises:
        NoSuchHold, HoldOver, HoldTooSmall, AmountOutOfBounds: the hold cannot give it.
    """
    if code not in {"E13", "E14"}:
        raise ValueError("a penalty is E13 or E14")
    return _take(
        work,
        hold_id,
        code,
        cause=cause,
        amount=amount,
        step=holds.forfeit,
        memo=memo,
        buyer=buyer,
        seller=seller,
    )


def end_due_holds(work: Work, as_of: datetime, *, step: int = 500) -> int:
    """Give back what is still held although its deadline has come; return how many ended."""
    ended = 0
    while due := queries.due_holds(work.session, as_of, limit=step):
        for hold_id in due:
            release(work, hold_id=hold_id, cause=f"hold:{hold_id}:lapsed", memo="到期自动释放")
        ended += len(due)
    return ended


def _take(
    work: Work,
    hold_id: int,
    code: str,
    *,
    cause: str,
    amount: Money | None,
    step: Step,
    memo: str,
    **values: Any,
) -> Posted:
    before = work.session.execute(
        sa.select(HoldRow)
        .where(HoldRow.id == hold_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if before is None:
        raise NoSuchHold
    done = work.session.execute(
        sa.select(EntryRow.id, EntryRow.digest, EntryRow.code, EntryRow.hold_id).where(
            EntryRow.cause == cause
        )
    ).one_or_none()
    if done is not None:
        return _same(work, done, code=code, cause=cause, hold_id=hold_id, amount=amount)
    was = queries.hold_of(before)
    now = step(was, amount)
    part = was.remaining - now.remaining
    posted = write(
        work,
        code,
        cause=cause,
        memo=memo,
        legs=_legs(code, was.member, part, values),
        hold_id=hold_id,
    )
    before.released, before.applied, before.forfeited = now.released, now.applied, now.forfeited
    before.state = now.state.value
    work.session.flush()
    if now.state is not HoldState.PLACED:
        work.announce(HoldEnded(hold_id=hold_id, outcome=now.state.value, amount=part))
    return posted


def _legs(code: str, member: int, part: Money, values: dict[str, Any]) -> Legs:
    owner = {"E13": {}, "E14": {}, "E07": {"buyer": member}}.get(code, {"member": member})
    legs = EVENTS[code].legs(amount=part, **owner, **values)
    if legs[0].account.ids[0] != member:
        raise ValueError("a penalty is paid out of the hold of who pays it")
    return legs


def _same(
    work: Work, done: Any, *, code: str, cause: str, hold_id: int, amount: Money | None
) -> Posted:
    """Return the entry that ``cause`` already has, when it is the same step again."""
    moved = queries.legs_of(work.session, [done.id])[done.id][0].amount
    if (done.code, done.hold_id) != (code, hold_id) or amount not in (None, moved):
        raise CauseReused(cause=cause)
    return Posted(done.id, done.digest, fresh=False)


def _known(work: Work, cause: str, member: int, amount: Money) -> int | None:
    row = work.session.execute(
        sa.select(HoldRow.id, HoldRow.member_id, HoldRow.amount).where(HoldRow.cause == cause)
    ).one_or_none()
    if row is None:
        return None
    if (row.member_id, row.amount) != (member, amount):
        raise CauseReused(cause=cause)
    found: int = row.id
    return found


def _claimed(work: Work, row: dict[str, Any]) -> int | None:
    made: int | None = work.session.execute(
        insert_or(work.session, HoldRow)
        .values(row)
        .on_conflict_do_nothing(index_elements=["cause"])
        .returning(HoldRow.id)
    ).scalar_one_or_none()
    return made
