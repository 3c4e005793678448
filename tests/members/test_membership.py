"""Joining: real-name data sealed and masked, decided by somebody else, once."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import Exchange
from goldfruit.kernel.errors import Refusal
from goldfruit.members import logins, queries
from goldfruit.members.crypto import CannotOpen, Keyring
from goldfruit.members.models import IdentityItem, Member
from goldfruit.members.rules.acts import NotPermitted, SecondPersonNeeded
from goldfruit.members.rules.application import ApplicationIncomplete, CountyUnknown, Item
from goldfruit.members.rules.membership import MemberCannotMove, MemberKind, MemberState
from goldfruit.members.rules.names import NameWrong
from goldfruit.members.rules.resident_id import IdNumberWrong, TooYoung
from goldfruit.members.rules.roles import Role, RolesExclude
from goldfruit.members.rules.uscc import UsccWrong
from goldfruit.members.services import membership, seats
from goldfruit.members.services.membership import AlreadyMember, IdentityTaken
from tests.conftest import Clock
from tests.members.conftest import Browser, People, id_number, person_data
from tests.members.test_accounts import everything

Make = Callable[[], Browser]
FORM = {"kind": "grower", "county_code": "610430", "agreed": "1", "agreed_sensitive": "1"}


def test_an_approved_grower_may_trade_and_is_looked_at_again_in_six_months(
    people: People, exchange: Exchange, clock: Clock
) -> None:
    actor, _ = people.user()
    member = people.apply(actor)
    with exchange.reading() as work:
        assert not queries.is_approved(work.session, member.id)
        assert queries.acts_of(work.session, actor.user_id or 0) == frozenset()

    people.approve(member)

    with exchange.reading() as work:
        assert queries.is_approved(work.session, member.id)
        assert queries.has_role(work.session, actor.user_id or 0, Role.GROWER)
        assert [each.id for each in queries.members_of(work.session, actor.user_id or 0)] == [
            member.id
        ]
        assert queries.due_for_review(work.session, clock.now) == []
        assert [m.id for m in queries.due_for_review(work.session, clock.move(days=182))] == [
            member.id
        ]
        states = [move.state for move in queries.moves_of(work.session, member.id)]
    assert states[0] == "applied"
    assert states[-1] == "active"
    with exchange.begin() as work:
        membership.verify_again(work, member_id=member.id)
    with exchange.reading() as work:
        assert queries.due_for_review(work.session, clock.now) == []


def test_identity_data_stands_nowhere_in_plain_text(people: People, exchange: Exchange) -> None:
    actor, _ = people.user()
    people.apply(actor, id_number=id_number(321), address="淳化县城关镇苹果路一号")

    said = everything(exchange)
    for secret in (id_number(321), "李满仓", "6228480402564890018", "苹果路"):
        assert secret not in said


def test_the_same_number_is_sealed_differently_each_time_and_found_by_its_keyed_hash(
    ring: Keyring,
) -> None:
    sealed = {ring.seal("11010519491231002X", place="here") for _ in range(20)}

    assert len(sealed) == 20
    assert {ring.open(each, place="here") for each in sealed} == {"11010519491231002X"}
    assert ring.lookup("id", "a") == ring.lookup("id", "a")
    assert ring.lookup("id", "a") != ring.lookup("uscc", "a")
    assert ring.lookup("id", "a") != Keyring("6b" * 32).lookup("id", "a")


def test_a_sealed_value_opens_only_where_it_was_sealed_and_unaltered(ring: Keyring) -> None:
    sealed = ring.seal("11010519491231002X", place="identity_items/1")

    with pytest.raises(CannotOpen):
        ring.open(sealed, place="identity_items/2")
    with pytest.raises(CannotOpen):
        ring.open(sealed[:-4] + "AAA=", place="identity_items/1")
    with pytest.raises(CannotOpen):
        Keyring("6b" * 32).open(sealed, place="identity_items/1")


def test_a_value_moved_to_another_members_row_is_noticed(
    people: People, exchange: Exchange, ring: Keyring
) -> None:
    one, two = (people.apply(people.user()[0]) for _ in range(2))
    with exchange.begin() as work:
        rows = work.session.scalars(
            sa.select(IdentityItem)
            .where(IdentityItem.item == Item.ID_NUMBER)
            .order_by(IdentityItem.member_id)
        ).all()
        rows[1].sealed = rows[0].sealed

    with exchange.reading() as work:
        membership.masked_identity(work, ring, member_id=one.id)
        with pytest.raises(CannotOpen):
            membership.masked_identity(work, ring, member_id=two.id)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"id_number": "110105194912310021"}, IdNumberWrong),
        ({"id_number": "１１０１０５１９４９１２３１００２Ｘ"}, IdNumberWrong),
        ({"id_number": "61043020200501001" + "0"}, Refusal),
        ({"id_number": ""}, ApplicationIncomplete),
        ({"bank_account": "12a4"}, ApplicationIncomplete),
        ({"person_name": "李\u202e满仓"}, NameWrong),
        ({"person_name": "李\u200b满仓"}, NameWrong),
        ({"address": "x" * 500}, ApplicationIncomplete),
    ],
)
def test_data_that_cannot_be_is_refused_and_nothing_is_written(
    people: People, exchange: Exchange, changes: dict[str, str], refused: type[Refusal]
) -> None:
    actor, _ = people.user()

    with pytest.raises(refused):
        people.apply(actor, MemberKind.GROWER, **changes)

    with exchange.reading() as work:
        assert work.session.scalar(sa.select(sa.func.count(Member.id))) == 0


def test_a_person_under_eighteen_is_refused(people: People) -> None:
    from goldfruit.members.rules.resident_id import id_check_digit

    body = "61043020150501001"
    with pytest.raises(TooYoung):
        people.apply(people.user()[0], id_number=body + id_check_digit(body))


def test_a_firm_gives_its_code_and_a_cooperative_one_of_its_own_kind(people: People) -> None:
    with pytest.raises(UsccWrong):
        people.apply(people.user()[0], MemberKind.ENTERPRISE, uscc="91350100M000100Y4Z")
    with pytest.raises(UsccWrong):
        people.apply(
            people.user()[0],
            MemberKind.COOPERATIVE,
            firm_name="红果合作社",
            uscc="91350100M000100Y43",
        )
    member = people.apply(people.user()[0], MemberKind.ENTERPRISE)
    assert member.name == "咸阳红果商贸有限公司"


@pytest.mark.parametrize("code", ["610427", "610400", "61", "999999", ""])
def test_only_a_county_of_today_is_taken(people: People, exchange: Exchange, code: str) -> None:
    actor, _ = people.user()
    with pytest.raises(CountyUnknown), exchange.begin(actor) as work:
        membership.apply_for_membership(
            work, people.ring, kind=MemberKind.GROWER, county_code=code, given=person_data()
        )


def test_one_number_has_one_live_membership(people: People) -> None:
    people.apply(people.user()[0], id_number=id_number(7))

    with pytest.raises(IdentityTaken):
        people.apply(people.user()[0], id_number=id_number(7))


def test_two_applications_with_one_number_at_once_make_one_member(
    people: People, exchange: Exchange
) -> None:
    actors = [people.user()[0] for _ in range(6)]
    writers = [Sequencer(exchange), Sequencer(exchange)]
    outcomes: list[str] = []

    def apply(at: int) -> None:
        try:
            writers[at % 2].perform(
                lambda work: (
                    membership.apply_for_membership(
                        work,
                        people.ring,
                        kind=MemberKind.GROWER,
                        county_code="610430",
                        given=person_data(5),
                    ).id
                ),
                actors[at],
            )
            outcomes.append("made")
        except IdentityTaken:
            outcomes.append("taken")

    threads = [threading.Thread(target=apply, args=(at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.stop()

    assert sorted(outcomes) == ["made"] + ["taken"] * 5


@pytest.mark.parametrize(
    "name", ["咸阳红果商贸有限公司", "咸阳红果商贸 有限公司", "咸阳红果商贸有限公司·"]
)
def test_a_firm_whose_name_looks_the_same_is_refused(people: People, name: str) -> None:
    people.apply(people.user()[0], MemberKind.ENTERPRISE)

    with pytest.raises(IdentityTaken):
        people.apply(
            people.user()[0], MemberKind.ENTERPRISE, firm_name=name, uscc="91330100799655058B"
        )


def test_a_rejected_applicant_reads_why_and_applies_again(
    people: People, exchange: Exchange, clock: Clock, ring: Keyring
) -> None:
    actor, _ = people.user()
    member = people.apply(actor, id_number=id_number(8))
    with exchange.begin() as work:
        membership.review(
            work, member_id=member.id, approved=False, reason="papers", note="照片不清"
        )
    clock.move(hours=1)

    again = people.apply(actor, id_number=id_number(8), person_name="李满囤")

    assert again.id == member.id
    assert again.state == MemberState.KYC_PENDING
    with exchange.reading() as work:
        assert membership.identity(work, ring, member_id=member.id)[Item.PERSON_NAME] == "李满囤"
        assert "照片不清" in [move.reason for move in queries.moves_of(work.session, member.id)]
        kept = work.session.scalar(sa.select(sa.func.count(IdentityItem.id)))
        assert kept == 8, "the first data is evidence and stays"
    people.approve(member)


def test_a_rejection_frees_the_number_for_its_owner(people: People, exchange: Exchange) -> None:
    member = people.apply(people.user()[0], id_number=id_number(9))
    with exchange.begin() as work:
        membership.review(work, member_id=member.id, approved=False, reason="mismatch")

    people.apply(people.user()[0], id_number=id_number(9))


def test_a_rejection_needs_a_reason(people: People, exchange: Exchange) -> None:
    member = people.apply(people.user()[0])
    with pytest.raises(membership.ReasonMissing), exchange.begin() as work:
        membership.review(work, member_id=member.id, approved=False)


def test_a_decision_is_made_once(people: People, exchange: Exchange) -> None:
    member = people.apply(people.user()[0])
    people.approve(member)

    with pytest.raises(MemberCannotMove), exchange.begin() as work:
        membership.review(work, member_id=member.id, approved=False, reason="papers")


def test_nobody_applies_twice(people: People) -> None:
    actor, _ = people.user()
    people.apply(actor)

    with pytest.raises(AlreadyMember):
        people.apply(actor)


def test_only_a_reviewer_decides_and_never_on_one_of_one_s_own(
    people: People, exchange: Exchange
) -> None:
    applicant, _ = people.user()
    member = people.apply(applicant)
    operator, _ = people.staff(Role.OPERATOR)
    with pytest.raises(NotPermitted), exchange.begin(operator) as work:
        membership.review(work, member_id=member.id, approved=True)
    with pytest.raises(NotPermitted), exchange.begin(applicant) as work:
        membership.review(work, member_id=member.id, approved=True)
    reviewer, _ = people.staff(Role.REVIEWER)
    with exchange.begin() as work:
        work.session.get_one(Member, member.id).applicant_id = reviewer.user_id or 0

    with pytest.raises(SecondPersonNeeded), exchange.begin(reviewer) as work:
        membership.review(work, member_id=member.id, approved=True)


def test_staff_whose_post_excludes_trading_cannot_join(people: People) -> None:
    clerk, _ = people.staff(Role.SETTLEMENT_CLERK)

    with pytest.raises(RolesExclude):
        people.apply(clerk)


def test_an_invited_colleague_takes_a_seat_and_a_stranger_does_not(
    people: People, exchange: Exchange
) -> None:
    owner, _ = people.user()
    member = people.apply(owner, MemberKind.ENTERPRISE)
    people.approve(member)
    colleague, login = people.user("赵六")
    stranger, other = people.user()
    with exchange.begin(owner) as work:
        invitation = seats.invite(work, people.ring, login=logins.login(login))
    key, wrong = (people.ring.lookup("account", each) for each in (login, other))

    with pytest.raises(seats.NoSuchInvitation), exchange.begin(stranger) as work:
        seats.accept_invitation(work, invitation_id=invitation.id, login_keys=[wrong])
    with exchange.begin(colleague) as work:
        seats.accept_invitation(work, invitation_id=invitation.id, login_keys=[key])

    with exchange.reading() as work:
        assert queries.has_role(work.session, colleague.user_id or 0, Role.WHOLESALER)
        seat_ids = [seat.id for seat, _ in queries.seats_of(work.session, member.id)]
    with pytest.raises(queries.NoSuchMember), exchange.begin(stranger) as work:
        seats.end_seat(work, seat_id=seat_ids[0])
    with exchange.begin(colleague) as work:
        seats.end_seat(work, seat_id=seat_ids[0])
    with pytest.raises(seats.LastSeat), exchange.begin(colleague) as work:
        seats.end_seat(work, seat_id=seat_ids[1])


def test_a_single_person_invites_nobody(people: People, exchange: Exchange) -> None:
    owner, _ = people.user()
    people.apply(owner)
    with pytest.raises(seats.OnlyOrganisations), exchange.begin(owner) as work:
        seats.invite(work, people.ring, login=logins.login("13912345678"))
