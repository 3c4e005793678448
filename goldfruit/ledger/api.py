"""JSON operations of the ledger, and the facts feed."""

from collections.abc import Sequence
from typing import Any

from flask import request
from marshmallow import ValidationError

from goldfruit.infra import facts
from goldfruit.infra.work import Work
from goldfruit.kernel.units import Money
from goldfruit.ledger import feed, queries, services
from goldfruit.ledger.models import AccountRow, CashMovement, HoldRow
from goldfruit.ledger.reading import Told, told
from goldfruit.ledger.rules.cash import (
    ApprovalNeeded,
    BankSerialUsed,
    BankSerialWrong,
    CashCannotMove,
)
from goldfruit.ledger.rules.entries import AmountOutOfBounds, FundsShort
from goldfruit.ledger.schemas import (
    AccountOut,
    AccountsQuery,
    BankSerialIn,
    CashFailureIn,
    EntryOut,
    FactOut,
    FactsQuery,
    HoldOut,
    LedgerPage,
    MovementIn,
    MovementOut,
)
from goldfruit.ledger.services.cash import NoSuchMovement, NotInSuspense, OwnMoney
from goldfruit.members.queries import ACCOUNT, NoSuchMember
from goldfruit.members.rules.acts import Act, NotPermitted, SecondPersonNeeded
from goldfruit.web import guard
from goldfruit.web.endpoint import OPEN, Api

api = Api("ledger")

_NEEDED = {
    "in": ("member", "amount_yuan"),
    "out": ("member", "amount_yuan"),
    "unknown": ("amount_yuan",),
    "identified": ("origin", "member"),
    "returned": ("origin",),
}

_DECIDING = (
    NoSuchMovement,
    NotPermitted,
    OwnMoney,
    SecondPersonNeeded,
    CashCannotMove,
    FundsShort,
)


@api.endpoint(
    "/ledger/entries",
    takes=LedgerPage,
    gives=EntryOut,
    many=True,
    refuses=(NoSuchMember,),
)
def list_entries(work: Work, *, after: int | None, limit: int) -> tuple[Sequence[Told], int | None]:
    """List entries, newest first: one's own member's; clerks and auditors see all."""
    lines = queries.entries_page(work.session, member_id=_scope(), before=after, limit=limit + 1)
    page = [told(line, _scope()) for line in lines[:limit]]
    return page, lines[limit - 1].id if len(lines) > limit else None


@api.endpoint(
    "/ledger/accounts",
    takes=AccountsQuery,
    gives=AccountOut,
    many=True,
    refuses=(NoSuchMember,),
)
def list_accounts(work: Work, *, after: str, limit: int) -> tuple[Sequence[AccountRow], str | None]:
    """List accounts with their balances: one's own member's; clerks and auditors see all."""
    rows = queries.accounts_page(work.session, member_id=_scope(), after=after, limit=limit + 1)
    return rows[:limit], rows[limit - 1].name if len(rows) > limit else None


@api.endpoint(
    "/ledger/holds",
    takes=LedgerPage,
    gives=HoldOut,
    many=True,
    refuses=(NoSuchMember,),
)
def list_holds(
    work: Work, *, after: int | None, limit: int
) -> tuple[Sequence[HoldRow], int | None]:
    """List the holds of one's own member, newest first."""
    rows = queries.holds_page(work.session, member_id=_own(), before=after, limit=limit + 1)
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


@api.endpoint(
    "/cash-movements",
    takes=LedgerPage,
    gives=MovementOut,
    many=True,
    refuses=(NoSuchMember,),
)
def list_cash_movements(
    work: Work, *, after: int | None, limit: int
) -> tuple[Sequence[CashMovement], int | None]:
    """List cash movements, newest first: one's own member's; clerks and auditors see all."""
    rows = queries.movements_page(work.session, member_id=_scope(), before=after, limit=limit + 1)
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


