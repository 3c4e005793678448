"""Reads of the members stage: who somebody is, what they may do, and for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra.work import SYSTEM, Actor
from goldfruit.kernel.errors import NotFound
from goldfruit.members.crypto import token_digest
from goldfruit.members.logins import login_text
from goldfruit.members.models import (
    ApiToken,
    Grant,
    Invitation,
    Member,
    MemberMove,
    Seat,
    User,
    UserSession,
)
from goldfruit.members.rules import acts
from goldfruit.members.rules.acts import PERMISSIONS, Act
from goldfruit.members.rules.application import ROLE_OF_KIND
from goldfruit.members.rules.membership import MemberKind, MemberState, may_trade
from goldfruit.members.rules.roles import Role

ACCOUNT = "account"
"""What every session and a token of that scope may do: see and change one's own account."""


@dataclass(eq=False)
class NoSuchMember(NotFound):
    """No member under that number, or none that this reader may see."""

    code = "no-such-member"
    title = "没有这个会员"
    detail = "请检查编号，或回到列表重新选择。"


@dataclass(eq=False)
class NoSuchUser(NotFound):
    """Nobody signs in under that phone or e-mail."""

    code = "no-such-user"
    title = "没有这个用户"
    detail = "请检查手机号或邮箱；对方需要先注册。"


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """有效期: how long a session lives without a request, and in any case."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Known:
    """已识别的用户: a user recognized by a session or a token, with what they may do now."""

    user_id: int
    name: str
    roles: frozenset[Role]
    acts: frozenset[str]
    member_id: int | None
    session_id: int | None = None
    unseen_for: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """演示账号: shown on the sign-in page of a demonstration, never on a real market."""

    title: str
    login: str
    password: str


def user_by_login(session: Session, text: str) -> User | None:
    """Return the user who signs in with the phone or e-mail ``text``, or None."""
    spelled = login_text(text)
    column = User.email if "@" in spelled else User.phone
    return session.scalar(sa.select(User).where(column == spelled))


def actor_of(session: Session, login: str | None) -> Actor:
    """Return who acts under ``login`` on the command line; None is the machine itself.

    Raises:
        NoSuchUser: nobody signs in so.
    """
    if login is None:
        return SYSTEM
    found = user_by_login(session, login)
    if found is None:
        raise NoSuchUser
    return Actor(user_id=found.id, name=found.name)


def granted_roles(session: Session, user_id: int, *, pending: bool = False) -> frozenset[Role]:
    """Return the roles granted to a user; with ``pending`` also those that await confirmation."""
    query = sa.select(Grant.role).where(Grant.user_id == user_id, Grant.withdrawn_at.is_(None))
    if not pending:
        query = query.where(Grant.confirmed_at.is_not(None))
    return frozenset(Role(role) for role in session.scalars(query))


def roles_of(session: Session, user_id: int) -> frozenset[Role]:
    """Return what a user is now: granted roles, and the trade of an active member's seat."""
    return granted_roles(session, user_id) | frozenset(
        ROLE_OF_KIND[MemberKind(member.kind)]
        for member in members_of(session, user_id)
        if may_trade(MemberState(member.state))
    )


def acts_of(session: Session, user_id: int) -> frozenset[Act]:
    """Return what the roles of a user allow."""
    return frozenset(act for role in roles_of(session, user_id) for act in PERMISSIONS[role])


def has_role(session: Session, user_id: int, role: Role) -> bool:
    """Return whether the user has ``role`` now."""
    return role in roles_of(session, user_id)


def require_act(session: Session, actor: Actor, act: Act) -> None:
    """Pass when ``actor`` may do ``act``; the machine itself may do everything.

    Raises:
        NotPermitted: none of the actor's roles allows it.
    """
    if actor != SYSTEM:
        acts.require(roles_of(session, actor.user_id) if actor.user_id else (), act)


def members_of(session: Session, user_id: int) -> Sequence[Member]:
    """Return the members for whom a user has a seat, in any state; at most one today."""
    query = sa.select(Member).join(Seat, Seat.member_id == Member.id)
    return session.scalars(
        query.where(Seat.user_id == user_id, Seat.ended_at.is_(None)).order_by(Member.id)
    ).all()


def has_seat(session: Session, user_id: int, member_id: int) -> bool:
    """Return whether a user may act for a member."""
    return any(member.id == member_id for member in members_of(session, user_id))


def member(session: Session, member_id: int, *, lock: bool = False) -> Member:
    """Return a member; with ``lock`` its row stays locked until the commit.

    Raises:
        NoSuchMember: there is none.
    """
    found = session.get(Member, member_id, with_for_update=lock or None)
    if found is None:
        raise NoSuchMember
    return found


def is_approved(session: Session, member_id: int) -> bool:
    """Return whether a member may enter new commitments: approved, and neither held nor gone."""
    state = session.scalar(sa.select(Member.state).where(Member.id == member_id))
    return state is not None and may_trade(MemberState(state))


def moves_of(session: Session, member_id: int) -> Sequence[MemberMove]:
    """Return the steps of a member's life, oldest first."""
    query = sa.select(MemberMove).where(MemberMove.member_id == member_id)
    return session.scalars(query.order_by(MemberMove.id)).all()


