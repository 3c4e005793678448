"""Verification (核验): the whole ledger recomputed from itself, every fault named.

Nothing is believed twice: legs and columns are rebuilt into the entry's sealed body, the body
into its digest, the digest is looked up in the chain of facts; balances, holds and days are
recomputed from the entries, cash movements from the digest in their newest fact. Read in small
steps; memory holds a batch, a row for each account touched, and one bit for each number seen.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra.facts import Fact, Fault
from goldfruit.kernel.digests import digest_of_text, instant_text
from goldfruit.kernel.units import Money
from goldfruit.ledger import queries
from goldfruit.ledger.models import AccountRow, CashMovement, EntryRow, LegRow
from goldfruit.ledger.rules.accounts import CODES, Account, Owner
from goldfruit.ledger.rules.entries import Entry
from goldfruit.ledger.services.cash import seal
from goldfruit.ledger.services.posting import leg_row, sealed_body
from goldfruit.ledger.verification_parts import days_faults, holds_faults

BATCH = 1_000
PAGE = 1 << 13


class Seen:
    """Numbers that were seen, at one bit each, wherever they lie."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}

    def add(self, number: int) -> bool:
        """Remember ``number``; return whether it is new."""
        page = self._pages.setdefault(number // (8 * PAGE), bytearray(PAGE))
        place, bit = number // 8 % PAGE, 1 << number % 8
        new = not page[place] & bit
        page[place] |= bit
        return new

    def __contains__(self, number: int) -> bool:
        page = self._pages.get(number // (8 * PAGE))
        return page is not None and bool(page[number // 8 % PAGE] & 1 << number % 8)


@dataclass
class Report:
    """核验结果: how many of each were checked, and what was wrong."""

    checked: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, what: str) -> None:
        """Name a fault."""
        self.faults.append(Fault(where, what))


def verify(session: Session) -> Report:
    """Return the report of every check over the whole ledger, read from one snapshot."""
    report = Report()
    told = _entry_facts(session, report)
    balances = _entries(session, report, told)
    _accounts(session, report, balances)
    for faults in (holds_faults, days_faults):
        checked, found = faults(session)
        report.checked.update(checked)
        report.faults.extend(found)
    _movements(session, report)
    return report


def outcome(session: Session) -> tuple[dict[str, int], list[Fault]]:
    """Return how many of each were checked, and the faults: what ``goldfruit verify`` runs."""
    report = verify(session)
    return dict(report.checked), report.faults


def _entry_facts(session: Session, report: Report) -> Seen:
    """Compare every EntryPosted fact with its entry; return the numbers that facts tell of."""
    told = Seen()
    for batch in _facts(session, ("entry-posted",)):
        bodies = [json.loads(fact.body) for fact in batch]
        numbers = [body["entry_id"] for body in bodies]
        rows = session.execute(
            sa.select(EntryRow.id, EntryRow.code, EntryRow.cause, EntryRow.digest)
            .add_columns(EntryRow.posted_at, EntryRow.actor)
            .where(EntryRow.id.in_(numbers))
        )
        found = {row.id: row for row in rows}
        for fact, body in zip(batch, bodies, strict=True):
            number = body["entry_id"]
            row = found.get(number)
            if not told.add(number):
                report.fault(f"fact {fact.no}", f"entry {number} is told of twice")
            if row is None:
                report.fault(f"entry {number}", f"is gone; fact {fact.no} tells of it")
            elif (row.code, row.cause, row.digest, row.posted_at, row.actor) != (
                body["code"],
                body["cause"],
                body["digest"],
                fact.recorded_at,
                fact.actor,
            ):
                report.fault(f"entry {number}", f"is not what fact {fact.no} tells")
    return told


def _entries(session: Session, report: Report, told: Seen) -> dict[str, int]:
    """Check every entry with its legs; return the growth of each account, recomputed."""
    balances: dict[str, int] = {}
    total = 0
    for batch in _rows(session, EntryRow, EntryRow.id):
        legs = _legs(session, [row.id for row in batch])
        report.checked["entries"] += len(batch)
        for row in batch:
            report.checked["legs"] += len(legs[row.id])
            if row.id not in told:
                report.fault(f"entry {row.id}", "no fact tells of it")
            for problem in _entry_problems(row, legs[row.id]):
                report.fault(f"entry {row.id}", problem)
            for leg in legs[row.id]:
                signed = leg.amount.fen if leg.side == "debit" else -leg.amount.fen
                total += signed
                balances[leg.account] = balances.get(leg.account, 0) + signed
    if total:
        report.fault("legs", f"debits exceed credits by {Money(total)}")
    return balances


def _entry_problems(row: EntryRow, legs: Sequence[Any]) -> Iterator[str]:
    signed = [leg.amount.fen if leg.side == "debit" else -leg.amount.fen for leg in legs]
    if sum(signed) or len(legs) < 2:
        yield "its legs do not balance"
    if digest_of_text(row.body) != row.digest:
        yield "its body does not match its digest"
    try:
        detail = json.loads(row.body)["detail"]
        rules = queries.legs_from(legs)
    except (ValueError, KeyError, TypeError):
        yield "its body or legs cannot be read"
        return
    rebuilt = sealed_body(
        Entry(row.id, row.code, row.cause, row.day, rules),
        memo=row.memo,
        posted_at=instant_text(row.posted_at),
        actor=row.actor,
        hold=row.hold_id,
        reverses=row.reverses,
        detail=detail,
    )
    numbered = [leg_row(row.id, n, leg)["no"] for n, leg in enumerate(rules, start=1)]
    if rebuilt != row.body or numbered != [leg.no for leg in legs]:
        yield "its columns or legs do not match its body"


def _accounts(session: Session, report: Report, balances: dict[str, int]) -> None:
    """Check every account against the legs, its name, zero, and the bank against all others."""
    bank = owed = 0
    common = {code.code for code in CODES.values() if code.owner is Owner.COMMON}
    for batch in _rows(session, AccountRow, AccountRow.name):
        report.checked["accounts"] += len(batch)
        for row in batch:
            where = f"account {row.name}"
            fen = row.balance.fen
            debit = row.code == "1001"
            bank, owed = bank + fen * debit, owed + fen * (not debit)
            common.discard(row.name)
            try:
                account = Account.named(row.name)
            except ValueError:
                report.fault(where, "is no account of the chart")
                continue
            wanted = (account.code, queries.member_of(account), account.kind.side.value)
            if (row.code, row.member_id, row.side) != wanted:
                report.fault(where, "its code, owner or side is not that of its name")
            if fen < 0:
                report.fault(where, f"stands below zero at {row.balance}")
            if row.name not in balances and account.kind.owner is not Owner.COMMON:
                report.fault(where, "no entry ever touched it")
            summed = balances.pop(row.name, 0) * (1 if debit else -1)
            if summed != fen:
                report.fault(where, f"says {row.balance}, its legs sum to {Money(summed)}")
    for name in sorted({*balances, *common}):
        report.fault(f"account {name}", "is gone")
    if bank != owed:
        report.fault("account 1001", f"bank {Money(bank)}, owed to others {Money(owed)}")


def _movements(session: Session, report: Report) -> None:
    """Check every cash movement against the digest in the newest fact about it."""
    told = Seen()
    names = ("cash-movement-prepared", "cash-movement-decided")
    for batch in _facts(session, names, newest_first=True):
        bodies = [json.loads(fact.body) for fact in batch]
        rows = {
            row.id: row
            for row in session.scalars(
                sa.select(CashMovement).where(
                    CashMovement.id.in_([body["movement_id"] for body in bodies])
                )
            )
        }
        for fact, body in zip(batch, bodies, strict=True):
            number = body["movement_id"]
            if not told.add(number):
                continue
            if number not in rows:
                report.fault(f"cash movement {number}", f"is gone; fact {fact.no} tells of it")
            elif seal(rows[number]) != body["digest"]:
                report.fault(f"cash movement {number}", f"is not what fact {fact.no} sealed")
        session.expunge_all()
    for ids in _numbers(session, CashMovement):
        report.checked["cash movements"] += len(ids)
        for number in ids:
            if number not in told:
                report.fault(f"cash movement {number}", "no fact tells of it")


def _facts(
    session: Session, names: Sequence[str], *, newest_first: bool = False
) -> Iterator[Sequence[Fact]]:
    no: int | None = None
    while True:
        query = sa.select(Fact).where(Fact.name.in_(names)).limit(BATCH)
        if newest_first:
            query = query.where(Fact.no < no) if no is not None else query
            query = query.order_by(Fact.no.desc())
        else:
            query = query.where(Fact.no > (no or 0)).order_by(Fact.no)
        batch = session.scalars(query).all()
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
        no = batch[-1].no


def _rows(session: Session, table: type[Any], key: Any) -> Iterator[Sequence[Any]]:
    after: Any = None
    while True:
        query = sa.select(table).order_by(key).limit(BATCH)
        batch = session.scalars(query if after is None else query.where(key > after)).all()
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
        after = getattr(batch[-1], key.key)
        session.expunge_all()


def _numbers(session: Session, table: type[Any]) -> Iterator[Sequence[int]]:
    after = -(2**62)
    while True:
        query = sa.select(table.id).where(table.id > after).order_by(table.id).limit(BATCH)
        batch = session.scalars(query).all()
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
        after = batch[-1]


def _legs(session: Session, numbers: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {number: [] for number in numbers}
    query = sa.select(LegRow.entry_id, LegRow.no, LegRow.account, LegRow.side, LegRow.amount)
    for leg in session.execute(
        query.where(LegRow.entry_id.in_(numbers)).order_by(LegRow.entry_id, LegRow.no)
    ):
        found[leg.entry_id].append(leg)
    return found