@api.endpoint(
    "/cash-movements",
    method="POST",
    takes=MovementIn,
    gives=MovementOut,
    status=201,
    refuses=(
        NotPermitted,
        NoSuchMember,
        OwnMoney,
        FundsShort,
        AmountOutOfBounds,
        BankSerialWrong,
        BankSerialUsed,
        NotInSuspense,
        NoSuchMovement,
    ),
)
def prepare_cash_movement(
    work: Work,
    *,
    kind: str,
    member: int | None,
    origin: int | None,
    amount: Money | None,
    serial: str,
    memo: str,
) -> CashMovement | None:
    """Prepare a cash movement; a member without a serial asks for a payment out."""
    given = {"member": member, "origin": origin, "amount_yuan": amount}
    if missing := [name for name in _NEEDED[kind] if given[name] is None]:
        raise ValidationError({name: ["此项必填"] for name in missing})
    values: dict[str, Any] = {"member": member, "amount": amount, "serial": serial, "memo": memo}
    if kind == "in":
        made = services.prepare_in(work, **values)
    elif kind == "out" and not serial:
        made = services.apply_out(work, member=values["member"], amount=values["amount"])
    elif kind == "out":
        made = services.prepare_out(work, **values)
    elif kind == "unknown":
        made = services.prepare_unknown(work, amount=values["amount"], serial=serial, memo=memo)
    elif kind == "identified":
        values = {"origin": origin, "member": member, "memo": memo}
        made = services.prepare_identified(work, **values)
    else:
        values = {"origin": origin, "serial": serial, "memo": memo}
        made = services.prepare_returned(work, **values)
    return queries.movement(work.session, made)


@api.endpoint(
    "/cash-movements/<int:movement_id>/serials",
    method="POST",
    takes=BankSerialIn,
    gives=MovementOut,
    act=Act.PREPARE_CASH,
    refuses=(*_DECIDING, BankSerialWrong, BankSerialUsed),
)
def take_up_cash_movement(work: Work, *, movement_id: int, serial: str) -> CashMovement | None:
    """Enter the bank's serial of a payment out that a member asked for."""
    services.take_up_out(work, movement_id=movement_id, serial=serial)
    return queries.movement(work.session, movement_id)


@api.endpoint(
    "/cash-movements/<int:movement_id>/approvals",
    method="POST",
    gives=MovementOut,
    act=Act.APPROVE_LARGE_CASH,
    refuses=_DECIDING,
)
def approve_cash_movement(work: Work, *, movement_id: int) -> CashMovement | None:
    """Approve a payment out above what two clerks may pay in a day."""
    services.approve(work, movement_id=movement_id)
    return queries.movement(work.session, movement_id)


@api.endpoint(
    "/cash-movements/<int:movement_id>/confirmations",
    method="POST",
    gives=MovementOut,
    act=Act.CONFIRM_CASH,
    refuses=(*_DECIDING, ApprovalNeeded),
)
def confirm_cash_movement(work: Work, *, movement_id: int) -> CashMovement | None:
    """Confirm a prepared cash movement as the second person; it is posted."""
    services.confirm(work, movement_id=movement_id)
    return queries.movement(work.session, movement_id)


@api.endpoint(
    "/cash-movements/<int:movement_id>/failures",
    method="POST",
    takes=CashFailureIn,
    gives=MovementOut,
    act=Act.CONFIRM_CASH,
    refuses=_DECIDING,
)
def fail_cash_movement(work: Work, *, movement_id: int, reason: str) -> CashMovement | None:
    """Record as the second person that a cash movement did not happen."""
    services.fail(work, movement_id=movement_id, reason=reason)
    return queries.movement(work.session, movement_id)


@api.endpoint("/facts", takes=FactsQuery, gives=FactOut, many=True, act=OPEN)
def list_facts(
    work: Work, *, after: int, limit: int, name: str | None
) -> tuple[Sequence[feed.Shown], int | None]:
    """List facts in the order they happened; bodies about members are for auditors only."""
    names = (name,) if name else ()
    rows = facts.after(work.session, after, limit=limit, names=names)
    whole = guard.may(Act.READ_AUDIT)
    return feed.shown(rows, all_of_it=whole), rows[-1].no if len(rows) == limit else None


@api.blueprint.before_request
def hold_a_token_to_its_scopes() -> None:
    """Refuse a token that is not for cash: the rules look at the user's roles alone.

    Raises:
        SignInNeeded, NotYourRole: a guest; a token without the scope.
    """
    if request.endpoint != "ledger_api.prepare_cash_movement" or guard.person().session_token:
        return
    body = request.get_json(silent=True)
    applies = isinstance(body, dict) and body.get("kind") == "out" and not body.get("serial")
    guard.demand(ACCOUNT if applies else Act.PREPARE_CASH)


def _scope() -> int | None:
    """Return whose entries the reader sees: all (None) for clerks and auditors, else their own."""
    return None if guard.may(Act.READ_LEDGER) else _own()


def _own() -> int:
    guard.demand(ACCOUNT)
    member = guard.person().member_id
    if member is None:
        raise NoSuchMember
    return member
