"""Posting, holds and days on a real database."""

from datetime import date, timedelta
from typing import Any

import pytest

from goldfruit.infra.work import Exchange
from goldfruit.kernel.digests import NO_DIGEST
from goldfruit.kernel.units import Money
from goldfruit.ledger import queries, verification
from goldfruit.ledger import services as ledger
from goldfruit.ledger.rules import accounts, chain
from goldfruit.ledger.rules.entries import AmountOutOfBounds, CauseReused, FundsShort
from goldfruit.ledger.rules.holds import DeadlinePassed, HoldOver, HoldTooSmall
from goldfruit.ledger.services.days import DayClosed, DayNotBegun, DayNotInOrder, entries_of
from goldfruit.ledger.services.posting import NotReversible
from goldfruit.members.rules.acts import NotPermitted, SecondPersonNeeded
from tests.conftest import Clock
from tests.ledger.people import (
    AUDITOR,
    BUYER,
    CHECKER,
    CLERK,
    SELLER,
    fund,
    hold,
    pay_in,
    settle_in,
    yuan,
)

DAY = date(2025, 10, 9)


def balances(exchange: Exchange, member: int) -> dict[str, str]:
    with exchange.reading() as work:
        return {code: str(held) for code, held in queries.balances(work.session, member).items()}


def in_order(exchange: Exchange) -> bool:
    with exchange.reading() as work:
        return verification.verify(work.session).faults == []


def test_the_worked_example_of_the_rulebook_comes_out_to_the_fen(exchange: Exchange) -> None:
    settle_in(exchange)
    pay_in(exchange, BUYER, "130000.00", "B-0001")
    pay_in(exchange, SELLER, "20000.00", "S-0001")
    deal: dict[str, Any] = {"buyer": BUYER, "contract": 41}
    with exchange.begin() as work:
        buyers = hold(work, BUYER, "10400.00", "contract:41:margin:buyer")
        sellers = hold(work, SELLER, "10400.00", "contract:41:margin:seller")
        for member in (BUYER, SELLER):
            ledger.post(work, "E05", cause=f"41:fee:{member}", member=member, amount=yuan("312.00"))
        ledger.post(work, "E06", cause="41:goods", amount=yuan("93600.00"), **deal)
        ledger.apply(work, hold_id=buyers, contract=41, cause="41:margin-pays")
        ledger.post(work, "E08", cause="41:short", amount=yuan("2080.00"), **deal)
        ledger.post(work, "E09", cause="41:quality", amount=yuan("3057.60"), **deal)
        paid = {**deal, "seller": SELLER}
        ledger.post(work, "E10", cause="41:pay", amount=yuan("93919.28"), **paid)
        ledger.post(work, "E10r", cause="41:retain", amount=yuan("4943.12"), **paid)
        ledger.release(work, hold_id=sellers, cause="41:margin-back")

    assert balances(exchange, SELLER)["2104"] == "4943.12"
    with exchange.begin() as work:
        ledger.post(work, "E11", cause="41:retained", seller=SELLER, amount=yuan("4943.12"))

    assert balances(exchange, BUYER) == {"2101": "30825.60", "2102": "0.00", "2103": "0.00"}
    assert balances(exchange, SELLER) == {"2101": "118550.40", "2102": "0.00", "2104": "0.00"}
    with exchange.reading() as work:
        assert queries.balance(work.session, accounts.FEES) == yuan("624.00")
        assert queries.balance(work.session, accounts.BANK) == yuan("150000.00")
    assert in_order(exchange)


