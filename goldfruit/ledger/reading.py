"""Entries in words of the trade (资金明细): what a reader sees of an entry and of its legs."""

from dataclasses import dataclass
from datetime import date, datetime

from goldfruit.kernel.units import Money
from goldfruit.ledger.queries import Line, member_of
from goldfruit.ledger.rules.accounts import Account
from goldfruit.ledger.rules.events import EVENTS


@dataclass(frozen=True, slots=True)
class ToldLeg:
    """分录行: as a reader may see it; another member's account shows its code alone."""

    account: str
    title: str
    side: str
    amount: Money
    mine: bool
    growth: Money


@dataclass(frozen=True, slots=True)
class Told:
    """一笔明细: what happened, with what it did to what the reader can spend."""

    id: int
    code: str
    title: str
    day: date
    memo: str
    posted_at: datetime
    digest: str
    legs: tuple[ToldLeg, ...]
    free: Money
    held: Money
    amount: Money


def title_of(code: str) -> str:
    """Return what the trade calls an entry of this code; 冲正 for a reversal."""
    return EVENTS[code].title if code in EVENTS else "冲正"


def told(line: Line, member_id: int | None) -> Told:
    """Return an entry as member ``member_id`` may see it; None is somebody who may see all."""
    legs = tuple(
        ToldLeg(
            account=_name(leg.account, member_id),
            title=leg.account.kind.title,
            side="debit" if leg.amount.fen > 0 else "credit",
            amount=Money(abs(leg.amount.fen)),
            mine=member_id is not None and member_of(leg.account) == member_id,
            growth=leg.growth,
        )
        for leg in line.legs
    )
    return Told(
        id=line.id,
        code=line.code,
        title=title_of(line.code),
        day=line.day,
        memo=line.memo,
        posted_at=line.posted_at,
        digest=line.digest,
        legs=legs,
        free=_growth(line, "2101", member_id),
        held=_growth(line, "2102", member_id),
        amount=Money.sum(leg.amount for leg in line.legs if leg.amount.fen > 0),
    )


def _name(account: Account, member_id: int | None) -> str:
    foreign = member_id is not None and member_of(account) not in (None, member_id)
    return account.code if foreign else account.name


def _growth(line: Line, code: str, member_id: int | None) -> Money:
    return Money.sum(
        leg.growth
        for leg in line.legs
        if leg.account.code == code and (member_id is None or member_of(leg.account) == member_id)
    )
