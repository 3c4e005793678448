"""The clerk's cash desk: prepare, have another person confirm, look back."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import Clash, NotFound, Refusal, RuleBroken
from goldfruit.ledger import queries, services
from goldfruit.ledger.models import CashMovement
from goldfruit.ledger.rules.cash import BankSerialWrong, bank_serial
from goldfruit.ledger.schemas import BankSerialIn, CashFailureIn, CashIn, MovementIn
from goldfruit.ledger.services.cash import NoSuchMovement
from goldfruit.ledger.views.blueprint import (
    KIND_WORDS,
    PAGE,
    STATE_WORDS,
    beside,
    blueprint,
    read_form,
)
from goldfruit.members import queries as members
from goldfruit.members.queries import NoSuchMember
from goldfruit.members.rules.acts import Act
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

_MENDABLE = (RuleBroken, Clash, NotFound)


@blueprint.get("/cash")
def cash_desk() -> ResponseReturnValue:
    """Show what waits: for the bank, for the second person, in suspense."""
    _demand_desk()
    with reading() as work:
        waiting = queries.movements_page(work.session, states=("applied", "prepared"), limit=200)
        suspended = queries.unidentified(work.session)
        return render_template(
            "ledger/cash.html",
            waiting=[row for row in waiting if row.state == "prepared"],
            applied=[row for row in waiting if row.state == "applied"],
            suspended=suspended,
            names=_names(work, (*waiting, *suspended)),
            kinds=KIND_WORDS,
            me=guard.person().user_id,
            now=work.now,
        )


@blueprint.get("/cash/history")
def cash_history() -> ResponseReturnValue:
    """Show all cash movements, newest first."""
    _demand_desk()
    before = request.args.get("before", None, type=int)
    with reading() as work:
        rows = queries.movements_page(work.session, before=before, limit=PAGE + 1)
        return render_template(
            "ledger/cash_history.html",
            rows=rows[:PAGE],
            more=rows[PAGE - 1].id if len(rows) > PAGE else None,
            names=_names(work, rows),
            kinds=KIND_WORDS,
            states=STATE_WORDS,
            now=work.now,
        )


@blueprint.get("/cash/new")
@guard.needs(Act.PREPARE_CASH)
def new_cash() -> ResponseReturnValue:
    """Show the form for one slip of the bank."""
    return render_template("ledger/cash_new.html", given=request.args, errors={})


@blueprint.post("/cash/new")
@guard.needs(Act.PREPARE_CASH)
def prepare_cash() -> ResponseReturnValue:
    """Show what would be prepared; sent again from there, prepare it."""
    given, errors = read_form(CashIn)
    if not errors and given["kind"] != "unknown" and given["member"] is None:
        errors = {"member": _("请填写会员编号")}
    if errors:
        return _form_again(errors)
    if "sure" not in request.form:
        try:
            bank_serial(given["serial"])
            return _summary(given)
        except (NoSuchMember, BankSerialWrong) as refusal:
            return _form_again(beside(refusal))
    deeds: dict[str, Callable[..., int]] = {
        "in": services.prepare_in,
        "out": services.prepare_out,
        "unknown": services.prepare_unknown,
    }
    kind = given.pop("kind")
    if kind == "unknown":
        del given["member"]
    try:
        made = submit("prepare-cash", lambda work: deeds[kind](work, **given))
    except _MENDABLE as refusal:
        return _form_again(beside(refusal))
    flash(_("第 %(no)s 号已登记，等待另一人复核。", no=made), "done")
    return redirect(url_for("ledger.cash_desk"), code=303)


@blueprint.get("/cash/<int:movement_id>")
def show_cash(movement_id: int) -> ResponseReturnValue:
    """Show one movement, where it stands, and what the reader may do about it."""
    _demand_desk()
    return _page(movement_id, {}, 200)


@blueprint.post("/cash/<int:movement_id>/confirm")
@guard.needs(Act.CONFIRM_CASH)
def confirm_cash(movement_id: int) -> ResponseReturnValue:
    """Confirm a movement as the second person."""
    return _decided(
        movement_id,
        "confirm-cash",
        lambda work: services.confirm(work, movement_id=movement_id),
        _("已复核并记账。"),
    )


@blueprint.post("/cash/<int:movement_id>/approve")
@guard.needs(Act.APPROVE_LARGE_CASH)
def approve_cash(movement_id: int) -> ResponseReturnValue:
    """Approve a large payment out."""
    return _decided(
        movement_id,
        "approve-cash",
        lambda work: services.approve(work, movement_id=movement_id),
        _("已批准，可以复核。"),
    )


@blueprint.post("/cash/<int:movement_id>/fail")
@guard.needs(Act.CONFIRM_CASH)
def fail_cash(movement_id: int) -> ResponseReturnValue:
    """Record that a movement did not happen."""
    given, errors = read_form(CashFailureIn)
    if errors:
        return _page(movement_id, errors, 422)
    return _decided(
        movement_id,
        "fail-cash",
        lambda work: services.fail(work, movement_id=movement_id, reason=given["reason"]),
        _("已记为未成功；出金的款项已退回可用资金。"),
    )


@blueprint.post("/cash/<int:movement_id>/serial")
@guard.needs(Act.PREPARE_CASH)
def take_up_cash(movement_id: int) -> ResponseReturnValue:
    """Enter the bank's serial of a payment that a member asked for."""
    given, errors = read_form(BankSerialIn)
    if errors:
        return _page(movement_id, errors, 422)
    return _decided(
        movement_id,
        "take-up-cash",
        lambda work: services.take_up_out(work, movement_id=movement_id, serial=given["serial"]),
        _("流水号已登记，等待另一人复核。"),
    )


