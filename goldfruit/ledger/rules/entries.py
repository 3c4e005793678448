"""Entries (分录): balanced legs, what they do to balances, and their one cause.

An amount in a leg is signed: a debit is positive, a credit negative, so that
the legs of an entry sum to zero. A balance is kept on the side on which the
account grows and is therefore never negative for an account in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from goldfruit.kernel.digests import Json, canonical, digest_of_text
from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.kernel.units import FEN_MAX, Money
from goldfruit.ledger.rules.accounts import Account, Side

NOTHING = Money(0)


@dataclass(eq=False)
class AmountOutOfBounds(RuleBroken):
    """An amount that is zero, negative or beyond what one entry may move."""

    code = "amount-out-of-bounds"
    title = "金额超出范围"
    detail = "金额 {amount} 元不能办理，应大于 0 且不超过 {most} 元。请核对后重新填写。"

    amount: Money
    most: Money


@dataclass(eq=False)
class FundsShort(Clash):
    """An account holds less than the entry would take from it."""

    code = "funds-short"
    title = "余额不足"
    detail = "“{account}”余额为 {balance} 元，不足 {wanted} 元。请先入金，或减少金额后再试。"

    account: str
    balance: Money
    wanted: Money


@dataclass(eq=False)
class CauseReused(Clash):
    """A cause that already has an entry with other contents."""

    code = "cause-reused"
    title = "该事项已记账"
    detail = "事项“{cause}”已经记过账，内容与这次不同，未重复记账。请核对原分录，更正须冲正后另记。"

    cause: str


@dataclass(frozen=True, slots=True, order=True)
class Leg:
    """分录行: what one account is debited (positive) or credited (negative)."""

    account: Account
    amount: Money

    @property
    def growth(self) -> Money:
        """Return by how much the account's balance grows, negative when it shrinks."""
        return self.amount if self.account.kind.side is Side.DEBIT else -self.amount


Legs: TypeAlias = tuple[Leg, ...]
Balances: TypeAlias = Mapping[Account, Money]


@dataclass(frozen=True, slots=True)
class Posting:
    """记账行: a leg as it stands in the journal, with the number of its entry."""

    entry: int
    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """分录: one event's legs. Never updated; a mistake is reversed by another entry."""

    number: int
    event: str
    cause: str
    day: date
    legs: Legs

    def body(self) -> dict[str, Json]:
        """Return the entry as exact JSON: what its digest covers."""
        return {
            "number": self.number,
            "event": self.event,
            "cause": self.cause,
            "day": self.day.isoformat(),
            "legs": [
                {"account": leg.account.name, "amount_fen": leg.amount.fen} for leg in self.legs
            ],
        }

    def digest(self) -> str:
        """Return the SM3 of the canonical body."""
        return digest_of_text(canonical(self.body()))

    def postings(self) -> tuple[Posting, ...]:
        """Return the entry's rows in the journal."""
        return tuple(Posting(self.number, leg.account, leg.amount) for leg in self.legs)


def transfer(amount: Money, *, debit: Account, credit: Account) -> Legs:
    """Return the two legs that move ``amount``: the debited side first.

    Raises:
        AmountOutOfBounds: not above zero, or more than the ledger can hold.
    """
    if not 0 < amount.fen <= FEN_MAX:
        raise AmountOutOfBounds(amount=amount, most=Money(FEN_MAX))
    if debit == credit:
        raise ValueError("an entry moves money between two accounts")
    return (Leg(debit, amount), Leg(credit, -amount))


def checked(legs: Legs) -> Legs:
    """Return ``legs`` when they may be posted.

    Raises:
        ValueError: fewer than two, a zero leg, or debits that differ from credits; a bug.
    """
    if len(legs) < 2 or not all(leg.amount for leg in legs):
        raise ValueError("an entry has two legs or more, none of them zero")
    if Money.sum(leg.amount for leg in legs):
        raise ValueError("debits and credits differ")
    return legs


def reversal(legs: Legs) -> Legs:
    """Return the legs that undo ``legs`` (冲正); reversed twice they are themselves again."""
    return tuple(Leg(leg.account, -leg.amount) for leg in checked(legs))


def touched(legs: Legs) -> tuple[Account, ...]:
    """Return the accounts of ``legs``, each once, in the order in which they must be locked."""
    return tuple(sorted({leg.account for leg in legs}))


def balances_after(before: Balances, legs: Legs) -> dict[Account, Money]:
    """Return the balances of the touched accounts after ``legs``; an unknown one starts at zero.

    The whole entry is judged at once: what it brings in may be what it takes out.

    Raises:
        FundsShort: an account that must not would go below zero; the first in order of name.
    """
    after: dict[Account, Money] = {}
    for account in touched(checked(legs)):
        held = before.get(account, NOTHING)
        growth = Money.sum(leg.growth for leg in legs if leg.account == account)
        after[account] = held + growth
        if after[account] < NOTHING and growth < NOTHING and not account.kind.may_go_below_zero:
            raise FundsShort(account=account.kind.title, balance=held, wanted=-growth)
    return after


def once(known: Entry | None, *, event: str, cause: str, legs: Legs) -> Entry | None:
    """Return the entry that ``cause`` already has, or None when it may be posted now.

    Raises:
        CauseReused: the cause has an entry of another event or with other legs.
    """
    if known is None:
        return None
    if (known.event, sorted(known.legs)) != (event, sorted(legs)):
        raise CauseReused(cause=cause)
    return known


def balances_of(postings: Sequence[Posting]) -> dict[Account, Money]:
    """Return every account's balance on its growing side, from the journal alone."""
    sums: dict[Account, Money] = {}
    for row in postings:
        growth = Leg(row.account, row.amount).growth
        sums[row.account] = sums.get(row.account, NOTHING) + growth
    return sums
