"""Accounts, events, entries and shares."""

import inspect
import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.units import FEN_MAX, Money, Price, Weight
from goldfruit.ledger.rules.accounts import BANK, CODES, FEES, Account, free, margin, retention
from goldfruit.ledger.rules.entries import (
    AmountOutOfBounds,
    CauseReused,
    Entry,
    FundsShort,
    Leg,
    Legs,
    balances_after,
    balances_of,
    checked,
    once,
    reversal,
    touched,
    transfer,
)
from goldfruit.ledger.rules.events import EVENTS
from goldfruit.ledger.rules.sharing import Leftover, split, with_retention, without_tax
from tests.places import SHARED_DATA, needs_shared_data

AMOUNTS = st.integers(1, FEN_MAX).map(Money)
IDS = ("member", "buyer", "seller", "contract", "group", "victim", "defaulter", "winner")
DAY = date(2026, 10, 8)


def legs_of(event: str, amount: Money) -> Legs:
    values = {name: place for place, name in enumerate(IDS, start=1)}
    wanted = inspect.signature(EVENTS[event].legs).parameters
    return EVENTS[event].legs(amount=amount, **{n: values[n] for n in wanted if n != "amount"})


def test_the_table_has_every_event_of_the_rulebook_but_the_freeze_by_a_court() -> None:
    codes = {event.partition(".")[0][:3] for event in EVENTS}

    assert codes == {f"E{number:02d}" for number in range(1, 24)}
    assert all(event.title for event in EVENTS.values())


@pytest.mark.parametrize(
    ("event", "debit", "credit"),
    [
        ("E01", "1001", "2101"),
        ("E02a", "2101", "2107"),
        ("E02b.confirmed", "2107", "1001"),
        ("E02b.failed", "2107", "2101"),
        ("E03", "2101", "2102"),
        ("E04", "2102", "2101"),
        ("E05", "2101", "2108"),
        ("E05r", "2108", "2101"),
        ("E06", "2101", "2103"),
        ("E07", "2102", "2103"),
        ("E08", "2103", "2101"),
        ("E09", "2103", "2101"),
        ("E10", "2103", "2101"),
        ("E10r", "2103", "2104"),
        ("E11", "2104", "2101"),
        ("E12", "2101", "2103"),
        ("E13", "2102", "2101"),
        ("E14", "2102", "2101"),
        ("E15", "2103", "2101"),
        ("E16.paid_in", "2101", "2105"),
        ("E16.drawn", "2105", "2101"),
        ("E16.returned", "2105", "2101"),
        ("E17.paid_in", "2101", "2106"),
        ("E17.drawn", "2106", "2101"),
        ("E17.recovered", "2101", "2106"),
        ("E18", "2101", "2109"),
        ("E19", "2108", "1001"),
        ("E20", "2109", "1001"),
        ("E21.held", "2103", "2110"),
        ("E21.decided", "2110", "2101"),
        ("E22.credited", "1001", "2190"),
        ("E22.allotted", "2190", "2101"),
        ("E23.received", "1001", "2190"),
        ("E23.identified", "2190", "2101"),
        ("E23.returned", "2190", "1001"),
    ],
)
def test_an_event_debits_and_credits_what_the_rulebook_says(
    event: str, debit: str, credit: str
) -> None:
    first, second = legs_of(event, Money(7))

    assert (first.account.code, first.amount) == (debit, Money(7))
    assert (second.account.code, second.amount) == (credit, Money(-7))


def test_penalties_go_from_the_defaulter_to_the_other_side() -> None:
    buyer, seller = 2, 3

    assert touched(legs_of("E13", Money(1))) == (free(seller), margin(buyer))
    assert touched(legs_of("E14", Money(1))) == (free(buyer), margin(seller))


@given(st.sampled_from(sorted(EVENTS)), AMOUNTS)
@settings(deadline=None, max_examples=200)
def test_every_event_balances_and_its_reversal_undoes_it(event: str, amount: Money) -> None:
    legs = legs_of(event, amount)

    assert Money.sum(leg.amount for leg in checked(legs)) == Money(0)
    assert Money.sum(leg.amount for leg in (*legs, *reversal(legs))) == Money(0)
    assert reversal(reversal(legs)) == legs
    assert {leg.account for leg in reversal(legs)} == {leg.account for leg in legs}


