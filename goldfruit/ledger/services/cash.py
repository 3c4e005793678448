"""Cash in and out (出入金): a clerk prepares with the bank's serial, another person decides.

The rules of ``rules.cash`` say which step may follow which; here they meet the rows. Every step
announces a fact with the digest of the row as it then stands, so a row altered by hand is named.
Repeating a decision that was already taken changes nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from goldfruit.infra.work import Work
from goldfruit.kernel.digests import Json, digest, instant_text
from goldfruit.kernel.errors import Clash, NotAllowed, NotFound
from goldfruit.kernel.events import CashMovementDecided, CashMovementPrepared
from goldfruit.kernel.units import Money
from goldfruit.ledger import queries
from goldfruit.ledger.models import CashMovement
from goldfruit.ledger.rules import cash
from goldfruit.ledger.rules.cash import BankSerialUsed, Cash, CashState, Direction
from goldfruit.ledger.services.posting import post
from goldfruit.members import queries as members
from goldfruit.members.rules import acts
from goldfruit.members.rules.acts import Act, second_person


class Kind(StrEnum):
    """出入金种类: the last three are of receipts that nobody could place (E23)."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"
    IDENTIFIED = "identified"
    RETURNED = "returned"


_FLOW = {
    Kind.IN: "in",
    Kind.UNKNOWN: "in",
    Kind.OUT: "out",
    Kind.RETURNED: "out",
    Kind.IDENTIFIED: "inside",
}
_ON_CONFIRM = {
    Kind.IN: "E01",
    Kind.OUT: "E02b.confirmed",
    Kind.UNKNOWN: "E23.received",
    Kind.IDENTIFIED: "E23.identified",
    Kind.RETURNED: "E23.returned",
}


@dataclass(eq=False)
class NoSuchMovement(NotFound):
    """No cash movement under that number."""

    code = "no-such-movement"
    title = "没有这笔出入金"
    detail = "请检查编号，或从出入金列表重新选择。"


@dataclass(eq=False)
class OwnMoney(NotAllowed):
    """Somebody with a seat at the member would decide on that member's money."""

    code = "own-money"
    title = "不能办理本单位的资金"
    detail = "您是该会员的人员，不能为其确认出入金。请由与该会员无关的结算员办理。"


@dataclass(eq=False)
class NotInSuspense(Clash):
    """A receipt that is not waiting in suspense to be identified or returned."""

    code = "not-in-suspense"
    title = "不在待查款项中"
    detail = "第 {movement_id} 号不是待认领的来款，或已认领、退回。请在“待查来款”中重新选择。"

    movement_id: int


def prepare_in(work: Work, *, member: int, amount: Money, serial: str, memo: str = "") -> int:
    """Record money that the bank says came in for a member; return the movement's number.

    Nothing is posted until another person confirms.

    Raises:
        NotPermitted, NoSuchMember, OwnMoney, AmountOutOfBounds, BankSerialWrong, BankSerialUsed.
    """
    clerk = _clerk(work, Act.PREPARE_CASH, member)
    made = cash.prepare_in(member=member, amount=amount, serial=serial, by=clerk)
    return _prepared(work, Kind.IN, member, made, memo)


def prepare_unknown(work: Work, *, amount: Money, serial: str, memo: str = "") -> int:
    """Record money that came in from nobody known; confirmed, it waits in suspense (E23, 2190)."""
    clerk = _clerk(work, Act.PREPARE_CASH, None)
    made = cash.prepare_in(member=0, amount=amount, serial=serial, by=clerk)
    return _prepared(work, Kind.UNKNOWN, None, made, memo)


def prepare_identified(work: Work, *, origin: int, member: int, memo: str = "") -> int:
    """Propose that a receipt in suspense is a member's; confirmed, it becomes free money.

    Raises:
        NotInSuspense: it does not wait there.
        NotPermitted, NoSuchMember, OwnMoney.
    """
    clerk = _clerk(work, Act.PREPARE_CASH, member)
    row = _suspended(work, origin)
    made = Cash(Direction.IN, member, row.amount, CashState.PREPARED, None, prepared_by=clerk)
    return _prepared(work, Kind.IDENTIFIED, member, made, memo, origin=origin)


def prepare_returned(work: Work, *, origin: int, serial: str, memo: str = "") -> int:
    """Propose to send a receipt in suspense back to where it came from."""
    clerk = _clerk(work, Act.PREPARE_CASH, None)
    row = _suspended(work, origin)
    made = cash.prepare_in(member=0, amount=row.amount, serial=serial, by=clerk)
    return _prepared(work, Kind.RETURNED, None, made, memo, origin=origin)


