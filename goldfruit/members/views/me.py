"""我的: who am I, where does my membership stand, where am I signed in."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.infra.work import Work
from goldfruit.kernel.days import local_day
from goldfruit.kernel.errors import Refusal
from goldfruit.members import doors, logins, queries
from goldfruit.members.crypto import new_token
from goldfruit.members.models import Member, User
from goldfruit.members.queries import ACCOUNT
from goldfruit.members.rules.application import ITEM_TITLES
from goldfruit.members.rules.membership import ORGANISATIONS, STATE_TITLES, MemberKind, MemberState
from goldfruit.members.rules.roles import ROLE_TITLES, Role, exclusion
from goldfruit.members.schemas import PasswordIn, TokenIn
from goldfruit.members.services import accounts, membership, sessions
from goldfruit.members.views.blueprint import beside, blueprint, read_form
from goldfruit.web import guard
from goldfruit.web.exchange import perform, reading
from goldfruit.web.forms import submit
from goldfruit.web.limits import by_address

WAY = (
    MemberState.APPLIED,
    MemberState.KYC_PENDING,
    MemberState.KYC_PASSED,
    MemberState.AGREEMENT_SIGNED,
    MemberState.BANK_BOUND,
    MemberState.ACTIVE,
)


_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
"""Words of a user agent, the telling one first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the line that shows where a member stands."""

    label: str
    state: str
    at: datetime | None = None
    note: str = ""


@blueprint.get("/me")
@guard.needs(ACCOUNT)
def me() -> ResponseReturnValue:
    """Show the user's own page."""
    person, ring, here = guard.person(), doors.keys(), doors.current_session_id()
    with reading() as work:
        user = work.session.get_one(User, person.user_id)
        member = next(iter(queries.members_of(work.session, user.id)), None)
        member_id = member.id if member else 0
        return render_template(
            "members/me.html",
            user=user,
            shown_login=_login(user).masked,
            member=member,
            may_apply=not any(exclusion(Role(role), Role.GROWER) for role in person.roles),
            kind=MemberKind(member.kind) if member else None,
            organisation=member is not None and MemberKind(member.kind) in ORGANISATIONS,
            state=MemberState(member.state) if member else None,
            state_title=STATE_TITLES[MemberState(member.state)] if member else "",
            steps=_steps(work, member) if member else [],
            review_on=local_day(member.next_review_at)
            if member and member.next_review_at
            else None,
            device_name=device_name,
            identity=membership.masked_identity(work, ring, member_id=member_id),
            item_titles=ITEM_TITLES,
            roles_held=[ROLE_TITLES[Role(role)] for role in sorted(person.roles)],
            sessions=queries.sessions_of(work.session, user.id, work.now, doors.lives()),
            here=here,
            tokens=queries.tokens_of(work.session, user.id, work.now),
            seats=queries.seats_of(work.session, member_id),
            invited=queries.invitations_of(work.session, member_id),
            invitations=queries.invitations_to(work.session, login_keys(user)),
        )


@blueprint.post("/me/sessions/<int:session_id>/end")
@guard.needs(ACCOUNT)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of the user's own sessions."""
    perform(lambda work: sessions.end_session(work, session_id=session_id))
    flash(_("该处登录已结束。"), "done")
    return redirect(url_for("members.me"), code=303)


@blueprint.get("/me/password")
@guard.needs(ACCOUNT)
def show_password() -> ResponseReturnValue:
    """Show the form for a new password."""
    return render_template("members/password.html", errors={})