@pytest.mark.parametrize("fen", [0, -1, FEN_MAX + 1, 2**63 - 1, 2**63])
def test_an_amount_out_of_bounds_is_no_movement(fen: int) -> None:
    with pytest.raises(AmountOutOfBounds):
        legs_of("E01", Money(fen))


@pytest.mark.parametrize(
    "legs",
    [
        (),
        (Leg(BANK, Money(1)),),
        (Leg(BANK, Money(1)), Leg(FEES, Money(-2))),
        (Leg(BANK, Money(0)), Leg(FEES, Money(0))),
    ],
)
def test_legs_that_do_not_balance_are_a_bug(legs: Legs) -> None:
    with pytest.raises(ValueError, match=r"legs|debits"):
        checked(legs)


@pytest.mark.parametrize("name", ["1001", "2101:7", "2103:7:41", "2106:3", "2110:9"])
def test_a_name_gives_its_account_and_back(name: str) -> None:
    assert Account.named(name).name == name


@pytest.mark.parametrize(
    "name",
    [
        "2101",
        "1001:7",
        "2103:7",
        "2101:0",
        "2101:07",
        "2101:-1",
        "9999",
        "2101:7:8:9",
        "２101:7",
        "",
    ],
)
def test_a_name_that_fits_no_code_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"account|ids"):
        Account.named(name)


def test_only_the_suspense_account_may_go_below_zero() -> None:
    assert [code for code, kind in CODES.items() if kind.may_go_below_zero] == ["2190"]


def test_what_is_not_there_cannot_be_spent() -> None:
    legs = legs_of("E03", Money(101))

    with pytest.raises(FundsShort) as refusal:
        balances_after({free(1): Money(100)}, legs)

    assert (refusal.value.balance, refusal.value.wanted) == (Money(100), Money(101))
    assert balances_after({free(1): Money(101)}, legs) == {free(1): Money(0), margin(1): Money(101)}


@given(st.lists(st.tuples(st.sampled_from(sorted(EVENTS)), st.integers(1, 50)), max_size=40))
@settings(deadline=None, max_examples=150)
def test_no_run_of_events_takes_an_account_below_zero_or_the_bank_out_of_step(
    steps: list[tuple[str, int]],
) -> None:
    balances: dict[Account, Money] = {}
    for event, fen in [("E01", 60), *steps]:
        try:
            balances |= balances_after(balances, legs_of(event, Money(fen)))
        except FundsShort:
            continue
        below = [a for a, held in balances.items() if held < Money(0) and a.code != "2190"]
        assert below == []
        owed = Money.sum(held for account, held in balances.items() if account != BANK)
        assert balances[BANK] == owed


def test_a_cause_is_posted_once_and_keeps_its_contents() -> None:
    legs = legs_of("E01", Money(5))
    known = Entry(1, "E01", "cash:1", DAY, legs)

    assert once(None, event="E01", cause="cash:1", legs=legs) is None
    assert once(known, event="E01", cause="cash:1", legs=legs[::-1]) is known
    with pytest.raises(CauseReused):
        once(known, event="E01", cause="cash:1", legs=legs_of("E01", Money(6)))
    with pytest.raises(CauseReused):
        once(known, event="E06", cause="cash:1", legs=legs)


