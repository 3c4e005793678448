"""Checks of the ledger (核对): pure functions over rows, each naming what is wrong.

They trust nothing but the journal, so that whoever holds a copy can run them
(invariants of domain.md §4.2). No faults means an empty tuple.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from goldfruit.kernel.units import Money
from goldfruit.ledger.rules.accounts import BANK, Account
from goldfruit.ledger.rules.chain import ClosedDay, close_day
from goldfruit.ledger.rules.entries import NOTHING, Entry, Posting, balances_of


@dataclass(frozen=True, slots=True)
class Fault:
    """差错: which check failed, at which row, and what it found."""

    check: str
    where: str
    found: str


def entries_balance(postings: Sequence[Posting]) -> tuple[Fault, ...]:
    """Return a fault for every entry whose debits and credits differ."""
    sums: dict[int, Money] = {}
    for row in postings:
        sums[row.entry] = sums.get(row.entry, NOTHING) + row.amount
    return tuple(
        Fault("entry-unbalanced", f"entry {number}", f"debits exceed credits by {total}")
        for number, total in sorted(sums.items())
        if total
    )


def none_below_zero(postings: Sequence[Posting]) -> tuple[Fault, ...]:
    """Return a fault for every account that stands below zero and must not."""
    return tuple(
        Fault("below-zero", account.name, str(balance))
        for account, balance in sorted(balances_of(postings).items())
        if balance < NOTHING and not account.kind.may_go_below_zero
    )


def never_below_zero(postings: Sequence[Posting]) -> tuple[Fault, ...]:
    """Return a fault for every entry after which an account stood below zero and must not.

    The entries are taken in the order of their numbers, each as a whole.
    """
    faults: list[Fault] = []
    balances: dict[Account, Money] = {}
    by_entry: dict[int, list[Posting]] = {}
    for row in postings:
        by_entry.setdefault(row.entry, []).append(row)
    for number in sorted(by_entry):
        for account, growth in sorted(balances_of(by_entry[number]).items()):
            balances[account] = balances.get(account, NOTHING) + growth
            fell = growth < NOTHING and balances[account] < NOTHING
            if fell and not account.kind.may_go_below_zero:
                where = f"entry {number}, {account.name}"
                faults.append(Fault("fell-below-zero", where, str(balances[account])))
    return tuple(faults)


def bank_mirrors(postings: Sequence[Posting]) -> tuple[Fault, ...]:
    """Return a fault when 1001 differs from the sum of all that is owed to others (21xx)."""
    balances = balances_of(postings)
    owed = Money.sum(balance for account, balance in balances.items() if account != BANK)
    held = balances.get(BANK, NOTHING)
    if held == owed:
        return ()
    return (Fault("bank-mirror", BANK.name, f"the bank holds {held}, owed are {owed}"),)


def balances_agree(postings: Sequence[Posting], kept: Mapping[Account, Money]) -> tuple[Fault, ...]:
    """Return a fault for every balance kept beside the journal that the journal does not give."""
    summed = balances_of(postings)
    return tuple(
        Fault("balance-kept", account.name, f"kept {kept_now}, the journal gives {true}")
        for account in sorted(summed.keys() | kept.keys())
        if (kept_now := kept.get(account, NOTHING)) != (true := summed.get(account, NOTHING))
    )


def digests_agree(entries: Sequence[Entry], kept: Mapping[int, str]) -> tuple[Fault, ...]:
    """Return a fault for every entry whose kept digest is missing, foreign or not its own."""
    own = {entry.number: entry.digest() for entry in entries}
    return tuple(
        Fault("entry-digest", f"entry {number}", _difference(own.get(number), kept.get(number)))
        for number in sorted(own.keys() | kept.keys())
        if own.get(number) != kept.get(number)
    )


def numbers_gapless(entries: Sequence[Entry]) -> tuple[Fault, ...]:
    """Return a fault for every number from 1 on that is missing or used twice."""
    counted = Counter(entry.number for entry in entries)
    wanted = range(1, max(counted, default=0) + 1)
    return tuple(
        Fault("entry-number", f"entry {number}", f"{counted[number]} entries")
        for number in sorted({*wanted, *counted})
        if number < 1 or counted[number] != 1
    )


def causes_once(entries: Sequence[Entry]) -> tuple[Fault, ...]:
    """Return a fault for every entry whose cause an earlier entry already has."""
    first: dict[str, int] = {}
    faults: list[Fault] = []
    for entry in sorted(entries, key=lambda entry: entry.number):
        number = first.setdefault(entry.cause, entry.number)
        if number != entry.number:
            faults.append(Fault("cause-twice", f"entry {entry.number}", f"also entry {number}"))
    return tuple(faults)


def chain_holds(days: Sequence[ClosedDay], entries: Sequence[Entry]) -> tuple[Fault, ...]:
    """Return a fault for every closed day whose digest or count the entries do not give.

    Each day is recomputed from the kept digest of the day before, so that a
    fault names the day that was altered and not all that follow. An entry dated
    between closed days, or before them, belongs to no link and is named too.
    """
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.day, []).append(entry)
    faults: list[Fault] = []
    previous: ClosedDay | None = None
    for kept in days:
        if previous and kept.day <= previous.day:
            faults.append(Fault("day-order", kept.day.isoformat(), f"follows {previous.day}"))
            continue
        true = close_day(previous, kept.day, by_day.get(kept.day, []))
        if kept != true:
            found = f"kept {kept.entries} {kept.digest}, recomputed {true.entries} {true.digest}"
            faults.append(Fault("day-chain", kept.day.isoformat(), found))
        previous = kept
    closed = {kept.day for kept in days}
    for day in sorted(by_day.keys() - closed):
        if previous and day < previous.day:
            faults.append(Fault("day-not-closed", day.isoformat(), f"{len(by_day[day])} entries"))
    return tuple(faults)


def check_all(
    entries: Sequence[Entry], days: Sequence[ClosedDay], kept: Mapping[int, str]
) -> tuple[Fault, ...]:
    """Return the faults of every check over the whole journal, in the order of the checks."""
    postings = [row for entry in entries for row in entry.postings()]
    return (
        *entries_balance(postings),
        *none_below_zero(postings),
        *never_below_zero(postings),
        *bank_mirrors(postings),
        *numbers_gapless(entries),
        *causes_once(entries),
        *digests_agree(entries, kept),
        *chain_holds(days, entries),
    )


def _difference(own: str | None, kept: str | None) -> str:
    return f"kept {kept or 'nothing'}, recomputed {own or 'no such entry'}"
