"""JSON operations of the members stage."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from goldfruit.infra.work import Work
from goldfruit.members import doors, logins, queries
from goldfruit.members.crypto import new_token
from goldfruit.members.logins import LoginWrong
from goldfruit.members.models import ApiToken, Grant, Member, UserSession
from goldfruit.members.queries import ACCOUNT, NoSuchMember, NoSuchUser
from goldfruit.members.rules.acts import Act, NotPermitted, SecondPersonNeeded
from goldfruit.members.rules.application import ApplicationIncomplete, CountyUnknown, Item
from goldfruit.members.rules.membership import MemberCannotMove, MemberKind, MemberState
from goldfruit.members.rules.names import NameWrong
from goldfruit.members.rules.passwords import PasswordWeak
from goldfruit.members.rules.resident_id import IdNumberWrong, TooYoung
from goldfruit.members.rules.roles import Role, RolesExclude
from goldfruit.members.rules.signin import SignInTooSoon
from goldfruit.members.rules.uscc import UsccWrong
from goldfruit.members.schemas import (
    ApplicationIn,
    GrantIn,
    GrantOut,
    MemberOut,
    MembersQuery,
    MeOut,
    NewTokenOut,
    ReviewIn,
    SessionOut,
    SignUpIn,
    TokenIn,
    TokenOut,
    UserOut,
)
from goldfruit.members.secret_endpoint import Command, secret_endpoint
from goldfruit.members.services import accounts, membership, roles, sessions
from goldfruit.web import guard
from goldfruit.web.endpoint import OPEN, Api

api = Api("members")


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer shows beside a row."""

    id: int
    name: str
    shown_login: str


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token's row with its secret, which only this answer shows."""

    id: int
    name: str
    scopes: str
    created_at: datetime
    expires_at: datetime
    token: str = field(repr=False)


@secret_endpoint(
    api,
    "/users",
    takes=SignUpIn,
    gives=UserOut,
    act=OPEN,
    refuses=(LoginWrong, NameWrong, PasswordWeak, accounts.LoginTaken),
)
def create_user(*, login: str, name: str, password: str, agreed: bool) -> Command:
    """Sign up."""
    wanted = logins.login(login)
    password_hash = accounts.new_password(password, wanted)

    def command(work: Work) -> Shown:
        user = accounts.sign_up(work, login=wanted, name=name, password_hash=password_hash)
        return Shown(user.id, user.name, wanted.masked)

    return command


@secret_endpoint(
    api,
    "/tokens",
    takes=TokenIn,
    gives=NewTokenOut,
    act=OPEN,
    refuses=(sessions.SignInRefused, SignInTooSoon, NotPermitted),
)
def create_token(
    *, login: str, password: str, name: str, scopes: Sequence[str], days: int
) -> Command:
    """Make a token with a password; its secret is in this answer and nowhere else."""
    attempt_id, user_id = doors.proven(login, password)
    token = new_token()

    def command(work: Work) -> NewToken:
        made = sessions.create_token(
            work,
            user_id=user_id,
            name=name,
            scopes=scopes,
            token=token,
            days=days,
            attempt_id=attempt_id,
        )
        return NewToken(made.id, made.name, made.scopes, made.created_at, made.expires_at, token)

    return command


@api.endpoint("/tokens", gives=TokenOut, many=True, act=ACCOUNT)
def list_tokens(work: Work) -> tuple[Sequence[ApiToken], None]:
    """List one's own tokens, without their secrets."""
    return queries.tokens_of(work.session, _user_id(work), work.now), None


@api.endpoint(
    "/tokens/<int:token_id>", method="DELETE", act=ACCOUNT, refuses=(sessions.NoSuchToken,)
)
def revoke_token(work: Work, *, token_id: int) -> None:
    """Revoke one of one's own tokens."""
    sessions.revoke_token(work, token_id=token_id)


@api.endpoint("/sessions", gives=SessionOut, many=True, act=ACCOUNT)
def list_sessions(work: Work) -> tuple[Sequence[UserSession], None]:
    """List where one is signed in."""
    return queries.sessions_of(work.session, _user_id(work), work.now, doors.lives()), None


@api.endpoint(
    "/sessions/<int:session_id>", method="DELETE", act=ACCOUNT, refuses=(sessions.NoSuchSession,)
)
def end_session(work: Work, *, session_id: int) -> None:
    """End one of one's own sessions."""
    sessions.end_session(work, session_id=session_id)


