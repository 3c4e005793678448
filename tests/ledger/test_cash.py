"""Cash in and out: two people, the bank's serial once, and nothing lost on the way."""

from collections.abc import Callable

import pytest

from goldfruit.infra.work import SYSTEM, Actor, Exchange, Work
from goldfruit.kernel.units import Money
from goldfruit.ledger import queries, verification
from goldfruit.ledger import services as ledger
from goldfruit.ledger.rules import accounts
from goldfruit.ledger.rules.cash import ApprovalNeeded, BankSerialUsed, CashCannotMove
from goldfruit.ledger.rules.entries import FundsShort
from goldfruit.ledger.services.cash import NotInSuspense, OwnMoney
from goldfruit.members.models import Seat
from goldfruit.members.queries import NoSuchMember
from goldfruit.members.rules.acts import NotPermitted, SecondPersonNeeded
from tests.ledger.people import (
    AT,
    AUDITOR,
    BUYER,
    BUYER_USER,
    CHECKER,
    CLERK,
    OPERATOR,
    pay_in,
    settle_in,
    yuan,
)


@pytest.fixture
def market(exchange: Exchange) -> Exchange:
    settle_in(exchange)
    return exchange


def by(exchange: Exchange, actor: Actor, deed: Callable[[Work], int | None]) -> int:
    with exchange.begin(actor) as work:
        return deed(work) or 0


def prepare(exchange: Exchange, amount: str, serial: str, actor: Actor = CLERK) -> int:
    return by(
        exchange,
        actor,
        lambda work: ledger.prepare_in(work, member=BUYER, amount=yuan(amount), serial=serial),
    )


def confirm(exchange: Exchange, movement: int, actor: Actor = CHECKER) -> int:
    return by(exchange, actor, lambda work: ledger.confirm(work, movement_id=movement))


def money(exchange: Exchange) -> tuple[str, str]:
    with exchange.reading() as work:
        funds = queries.money_of(work.session, BUYER)
        assert verification.verify(work.session).faults == []
    return str(funds.free), str(funds.leaving)


def test_nothing_is_posted_before_the_second_person(market: Exchange) -> None:
    movement = prepare(market, "100.00", "IN-1")
    assert money(market) == ("0.00", "0.00")
    with pytest.raises(SecondPersonNeeded):
        confirm(market, movement, CLERK)

    first, again = confirm(market, movement), confirm(market, movement)

    assert first == again
    assert money(market) == ("100.00", "0.00")


@pytest.mark.parametrize("actor", [SYSTEM, OPERATOR, AUDITOR, BUYER_USER])
def test_only_clerks_handle_cash(market: Exchange, actor: Actor) -> None:
    with pytest.raises(NotPermitted):
        prepare(market, "100.00", "IN-1", actor)
    movement = prepare(market, "100.00", "IN-1")
    with pytest.raises(NotPermitted):
        confirm(market, movement, actor)


def test_nobody_decides_on_the_money_of_a_member_where_they_have_a_seat(market: Exchange) -> None:
    movement = prepare(market, "100.00", "IN-1")
    with market.begin() as work:
        work.session.add(Seat(member_id=BUYER, user_id=2, given_by="system", given_at=AT))

    with pytest.raises(OwnMoney):
        confirm(market, movement)


def test_a_serial_counts_once_unless_it_failed(market: Exchange) -> None:
    movement = prepare(market, "100.00", "in-1")
    with pytest.raises(BankSerialUsed):
        prepare(market, "100.00", "IN-1")
    by(market, CHECKER, lambda work: ledger.fail(work, movement_id=movement, reason="写错会员"))

    confirm(market, prepare(market, "100.00", "IN-1"))

    assert money(market) == ("100.00", "0.00")


def test_an_unknown_member_gets_nothing(market: Exchange) -> None:
    with pytest.raises(NoSuchMember), market.begin(CLERK) as work:
        ledger.prepare_in(work, member=99, amount=yuan("1.00"), serial="IN-1")