@blueprint.post("/cash/<int:movement_id>/settle")
@guard.needs(Act.PREPARE_CASH)
def settle_unknown(movement_id: int) -> ResponseReturnValue:
    """Propose whose a receipt in suspense is, or to send it back."""
    given, errors = read_form(MovementIn)
    if errors:
        return _page(movement_id, errors, 422)
    if given["kind"] == "identified" and given["member"] is None:
        return _page(movement_id, {"member": _("请填写会员编号")}, 422)

    def deed(work: Work) -> int:
        if given["kind"] == "identified":
            return services.prepare_identified(work, origin=movement_id, member=given["member"])
        return services.prepare_returned(work, origin=movement_id, serial=given["serial"])

    return _decided(movement_id, "settle-unknown", deed, _("已登记，等待另一人复核。"))


def _decided(
    movement_id: int, name: str, deed: Callable[[Work], int | None], said: str
) -> ResponseReturnValue:
    try:
        submit(name, lambda work: deed(work) or 0)
    except NoSuchMovement:
        raise
    except Refusal as refusal:
        return _page(movement_id, beside(refusal), refusal.status)
    flash(said, "done")
    return redirect(url_for("ledger.cash_desk"), code=303)


def _page(movement_id: int, errors: dict[str, str], status: int) -> ResponseReturnValue:
    with reading() as work:
        row = queries.movement(work.session, movement_id)
        if row is None:
            raise NoSuchMovement
        me = guard.person().user_id
        page = render_template(
            "ledger/cash_one.html",
            row=row,
            name=_names(work, [row]).get(row.member_id or 0),
            kinds=KIND_WORDS,
            states=STATE_WORDS,
            mine=row.prepared_by == me,
            waits_in_suspense=any(each.id == row.id for each in queries.unidentified(work.session)),
            given=request.form,
            errors=errors,
            now=work.now,
        )
    return page, status


def _form_again(errors: dict[str, str]) -> ResponseReturnValue:
    return render_template("ledger/cash_new.html", given=request.form, errors=errors), 422


def _summary(given: dict[str, Any]) -> ResponseReturnValue:
    with reading() as work:
        member, funds = None, None
        if given["kind"] != "unknown":
            member = members.member(work.session, given["member"])
            funds = queries.money_of(work.session, member.id)
        return render_template(
            "ledger/cash_sure.html",
            given=given,
            sent=request.form,
            member=member,
            funds=funds,
            kinds=KIND_WORDS,
        )


def _names(work: Work, rows: Any) -> dict[int, str]:
    numbers = {row.member_id for row in rows if isinstance(row, CashMovement) and row.member_id}
    return {number: members.member(work.session, number).name for number in sorted(numbers)}


def _demand_desk() -> None:
    """Let clerks, auditors and whoever approves large payments in."""
    if not (guard.may(Act.APPROVE_LARGE_CASH) or guard.may(Act.PREPARE_CASH)):
        guard.demand(Act.READ_LEDGER)