def test_the_worked_example_comes_out_to_the_fen() -> None:
    """domain.md §4.3: 20 000 kg at 5.20, 19 600 kg delivered, −3 %, 5 % retained."""
    buyer, seller, contract = 1, 2, 3
    price = Price(5_200)
    value = price.for_weight(Weight(20_000_000))
    deposit, fee = value.share(10, 100), value.share(3, 1_000)
    gross = price.for_weight(Weight(19_600_000))
    discount = gross.share(3, 100)
    net = gross - discount
    now, kept = with_retention(net, 50)
    both = {"buyer": buyer, "contract": contract}
    steps: list[tuple[str, dict[str, int], Money]] = [
        ("E01", {"member": buyer}, Money(13_000_000)),
        ("E01", {"member": seller}, Money(2_000_000)),
        ("E03", {"member": buyer}, deposit),
        ("E03", {"member": seller}, deposit),
        ("E05", {"member": buyer}, fee),
        ("E05", {"member": seller}, fee),
        ("E06", both, value - deposit),
        ("E07", both, deposit),
        ("E08", both, value - gross),
        ("E09", both, discount),
        ("E10", both | {"seller": seller}, now),
        ("E10r", both | {"seller": seller}, kept),
        ("E04", {"member": seller}, deposit),
        ("E11", {"seller": seller}, kept),
    ]
    balances: dict[Account, Money] = {}
    for event, ids, amount in steps:
        balances |= balances_after(balances, EVENTS[event].legs(amount=amount, **ids))

    assert [str(m) for m in (value, deposit, fee, value - deposit, gross, discount, net)] == (
        ["104000.00", "10400.00", "312.00", "93600.00", "101920.00", "3057.60", "98862.40"]
    )
    assert [str(m) for m in (*without_tax(fee), value - net, now, kept)] == (
        ["294.34", "17.66", "5137.60", "93919.28", "4943.12"]
    )
    left = {account.name: str(held) for account, held in balances.items() if held}
    assert left == {
        "1001": "150000.00",
        "2101:1": "30825.60",
        "2101:2": "118550.40",
        "2108": "624.00",
    }
    assert retention(seller) in balances


def test_balances_come_from_the_journal_alone() -> None:
    entries = [Entry(1, "E01", "a", DAY, legs_of("E01", Money(9)))]
    entries.append(Entry(2, "E03", "b", DAY, legs_of("E03", Money(4))))

    rows = [row for entry in entries for row in entry.postings()]

    assert balances_of(rows) == {BANK: Money(9), free(1): Money(5), margin(1): Money(4)}


@given(
    st.integers(-FEN_MAX, FEN_MAX).map(Money),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any),
    st.sampled_from(Leftover),
)
@settings(deadline=None, max_examples=300)
def test_a_split_loses_no_fen_and_is_off_by_at_most_one(
    amount: Money, shares: list[int], leftover: Leftover
) -> None:
    parts = split(amount, shares, leftover)

    assert Money.sum(parts) == amount
    for part, share in zip(parts, shares, strict=True):
        assert abs(part.fen - Fraction(amount.fen * share, sum(shares))) <= 1
        assert share or not part


def test_the_left_fen_goes_to_the_largest_remainder() -> None:
    shares = [Fraction(4, 5), Fraction(2, 25), Fraction(3, 25)]

    assert split(Money(15), shares) == (Money(12), Money(1), Money(2))
    assert split(Money(15), shares, Leftover.FIRST) == (Money(13), Money(1), Money(1))
    assert split(Money(77), [1, 1]) == (Money(39), Money(38))


@pytest.mark.parametrize("shares", [[], [0, 0], [2, -1]])
def test_shares_that_share_nothing_are_a_bug(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="shares"):
        split(Money(1), shares)


@needs_shared_data
def test_published_splits_come_out_alike_when_the_first_get_what_is_left() -> None:
    known = json.loads((SHARED_DATA / "ledger" / "split_cases.json").read_text(encoding="utf-8"))

    assert known["cases"]
    for case in known["cases"]:
        shares = [Fraction(portion) for portion in case["portions"]]
        parts = split(Money(case["amount"]), shares, Leftover.FIRST)
        assert [part.fen for part in parts] == case["expected"]


@given(st.integers(1, 10**12).map(Money), st.integers(0, 20))
@settings(deadline=None, max_examples=100)
def test_tax_and_net_are_the_gross(gross: Money, percent: int) -> None:
    net, tax = without_tax(gross, percent)

    assert net + tax == gross
    assert abs(net.fen * (100 + percent) - gross.fen * 100) * 2 <= 100 + percent


def test_a_transfer_needs_two_accounts() -> None:
    with pytest.raises(ValueError, match="two accounts"):
        transfer(Money(1), debit=BANK, credit=BANK)
