"""Roles of staff: proposed by an operator, confirmed by a second person."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import Clash, NotAllowed, NotFound, RuleBroken
from goldfruit.members import logins, queries
from goldfruit.members.models import User
from goldfruit.members.rules.acts import Act
from goldfruit.members.rules.roles import ROLE_TITLES, TRADERS, Role
from goldfruit.members.schemas import GrantIn
from goldfruit.members.services import roles
from goldfruit.members.views.blueprint import beside, blueprint, read_form
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

TOLD_ON_PAGE = (RuleBroken, Clash, NotAllowed, NotFound)


@blueprint.get("/members/roles")
@guard.needs()
def show_roles() -> ResponseReturnValue:
    """Show who has which role, and what awaits a second person."""
    _demand_either()
    return _page({}, 200)


@blueprint.post("/members/roles")
@guard.needs(Act.GRANT_ROLE)
def grant_role() -> ResponseReturnValue:
    """Propose a role for a user."""
    given, errors = read_form(GrantIn)

    def grant(work: Work) -> int:
        user = queries.user_by_login(work.session, given["login"])
        if user is None:
            raise queries.NoSuchUser
        return roles.grant_role(work, user_id=user.id, role=Role(given["role"])).id

    if not errors:
        try:
            submit("grant-role", grant)
        except TOLD_ON_PAGE as refusal:
            errors = beside(refusal)
    if errors:
        return _page(errors, 422)
    flash(_("授权已提出，等待另一位审核员确认。"), "done")
    return redirect(url_for("members.show_roles"), code=303)


@blueprint.post("/members/roles/<int:grant_id>/confirm")
@guard.needs(Act.CONFIRM_ROLE)
def confirm_role(grant_id: int) -> ResponseReturnValue:
    """Confirm a proposed role."""
    return _done(
        _("授权已生效。"), lambda work: roles.confirm_role(work, grant_id=grant_id).id, "confirm"
    )


@blueprint.post("/members/roles/<int:grant_id>/withdraw")
@guard.needs(Act.GRANT_ROLE)
def withdraw_role(grant_id: int) -> ResponseReturnValue:
    """Withdraw a role at once."""
    return _done(
        _("授权已收回。"), lambda work: roles.withdraw_role(work, grant_id=grant_id).id, "withdraw"
    )


def _done(said: str, command: Callable[[Work], int], name: str) -> ResponseReturnValue:
    try:
        submit(f"{name}-role", command)
    except TOLD_ON_PAGE as refusal:
        flash(str(refusal), "refusal")
    else:
        flash(said, "done")
    return redirect(url_for("members.show_roles"), code=303)


def _demand_either() -> None:
    if not (guard.may(Act.GRANT_ROLE) or guard.may(Act.CONFIRM_ROLE)):
        abort(404)


def _page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    with reading() as work:
        found = queries.grants(work.session)
        names = queries.names_by_key(
            work.session, [key for g, _user in found for key in (g.given_by, g.confirmed_by) if key]
        )
    page = render_template(
        "members/roles.html",
        waiting=[(g, u, _login(u)) for g, u in found if g.confirmed_at is None],
        held=[(g, u, _login(u)) for g, u in found if g.confirmed_at is not None],
        titles=ROLE_TITLES,
        names=names,
        grantable=[(role.value, _(ROLE_TITLES[role])) for role in Role if role not in TRADERS],
        may_grant=guard.may(Act.GRANT_ROLE),
        may_confirm=guard.may(Act.CONFIRM_ROLE),
        given=request.form,
        errors=errors,
    )
    return page, status


def _login(user: User) -> str:
    return logins.Login(phone=user.phone, email=None if user.phone else user.email).masked