def apply_out(work: Work, *, member: int, amount: Money) -> int:
    """Ask for a payment out of a member's free money; it leaves the free balance now (E02a).

    The actor has a seat at the member.

    Raises:
        OwnMoney: the actor has none. FundsShort: less is free. AmountOutOfBounds.
    """
    user = work.actor.user_id
    if user is None or not members.has_seat(work.session, user, member):
        raise members.NoSuchMember
    applied = cash.apply_out(member=member, amount=amount)
    return _applied(work, applied, "")


def prepare_out(work: Work, *, member: int, amount: Money, serial: str, memo: str = "") -> int:
    """Record a payment out that the bank has been told of: application and serial in one step.

    Raises:
        NotPermitted, NoSuchMember, OwnMoney, FundsShort, AmountOutOfBounds, BankSerialWrong,
        BankSerialUsed.
    """
    _clerk(work, Act.PREPARE_CASH, member)
    movement_id = _applied(work, cash.apply_out(member=member, amount=amount), memo)
    return take_up_out(work, movement_id=movement_id, serial=serial)


def take_up_out(work: Work, *, movement_id: int, serial: str) -> int:
    """Enter the bank's serial of an application; return the movement's number.

    Raises:
        NoSuchMovement, CashCannotMove, NotPermitted, OwnMoney, BankSerialWrong, BankSerialUsed.
    """
    row = _locked(work, movement_id)
    clerk = _clerk(work, Act.PREPARE_CASH, row.member_id)
    if row.state == CashState.PREPARED and row.serial == serial.strip().upper():
        return movement_id
    made = cash.prepare_out(_cash_of(row), serial=serial, by=clerk)
    _unused(work, _FLOW[Kind.OUT], made.bank_serial)
    row.state, row.serial = made.state.value, made.bank_serial
    row.prepared_by, row.prepared_at = clerk, work.now
    _say(work, row, "prepared")
    return movement_id


def approve(work: Work, *, movement_id: int) -> None:
    """Approve cash out above the sum a day that two clerks may pay by themselves.

    Raises:
        NoSuchMovement, CashCannotMove, NotPermitted, OwnMoney, SecondPersonNeeded.
    """
    row = _locked(work, movement_id)
    approver = _clerk(work, Act.APPROVE_LARGE_CASH, row.member_id)
    if row.approved_by is not None:
        return
    if row.kind != Kind.OUT or row.state != CashState.PREPARED:
        raise cash.CashCannotMove(current=row.state, wanted="approved")
    second_person(row.prepared_by or 0, approver)
    row.approved_by, row.approved_at = approver, work.now
    _say(work, row, "approved")


def confirm(work: Work, *, movement_id: int) -> int | None:
    """Confirm a prepared movement and post it; return the entry's number. Repeated: the same.

    Raises:
        NoSuchMovement, CashCannotMove, NotPermitted, OwnMoney, SecondPersonNeeded,
        ApprovalNeeded: as the rules say. FundsShort: the suspense is short.
    """
    row = _locked(work, movement_id)
    checker = _clerk(work, Act.CONFIRM_CASH, row.member_id)
    if row.state == CashState.CONFIRMED:
        second_person(row.prepared_by or 0, checker)
        return _post(work, row, _ON_CONFIRM[Kind(row.kind)])
    out_today = Money(0)
    if row.kind == Kind.OUT and row.member_id is not None:
        members.member(work.session, row.member_id, lock=True)  # one at a time: the day's sum
        today = queries.posting_day(work.session, work.now)
        out_today = queries.paid_out_on(work.session, row.member_id, today)
    made = cash.confirm(_cash_of(row), by=checker, out_today=out_today, approved_by=row.approved_by)
    _decide(work, row, made, "confirmed")
    return _post(work, row, _ON_CONFIRM[Kind(row.kind)])


def fail(work: Work, *, movement_id: int, reason: str) -> int | None:
    """Record that a movement did not happen; cash out comes back (E02b). Repeated: the same.

    Raises:
        NoSuchMovement, CashCannotMove, NotPermitted, OwnMoney, SecondPersonNeeded.
    """
    row = _locked(work, movement_id)
    checker = _clerk(work, Act.CONFIRM_CASH, row.member_id)
    if row.state != CashState.FAILED:
        _decide(work, row, cash.fail(_cash_of(row), by=checker), reason)
    return _post(work, row, "E02b.failed") if row.kind == Kind.OUT else None


