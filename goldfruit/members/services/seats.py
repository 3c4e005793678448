"""Seats (席位): several users of one organisation, each with a sign-in of their own."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import Clash, NotFound
from goldfruit.kernel.events import UserSeated, UserUnseated
from goldfruit.members import queries
from goldfruit.members.crypto import Keyring
from goldfruit.members.logins import Login
from goldfruit.members.models import Invitation, Member, Seat
from goldfruit.members.rules.application import ROLE_OF_KIND
from goldfruit.members.rules.membership import ORGANISATIONS, MemberKind
from goldfruit.members.rules.roles import check_grant
from goldfruit.members.services.membership import AlreadyMember


@dataclass(eq=False)
class NoSuchInvitation(NotFound):
    """No open invitation under that number for this user."""

    code = "no-such-invitation"
    title = "没有这个邀请"
    detail = "该邀请不存在、已被接受或已取消。请让对方重新邀请。"


@dataclass(eq=False)
class NoSuchSeat(NotFound):
    """Nobody sits there for the actor's member."""

    code = "no-such-seat"
    title = "没有这个成员"
    detail = "该用户不是本单位成员，或已经移出。请刷新页面。"


@dataclass(eq=False)
class OnlyOrganisations(Clash):
    """A single person's membership has one user."""

    code = "only-organisations"
    title = "个人会员不能添加成员"
    detail = "个人会员由本人使用。需要多人使用的，请以合作社或企业身份申请入会。"


@dataclass(eq=False)
class LastSeat(Clash):
    """A member must keep at least one user."""

    code = "last-seat"
    title = "不能移出最后一名成员"
    detail = "单位至少保留一名可操作的用户。请先邀请另一位成员加入。"


def invite(work: Work, keys: Keyring, *, login: Login) -> Invitation:
    """Invite whoever signs in under ``login`` to act for the actor's organisation.

    The answer does not tell whether anybody signs in so.

    Raises:
        NoSuchMember: the actor has no seat.
        OnlyOrganisations: the member is a single person.
    """
    member = _own_member(work)
    if MemberKind(member.kind) not in ORGANISATIONS:
        raise OnlyOrganisations
    made = Invitation(
        member_id=member.id,
        login_key=keys.lookup("account", login.text),
        shown_as=login.masked,
        given_by=work.actor.key,
        given_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def accept_invitation(work: Work, *, invitation_id: int, login_keys: Collection[str]) -> Seat:
    """Take the seat that the actor, known under ``login_keys``, was invited to; return it.

    Raises:
        NoSuchInvitation: it is for somebody else, or open no more.
        AlreadyMember: the actor has a seat.
        RolesExclude: a role of the actor does not go with trading.
    """
    found = work.session.get(Invitation, invitation_id, with_for_update=True)
    if (
        found is None
        or work.actor.user_id is None
        or found.login_key not in login_keys
        or found.accepted_at is not None
        or found.ended_at is not None
    ):
        raise NoSuchInvitation
    member = queries.member(work.session, found.member_id)
    held = queries.granted_roles(work.session, work.actor.user_id, pending=True)
    check_grant(held, ROLE_OF_KIND[MemberKind(member.kind)])
    found.accepted_at = work.now
    seat = Seat(
        member_id=member.id,
        user_id=work.actor.user_id,
        given_by=found.given_by,
        given_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(seat)
    except sa.exc.IntegrityError as seated:
        raise AlreadyMember from seated
    work.announce(UserSeated(member_id=member.id, user_id=seat.user_id))
    return seat


def end_seat(work: Work, *, seat_id: int) -> None:
    """Take a user's seat at the actor's member away; the actor's own too.

    Raises:
        NoSuchMember: the actor has no seat.
        NoSuchSeat: the seat is not of the same member.
        LastSeat: nobody would be left.
    """
    member = queries.member(work.session, _own_member(work).id, lock=True)
    seats = {seat.id: seat for seat, _ in queries.seats_of(work.session, member.id)}
    if seat_id not in seats:
        raise NoSuchSeat
    if len(seats) == 1:
        raise LastSeat
    seats[seat_id].ended_at = work.now
    work.announce(UserUnseated(member_id=member.id, user_id=seats[seat_id].user_id))


def _own_member(work: Work) -> Member:
    found = queries.members_of(work.session, work.actor.user_id or 0)
    if not found:
        raise queries.NoSuchMember
    return found[0]