class TestPosting:
    def test_the_same_cause_is_the_same_entry_with_one_effect(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            first = ledger.post(work, "E01", cause="x", member=7, amount=yuan("5"))
        with exchange.begin() as work:
            again = ledger.post(work, "E01", cause="x", member=7, amount=yuan("5"))

        assert (first.fresh, again.fresh) == (True, False)
        assert (again.entry_id, again.digest) == (first.entry_id, first.digest)
        assert balances(exchange, 7) == {"2101": "5.00"}

    def test_the_same_cause_with_other_contents_is_refused(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            ledger.post(work, "E01", cause="x", member=7, amount=yuan("5"))
        with pytest.raises(CauseReused), exchange.begin() as work:
            ledger.post(work, "E01", cause="x", member=7, amount=yuan("6"))

    def test_what_is_not_there_cannot_be_spent(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            fund(work, 7, "5.00")
        with pytest.raises(FundsShort) as short, exchange.begin() as work:
            ledger.post(work, "E05", cause="fee", member=7, amount=yuan("5.01"))

        assert (short.value.balance, short.value.wanted) == (yuan("5.00"), yuan("5.01"))

    @pytest.mark.parametrize("fen", [0, -1, -(2**63), 10**15 + 1, 2**63 - 1, 2**63])
    def test_an_amount_outside_the_bounds_is_refused(self, exchange: Exchange, fen: int) -> None:
        with pytest.raises(AmountOutOfBounds), exchange.begin() as work:
            ledger.post(work, "E01", cause="x", member=7, amount=Money(fen))

    def test_what_breaks_in_the_middle_leaves_nothing(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            fund(work, 7, "100.00")
        with pytest.raises(ZeroDivisionError), exchange.begin() as work:
            hold(work, 7, "40.00", "a")
            ledger.post(work, "E05", cause="fee", member=7, amount=yuan("1"))
            raise ZeroDivisionError

        assert balances(exchange, 7) == {"2101": "100.00"}
        with exchange.reading() as work:
            assert len(queries.entries_page(work.session)) == 1
        assert in_order(exchange)

    def test_margin_moves_through_holds_only(self, exchange: Exchange) -> None:
        with pytest.raises(ValueError, match="hold"), exchange.begin() as work:
            ledger.post(work, "E03", cause="x", member=7, amount=yuan("5"))


class TestReversal:
    def test_undoes_an_entry_once_by_two_people(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            made = ledger.post(work, "E01", cause="x", member=7, amount=yuan("5"))
        with pytest.raises(SecondPersonNeeded), exchange.begin(CLERK) as work:
            ledger.reverse(work, entry_id=made.entry_id, asked_by=1, memo="重复入账")
        for _ in range(2):
            with exchange.begin(CHECKER) as work:
                ledger.reverse(work, entry_id=made.entry_id, asked_by=1, memo="重复入账")

        assert balances(exchange, 7) == {"2101": "0.00"}
        assert in_order(exchange)

    def test_leaves_holds_and_reversals_alone(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            fund(work, 7, "10")
            hold(work, 7, "5", "h")
            [held] = [line for line in queries.entries_page(work.session) if line.code == "E03"]
        with pytest.raises(NotReversible), exchange.begin(CHECKER) as work:
            ledger.reverse(work, entry_id=held.id, asked_by=1, memo="")


class TestHolds:
    def test_a_hold_goes_in_parts_and_then_is_over(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            fund(work, 7, "100")
            number = hold(work, 7, "60", "h")
            assert hold(work, 7, "60", "h") == number
            ledger.release(work, hold_id=number, amount=yuan("10"), cause="h:1")
            ledger.release(work, hold_id=number, amount=yuan("10"), cause="h:1")
            ledger.forfeit(
                work, hold_id=number, code="E13", buyer=7, seller=8, amount=yuan("20"), cause="h:2"
            )
            with pytest.raises(HoldTooSmall):
                ledger.release(work, hold_id=number, amount=yuan("30.01"), cause="h:3")
            ledger.apply(work, hold_id=number, contract=41, cause="h:4")
            with pytest.raises(HoldOver):
                ledger.release(work, hold_id=number, cause="h:5")

        assert balances(exchange, 7) == {"2101": "50.00", "2102": "0.00", "2103": "30.00"}
        assert balances(exchange, 8) == {"2101": "20.00"}
        assert in_order(exchange)

    def test_a_hold_beyond_what_is_free_says_what_is_free(self, exchange: Exchange) -> None:
        with exchange.begin() as work:
            fund(work, 7, "10")
        with pytest.raises(FundsShort) as short, exchange.begin() as work:
            hold(work, 7, "10.01", "h")

        assert "10.00" in str(short.value)
        assert "10.01" in str(short.value)

    def test_the_deadline_lies_ahead(self, exchange: Exchange) -> None:
        with pytest.raises(DeadlinePassed), exchange.begin() as work:
            fund(work, 7, "10")
            hold(work, 7, "5", "h", days=0)

    def test_what_is_due_goes_back_once(self, exchange: Exchange, clock: Clock) -> None:
        with exchange.begin() as work:
            fund(work, 7, "10")
            hold(work, 7, "5", "early", days=1)
            hold(work, 7, "3", "late", days=9)
        as_of = clock.move(days=2)
        for ended in (1, 0):
            with exchange.begin() as work:
                assert ledger.end_due_holds(work, as_of) == ended

        assert balances(exchange, 7) == {"2101": "7.00", "2102": "3.00"}
        assert in_order(exchange)


class TestDays:
    def test_a_closed_day_takes_nothing_more(self, exchange: Exchange, clock: Clock) -> None:
        settle_in(exchange)
        with exchange.begin(CLERK) as work:
            ledger.open_day(work, day=DAY)
            fund(work, 7, "10")
            closed = ledger.close_day(work, day=DAY)
            assert ledger.close_day(work, day=DAY) == closed
            late = ledger.post(work, "E01", cause="late", member=8, amount=yuan("1"))
            line = queries.entry(work.session, late.entry_id)
        assert line is not None
        assert line.day == DAY + timedelta(days=1)
        with pytest.raises(DayClosed), exchange.begin(CLERK) as work:
            ledger.open_day(work, day=DAY)
        assert in_order(exchange)

    def test_the_digest_is_that_of_the_rule(self, exchange: Exchange) -> None:
        settle_in(exchange)
        with exchange.begin(CLERK) as work:
            fund(work, 7, "10")
            fund(work, 8, "10")
            closed = ledger.close_day(work, day=DAY)
            entries = tuple(entries_of(work.session, DAY))

        assert closed == chain.close_day(None, DAY, entries)
        assert closed.digest != NO_DIGEST

    def test_days_close_in_order(self, exchange: Exchange, clock: Clock) -> None:
        settle_in(exchange)
        with exchange.begin(CLERK) as work:
            fund(work, 7, "10")
            with pytest.raises(DayNotBegun):
                ledger.close_day(work, day=DAY + timedelta(days=1))
        clock.move(days=1)
        with exchange.begin(CLERK) as work:
            for step in (ledger.open_day, ledger.close_day):
                with pytest.raises(DayNotInOrder):
                    step(work, day=DAY + timedelta(days=1))
            ledger.close_day(work, day=DAY)
            ledger.close_day(work, day=DAY + timedelta(days=1))
        assert in_order(exchange)

    def test_only_a_clerk_closes_a_day(self, exchange: Exchange) -> None:
        settle_in(exchange)
        with pytest.raises(NotPermitted), exchange.begin(AUDITOR) as work:
            ledger.close_day(work, day=DAY)
