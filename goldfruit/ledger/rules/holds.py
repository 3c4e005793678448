"""Holds (冻结): money set aside for a reason until a deadline, then released, applied or forfeited.

Two phases: placing a hold is E03; every later step is one entry for the part
that it moves: E04 back to free, E07 into escrow, E13 or E14 to the other side.
A hold ends when nothing of it remains. Past its deadline it stands until it is
lapsed by the clock's job: whoever must not act on a hold that is due asks
:meth:`Hold.is_due` first.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.kernel.units import FEN_MAX, Money
from goldfruit.ledger.rules.entries import NOTHING, AmountOutOfBounds


class HoldReason(StrEnum):
    """冻结原因."""

    BID = "bid"
    PICK = "pick"
    ORDER = "order"
    TENDER = "tender"
    CONTRACT = "contract"


class HoldState(StrEnum):
    """冻结状态: the last three are what emptied the hold."""

    PLACED = "placed"
    RELEASED = "released"
    APPLIED = "applied"
    FORFEITED = "forfeited"


ENDINGS = frozenset({HoldState.RELEASED, HoldState.APPLIED, HoldState.FORFEITED})


@dataclass(eq=False)
class HoldOver(Clash):
    """A hold of which nothing remains."""

    code = "hold-over"
    title = "冻结已结束"
    detail = "这笔冻结已经结束（{state}），不能再次处理。请刷新页面查看资金明细。"

    state: str


@dataclass(eq=False)
class HoldTooSmall(RuleBroken):
    """A part that is more than what remains of the hold."""

    code = "hold-too-small"
    title = "超过冻结余额"
    detail = "这笔冻结还剩 {remaining} 元，不能处理 {wanted} 元。请按剩余金额办理。"

    remaining: Money
    wanted: Money


@dataclass(eq=False)
class DeadlinePassed(RuleBroken):
    """A hold whose deadline would already be over when it is placed."""

    code = "deadline-passed"
    title = "期限已过"
    detail = "冻结期限 {deadline} 已经过去。请选择晚于现在的期限。"

    deadline: datetime


@dataclass(eq=False)
class DeadlineAhead(Clash):
    """A lapse before the deadline of the hold."""

    code = "deadline-ahead"
    title = "期限未到"
    detail = "这笔冻结到 {deadline} 才到期，到期前不能按过期释放。请到期后再办。"

    deadline: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """冻结: whose money, what for, until when, and what became of it so far."""

    member: int
    reason: HoldReason
    cause: str
    deadline: datetime
    amount: Money
    released: Money = NOTHING
    applied: Money = NOTHING
    forfeited: Money = NOTHING
    state: HoldState = HoldState.PLACED

    @property
    def remaining(self) -> Money:
        """Return what is still held."""
        return self.amount - self.released - self.applied - self.forfeited

    def is_due(self, now: datetime) -> bool:
        """Return whether the hold still stands at ``now`` although its deadline has come."""
        return self.state is HoldState.PLACED and now >= self.deadline


def place(
    *,
    member: int,
    reason: HoldReason,
    cause: str,
    deadline: datetime,
    amount: Money,
    now: datetime,
) -> Hold:
    """Return a new hold; posted as E03.

    Raises:
        AmountOutOfBounds: not above zero, or more than the ledger can hold.
        DeadlinePassed: the deadline is not after ``now``.
    """
    if not 0 < amount.fen <= FEN_MAX:
        raise AmountOutOfBounds(amount=amount, most=Money(FEN_MAX))
    if deadline <= now:
        raise DeadlinePassed(deadline=deadline)
    return Hold(member=member, reason=reason, cause=cause, deadline=deadline, amount=amount)


def release(hold: Hold, part: Money | None = None) -> Hold:
    """Return the hold after ``part`` (all that remains by default) went back; posted as E04.

    Raises:
        HoldOver, HoldTooSmall, AmountOutOfBounds: as for every step of a hold.
    """
    part = _part(hold, part)
    return _ended(replace(hold, released=hold.released + part), HoldState.RELEASED)


def apply(hold: Hold, part: Money | None = None) -> Hold:
    """Return the hold after ``part`` became payment; posted as E07. Raises as ``release``."""
    part = _part(hold, part)
    return _ended(replace(hold, applied=hold.applied + part), HoldState.APPLIED)


def forfeit(hold: Hold, part: Money | None = None) -> Hold:
    """Return the hold after ``part`` became a penalty; posted as E13/E14. Raises as ``release``."""
    part = _part(hold, part)
    return _ended(replace(hold, forfeited=hold.forfeited + part), HoldState.FORFEITED)


def lapse(hold: Hold, now: datetime) -> Hold:
    """Return the hold released because its deadline has come; posted as E04.

    Raises:
        HoldOver: nothing remains of it.
        DeadlineAhead: the deadline is still ahead.
    """
    if hold.state is HoldState.PLACED and now < hold.deadline:
        raise DeadlineAhead(deadline=hold.deadline)
    return release(hold)


def _part(hold: Hold, part: Money | None) -> Money:
    if hold.state is not HoldState.PLACED:
        raise HoldOver(state=hold.state.value)
    if part is None:
        return hold.remaining
    if part <= NOTHING:
        raise AmountOutOfBounds(amount=part, most=hold.remaining)
    if part > hold.remaining:
        raise HoldTooSmall(remaining=hold.remaining, wanted=part)
    return part


def _ended(hold: Hold, by: HoldState) -> Hold:
    return hold if hold.remaining else replace(hold, state=by)
