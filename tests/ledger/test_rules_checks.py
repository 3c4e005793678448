"""The chain of days, and the checks that name what was altered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.digests import NO_DIGEST, chained
from goldfruit.kernel.units import Money
from goldfruit.ledger.rules.accounts import BANK, FEES, free
from goldfruit.ledger.rules.chain import ClosedDay, close_day, day_body
from goldfruit.ledger.rules.checks import balances_agree, bank_mirrors, check_all, none_below_zero
from goldfruit.ledger.rules.entries import Entry, Leg, balances_of
from goldfruit.ledger.rules.events import EVENTS

DAY = date(2026, 10, 8)
STEPS = (("E01", 900), ("E03", 400), ("E05", 30), ("E04", 100), ("E02a", 50), ("E19", 30))


def journal() -> list[Entry]:
    entries = []
    for number, (event, fen) in enumerate(STEPS, start=1):
        ids = {} if event == "E19" else {"member": 1}
        legs = EVENTS[event].legs(amount=Money(fen), **ids)
        day = DAY + timedelta(days=(number - 1) // 2)
        entries.append(Entry(number, event, f"cause:{number}", day, legs))
    return entries


def closed(entries: Sequence[Entry]) -> list[ClosedDay]:
    days: list[ClosedDay] = []
    for day in sorted({entry.day for entry in entries}):
        own = [entry for entry in entries if entry.day == day]
        days.append(close_day(days[-1] if days else None, day, own))
    return days


def found(entries: Sequence[Entry]) -> set[tuple[str, str]]:
    """Return what the checks name in ``entries`` against the digests of the true journal."""
    true = journal()
    kept = {entry.number: entry.digest() for entry in true}
    return {(fault.check, fault.where) for fault in check_all(entries, closed(true), kept)}


def test_a_sound_journal_has_no_faults() -> None:
    assert found(journal()) == set()
    assert found([]) != set()


@given(
    st.integers(0, len(STEPS) - 1),
    st.sampled_from(
        [
            lambda entry: replace(entry, cause="another"),
            lambda entry: replace(entry, event="E99"),
            lambda entry: replace(entry, day=entry.day + timedelta(days=1)),
            lambda entry: replace(
                entry, legs=tuple(Leg(leg.account, leg.amount + leg.amount) for leg in entry.legs)
            ),
            lambda entry: replace(entry, legs=entry.legs[::-1]),
            lambda entry: replace(entry, legs=(Leg(FEES, Money(1)), *entry.legs[1:])),
        ]
    ),
)
@settings(deadline=None, max_examples=100)
def test_any_altered_entry_and_its_day_are_named(
    place: int, alter: Callable[[Entry], Entry]
) -> None:
    entries = journal()
    number, day = entries[place].number, entries[place].day
    entries[place] = alter(entries[place])

    faults = found(entries)

    assert ("entry-digest", f"entry {number}") in faults
    assert ("day-chain", day.isoformat()) in faults


def test_a_removed_entry_is_named() -> None:
    entries = journal()
    del entries[2]

    faults = found(entries)

    assert {("entry-number", "entry 3"), ("entry-digest", "entry 3")} <= faults
    assert ("day-chain", "2026-10-09") in faults
    assert ("day-chain", "2026-10-10") not in faults


def test_an_added_entry_is_named() -> None:
    extra = Entry(7, "E01", "cause:1", DAY, EVENTS["E01"].legs(member=9, amount=Money(5)))

    faults = found([*journal(), extra])

    assert ("entry-digest", "entry 7") in faults
    assert ("cause-twice", "entry 7") in faults
    assert ("day-chain", DAY.isoformat()) in faults


def test_an_entry_slipped_in_before_the_first_day_is_named() -> None:
    day = DAY - timedelta(days=1)
    extra = Entry(7, "E01", "cause:7", day, EVENTS["E01"].legs(member=9, amount=Money(5)))

    assert ("day-not-closed", day.isoformat()) in found([*journal(), extra])


def test_an_entry_of_a_day_still_open_is_no_fault() -> None:
    day = DAY + timedelta(days=9)
    extra = Entry(7, "E01", "cause:7", day, EVENTS["E01"].legs(member=9, amount=Money(5)))
    entries = [*journal(), extra]
    kept = {entry.number: entry.digest() for entry in entries}

    assert check_all(entries, closed(journal()), kept) == ()


def test_a_fall_below_zero_is_named_although_it_was_mended_later() -> None:
    entries = journal()
    early = [replace(entries[1], number=1), replace(entries[0], number=2), *entries[2:]]

    faults = found(early)

    assert ("fell-below-zero", "entry 1, 2101:1") in faults
    assert not any(check == "below-zero" for check, _ in faults)


def test_money_that_the_bank_does_not_hold_is_named() -> None:
    forged = Entry(1, "E01", "x", DAY, (Leg(free(1), Money(5)), Leg(free(2), Money(-5)))).postings()

    assert [fault.where for fault in none_below_zero(forged)] == ["2101:1"]
    assert bank_mirrors(forged) == ()
    assert [fault.check for fault in bank_mirrors(forged[:1])] == ["bank-mirror"]


def test_a_kept_balance_that_the_journal_does_not_give_is_named() -> None:
    rows = [row for entry in journal() for row in entry.postings()]
    kept = balances_of(rows)

    assert balances_agree(rows, kept) == ()
    kept[BANK] = kept[BANK] + Money(1)
    assert [fault.where for fault in balances_agree(rows, kept)] == ["1001"]


def test_the_digest_of_a_day_is_the_chain_of_its_canonical_body() -> None:
    entries = journal()[:2]

    first = close_day(None, DAY, entries)
    second = close_day(first, DAY + timedelta(days=1), [])

    assert first.digest == chained(NO_DIGEST, day_body(DAY, entries))
    assert day_body(DAY, entries) == day_body(DAY, entries[::-1])
    assert day_body(DAY, entries[:1]).startswith(
        '{"day":"2026-10-08","entries":[{"cause":"cause:1","day":"2026-10-08","event":"E01","legs":'
        '[{"account":"1001","amount_fen":900},{"account":"2101:1","amount_fen":-900}],"number":1}'
    )
    assert second.entries == 0
    assert second.digest != first.digest


def test_days_close_in_order_and_hold_their_own_entries() -> None:
    first = close_day(None, DAY, [])

    with pytest.raises(ValueError, match="order"):
        close_day(first, DAY, [])
    with pytest.raises(ValueError, match="own"):
        close_day(None, DAY + timedelta(days=1), journal()[:1])
