"""Cash in and out (出入金), domain.md §4.1 and §4.3: a clerk prepares, another person confirms.

Money that comes in is posted once it is confirmed (E01). Money that goes out
leaves the free balance when it is applied for (E02a) and the ledger when the
bank has paid (E02b); if it has not, or the application is turned down, it comes
back. The bounds are settings [D], domain.md §5.13.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from goldfruit.kernel.errors import Clash, NotAllowed, RuleBroken
from goldfruit.kernel.units import Money
from goldfruit.ledger.rules.entries import NOTHING, AmountOutOfBounds, Legs
from goldfruit.ledger.rules.events import EVENTS
from goldfruit.members.rules.acts import second_person

_SERIAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,39}", re.ASCII)


class Direction(StrEnum):
    """方向: 入金 or 出金."""

    IN = "in"
    OUT = "out"


class CashState(StrEnum):
    """出入金状态."""

    APPLIED = "applied"
    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    FAILED = "failed"


MOVES: dict[Direction, dict[CashState, frozenset[CashState]]] = {
    Direction.IN: {
        CashState.PREPARED: frozenset({CashState.CONFIRMED, CashState.FAILED}),
        CashState.CONFIRMED: frozenset(),
        CashState.FAILED: frozenset(),
    },
    Direction.OUT: {
        CashState.APPLIED: frozenset({CashState.PREPARED, CashState.FAILED}),
        CashState.PREPARED: frozenset({CashState.CONFIRMED, CashState.FAILED}),
        CashState.CONFIRMED: frozenset(),
        CashState.FAILED: frozenset(),
    },
}

POSTED: dict[tuple[Direction, CashState], str] = {
    (Direction.IN, CashState.CONFIRMED): "E01",
    (Direction.OUT, CashState.APPLIED): "E02a",
    (Direction.OUT, CashState.CONFIRMED): "E02b.confirmed",
    (Direction.OUT, CashState.FAILED): "E02b.failed",
}


@dataclass(frozen=True, slots=True)
class CashPolicy:
    """出入金规定: the largest movement, and from what sum a day on an approval is needed."""

    most: Money
    approval_above_a_day: Money
    source: str


CASH_POLICY = CashPolicy(
    most=Money(10_000_000_000),
    approval_above_a_day=Money(50_000_000),
    source="本所出入金规定 [D], domain.md §5.13",
)


@dataclass(eq=False)
class CashCannotMove(Clash):
    """A step that this cash movement does not have, or no longer has."""

    code = "cash-cannot-move"
    title = "出入金状态不允许此操作"
    detail = "这笔出入金当前为“{current}”，不能变为“{wanted}”。请刷新页面，按当前状态办理。"

    current: str
    wanted: str


@dataclass(eq=False)
class BankSerialWrong(RuleBroken):
    """A bank's serial that cannot be one."""

    code = "bank-serial-wrong"
    title = "银行流水号有误"
    detail = "银行流水号应为 4–40 位字母、数字或连字符。请对照银行回单重新填写。"


@dataclass(eq=False)
class BankSerialUsed(Clash):
    """A bank's serial that another cash movement already carries."""

    code = "bank-serial-used"
    title = "银行流水号已登记"
    detail = "流水号 {serial} 已经登记过，没有重复入账。请查询原记录；若是另一笔，请核对回单。"

    serial: str


@dataclass(eq=False)
class ApprovalNeeded(NotAllowed):
    """Cash out beyond the sum a day that two clerks may pay by themselves."""

    code = "cash-approval-needed"
    title = "大额出金须另行批准"
    detail = "该会员当日出金合计 {day_total} 元，超过 {limit} 元。请交易管理员批准后再确认。"

    day_total: Money
    limit: Money


@dataclass(frozen=True, slots=True)
class Cash:
    """出入金: one movement between a member and the bank; ids are of members and users."""

    direction: Direction
    member: int
    amount: Money
    state: CashState
    bank_serial: str | None = None
    prepared_by: int | None = None
    decided_by: int | None = None


