"""Holds in two phases, and cash by two people."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.units import Money
from goldfruit.ledger.rules.accounts import free, leaving
from goldfruit.ledger.rules.cash import (
    CASH_POLICY,
    MOVES,
    ApprovalNeeded,
    BankSerialUsed,
    BankSerialWrong,
    Cash,
    CashCannotMove,
    CashState,
    Direction,
    apply_out,
    bank_serial,
    confirm,
    fail,
    posted,
    prepare_in,
    prepare_out,
)
from goldfruit.ledger.rules.entries import AmountOutOfBounds, balances_after
from goldfruit.ledger.rules.holds import (
    DeadlineAhead,
    DeadlinePassed,
    Hold,
    HoldOver,
    HoldReason,
    HoldState,
    HoldTooSmall,
    apply,
    forfeit,
    lapse,
    place,
    release,
)
from goldfruit.members.rules.acts import SecondPersonNeeded

NOON = datetime(2026, 10, 8, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEPS = {"release": release, "apply": apply, "forfeit": forfeit}


def hold(fen: int = 1_000) -> Hold:
    return place(
        member=1,
        reason=HoldReason.BID,
        cause="bid:1",
        deadline=NOON + HOUR,
        amount=Money(fen),
        now=NOON,
    )


def out(fen: int = 1_000) -> Cash:
    return prepare_out(apply_out(member=1, amount=Money(fen)), serial="B-0001", by=8)


def test_a_hold_stands_until_all_of_it_has_gone() -> None:
    partly = apply(release(hold(), Money(300)), Money(500))

    assert (partly.state, partly.remaining) == (HoldState.PLACED, Money(200))
    ended = forfeit(partly)
    assert (ended.state, ended.remaining) == (HoldState.FORFEITED, Money(0))
    assert (ended.released, ended.applied, ended.forfeited) == (Money(300), Money(500), Money(200))


@pytest.mark.parametrize(("first", "second"), list(product(STEPS, STEPS)))
def test_an_ended_hold_stays_as_it_is(first: str, second: str) -> None:
    ended = STEPS[first](hold())

    with pytest.raises(HoldOver):
        STEPS[second](ended)


@pytest.mark.parametrize("step", STEPS)
def test_more_than_is_held_cannot_be_taken(step: str) -> None:
    with pytest.raises(HoldTooSmall):
        STEPS[step](hold(), Money(1_001))
    with pytest.raises(AmountOutOfBounds):
        STEPS[step](hold(), Money(0))
    with pytest.raises(AmountOutOfBounds):
        STEPS[step](hold(), Money(-1))


def test_a_hold_lapses_at_its_deadline_and_not_before() -> None:
    standing = hold()

    with pytest.raises(DeadlineAhead):
        lapse(standing, NOON + HOUR - timedelta(microseconds=1))
    assert not standing.is_due(NOON)
    assert standing.is_due(NOON + HOUR)
    assert lapse(standing, NOON + HOUR).state is HoldState.RELEASED
    with pytest.raises(HoldOver):
        lapse(release(standing), NOON)


def test_a_hold_needs_an_amount_and_a_deadline_ahead() -> None:
    with pytest.raises(AmountOutOfBounds):
        hold(0)
    with pytest.raises(DeadlinePassed):
        place(
            member=1,
            reason=HoldReason.BID,
            cause="bid:1",
            deadline=NOON,
            amount=Money(1),
            now=NOON,
        )


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(-5, 700)), max_size=12))
@settings(deadline=None, max_examples=200)
def test_the_parts_of_a_hold_always_sum_to_it(steps: list[tuple[str, int]]) -> None:
    standing = hold()
    for name, fen in steps:
        before = standing
        try:
            standing = STEPS[name](standing, Money(fen))
        except Refusal:
            assert standing is before
        parts = (standing.released, standing.applied, standing.forfeited, standing.remaining)
        assert Money.sum(parts) == standing.amount
        assert all(part >= Money(0) for part in parts)
        assert (standing.state is HoldState.PLACED) == bool(standing.remaining)


def test_cash_in_is_posted_once_a_second_person_confirms() -> None:
    prepared = prepare_in(member=1, amount=Money(500), serial=" b-0001 ", by=8)

    assert posted(prepared) is None
    with pytest.raises(SecondPersonNeeded):
        confirm(prepared, by=8)
    confirmed = confirm(prepared, by=9)
    event = posted(confirmed)
    assert event is not None
    assert event[0] == "E01"
    assert confirmed.bank_serial == "B-0001"
    assert posted(fail(prepared, by=9)) is None


def test_cash_out_leaves_the_free_balance_when_it_is_applied_for() -> None:
    applied = posted(apply_out(member=1, amount=Money(400)))
    assert applied is not None
    balances = balances_after({free(1): Money(1_000)}, applied[1])
    assert balances == {free(1): Money(600), leaving(1): Money(400)}

    back = posted(fail(out(400), by=9))
    assert back is not None
    assert back[0] == "E02b.failed"
    assert balances_after(balances, back[1]) == {free(1): Money(1_000), leaving(1): Money(0)}


def test_an_application_can_be_turned_down_before_the_bank_has_it() -> None:
    turned_down = fail(apply_out(member=1, amount=Money(400)), by=8)

    assert turned_down.state is CashState.FAILED


def test_whoever_entered_the_serial_decides_nothing() -> None:
    for decide in (confirm, fail):
        with pytest.raises(SecondPersonNeeded):
            decide(out(), by=8)


def test_a_large_day_of_cash_out_needs_a_third_person() -> None:
    limit = CASH_POLICY.approval_above_a_day
    small = out(1_000)

    assert confirm(small, by=9, out_today=limit - Money(1_000)).state is CashState.CONFIRMED
    with pytest.raises(ApprovalNeeded) as refusal:
        confirm(small, by=9, out_today=limit - Money(999))
    assert refusal.value.day_total == limit + Money(1)
    for same in (8, 9):
        with pytest.raises(SecondPersonNeeded):
            confirm(small, by=9, out_today=limit, approved_by=same)
    assert confirm(small, by=9, out_today=limit, approved_by=10).decided_by == 9


@pytest.mark.parametrize("fen", [0, -1, CASH_POLICY.most.fen + 1, 2**63])
def test_cash_out_of_bounds_is_refused_both_ways(fen: int) -> None:
    with pytest.raises(AmountOutOfBounds):
        prepare_in(member=1, amount=Money(fen), serial="B-0001", by=8)
    with pytest.raises(AmountOutOfBounds):
        apply_out(member=1, amount=Money(fen))


@pytest.mark.parametrize("text", ["", "abc", "-123", "流水 123456", "1" * 41, "12;34", "１２３４"])
def test_a_serial_that_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(BankSerialWrong):
        bank_serial(text)


def test_a_serial_is_used_once_in_any_case_of_letters() -> None:
    with pytest.raises(BankSerialUsed):
        bank_serial("b-0001", known={"B-0001"})


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("state", CashState)
def test_a_decided_movement_is_decided(direction: Direction, state: CashState) -> None:
    if state not in MOVES[direction]:
        return
    cash = Cash(direction, 1, Money(1), state, "B-0001", prepared_by=8)
    for wanted, step in ((CashState.CONFIRMED, confirm), (CashState.FAILED, fail)):
        if wanted in MOVES[direction][state]:
            assert step(cash, by=9).state is wanted
        else:
            with pytest.raises(CashCannotMove):
                step(cash, by=9)
