"""People and members for the tests of the ledger, as rows; how they come is not the matter."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from goldfruit.infra.work import Actor, Exchange, Work
from goldfruit.kernel.units import Money
from goldfruit.ledger import services as ledger
from goldfruit.ledger.rules.holds import HoldReason
from goldfruit.members.models import Grant, Member, Seat, User
from goldfruit.members.rules.membership import MemberKind, MemberState
from goldfruit.members.rules.roles import Role

AT = datetime(2025, 9, 1, tzinfo=UTC)
CLERK = Actor(1, "制单员")
CHECKER = Actor(2, "复核员")
OPERATOR = Actor(3, "管理员")
BUYER_USER = Actor(4, "买方")
AUDITOR = Actor(5, "审计")
BUYER, SELLER = 1, 2


def yuan(text: str) -> Money:
    return Money.from_yuan(text)


def settle_in(exchange: Exchange) -> None:
    """Two members, a clerk, a checker, an operator, an auditor and the buyer's own user."""
    with exchange.begin() as work:
        add_people(work.session)


def add_people(session: Session) -> None:
    roles = {
        CLERK: Role.SETTLEMENT_CLERK,
        CHECKER: Role.SETTLEMENT_CLERK,
        OPERATOR: Role.OPERATOR,
        AUDITOR: Role.AUDITOR,
    }
    for actor in (CLERK, CHECKER, OPERATOR, BUYER_USER, AUDITOR):
        session.add(
            User(
                id=actor.user_id,
                email=f"user{actor.user_id}@example.com",
                name=actor.name,
                password_hash="x",
                created_at=AT,
            )
        )
    session.flush()
    for number in (BUYER, SELLER):
        session.add(
            Member(
                id=number,
                kind=next(iter(MemberKind)).value,
                name=f"会员{number}",
                county_code="610422",
                state=MemberState.ACTIVE.value,
                applicant_id=4,
                applied_at=AT,
            )
        )
    for actor, role in roles.items():
        session.add(
            Grant(
                user_id=actor.user_id,
                role=role.value,
                given_by="system",
                given_at=AT,
                confirmed_by="system",
                confirmed_at=AT,
            )
        )
    session.flush()
    session.add(Seat(member_id=BUYER, user_id=4, given_by="system", given_at=AT))


def pay_in(exchange: Exchange, member: int, amount: str, serial: str) -> int:
    """Money of a member that a clerk prepared and the checker confirmed; the movement's number."""
    with exchange.begin(CLERK) as work:
        movement = ledger.prepare_in(work, member=member, amount=yuan(amount), serial=serial)
    with exchange.begin(CHECKER) as work:
        ledger.confirm(work, movement_id=movement)
    return movement


def fund(work: Work, member: int, amount: str) -> None:
    """Money of a member that is simply there."""
    ledger.post(work, "E01", cause=f"fund:{member}", member=member, amount=yuan(amount))


def hold(work: Work, member: int, amount: str, cause: str, days: int = 3) -> int:
    return ledger.hold(
        work,
        member=member,
        amount=yuan(amount),
        reason=HoldReason.CONTRACT,
        deadline=work.now + timedelta(days=days),
        cause=cause,
    )
