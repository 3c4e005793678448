"""The guard (门禁): who is asking, and may they. Only this module knows how sign-in works.

A person comes through a loader that the application registers: by the session
cookie on pages, by a bearer token in the API. Both ways pass the same checks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

import flask_login
from flask import Flask, Request, g, request, session
from flask_wtf.csrf import CSRFProtect

from goldfruit.infra.work import GUEST, Actor
from goldfruit.kernel.errors import NotAllowed, Refusal

P = ParamSpec("P")
R = TypeVar("R")

_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{20,200})")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: a signed-in user with the acts that roles allow."""

    user_id: int
    name: str
    roles: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    member_id: int | None = None
    session_token: str = field(default="", repr=False)
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return what the session cookie carries: an opaque token, never an id."""
        return self.session_token


@dataclass(eq=False)
class SignInNeeded(Refusal):
    """The page or operation is for signed-in users."""

    code = "sign-in-needed"
    title = "请先登录"
    detail = "该功能需要登录后使用。请登录或注册。"
    status = 401


@dataclass(eq=False)
class NotYourRole(NotAllowed):
    """The user is known, but none of the user's roles may do this."""

    code = "not-your-role"
    title = "没有操作权限"
    detail = "您的账号没有这项操作的权限。如需开通，请联系平台运营人员。"


Loader = Callable[[str], Person | None]

_login = flask_login.LoginManager()
_csrf = CSRFProtect()


def register(app: Flask, *, by_session: Loader, by_token: Loader) -> None:
    """Put the guard in front of ``app``; the loaders turn a token into a person or None."""
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    _login.init_app(app)
    _csrf.init_app(app)
    _login.user_loader(by_session)

    def from_request(asked: Request) -> Person | None:
        found = _BEARER.fullmatch(asked.headers.get("Authorization", ""))
        return by_token(found.group(1)) if found else None

    _login.request_loader(from_request)
    app.before_request(_check_forgery)


def current() -> Person | None:
    """Return the person who is asking, or None for a guest."""
    user = flask_login.current_user
    return user._get_current_object() if user.is_authenticated else None


def person() -> Person:
    """Return the person who is asking.

    Raises:
        SignInNeeded: a guest.
    """
    found = current()
    if found is None:
        raise SignInNeeded
    return found


def may(act: str) -> bool:
    """Return whether the present person may do ``act``."""
    found = current()
    return found is not None and act in found.acts


def current_roles() -> frozenset[str]:
    """Return the roles of the present person; none for a guest."""
    found = current()
    return found.roles if found else frozenset()


def demand(act: str | None) -> None:
    """Let the present person pass who may do ``act``; None lets every signed-in user pass.

    Raises:
        SignInNeeded: a guest.
        NotYourRole: signed in, but without the role.
    """
    if act is not None and act not in person().acts:
        raise NotYourRole
    person()


def needs(act: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a page: only those who may do ``act`` come in (None: every signed-in user)."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            demand(act)
            return view(*args, **kwargs)

        guarded.needs = act or "sign-in"  # type: ignore[attr-defined]
        return guarded

    return wrap


def actor() -> Actor:
    """Return who acts in the present request, for the unit of work."""
    found = current()
    return GUEST if found is None else Actor(user_id=found.user_id, name=found.name)


def sign_in(known: Person) -> None:
    """Begin a session for ``known`` with nothing left of the one before."""
    kept = {key: session[key] for key in ("locale", "elder", "unit") if key in session}
    session.clear()
    session.update(kept)
    flask_login.login_user(known)


def sign_out() -> None:
    """End the present session."""
    flask_login.logout_user()
    session.clear()


def _check_forgery() -> None:
    """Refuse a forged request: every unsafe one needs a token, unless a bearer token speaks."""
    if request.method in _SAFE or request.endpoint in {"reports.csp"}:
        return
    if "Authorization" in request.headers and current() is not None and not session:
        return
    if request.path.startswith("/api/") and "_user_id" not in session:
        return  # no cookie speaks for anyone here
    g.csrf_valid = False
    _csrf.protect()