@blueprint.post("/me/password")
@guard.needs(ACCOUNT)
@by_address("30 per minute")
def change_password() -> ResponseReturnValue:
    """Change the password and end every other session."""
    given, errors = read_form(PasswordIn)
    if not errors:
        try:
            login = _own_login()
            password_hash = accounts.new_password(given["new_password"], login)
            attempt_id, user_id = doors.proven(login.text, given["password"])
            here = doors.current_session_id()

            def change(work: Work) -> None:
                sessions.succeed(work, attempt_id)
                accounts.change_password(
                    work, user_id=user_id, password_hash=password_hash, keep_session=here
                )

            perform(change)
        except Refusal as refusal:
            errors = beside(refusal)
            if refusal.code == "password-weak":
                errors = {"new_password": errors["password"]}
    if errors:
        return render_template("members/password.html", errors=errors), 422
    doors.let_in(guard.person().user_id)
    flash(_("密码已更改，其他地方的登录已全部结束。"), "done")
    return redirect(url_for("members.me"), code=303)


@blueprint.get("/me/tokens/new")
@guard.needs(ACCOUNT)
def show_new_token() -> ResponseReturnValue:
    """Show the form for a new API token."""
    return _token_page({}, 200)


@blueprint.post("/me/tokens/new")
@guard.needs(ACCOUNT)
@by_address("30 per minute")
def create_token() -> ResponseReturnValue:
    """Make a token and show it, once."""
    person = guard.person()
    given, errors = read_form(_TokenForm)
    if not errors:
        token = new_token()
        try:
            attempt_id, user_id = doors.proven(_own_login().text, given["password"])
            perform(
                lambda work: (
                    sessions.create_token(
                        work,
                        user_id=user_id,
                        name=given["name"],
                        scopes=given["scopes"],
                        token=token,
                        days=given["days"],
                        attempt_id=attempt_id,
                    ).id
                )
            )
        except Refusal as refusal:
            errors = beside(refusal)
    if errors:
        return _token_page(errors, 422)
    return render_template("members/token.html", token=token, name=given["name"], person=person)


@blueprint.post("/me/tokens/<int:token_id>/revoke")
@guard.needs(ACCOUNT)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Revoke one of the user's own tokens."""
    submit("revoke-token", lambda work: sessions.revoke_token(work, token_id=token_id))
    flash(_("令牌已撤销，使用它的程序从现在起无法访问。"), "done")
    return redirect(url_for("members.me"), code=303)


def login_keys(user: User) -> list[str]:
    """Return the keyed logins under which a user may have been invited."""
    ring = doors.keys()
    return [ring.lookup("account", own) for own in (user.phone, user.email) if own]


def device_name(user_agent: str) -> str:
    """Return a browser and a system in two words; what is not known is left out."""
    found = [
        next((word for mark, word in marks if mark in user_agent), "")
        for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(word for word in found if word)


class _TokenForm(TokenIn):
    """The page knows whose token it is."""

    class Meta:
        exclude = ("login",)


def _login(user: User) -> logins.Login:
    return logins.Login(phone=user.phone, email=None if user.phone else user.email)


def _own_login() -> logins.Login:
    with reading() as work:
        return _login(work.session.get_one(User, guard.person().user_id))


def _token_page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    acts = [(act, act) for act in sorted(guard.person().acts)]
    page = render_template("members/token_new.html", given=request.form, errors=errors, acts=acts)
    return page, status


def _steps(work: Work, member: Member) -> list[Step]:
    """Return the way to an active member; what came after it or against it stands at the end."""
    moves = queries.moves_of(work.session, member.id)
    begun = max((at for at, move in enumerate(moves) if move.state == WAY[0]), default=0)
    done = {MemberState(move.state): move for move in moves[begun:]}
    now = MemberState(member.state)
    steps = []
    for state in WAY:
        move = done.get(state)
        kind = "todo" if move is None else "now" if state is now and state in WAY[:-1] else "done"
        if move is None and now is MemberState.REJECTED:
            continue
        steps.append(Step(_(STATE_TITLES[state]), kind, move.moved_at if move else None))
    if now not in WAY:
        last = done[now]
        steps.append(Step(_(STATE_TITLES[now]), "stopped", last.moved_at, last.reason))
    return steps
