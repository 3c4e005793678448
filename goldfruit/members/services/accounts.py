"""Accounts (账号): sign up, and change the password."""

from dataclasses import dataclass

import sqlalchemy as sa

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import Clash
from goldfruit.kernel.events import PasswordChanged, UserSignedUp
from goldfruit.members.crypto import hash_password
from goldfruit.members.logins import Login
from goldfruit.members.models import Consent, User, UserSession
from goldfruit.members.rules.application import TERMS_VERSION
from goldfruit.members.rules.names import clean_name
from goldfruit.members.rules.passwords import check_password


@dataclass(eq=False)
class LoginTaken(Clash):
    """Somebody signs in so already."""

    code = "login-taken"
    title = "无法用该手机号或邮箱注册"
    detail = "该手机号或邮箱已经注册过。如果是您本人，请直接登录。"


def new_password(password: str, login: Login) -> str:
    """Return the hash of a password that may be used. Slow: call it before the unit of work.

    Raises:
        PasswordWeak: the rule of passwords refuses it.
    """
    national = (login.phone or "").removeprefix("+86")
    check_password(password, own=[own for own in (national, login.email) if own])
    return hash_password(password)


def sign_up(work: Work, *, login: Login, name: str, password_hash: str) -> User:
    """Make a user who agreed to the terms, and return it.

    Raises:
        LoginTaken: the phone or e-mail signs somebody in already.
        NameWrong: the name hides or imitates something.
    """
    column = User.phone if login.phone else User.email
    if work.session.scalar(sa.select(User.id).where(column == login.text)):
        raise LoginTaken
    user = User(
        phone=login.phone,
        email=login.email,
        name=clean_name(name),
        password_hash=password_hash,
        created_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(user)
    except sa.exc.IntegrityError as taken:
        raise LoginTaken from taken
    for subject in ("terms", "privacy"):
        work.session.add(
            Consent(user_id=user.id, subject=subject, version=TERMS_VERSION, given_at=work.now)
        )
    work.announce(UserSignedUp(user_id=user.id))
    return user


def change_password(
    work: Work, *, user_id: int, password_hash: str, keep_session: int | None = None
) -> None:
    """Give the user a new password and end every other session, which the old one opened.

    The edge has seen the old password; the tokens live on, they have a list of their own.
    """
    user = work.session.get_one(User, user_id)
    user.password_hash = password_hash
    work.session.execute(
        sa.update(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.id != (keep_session or 0),
            UserSession.ended_at.is_(None),
        )
        .values(ended_at=work.now)
    )
    work.announce(PasswordChanged(user_id=user_id))