def members_page(
    session: Session, *, state: MemberState | None, after: int, limit: int
) -> Sequence[Member]:
    """Return up to ``limit`` members numbered above ``after``, in order."""
    query = sa.select(Member).where(Member.id > after)
    if state is not None:
        query = query.where(Member.state == state)
    return session.scalars(query.order_by(Member.id).limit(limit)).all()


def due_for_review(session: Session, now: datetime, *, limit: int = 200) -> Sequence[Member]:
    """Return the members whose real-name data is to be looked at again, the longest due first."""
    query = sa.select(Member).where(Member.next_review_at <= now)
    return session.scalars(query.order_by(Member.next_review_at, Member.id).limit(limit)).all()


def seats_of(session: Session, member_id: int) -> Sequence[tuple[Seat, User]]:
    """Return who may act for a member, in the order of their coming."""
    query = sa.select(Seat, User).join(User, User.id == Seat.user_id)
    rows = session.execute(
        query.where(Seat.member_id == member_id, Seat.ended_at.is_(None)).order_by(Seat.id)
    )
    return [(row[0], row[1]) for row in rows]


def invitations_of(session: Session, member_id: int) -> Sequence[Invitation]:
    """Return the invitations of a member that nobody has taken up yet."""
    query = sa.select(Invitation).where(Invitation.member_id == member_id, *_open())
    return session.scalars(query.order_by(Invitation.id)).all()


def invitations_to(
    session: Session, login_keys: Sequence[str]
) -> Sequence[tuple[Invitation, Member]]:
    """Return the open invitations to whoever signs in under these keyed logins."""
    query = sa.select(Invitation, Member).join(Member, Member.id == Invitation.member_id)
    rows = session.execute(
        query.where(Invitation.login_key.in_(login_keys), *_open()).order_by(Invitation.id)
    )
    return [(row[0], row[1]) for row in rows]


def grants(session: Session) -> Sequence[tuple[Grant, User]]:
    """Return all grants that are not withdrawn, those that await confirmation first."""
    query = sa.select(Grant, User).join(User, User.id == Grant.user_id)
    rows = session.execute(
        query.where(Grant.withdrawn_at.is_(None)).order_by(
            Grant.confirmed_at.is_(None).desc(), Grant.id
        )
    )
    return [(row[0], row[1]) for row in rows]


def names_by_key(session: Session, actor_keys: Iterable[str]) -> dict[str, str]:
    """Return the names of the users among ``actor_keys``, which read ``user:7``."""
    ids = {int(key[5:]) for key in actor_keys if key.startswith("user:")}
    rows = session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{row.id}": row.name for row in rows}


def live_grant(session: Session, user_id: int, role: Role) -> Grant | None:
    """Return the grant of ``role`` to a user that is not withdrawn, confirmed or not; or None."""
    return session.scalar(
        sa.select(Grant).where(
            Grant.user_id == user_id, Grant.role == role, Grant.withdrawn_at.is_(None)
        )
    )


def sessions_of(
    session: Session, user_id: int, now: datetime, lives: Lifetimes
) -> Sequence[UserSession]:
    """Return the sessions of a user that still let somebody in, newest first."""
    query = sa.select(UserSession).where(
        UserSession.user_id == user_id,
        UserSession.ended_at.is_(None),
        UserSession.seen_at > now - lives.idle,
        UserSession.begun_at > now - lives.absolute,
    )
    return session.scalars(query.order_by(UserSession.id.desc())).all()


def tokens_of(session: Session, user_id: int, now: datetime) -> Sequence[ApiToken]:
    """Return the tokens of a user that still work, newest first."""
    query = sa.select(ApiToken).where(
        ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    )
    return session.scalars(query.order_by(ApiToken.id.desc())).all()


def known_by_session(session: Session, token: str, now: datetime, lives: Lifetimes) -> Known | None:
    """Return who holds a session's ``token``; None if it is unknown, ended, idle or too old."""
    found = session.scalar(
        sa.select(UserSession).where(UserSession.token_digest == token_digest(token))
    )
    if found is None or found.ended_at is not None:
        return None
    if now - found.seen_at >= lives.idle or now - found.begun_at >= lives.absolute:
        return None
    return _known(session, found.user_id, session_id=found.id, unseen_for=now - found.seen_at)


def known_by_token(session: Session, token: str, now: datetime) -> Known | None:
    """Return who holds an API ``token``, with no more acts than its scopes; None if it is spent."""
    found = session.scalar(sa.select(ApiToken).where(ApiToken.token_digest == token_digest(token)))
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return _known(session, found.user_id, scopes=frozenset(found.scopes.split()))


def _known(
    session: Session,
    user_id: int,
    *,
    scopes: frozenset[str] | None = None,
    session_id: int | None = None,
    unseen_for: timedelta = timedelta(0),
) -> Known:
    user = session.get_one(User, user_id)
    roles = roles_of(session, user_id)
    allowed = {ACCOUNT, *(act.value for role in roles for act in PERMISSIONS[role])}
    seat = next(iter(members_of(session, user_id)), None)
    return Known(
        user_id=user.id,
        name=user.name,
        roles=roles,
        acts=frozenset(allowed if scopes is None else allowed & scopes),
        member_id=seat.id if seat else None,
        session_id=session_id,
        unseen_for=unseen_for,
    )


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return (Invitation.accepted_at.is_(None), Invitation.ended_at.is_(None))
