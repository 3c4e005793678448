"""Sign up, sign in, sign out."""

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.errors import Clash, Refusal, RuleBroken
from goldfruit.members import doors, logins
from goldfruit.members.queries import DemoSignIn
from goldfruit.members.rules.signin import SignInTooSoon
from goldfruit.members.schemas import SignInIn, SignUpIn
from goldfruit.members.services import accounts, sessions
from goldfruit.members.views.blueprint import beside, blueprint, read_form
from goldfruit.web import guard
from goldfruit.web.forms import submit
from goldfruit.web.limits import by_address
from goldfruit.web.pages import safe_next


@blueprint.get("/sign-up")
def show_sign_up() -> ResponseReturnValue:
    """Show the form for a new user."""
    return render_template("members/sign_up.html", given={}, errors={})


@blueprint.post("/sign-up")
@by_address("60 per minute")
def sign_up() -> ResponseReturnValue:
    """Make a user and let them in."""
    given, errors = read_form(SignUpIn)
    if not errors:
        try:
            login = logins.login(given["login"])
            password_hash = accounts.new_password(given["password"], login)
            user_id = submit(
                "sign-up",
                lambda work: (
                    accounts.sign_up(
                        work, login=login, name=given["name"], password_hash=password_hash
                    ).id
                ),
            )
            doors.let_in(user_id)
        except (RuleBroken, Clash) as refusal:
            errors = beside(refusal)
    if errors:
        return render_template("members/sign_up.html", given=request.form, errors=errors), 422
    flash(_("注册成功，欢迎您。"), "done")
    return redirect(_wanted(), code=303)


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form; who is in already goes on."""
    if guard.current() is not None:
        return redirect(_wanted(), code=303)
    return _sign_in_page({}, 200)


@blueprint.post("/sign-in")
@by_address("60 per minute")
def do_sign_in() -> ResponseReturnValue:
    """Let a user in, or say that account or password is not right."""
    given, errors = read_form(SignInIn)
    if errors:
        return _sign_in_page(errors, 422)
    try:
        attempt_id, user_id = doors.proven(given["login"], given["password"])
    except (sessions.SignInRefused, SignInTooSoon) as refusal:
        return _sign_in_page(beside(refusal), _shown_status(refusal))
    doors.let_in(user_id, attempt_id)
    return redirect(_wanted(), code=303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session and go to the board."""
    doors.let_out()
    flash(_("您已退出登录。"), "done")
    return redirect(request.script_root + "/", code=303)


def _sign_in_page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    page = render_template(
        "members/sign_in.html",
        given=request.form,
        errors=errors,
        next=safe_next(request.values.get("next"), ""),
        demo=_demo_sign_ins(),
    )
    return page, status


def _shown_status(refusal: Refusal) -> int:
    """Return 429 for a wait; a wrong password is a form to fill again, not a page to flee."""
    return 429 if refusal.status == 429 else 422


def _demo_sign_ins() -> Sequence[DemoSignIn]:
    """Return what a demonstration put at ``extensions["demo_sign_ins"]``; nothing elsewhere."""
    if not current_app.config["GOLDFRUIT"].demo:
        return ()
    found = current_app.extensions.get("demo_sign_ins", ())
    return tuple(found() if callable(found) else found)


def _wanted() -> str:
    return safe_next(request.values.get("next"), url_for("members.me"))
