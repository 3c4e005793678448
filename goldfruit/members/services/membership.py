"""Membership (入会): apply with real-name data, be reviewed by another, be looked at again."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from goldfruit.infra.work import SYSTEM, Work
from goldfruit.kernel.days import local_day
from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.kernel.events import IdentityShown, MemberApplied, MemberReviewed, UserSeated
from goldfruit.members import queries
from goldfruit.members.crypto import Keyring
from goldfruit.members.models import Consent, IdentityItem, Member, MemberMove, Seat
from goldfruit.members.rules.acts import Act, second_person
from goldfruit.members.rules.application import (
    CONSENTS,
    REVIEW_EVERY,
    ROLE_OF_KIND,
    TERMS_VERSION,
    Item,
    checked,
    county,
    masked,
    shown_name,
    unique_item,
)
from goldfruit.members.rules.membership import ORGANISATIONS, MemberKind, MemberState, move
from goldfruit.members.rules.names import look_alike_key
from goldfruit.members.rules.roles import check_grant

APPROVAL = (
    (MemberState.KYC_PASSED, "实名资料审核通过"),
    (MemberState.AGREEMENT_SIGNED, "申请时已同意入会协议"),
    (MemberState.BANK_BOUND, "同名银行账户已核对"),
    (MemberState.ACTIVE, "会员资格生效"),
)
"""The steps that one approval takes: the reviewer has the papers, consent and account at hand."""


@dataclass(eq=False)
class AlreadyMember(Clash):
    """The user acts for a member already."""

    code = "already-member"
    title = "您已提交过入会申请"
    detail = "一个账号同一时间只代表一个会员。请在“我的”中查看办理进度。"


@dataclass(eq=False)
class IdentityTaken(Clash):
    """Another member stands under that code or number, or under a name that looks the same."""

    code = "identity-taken"
    title = "该主体已有会员申请"
    detail = (
        "{title_of_item}与已有会员相同或难以区分。如您有权代表该会员，请由其现有用户邀请您加入。"
    )

    title_of_item: str


@dataclass(eq=False)
class ReasonMissing(RuleBroken):
    """A rejection without a reason."""

    code = "reason-missing"
    title = "请说明原因"
    detail = "不予通过时必须选择原因，申请人会看到它。"


def apply_for_membership(
    work: Work, keys: Keyring, *, kind: MemberKind, county_code: str, given: Mapping[str, str]
) -> Member:
    """Apply for the actor, who agreed to terms and to the use of sensitive data; return the member.

    Whoever was rejected applies again under the same membership, with new data.

    Raises:
        AlreadyMember: the actor acts for a member that is not rejected.
        IdentityTaken: another member has that code, number or look-alike name.
        RolesExclude: a role of the actor does not go with trading.
        Refusal: what ``rules.application`` refuses of the data.
    """
    user_id = _user(work)
    check_grant(queries.granted_roles(work.session, user_id, pending=True), ROLE_OF_KIND[kind])
    found, where = checked(kind, given, local_day(work.now)), county(county_code)
    before = next(iter(queries.members_of(work.session, user_id)), None)
    if before is None:
        member = _new_member(work, user_id)
    else:
        member = queries.member(work.session, before.id, lock=True)
        if member.state != MemberState.REJECTED:
            raise AlreadyMember
        member.state = move(MemberState.REJECTED, MemberState.APPLIED)
    member.kind, member.name, member.county_code = kind.value, shown_name(kind, found), where
    member.firm_key = look_alike_key(member.name) if kind in ORGANISATIONS else None
    _write(work, member, "单位名称")
    _step(work, member, "提交申请")
    if before is None:
        _seat(work, member, user_id)
    _keep(work, keys, member, kind, found)
    _move(work, member, MemberState.KYC_PENDING, "资料齐全，等待审核")
    for subject in CONSENTS:
        consent = Consent(
            user_id=user_id,
            member_id=member.id,
            subject=subject,
            version=TERMS_VERSION,
            given_at=work.now,
        )
        work.session.add(consent)
    work.announce(MemberApplied(member_id=member.id, user_id=user_id, kind=kind.value))
    return member


def review(
    work: Work, *, member_id: int, approved: bool, reason: str = "", note: str = ""
) -> Member:
    """Approve or reject an application, and return the member.

    Args:
        member_id: whose application.
        approved: whether papers, agreement and bank account are in order.
        reason: a word of ``rules.application`` that the fact carries; needed for a rejection.
        note: what the applicant reads beside it; kept here, not in the fact.

    Raises:
        NoSuchMember: there is none.
        NotPermitted: the actor is no reviewer.
        SecondPersonNeeded: the actor applied, or acts for the member.
        ReasonMissing: a rejection without a reason.
        MemberCannotMove: nothing is awaited; perhaps somebody else has decided.
    """
    member = _to_review(work, member_id)
    if not approved and not reason:
        raise ReasonMissing
    if approved:
        for state, said in APPROVAL:
            _move(work, member, state, note if note and state is MemberState.ACTIVE else said)
        member.next_review_at = work.now + REVIEW_EVERY
    else:
        _move(work, member, MemberState.REJECTED, note or reason)
        member.firm_key = None
        _end_items(work, member)
    work.announce(MemberReviewed(member_id=member.id, approved=approved, reason=reason))
    return member


def verify_again(work: Work, *, member_id: int) -> Member:
    """Note that an active member's data was looked at again; the next time is in six months.

    Raises:
        NoSuchMember, NotPermitted, SecondPersonNeeded: as for ``review``.
        MemberCannotMove: the member is not active.
    """
    member = _to_review(work, member_id)
    if member.state != MemberState.ACTIVE:
        move(MemberState(member.state), MemberState.ACTIVE)
    member.next_review_at = work.now + REVIEW_EVERY
    _step(work, member, "定期复核通过")
    work.announce(MemberReviewed(member_id=member.id, approved=True, reason="verified-again"))
    return member


def show_identity(work: Work, keys: Keyring, *, member_id: int) -> dict[Item, str]:
    """Return a member's real-name data in full; that it was shown, and to whom, is a fact.

    Raises:
        NoSuchMember, NotPermitted, SecondPersonNeeded: as for ``review``.
    """
    member = _to_review(work, member_id)
    work.announce(IdentityShown(member_id=member.id))
    return identity(work, keys, member_id=member.id)


def masked_identity(work: Work, keys: Keyring, *, member_id: int) -> dict[Item, str]:
    """Return a member's real-name data as pages show it."""
    full = identity(work, keys, member_id=member_id)
    return {item: masked(item, value) for item, value in full.items()}


