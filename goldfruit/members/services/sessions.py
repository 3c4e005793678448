"""Sessions and tokens (登录与令牌): every way in, and how each is shut.

Signing in takes two commands with the password between them: the attempt is
counted and committed first, so a refusal cannot undo the count and guesses sent
at once are counted before any of them is looked at.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import NotFound, Refusal
from goldfruit.kernel.events import SignedIn, TokenCreated, TokenRevoked
from goldfruit.members import queries
from goldfruit.members.crypto import Keyring, token_digest
from goldfruit.members.logins import login_text
from goldfruit.members.models import ApiToken, SignInAttempt, UserSession
from goldfruit.members.rules import acts
from goldfruit.members.rules.acts import Act
from goldfruit.members.rules.signin import PACES, Against, check_pace

DEVICE_MAX = 200
TOKEN_DAYS_MAX = 365


@dataclass(eq=False)
class SignInRefused(Refusal):
    """The account or the password is not right; which of the two is not said."""

    code = "sign-in-refused"
    title = "登录未成功"
    detail = "账号或密码不正确。请检查后重试；连续输错会需要等待。"
    status = 401


@dataclass(eq=False)
class NoSuchSession(NotFound):
    """The user has no such session, or it has ended."""

    code = "no-such-session"
    title = "没有这个登录会话"
    detail = "该会话不存在或已经结束。请刷新页面。"


@dataclass(eq=False)
class NoSuchToken(NotFound):
    """The user has no such token, or it is revoked."""

    code = "no-such-token"
    title = "没有这个令牌"
    detail = "该令牌不存在或已经撤销。请刷新页面。"


def begin_attempt(work: Work, keys: Keyring, *, login: str, address: str) -> int:
    """Count an attempt to sign in as failed, and return its number.

    ``begin_session`` makes a success of it. Known and unknown accounts are counted alike.

    Raises:
        SignInTooSoon: the account or the address has to wait; this attempt is not counted.
    """
    account = keys.lookup("account", login_text(login))
    place = keys.lookup("address", address)
    check_pace(_failures(work, account, place), work.now)
    attempt = SignInAttempt(account_key=account, address_key=place, tried_at=work.now)
    work.session.add(attempt)
    work.session.flush()
    return attempt.id


def begin_session(
    work: Work, *, user_id: int, token: str, device: str, attempt_id: int | None = None
) -> int:
    """Begin a session under ``token`` for a user whose password fitted; return its number."""
    succeed(work, attempt_id)
    begun = UserSession(
        user_id=user_id,
        token_digest=token_digest(token),
        device=device[:DEVICE_MAX],
        begun_at=work.now,
        seen_at=work.now,
    )
    work.session.add(begun)
    work.session.flush()
    work.announce(SignedIn(user_id=user_id, session_id=begun.id))
    return begun.id


def succeed(work: Work, attempt_id: int | None) -> None:
    """Make a success of an attempt; the failures of this account before it count no more."""
    if attempt_id is not None:
        work.session.get_one(SignInAttempt, attempt_id).succeeded_at = work.now


def touch(work: Work, *, session_id: int) -> None:
    """Note that a session was used now."""
    work.session.execute(
        sa.update(UserSession)
        .where(UserSession.id == session_id, UserSession.seen_at < work.now)
        .values(seen_at=work.now)
    )


def end_session(work: Work, *, session_id: int) -> None:
    """End one of the actor's own sessions.

    Raises:
        NoSuchSession: it is not the actor's, or it has ended.
    """
    found = work.session.get(UserSession, session_id)
    if found is None or found.user_id != work.actor.user_id or found.ended_at is not None:
        raise NoSuchSession
    found.ended_at = work.now


def create_token(
    work: Work,
    *,
    user_id: int,
    name: str,
    scopes: Collection[str],
    token: str,
    days: int,
    attempt_id: int | None = None,
) -> ApiToken:
    """Make an API token with no more than ``scopes``, and return its row.

    Args:
        user_id: whose password fitted.
        name: what the user calls it.
        scopes: acts, or ``account`` for one's own account.
        token: what the bearer will send; only its digest is kept.
        days: of life, at most 365.
        attempt_id: the counted attempt under which the password was given.

    Raises:
        NotPermitted: a scope beyond the roles of the user.
    """
    succeed(work, attempt_id)
    roles = queries.roles_of(work.session, user_id)
    for scope in sorted(set(scopes) - {queries.ACCOUNT}):
        acts.require(roles, Act(scope))
    made = ApiToken(
        user_id=user_id,
        name=name[:60],
        token_digest=token_digest(token),
        scopes=" ".join(sorted(set(scopes))),
        created_at=work.now,
        expires_at=work.now + timedelta(days=min(days, TOKEN_DAYS_MAX)),
    )
    work.session.add(made)
    work.session.flush()
    work.announce(TokenCreated(user_id=user_id, token_id=made.id))
    return made


def revoke_token(work: Work, *, token_id: int) -> None:
    """Revoke one of the actor's own tokens.

    Raises:
        NoSuchToken: it is not the actor's, or it is revoked.
    """
    found = work.session.get(ApiToken, token_id)
    if found is None or found.user_id != work.actor.user_id or found.revoked_at is not None:
        raise NoSuchToken
    found.revoked_at = work.now
    work.announce(TokenRevoked(user_id=found.user_id, token_id=found.id))


def _failures(work: Work, account: str, address: str) -> dict[Against, list[datetime]]:
    """Return the failures that count: an account's and a pair's only since their last success.

    An address is not cleared by a success, or one good account would serve to guess at others.
    """
    since = work.now - max(pace.window for pace in PACES.values())
    tried = work.session.execute(
        sa.select(
            SignInAttempt.account_key,
            SignInAttempt.address_key,
            SignInAttempt.tried_at,
            SignInAttempt.succeeded_at,
        )
        .where(
            SignInAttempt.tried_at > since,
            sa.or_(SignInAttempt.account_key == account, SignInAttempt.address_key == address),
        )
        .order_by(SignInAttempt.id)
    ).all()
    found: dict[Against, list[datetime]] = {each: [] for each in Against}
    for row in tried:
        mine, here = row.account_key == account, row.address_key == address
        if row.succeeded_at is not None:
            if mine:
                found[Against.ACCOUNT].clear()
            if mine and here:
                found[Against.PAIR].clear()
            continue
        for each, counts in (
            (Against.ACCOUNT, mine),
            (Against.ADDRESS, here),
            (Against.PAIR, mine and here),
        ):
            if counts:
                found[each].append(row.tried_at)
    return found
