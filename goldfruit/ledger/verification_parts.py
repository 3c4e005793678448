"""Verification of holds and days: both are what the entries say, and are recomputed from them."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra.facts import Fact, Fault
from goldfruit.kernel.digests import NO_DIGEST, instant_text
from goldfruit.kernel.units import Money
from goldfruit.ledger.models import AccountRow, EntryRow, HoldRow, LedgerDay
from goldfruit.ledger.rules.holds import HoldState
from goldfruit.ledger.services.days import day_digest

BATCH = 500
_STEP = {
    "E04": HoldState.RELEASED,
    "E07": HoldState.APPLIED,
    "E13": HoldState.FORFEITED,
    "E14": HoldState.FORFEITED,
}


def holds_faults(session: Session) -> tuple[dict[str, int], list[Fault]]:
    """Return how many holds were checked, and each that its entries or 2102 contradict."""
    faults: list[Fault] = []
    count = 0
    for batch in _holds(session):
        count += len(batch)
        entries = _entries_of(session, [row.id for row in batch])
        for row in batch:
            try:
                wanted = _derived(row, entries.get(row.id, []))
            except (ValueError, KeyError, TypeError, IndexError):
                wanted = None
            if wanted != _kept(row):
                faults.append(Fault(f"hold {row.id}", "is not what its entries say"))
        session.expunge_all()
    gone = sa.select(EntryRow.hold_id).where(
        EntryRow.hold_id.is_not(None), EntryRow.hold_id.not_in(sa.select(HoldRow.id))
    )
    for number in session.scalars(gone.distinct().order_by(EntryRow.hold_id)):
        faults.append(Fault(f"hold {number}", "is gone; entries tell of it"))
    faults.extend(_margins(session))
    return {"holds": count}, faults


def days_faults(session: Session) -> tuple[dict[str, int], list[Fault]]:
    """Return how many ledger days were checked, and each whose link or facts do not agree."""
    faults: list[Fault] = []
    opened, closed = (
        _day_facts(session, "ledger-day-opened"),
        _day_facts(session, "ledger-day-closed"),
    )
    previous, last, count = NO_DIGEST, date.min, 0
    for row in session.scalars(sa.select(LedgerDay).order_by(LedgerDay.day)):
        count += 1
        name = row.day.isoformat()
        where = f"ledger day {name}"
        open_fact, close_fact = opened.pop(name, None), closed.pop(name, None)
        if _open_row(row) != _open_told(open_fact):
            faults.append(Fault(where, "was not opened so"))
        if _close_row(row) != _close_told(close_fact):
            faults.append(Fault(where, "was not closed so"))
        if open_fact is None and close_fact is None:
            faults.append(Fault(where, "no fact tells of it"))
        if row.closed_at is None:
            continue
        if row.previous != previous:
            faults.append(Fault(where, "does not follow the digest of the day before"))
        entries, digest = _digest(session, row.day, previous)
        if (row.entries, row.digest) != (entries, digest):
            faults.append(Fault(where, "does not match the digest of its entries"))
        if stray := _between(session, last, row.day):
            faults.append(Fault(where, f"{stray} entries before it stand in no closed day"))
        previous, last = row.digest or "", row.day
    for name in sorted({*opened, *closed}):
        faults.append(Fault(f"ledger day {name}", "is gone; a fact tells of it"))
    return {"ledger days": count}, faults


def _holds(session: Session) -> Iterator[Sequence[HoldRow]]:
    after = -(2**62)
    while True:
        query = sa.select(HoldRow).where(HoldRow.id > after).order_by(HoldRow.id).limit(BATCH)
        batch = session.scalars(query).all()
        if not batch:
            return
        after = batch[-1].id
        yield batch


def _entries_of(session: Session, hold_ids: Sequence[int]) -> dict[int, list[Any]]:
    rows = session.execute(
        sa.select(EntryRow.id, EntryRow.hold_id, EntryRow.code, EntryRow.cause, EntryRow.body)
        .where(EntryRow.hold_id.in_(hold_ids))
        .order_by(EntryRow.id)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.hold_id, []).append(row)
    return found


def _kept(row: HoldRow) -> tuple[object, ...]:
    return (
        row.member_id,
        row.amount.fen,
        row.released.fen,
        row.applied.fen,
        row.forfeited.fen,
        row.reason,
        instant_text(row.deadline),
        row.ended_by,
        row.cause,
        row.state,
    )


def _derived(row: HoldRow, entries: Sequence[Any]) -> tuple[object, ...]:
    """Return what the entries say a hold is: placed by the first, moved by the others."""
    placed = json.loads(entries[0].body)
    amount, owner = _moved(placed, "2102")
    taken = dict.fromkeys((HoldState.RELEASED, HoldState.APPLIED, HoldState.FORFEITED), 0)
    state = HoldState.PLACED
    for entry in entries[1:]:
        part, whose = _moved(json.loads(entry.body), "2102")
        if whose != owner:
            raise ValueError("a step of another member's hold")
        taken[_STEP[entry.code]] += part
        if sum(taken.values()) == amount:
            state = _STEP[entry.code]
    detail = placed["detail"]
    return (
        owner,
        amount,
        *taken.values(),
        detail["reason"],
        detail["deadline"],
        detail["ended_by"],
        entries[0].cause,
        state.value,
    )


def _moved(body: dict[str, Any], code: str) -> tuple[int, int]:
    """Return (fen, member) of the leg on the account of that code."""
    for leg in body["legs"]:
        found, _, member = leg["account"].partition(":")
        if found == code:
            return abs(leg["amount_fen"]), int(member)
    raise ValueError(f"no leg on {code}")


def _margins(session: Session) -> Iterator[Fault]:
    """Yield a fault for each member whose 2102 is not the sum of what its holds still hold."""

    def fen(column: Any) -> Any:
        return sa.type_coerce(column, sa.BigInteger)

    remaining = (
        fen(HoldRow.amount) - fen(HoldRow.released) - fen(HoldRow.applied) - fen(HoldRow.forfeited)
    )
    held = (
        sa.select(HoldRow.member_id, sa.cast(sa.func.sum(remaining), sa.BigInteger).label("fen"))
        .group_by(HoldRow.member_id)
        .subquery()
    )
    margin = (
        sa.select(AccountRow.member_id, AccountRow.balance.label("balance"))
        .where(AccountRow.code == "2102")
        .subquery()
    )
    rows = session.execute(
        sa.select(
            sa.func.coalesce(margin.c.member_id, held.c.member_id), margin.c.balance, held.c.fen
        )
        .select_from(margin)
        .join(held, held.c.member_id == margin.c.member_id, full=True)
        .order_by(sa.func.coalesce(margin.c.member_id, held.c.member_id))
    )
    for member, balance, summed in rows:
        have, want = balance or Money(0), Money(int(summed or 0))
        if have != want:
            yield Fault(f"account 2102:{member}", f"says {have}, its holds sum to {want}")


def _digest(session: Session, day: date, previous: str) -> tuple[int, str]:
    try:
        return day_digest(session, day, previous)
    except ValueError:
        return -1, "its entries cannot be read"


def _between(session: Session, last: date, day: date) -> int:
    query = sa.select(sa.func.count()).select_from(EntryRow).where(EntryRow.day < day)
    if last != date.min:
        query = query.where(EntryRow.day >= last + timedelta(days=1))
    return session.execute(query).scalar_one()


def _day_facts(session: Session, name: str) -> dict[str, tuple[Fact, dict[str, Any]]]:
    facts = session.scalars(sa.select(Fact).where(Fact.name == name).order_by(Fact.no))
    told = {}
    for fact in facts:
        body = json.loads(fact.body)
        told[str(body["day"])] = (fact, body)
    return told


def _open_row(row: LedgerDay) -> tuple[object, ...]:
    return (row.opened_at, row.opened_by)


def _open_told(told: tuple[Fact, dict[str, Any]] | None) -> tuple[object, ...]:
    return (None, None) if told is None else (told[0].recorded_at, told[0].actor)


def _close_row(row: LedgerDay) -> tuple[object, ...]:
    return (row.closed_at, row.closed_by, row.entries, row.digest)


def _close_told(told: tuple[Fact, dict[str, Any]] | None) -> tuple[object, ...]:
    if told is None:
        return (None, None, None, None)
    fact, body = told
    return (fact.recorded_at, fact.actor, body["entries"], body["digest"])
