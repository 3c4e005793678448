"""A member's money: what is free, what is held and why, what is on its way, and every entry."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.ledger import queries, services
from goldfruit.ledger.reading import told
from goldfruit.ledger.schemas import AmountIn
from goldfruit.ledger.views.blueprint import (
    KIND_WORDS,
    PAGE,
    REASON_WORDS,
    STATE_WORDS,
    beside,
    blueprint,
    read_form,
)
from goldfruit.members.queries import NoSuchMember
from goldfruit.members.rules.acts import Act
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit


@blueprint.get("/money")
@guard.needs(Act.TRADE)
def my_money() -> ResponseReturnValue:
    """Show the member's money and its entries, newest first."""
    before = request.args.get("before", None, type=int)
    with reading() as work:
        member = _member()
        lines = queries.entries_page(work.session, member_id=member, before=before, limit=PAGE + 1)
        return render_template(
            "ledger/money.html",
            funds=queries.money_of(work.session, member),
            holds=[
                (row, queries.hold_of(row).remaining)
                for row in queries.holds_page(
                    work.session, member_id=member, standing=True, limit=200
                )
            ],
            moving=queries.movements_page(
                work.session, states=("applied", "prepared"), member_id=member
            ),
            entries=[told(line, member) for line in lines[:PAGE]],
            more=lines[PAGE - 1].id if len(lines) > PAGE else None,
            first=before is None,
            reasons=REASON_WORDS,
            kinds=KIND_WORDS,
            states=STATE_WORDS,
            now=work.now,
        )


@blueprint.get("/money/out")
@guard.needs(Act.TRADE)
def ask_out() -> ResponseReturnValue:
    """Show the form to ask for a payment out."""
    return _form({}, 200)


@blueprint.post("/money/out")
@guard.needs(Act.TRADE)
def apply_out() -> ResponseReturnValue:
    """Show what would leave; sent again from there, ask for it."""
    given, errors = read_form(AmountIn)
    if errors:
        return _form(errors, 422)
    member = _member()
    if "sure" not in request.form:
        return _form({}, 200, amount=given["amount"])
    try:
        submit(
            "apply-out",
            lambda work: services.apply_out(work, member=member, amount=given["amount"]),
        )
    except (RuleBroken, Clash) as refusal:
        return _form(beside(refusal), 422)
    flash(_("出金申请已提交，银行办理后到账。"), "done")
    return redirect(url_for("ledger.my_money"), code=303)


def _form(errors: dict[str, str], status: int, amount: Any = None) -> ResponseReturnValue:
    with reading() as work:
        funds = queries.money_of(work.session, _member())
    if amount is not None and amount > funds.free:
        errors = {"amount_yuan": _("超过可用资金，请减少金额。")}
        amount, status = None, 422
    page = render_template(
        "ledger/money_out.html", funds=funds, amount=amount, given=request.form, errors=errors
    )
    return page, status


def _member() -> int:
    member = guard.person().member_id
    if member is None:
        raise NoSuchMember
    return member
