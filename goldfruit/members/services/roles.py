"""Roles (授权): an operator proposes, a second person confirms; either may be undone."""

from dataclasses import dataclass

import sqlalchemy as sa

from goldfruit.infra.work import SYSTEM, Work
from goldfruit.kernel.errors import Clash, NotFound
from goldfruit.kernel.events import RoleGranted, RoleProposed, RoleWithdrawn
from goldfruit.members import queries
from goldfruit.members.models import Grant, User
from goldfruit.members.rules.acts import Act, second_person
from goldfruit.members.rules.application import ROLE_OF_KIND
from goldfruit.members.rules.membership import MemberKind
from goldfruit.members.rules.roles import ROLE_TITLES, TRADERS, Role, check_grant


@dataclass(eq=False)
class RoleHeld(Clash):
    """The user has the role, or it awaits confirmation."""

    code = "role-held"
    title = "该用户已有此角色"
    detail = "“{role}”已授予该用户或正在等待确认，无需重复办理。"

    role: str


@dataclass(eq=False)
class RoleBySeat(Clash):
    """Trading roles come with membership, not by a grant."""

    code = "role-by-seat"
    title = "买卖角色随会员资格产生"
    detail = "“{role}”不能直接授予。请由该用户申请入会，审核通过后自动生效。"

    role: str


@dataclass(eq=False)
class NoSuchGrant(NotFound):
    """No such grant, or it was withdrawn."""

    code = "no-such-grant"
    title = "没有这项授权"
    detail = "该授权不存在或已收回。请刷新页面。"


@dataclass(eq=False)
class GrantConfirmed(Clash):
    """The grant holds already."""

    code = "grant-confirmed"
    title = "该授权已经确认"
    detail = "另一位审核人已确认此授权，无需重复办理。"


def grant_role(work: Work, *, user_id: int, role: Role) -> Grant:
    """Propose a role for a user and return the grant; it holds once a second person confirms it.

    What the machine itself grants (from the command line, without ``--by``) holds at once: that
    is how the first operator and reviewer come in.

    Raises:
        NotPermitted: the actor is no operator.
        SecondPersonNeeded: the actor would grant to oneself.
        NoSuchUser: there is no such user.
        RoleBySeat: the role comes with membership.
        RoleHeld: granted or proposed already.
        RolesExclude: another role of the user, held or awaited, does not go with it.
    """
    queries.require_act(work.session, work.actor, Act.GRANT_ROLE)
    if work.actor.user_id is not None:
        second_person(user_id, work.actor.user_id)
    if role in TRADERS:
        raise RoleBySeat(role=ROLE_TITLES[role])
    if work.session.get(User, user_id, with_for_update=True) is None:
        raise queries.NoSuchUser
    held = _held(work, user_id)
    if role in held:
        raise RoleHeld(role=ROLE_TITLES[role])
    check_grant(held, role)
    at_once = work.actor == SYSTEM
    made = Grant(
        user_id=user_id,
        role=role.value,
        given_by=work.actor.key,
        given_at=work.now,
        confirmed_by=SYSTEM.key if at_once else None,
        confirmed_at=work.now if at_once else None,
    )
    try:
        with work.session.begin_nested():
            work.session.add(made)
    except sa.exc.IntegrityError as twin:
        raise RoleHeld(role=ROLE_TITLES[role]) from twin
    event = RoleGranted if at_once else RoleProposed
    work.announce(event(user_id=user_id, role=role.value))
    return made


def confirm_role(work: Work, *, grant_id: int) -> Grant:
    """Confirm a proposed role, which holds from now, and return the grant.

    Raises:
        NotPermitted: the actor may not confirm.
        NoSuchGrant: there is none, or it was withdrawn.
        GrantConfirmed: it holds already.
        SecondPersonNeeded: the actor proposed it, or would get the role.
    """
    queries.require_act(work.session, work.actor, Act.CONFIRM_ROLE)
    found = _live(work, grant_id)
    if found.confirmed_at is not None:
        raise GrantConfirmed
    if work.actor.user_id is not None:
        second_person(found.user_id, work.actor.user_id)
        second_person(_number(found.given_by), work.actor.user_id)
    check_grant(_held(work, found.user_id) - {Role(found.role)}, Role(found.role))
    found.confirmed_by, found.confirmed_at = work.actor.key, work.now
    work.announce(RoleGranted(user_id=found.user_id, role=found.role))
    return found


def withdraw_role(work: Work, *, grant_id: int) -> Grant:
    """Withdraw a role, or a proposal, at once, and return the grant.

    Raises:
        NotPermitted: the actor is no operator.
        NoSuchGrant: there is none, or it was withdrawn.
    """
    queries.require_act(work.session, work.actor, Act.GRANT_ROLE)
    found = _live(work, grant_id)
    found.withdrawn_by, found.withdrawn_at = work.actor.key, work.now
    work.announce(RoleWithdrawn(user_id=found.user_id, role=found.role))
    return found


def _held(work: Work, user_id: int) -> frozenset[Role]:
    """Return the roles granted or proposed, and the trade of a seat, active or not."""
    seats = queries.members_of(work.session, user_id)
    return queries.granted_roles(work.session, user_id, pending=True) | frozenset(
        ROLE_OF_KIND[MemberKind(member.kind)] for member in seats
    )


def _live(work: Work, grant_id: int) -> Grant:
    found = work.session.get(Grant, grant_id, with_for_update=True)
    if found is None or found.withdrawn_at is not None:
        raise NoSuchGrant
    return found


def _number(actor_key: str) -> int:
    """Return the user's id in ``user:7``; 0 for the machine, which is nobody."""
    kind, _, number = actor_key.partition(":")
    return int(number) if kind == "user" else 0
