"""The chain of days (日终链), domain.md §4.8: a day's digest fixes all entries up to it.

``h_d = SM3(h_{d−1} ‖ canonical(day))`` where the day is its date and its
entries in the order of their numbers; the first day follows 64 zeros. A day
without entries is a link too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from goldfruit.kernel.digests import NO_DIGEST, canonical, chained
from goldfruit.ledger.rules.entries import Entry


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """日终: a day that is closed, how many entries it has and its digest."""

    day: date
    entries: int
    digest: str


def day_body(day: date, entries: Sequence[Entry]) -> str:
    """Return the canonical JSON of a day's entries, in the order of their numbers.

    Raises:
        ValueError: an entry of another day.
    """
    if any(entry.day != day for entry in entries):
        raise ValueError("a day holds its own entries only")
    bodies = [entry.body() for entry in sorted(entries, key=lambda entry: entry.number)]
    return canonical({"day": day.isoformat(), "entries": bodies})


def close_day(previous: ClosedDay | None, day: date, entries: Sequence[Entry]) -> ClosedDay:
    """Return the link of ``day`` that follows ``previous``.

    Raises:
        ValueError: the day does not come after the previous one, or holds another day's entries.
    """
    if previous and day <= previous.day:
        raise ValueError("days close in order, each once")
    before = previous.digest if previous else NO_DIGEST
    return ClosedDay(day, len(entries), chained(before, day_body(day, entries)))
