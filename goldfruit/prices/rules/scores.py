"""Reporter scores (报价员评分): how much a reporter's quote weighs in a cell's median (§3.4.3).

Whole points from 1 to 100, made once a month from how often a reporter quoted and how near the
quotes were to what the cell's accepted quotes said. Whole numbers throughout.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from goldfruit.prices.rules.filters import Reason, Verdict
from goldfruit.prices.rules.numbers import median
from goldfruit.prices.rules.observations import Kind


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """评分参数: a gap of ``far_bp`` basis points (万分之一) is worth nothing; versioned data.

    A cell-day speaks only with ``company`` reporters, since alone one is always in the middle.
    """

    far_bp: int = 1_000
    company: int = 3
    source: str = "[D] §3.4.3, §3.4.9"


@dataclass(frozen=True, slots=True)
class Standing:
    """评分依据: one reporter's month: days and quotes, the median gap, and the points for them."""

    reporter: str
    score: int
    days: int
    quotes: int
    median_gap_bp: int


def scored(
    days: Iterable[Sequence[Verdict]], trading_days: int, rules: ScoreRules | None = None
) -> tuple[Standing, ...]:
    """Return each reporter's standing, by reporter, from the verdicts of a month's days.

    Only quotes with company count: accepted ones, and those that R06 dropped for being far off.
    A reporter without any has no standing. ``trading_days`` is how many days the month had.
    """
    rules = rules or ScoreRules()
    gaps: dict[str, list[int]] = {}
    seen_on: dict[str, set[date]] = {}
    for verdicts in days:
        middles = _middles(verdicts, rules)
        for verdict in verdicts:
            middle = middles.get(verdict.seen.cell)
            if middle is not None and _counts(verdict):
                gaps.setdefault(verdict.seen.reporter, []).append(gap_bp(verdict.price, middle))
                seen_on.setdefault(verdict.seen.reporter, set()).add(verdict.seen.day)
    standings = []
    for reporter in sorted(gaps):
        gap = math.ceil(median(gaps[reporter]))
        present = len(seen_on[reporter])
        score = points(present, trading_days, gap, rules)
        standings.append(Standing(reporter, score, present, len(gaps[reporter]), gap))
    return tuple(standings)


def points(days: int, trading_days: int, gap: int, rules: ScoreRules | None = None) -> int:
    """Return ``100 x share of days quoted x nearness``, at least 1 and at most 100.

    Nearness falls in a straight line from 1 at no gap to 0 at ``far_bp``. Rounded half up.
    """
    rules = rules or ScoreRules()
    if trading_days <= 0:
        return 1
    near = max(0, rules.far_bp - gap)
    whole = trading_days * rules.far_bp
    return max(1, min(100, (2 * 100 * min(days, trading_days) * near + whole) // (2 * whole)))


def gap_bp(price: float, middle: float) -> int:
    """Return how far ``price`` lies from ``middle``, in basis points of it, rounded half up."""
    return math.floor(10_000 * abs(price / middle - 1) + 0.5)


def _middles(verdicts: Sequence[Verdict], rules: ScoreRules) -> Mapping[str, float]:
    """Return the median accepted quote of each cell that enough reporters quoted."""
    quotes = [v for v in verdicts if v.accepted and v.seen.kind is Kind.SURVEY]
    prices: dict[str, list[float]] = {}
    reporters: dict[str, set[str]] = {}
    for quote in quotes:
        prices.setdefault(quote.seen.cell, []).append(quote.price)
        reporters.setdefault(quote.seen.cell, set()).add(quote.seen.reporter)
    return {cell: median(prices[cell]) for cell in prices if len(reporters[cell]) >= rules.company}


def _counts(verdict: Verdict) -> bool:
    seen = verdict.seen
    return (
        seen.kind is Kind.SURVEY
        and bool(seen.reporter)
        and (verdict.accepted or verdict.reason is Reason.OUTLIER)
    )