def seal(row: CashMovement) -> str:
    """Return the digest of all that a movement's row says; its newest fact carries it."""
    body: dict[str, Json] = {}
    for column in CashMovement.__mapper__.column_attrs:
        value = getattr(row, column.key)
        if isinstance(value, Money):
            value = value.fen
        elif value is not None and not isinstance(value, int | str):
            value = instant_text(value)
        body[column.key] = value
    return digest(body)


def _clerk(work: Work, act: Act, member: int | None) -> int:
    """Return the user who acts, when they may do ``act`` with this member's money."""
    user = work.actor.user_id or 0
    acts.require(members.roles_of(work.session, user), act)  # the machine handles no cash
    if member is not None:
        members.member(work.session, member)
        if members.has_seat(work.session, user, member):
            raise OwnMoney
    return user


def _locked(work: Work, movement_id: int) -> CashMovement:
    row = queries.movement(work.session, movement_id, lock=True)
    if row is None:
        raise NoSuchMovement
    return row


def _suspended(work: Work, origin: int) -> CashMovement:
    row = _locked(work, origin)
    waiting = work.session.scalar(
        sa.select(sa.func.count()).where(
            CashMovement.origin_id == origin, CashMovement.state != CashState.FAILED.value
        )
    )
    if row.kind != Kind.UNKNOWN or row.state != CashState.CONFIRMED or waiting:
        raise NotInSuspense(movement_id=origin)
    return row


def _unused(work: Work, direction: str, serial: str | None) -> None:
    used = work.session.scalar(
        sa.select(CashMovement.id).where(
            CashMovement.direction == direction,
            CashMovement.serial == serial,
            CashMovement.state != CashState.FAILED.value,
        )
    )
    if serial is not None and used is not None:
        raise BankSerialUsed(serial=serial)


def _prepared(
    work: Work, kind: Kind, member: int | None, made: Cash, memo: str, *, origin: int | None = None
) -> int:
    _unused(work, _FLOW[kind], made.bank_serial)
    row = _row(kind, member, made, memo)
    row.serial, row.origin_id = made.bank_serial, origin
    row.prepared_by, row.prepared_at = made.prepared_by, work.now
    return _added(work, row)


def _applied(work: Work, made: Cash, memo: str) -> int:
    row = _row(Kind.OUT, made.member, made, memo)
    row.applied_by, row.applied_at = work.actor.user_id, work.now
    movement_id = _added(work, row)
    _post(work, row, "E02a")
    return movement_id


def _row(kind: Kind, member: int | None, made: Cash, memo: str) -> CashMovement:
    return CashMovement(
        kind=kind.value,
        direction=_FLOW[kind],
        member_id=member,
        amount=made.amount,
        memo=memo,
        state=made.state.value,
    )


def _added(work: Work, row: CashMovement) -> int:
    work.session.add(row)
    try:
        with work.session.begin_nested():
            work.session.flush()
    except sa.exc.IntegrityError as twin:
        raise BankSerialUsed(serial=row.serial or "") from twin
    work.announce(
        CashMovementPrepared(
            movement_id=row.id, direction=row.kind, amount=row.amount, digest=seal(row)
        )
    )
    return row.id


def _decide(work: Work, row: CashMovement, made: Cash, outcome: str) -> None:
    row.state = made.state.value
    row.decided_by, row.decided_at, row.outcome = made.decided_by, work.now, outcome
    _say(work, row, made.state.value)


def _say(work: Work, row: CashMovement, outcome: str) -> None:
    try:
        with work.session.begin_nested():
            work.session.flush()
    except sa.exc.IntegrityError as twin:
        raise BankSerialUsed(serial=row.serial or "") from twin
    work.announce(CashMovementDecided(movement_id=row.id, outcome=outcome, digest=seal(row)))


def _post(work: Work, row: CashMovement, code: str) -> int:
    cause = f"cash:{row.id}:{code}"
    if row.member_id is None:
        return post(work, code, cause=cause, amount=row.amount).entry_id
    return post(work, code, cause=cause, amount=row.amount, member=row.member_id).entry_id


def _cash_of(row: CashMovement) -> Cash:
    return Cash(
        direction=Direction.OUT if row.kind == Kind.OUT else Direction.IN,
        member=row.member_id or 0,
        amount=row.amount,
        state=CashState(row.state),
        bank_serial=row.serial,
        prepared_by=row.prepared_by,
        decided_by=row.decided_by,
    )