@api.endpoint("/me", gives=MeOut, act=ACCOUNT)
def me(work: Work) -> dict[str, Any]:
    """Tell who is asking, and what they may do."""
    person = guard.person()
    member = next(iter(queries.members_of(work.session, person.user_id)), None)
    return {
        "user_id": person.user_id,
        "name": person.name,
        "roles": sorted(person.roles),
        "acts": sorted(person.acts),
        "member_id": member.id if member else None,
        "member_state": member.state if member else None,
    }


@secret_endpoint(
    api,
    "/members",
    takes=ApplicationIn,
    gives=MemberOut,
    act=ACCOUNT,
    refuses=(
        ApplicationIncomplete,
        CountyUnknown,
        IdNumberWrong,
        TooYoung,
        UsccWrong,
        NameWrong,
        RolesExclude,
        membership.AlreadyMember,
        membership.IdentityTaken,
    ),
)
def apply_for_membership(
    *, kind: str, county_code: str, agreed: bool, agreed_sensitive: bool, **items: str
) -> Command:
    """Apply for membership with real-name data."""
    ring = doors.keys()
    given = {item.value: items[item.value] for item in Item}

    def command(work: Work) -> Member:
        return membership.apply_for_membership(
            work, ring, kind=MemberKind(kind), county_code=county_code, given=given
        )

    return command


@api.endpoint("/members", takes=MembersQuery, gives=MemberOut, many=True, act=Act.READ_MEMBERS)
def list_members(
    work: Work, *, state: str | None, after: int, limit: int
) -> tuple[Sequence[Member], int | None]:
    """List members by number; for reviewers, operators and auditors."""
    wanted = MemberState(state) if state else None
    found = queries.members_page(work.session, state=wanted, after=after, limit=limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


@api.endpoint("/members/<int:member_id>", gives=MemberOut, act=ACCOUNT, refuses=(NoSuchMember,))
def get_member(work: Work, *, member_id: int) -> Member:
    """Tell of one's own member; of every member to those who may read them."""
    person = guard.person()
    if Act.READ_MEMBERS not in person.acts and not queries.has_seat(
        work.session, person.user_id, member_id
    ):
        raise NoSuchMember
    return queries.member(work.session, member_id)


@api.endpoint(
    "/members/<int:member_id>/reviews",
    method="POST",
    takes=ReviewIn,
    gives=MemberOut,
    status=201,
    act=Act.REVIEW_MEMBER,
    refuses=(NoSuchMember, SecondPersonNeeded, membership.ReasonMissing, MemberCannotMove),
)
def review_member(work: Work, *, member_id: int, decision: str, reason: str, note: str) -> Member:
    """Approve or reject an application."""
    return membership.review(
        work, member_id=member_id, approved=decision == "approve", reason=reason, note=note
    )


@api.endpoint(
    "/grants",
    method="POST",
    takes=GrantIn,
    gives=GrantOut,
    status=201,
    act=Act.GRANT_ROLE,
    refuses=(
        NoSuchUser,
        SecondPersonNeeded,
        RolesExclude,
        roles.RoleHeld,
        roles.RoleBySeat,
    ),
)
def grant_role(work: Work, *, login: str, role: str) -> Grant:
    """Propose a role for a user; a second person confirms it."""
    user = queries.user_by_login(work.session, login)
    if user is None:
        raise NoSuchUser
    return roles.grant_role(work, user_id=user.id, role=Role(role))


@api.endpoint(
    "/grants/<int:grant_id>/confirmations",
    method="POST",
    gives=GrantOut,
    status=201,
    act=Act.CONFIRM_ROLE,
    refuses=(roles.NoSuchGrant, roles.GrantConfirmed, SecondPersonNeeded, RolesExclude),
)
def confirm_role(work: Work, *, grant_id: int) -> Grant:
    """Confirm a proposed role."""
    return roles.confirm_role(work, grant_id=grant_id)


@api.endpoint(
    "/grants/<int:grant_id>",
    method="DELETE",
    gives=GrantOut,
    act=Act.GRANT_ROLE,
    refuses=(roles.NoSuchGrant,),
)
def withdraw_role(work: Work, *, grant_id: int) -> Grant:
    """Withdraw a role at once."""
    return roles.withdraw_role(work, grant_id=grant_id)


def _user_id(work: Work) -> int:
    return work.actor.user_id or 0