def bank_serial(text: str, known: Collection[str] = ()) -> str:
    """Return the bank's serial that ``text`` gives, in capitals.

    Raises:
        BankSerialWrong: not 4 to 40 ASCII letters, digits and hyphens.
        BankSerialUsed: already among ``known``.
    """
    serial = text.strip().upper()
    if not _SERIAL.fullmatch(serial):
        raise BankSerialWrong
    if serial in known:
        raise BankSerialUsed(serial=serial)
    return serial


def prepare_in(
    *, member: int, amount: Money, serial: str, by: int, policy: CashPolicy = CASH_POLICY
) -> Cash:
    """Return money that the bank says has come in, prepared by the clerk ``by``; not yet posted.

    Raises:
        AmountOutOfBounds: not above zero, or above the policy's most.
        BankSerialWrong: the serial cannot be one.
    """
    return Cash(
        Direction.IN,
        member,
        _in_bounds(amount, policy),
        CashState.PREPARED,
        bank_serial(serial),
        prepared_by=by,
    )


def apply_out(*, member: int, amount: Money, policy: CashPolicy = CASH_POLICY) -> Cash:
    """Return a member's application to be paid out; posted as E02a at once.

    Raises:
        AmountOutOfBounds: not above zero, or above the policy's most.
    """
    return Cash(Direction.OUT, member, _in_bounds(amount, policy), CashState.APPLIED)


def prepare_out(cash: Cash, *, serial: str, by: int) -> Cash:
    """Return the application with the bank's serial, entered by the clerk ``by``.

    Raises:
        CashCannotMove: it is not an application that waits.
        BankSerialWrong: the serial cannot be one.
    """
    _step(cash, CashState.PREPARED)
    return replace(cash, state=CashState.PREPARED, bank_serial=bank_serial(serial), prepared_by=by)


def confirm(
    cash: Cash,
    *,
    by: int,
    out_today: Money = NOTHING,
    approved_by: int | None = None,
    policy: CashPolicy = CASH_POLICY,
) -> Cash:
    """Return the movement confirmed by ``by``; posted as E01 or E02b.

    Args:
        cash: the prepared movement.
        by: the user who confirms.
        out_today: what the member was already paid out on this day, this movement excluded.
        approved_by: a third user, needed for cash out above the policy's sum a day.
        policy: the bounds in force.

    Raises:
        CashCannotMove: it is not prepared.
        SecondPersonNeeded: who confirms or approves has already acted on it.
        ApprovalNeeded: the sum of the day needs an approval that is not there.
    """
    maker = _step(cash, CashState.CONFIRMED)
    second_person(maker, by)
    day_total = out_today + cash.amount
    if cash.direction is Direction.OUT and day_total > policy.approval_above_a_day:
        if approved_by is None:
            raise ApprovalNeeded(day_total=day_total, limit=policy.approval_above_a_day)
        second_person(maker, approved_by)
        second_person(by, approved_by)
    return replace(cash, state=CashState.CONFIRMED, decided_by=by)


def fail(cash: Cash, *, by: int) -> Cash:
    """Return the movement that did not happen: turned down, or not done by the bank.

    Cash out comes back to the member (E02b); cash in was never posted. Once a
    bank's serial is entered it takes a second person.

    Raises:
        CashCannotMove: it is already confirmed or failed.
        SecondPersonNeeded: ``by`` has prepared it.
    """
    maker = _step(cash, CashState.FAILED)
    second_person(maker, by)
    return replace(cash, state=CashState.FAILED, decided_by=by)


def posted(cash: Cash) -> tuple[str, Legs] | None:
    """Return the event and legs to post when the movement enters its state, or None for none."""
    event = POSTED.get((cash.direction, cash.state))
    if event is None:
        return None
    return event, EVENTS[event].legs(member=cash.member, amount=cash.amount)


def _in_bounds(amount: Money, policy: CashPolicy) -> Money:
    if not NOTHING < amount <= policy.most:
        raise AmountOutOfBounds(amount=amount, most=policy.most)
    return amount


def _step(cash: Cash, wanted: CashState) -> int:
    """Return who prepared the movement (0 for nobody yet) when it may become ``wanted``."""
    if wanted not in MOVES[cash.direction][cash.state]:
        raise CashCannotMove(current=cash.state.value, wanted=wanted.value)
    return cash.prepared_by or 0