class TestOut:
    def test_leaves_the_free_balance_at_once_and_the_ledger_when_paid(
        self, market: Exchange
    ) -> None:
        pay_in(market, BUYER, "100.00", "IN-1")
        movement = by(
            market,
            BUYER_USER,
            lambda work: ledger.apply_out(work, member=BUYER, amount=yuan("60.00")),
        )
        assert money(market) == ("40.00", "60.00")
        with pytest.raises(CashCannotMove):
            confirm(market, movement)
        for _ in range(2):
            by(
                market,
                CLERK,
                lambda work: ledger.take_up_out(work, movement_id=movement, serial="OUT-1"),
            )

        confirm(market, movement)

        assert money(market) == ("40.00", "0.00")

    def test_comes_back_once_when_the_bank_did_not_pay(self, market: Exchange) -> None:
        pay_in(market, BUYER, "100.00", "IN-1")
        movement = by(
            market,
            CLERK,
            lambda work: ledger.prepare_out(
                work, member=BUYER, amount=yuan("60.00"), serial="OUT-1"
            ),
        )
        for _ in range(2):
            by(market, CHECKER, lambda work: ledger.fail(work, movement_id=movement, reason="退票"))

        assert money(market) == ("100.00", "0.00")
        with pytest.raises(CashCannotMove):
            confirm(market, movement)

    def test_is_refused_beyond_what_is_free(self, market: Exchange) -> None:
        pay_in(market, BUYER, "100.00", "IN-1")
        with pytest.raises(FundsShort), market.begin(BUYER_USER) as work:
            ledger.apply_out(work, member=BUYER, amount=yuan("100.01"))
        assert money(market) == ("100.00", "0.00")

    def test_needs_an_approval_above_the_sum_of_the_day(self, market: Exchange) -> None:
        pay_in(market, BUYER, "600000.00", "IN-1")
        movements = []
        for serial in ("OUT-1", "OUT-2"):
            with market.begin(CLERK) as work:
                movements.append(
                    ledger.prepare_out(work, member=BUYER, amount=yuan("260000.00"), serial=serial)
                )
        confirm(market, movements[0])
        with pytest.raises(ApprovalNeeded):
            confirm(market, movements[1])
        by(market, OPERATOR, lambda work: ledger.approve(work, movement_id=movements[1]))
        confirm(market, movements[1])

        assert money(market) == ("80000.00", "0.00")


class TestUnknownReceipts:
    def suspended(self, market: Exchange) -> int:
        movement = by(
            market,
            CLERK,
            lambda work: ledger.prepare_unknown(work, amount=yuan("70.00"), serial="IN-9"),
        )
        confirm(market, movement)
        return movement

    def suspense(self, market: Exchange) -> Money:
        with market.reading() as work:
            return queries.balance(work.session, accounts.SUSPENSE)

    def test_wait_in_suspense_until_somebody_claims_them(self, market: Exchange) -> None:
        origin = self.suspended(market)
        assert self.suspense(market) == yuan("70.00")
        with pytest.raises(BankSerialUsed):
            prepare(market, "70.00", "IN-9")

        claim = by(
            market,
            CLERK,
            lambda work: ledger.prepare_identified(work, origin=origin, member=BUYER),
        )
        with pytest.raises(NotInSuspense), market.begin(CLERK) as work:
            ledger.prepare_returned(work, origin=origin, serial="OUT-9")
        confirm(market, claim)

        assert money(market) == ("70.00", "0.00")
        assert self.suspense(market) == yuan("0.00")

    def test_go_back_where_they_came_from(self, market: Exchange) -> None:
        origin = self.suspended(market)
        back = by(
            market,
            CLERK,
            lambda work: ledger.prepare_returned(work, origin=origin, serial="OUT-9"),
        )
        confirm(market, back)

        assert self.suspense(market) == yuan("0.00")
        assert money(market) == ("0.00", "0.00")
