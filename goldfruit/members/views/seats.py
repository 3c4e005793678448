"""The users of an organisation: invite, accept, remove."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.members import doors, logins
from goldfruit.members.models import User
from goldfruit.members.queries import ACCOUNT
from goldfruit.members.schemas import InvitationIn
from goldfruit.members.services import seats
from goldfruit.members.views.blueprint import beside, blueprint, read_form
from goldfruit.members.views.me import login_keys
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit


@blueprint.post("/me/invitations")
@guard.needs(ACCOUNT)
def invite() -> ResponseReturnValue:
    """Invite somebody to act for the user's organisation."""
    given, errors = read_form(InvitationIn)
    ring = doors.keys()
    if not errors:
        try:
            login = logins.login(given["login"])
            submit("invite", lambda work: seats.invite(work, ring, login=login).id)
        except (RuleBroken, Clash) as refusal:
            errors = beside(refusal)
    if errors:
        flash(next(iter(errors.values())), "refusal")
    else:
        flash(_("邀请已发出。对方用该手机号或邮箱登录后，可在“我的”页面接受。"), "done")
    return redirect(url_for("members.me"), code=303)


@blueprint.post("/me/invitations/<int:invitation_id>/accept")
@guard.needs(ACCOUNT)
def accept_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take the seat that was offered."""
    with reading() as work:
        mine = login_keys(work.session.get_one(User, guard.person().user_id))
    try:
        submit(
            "accept-invitation",
            lambda work: (
                seats.accept_invitation(work, invitation_id=invitation_id, login_keys=mine).id
            ),
        )
    except (RuleBroken, Clash) as refusal:
        flash(str(refusal), "refusal")
    else:
        flash(_("您已加入该单位。"), "done")
    return redirect(url_for("members.me"), code=303)


@blueprint.post("/me/seats/<int:seat_id>/end")
@guard.needs(ACCOUNT)
def end_seat(seat_id: int) -> ResponseReturnValue:
    """Take a user's seat away."""
    try:
        submit("end-seat", lambda work: seats.end_seat(work, seat_id=seat_id))
    except (RuleBroken, Clash) as refusal:
        flash(str(refusal), "refusal")
    else:
        flash(_("已移出该成员。"), "done")
    return redirect(url_for("members.me"), code=303)