def identity(work: Work, keys: Keyring, *, member_id: int) -> dict[Item, str]:
    """Return a member's newest real-name data, opened, in the order of Item."""
    rows = work.session.scalars(
        sa.select(IdentityItem).where(IdentityItem.member_id == member_id).order_by(IdentityItem.id)
    ).all()
    newest = max((row.given_at for row in rows), default=None)
    opened = {
        Item(row.item): keys.open(row.sealed, place=_place(row))
        for row in rows
        if row.given_at == newest
    }
    return {item: opened[item] for item in Item if item in opened}


def _new_member(work: Work, user_id: int) -> Member:
    return Member(state=MemberState.APPLIED.value, applicant_id=user_id, applied_at=work.now)


def _user(work: Work) -> int:
    if work.actor.user_id is None:
        raise queries.NoSuchUser
    return work.actor.user_id


def _to_review(work: Work, member_id: int) -> Member:
    queries.require_act(work.session, work.actor, Act.REVIEW_MEMBER)
    member = queries.member(work.session, member_id, lock=True)
    if work.actor != SYSTEM:
        reviewer = _user(work)
        second_person(member.applicant_id, reviewer)
        for _, user in queries.seats_of(work.session, member.id):
            second_person(user.id, reviewer)
    return member


def _write(work: Work, row: object, title: str) -> None:
    try:
        with work.session.begin_nested():
            work.session.add(row)
            work.session.flush()
    except sa.exc.IntegrityError as taken:
        raise IdentityTaken(title_of_item=title) from taken


def _seat(work: Work, member: Member, user_id: int) -> None:
    try:
        with work.session.begin_nested():
            work.session.add(
                Seat(
                    member_id=member.id,
                    user_id=user_id,
                    given_by=work.actor.key,
                    given_at=work.now,
                )
            )
    except sa.exc.IntegrityError as seated:
        raise AlreadyMember from seated
    work.announce(UserSeated(member_id=member.id, user_id=user_id))


def _keep(
    work: Work, keys: Keyring, member: Member, kind: MemberKind, found: Mapping[Item, str]
) -> None:
    _end_items(work, member)
    for item, value in found.items():
        only = item is unique_item(kind)
        row = IdentityItem(
            uid=secrets.token_hex(16),
            member_id=member.id,
            item=item.value,
            lookup=keys.lookup(item.value, value) if only else None,
            given_at=work.now,
        )
        row.sealed = keys.seal(value, place=_place(row))
        _write(work, row, "证件号码")


def _place(row: IdentityItem) -> str:
    return f"identity_items/{row.uid}/{row.member_id}/{row.item}"


def _end_items(work: Work, member: Member) -> None:
    work.session.execute(
        sa.update(IdentityItem)
        .where(IdentityItem.member_id == member.id, IdentityItem.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def _move(work: Work, member: Member, wanted: MemberState, reason: str) -> None:
    member.state = move(MemberState(member.state), wanted).value
    _step(work, member, reason)


def _step(work: Work, member: Member, reason: str) -> None:
    work.session.add(
        MemberMove(
            member_id=member.id,
            state=member.state,
            reason=reason,
            actor=work.actor.key,
            moved_at=work.now,
        )
    )
