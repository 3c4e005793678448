"""Cell price (品类价格): grades A to E by what stands behind it (§3.4.3).

Trades come before firm bids and offers, these before quotes; a cell without any of them has
grade E and is imputed by the index (§3.4.5). Prices are doubles in currency per kilogram.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from goldfruit.prices.rules import concentration
from goldfruit.prices.rules.concentration import ConcentrationRules
from goldfruit.prices.rules.filters import Verdict
from goldfruit.prices.rules.numbers import weighted_median
from goldfruit.prices.rules.observations import Kind

Volumes = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class GradeRules:
    """分级参数: the minimum data of each grade (§3.4.3); versioned data of a definition.

    ``quote_kinds`` are the kinds that make grade D: survey quotes, or public prices where a
    definition accepts them. ``quote_average`` is ``weighted-median`` or ``mean``.
    """

    trades: int = 3
    sellers: int = 3
    buyers: int = 2
    grams: int = 5_000_000
    blend_grams: int = 5_000_000
    firm_each: int = 2
    firm_firms: int = 3
    reporters: int = 3
    quote_kinds: frozenset[Kind] = frozenset({Kind.SURVEY})
    quote_average: str = "weighted-median"
    shown_from: int = 3
    source: str = "[D] §3.4.3"


@dataclass(frozen=True, slots=True)
class CellPrice:
    """品类价格: the price of one cell on one day, its grade, and what stands behind it.

    ``price`` is None for grade E. ``deviation`` is the standard deviation of ln p, None for
    fewer than two observations; ``n_effective`` is (sum v) squared over the sum of v squared.
    """

    cell: str
    grade: str
    price: float | None
    contributors: int
    shown: bool
    used: int
    grams: int
    low: float | None
    high: float | None
    deviation: float | None
    n_effective: float


def priced(
    cell: str,
    verdicts: Sequence[Verdict],
    rules: GradeRules,
    caps: ConcentrationRules,
    *,
    last: float | None = None,
    scale: Callable[[str], float] = lambda group: 1.0,
) -> CellPrice:
    """Return the price and grade of ``cell`` from the accepted among ``verdicts``.

    Args:
        last: the cell's price of the day before, which grade B may lean on.
        scale: the factor of the index-level cap for each seller group.
    """
    open_ones = [verdict for verdict in verdicts if verdict.accepted]
    trades = _of(open_ones, Kind.TRADE)
    firm = _of(open_ones, Kind.BID, Kind.OFFER)
    quotes = [verdict for verdict in open_ones if verdict.seen.kind in rules.quote_kinds]
    if trades:
        within = capped_volumes(trades, caps)
        volumes = within if within is not None else [_grams(verdict) for verdict in trades]
        volumes = [v * scale(_seller(t)) for t, v in zip(trades, volumes, strict=True)]
        vwap = weighted_mean([verdict.price for verdict in trades], volumes)
        if within is not None and deep_enough(trades, math.fsum(volumes), rules):
            return _answer(cell, "A", vwap, trades, rules, volumes=volumes)
        middle, behind = _lean(firm, quotes, rules, last)
        grams = math.fsum(volumes)
        price = vwap if middle is None else blended(vwap, middle, grams, rules.blend_grams)
        return _answer(cell, "B", price, [*trades, *behind], rules)
    if (middle := firm_middle(firm, rules)) is not None:
        return _answer(cell, "C", middle, firm, rules)
    if len({_who(verdict) for verdict in quotes}) >= rules.reporters:
        return _answer(cell, "D", quote_price(quotes, rules), quotes, rules)
    return CellPrice(cell, "E", None, 0, False, 0, 0, None, None, None, 0.0)


def blended(vwap: float, middle: float, grams: float, blend_grams: float) -> float:
    """Return grade B's price: trades weigh ``V / (V + 5 t)``, the rest is ``middle``."""
    share = grams / (grams + blend_grams)
    return share * vwap + (1 - share) * middle


def capped_volumes(trades: Sequence[Verdict], caps: ConcentrationRules) -> list[float] | None:
    """Return the volume in grams of each of ``trades`` under C01: sellers first, then buyers.

    None when too few groups trade for the cap to be met.
    """
    volumes = [_grams(verdict) for verdict in trades]
    for cap, group in ((caps.seller, _seller), (caps.buyer, _buyer)):
        totals: dict[str, list[float]] = {}
        for verdict, volume in zip(trades, volumes, strict=True):
            totals.setdefault(group(verdict), []).append(volume)
        sums = {name: math.fsum(parts) for name, parts in totals.items()}
        scaled = concentration.factors(sums, cap)
        if scaled is None:
            return None
        volumes = [v * scaled[group(t)] for t, v in zip(trades, volumes, strict=True)]
    return volumes


def firm_middle(firm: Sequence[Verdict], rules: GradeRules) -> float | None:
    """Return half of the volume-weighted medians of bids and offers, clamped between the best.

    None with fewer than two bids, two offers or three firms.
    """
    bids, offers = _of(firm, Kind.BID), _of(firm, Kind.OFFER)
    if min(len(bids), len(offers)) < rules.firm_each:
        return None
    if len({_who(verdict) for verdict in firm}) < rules.firm_firms:
        return None
    middle = (_median_by_volume(bids) + _median_by_volume(offers)) / 2
    best_bid = max(verdict.price for verdict in bids)
    best_offer = min(verdict.price for verdict in offers)
    least, most = min(best_bid, best_offer), max(best_bid, best_offer)
    return min(max(middle, least), most)


def quote_price(quotes: Sequence[Verdict], rules: GradeRules) -> float:
    """Return the median of the quotes' main prices weighted by the reporters' scores.

    Or their plain mean, where the definition takes several rows of one public price so.
    """
    if rules.quote_average == "mean":
        return math.fsum(sorted(verdict.price for verdict in quotes)) / len(quotes)
    return weighted_median([(verdict.price, verdict.seen.score) for verdict in quotes])


def weighted_mean(prices: Sequence[float], volumes: Sequence[float]) -> float:
    """Return the mean of ``prices`` weighted by ``volumes`` (VWAP)."""
    value = math.fsum(price * volume for price, volume in zip(prices, volumes, strict=True))
    return value / math.fsum(volumes)


def deep_enough(trades: Sequence[Verdict], grams: float, rules: GradeRules) -> bool:
    """Return whether ``trades`` of ``grams`` after C01 make grade A (§3.4.3)."""
    return (
        len(trades) >= rules.trades
        and len({_seller(trade) for trade in trades}) >= rules.sellers
        and len({_buyer(trade) for trade in trades}) >= rules.buyers
        and grams >= rules.grams
    )


def _lean(
    firm: list[Verdict], quotes: list[Verdict], rules: GradeRules, last: float | None
) -> tuple[float | None, list[Verdict]]:
    """Return what grade B blends with: firm prices, or quotes, or the cell's last price."""
    if (middle := firm_middle(firm, rules)) is not None:
        return middle, firm
    if len({_who(verdict) for verdict in quotes}) >= rules.reporters:
        return quote_price(quotes, rules), quotes
    return last, []


def _answer(
    cell: str,
    grade: str,
    price: float,
    used: Sequence[Verdict],
    rules: GradeRules,
    *,
    volumes: Sequence[float] = (),
) -> CellPrice:
    contributors = len({_who(verdict) for verdict in used})
    # trades and the quotes of grade B have no common measure of size, so they count alike
    counts = volumes or [1.0 if grade == "B" else _count(verdict) for verdict in used]
    return CellPrice(
        cell=cell,
        grade=grade,
        price=price,
        contributors=contributors,
        shown=contributors >= rules.shown_from,
        used=len(used),
        grams=sum(v.seen.weight.grams for v in _of(used, Kind.TRADE) if v.seen.weight),
        low=min(_low(verdict) for verdict in used),
        high=max(_high(verdict) for verdict in used),
        deviation=_deviation([verdict.price for verdict in used]),
        n_effective=math.fsum(counts) ** 2 / math.fsum(count * count for count in counts),
    )


def _deviation(prices: Sequence[float]) -> float | None:
    if len(prices) < 2:
        return None
    logs = sorted(math.log(price) for price in prices)
    mean = math.fsum(logs) / len(logs)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in logs) / (len(logs) - 1))


def _low(verdict: Verdict) -> float:
    return verdict.price - (verdict.seen.mostly.yuan_per_tonne - _yuan(verdict, low=True)) / 1_000


def _high(verdict: Verdict) -> float:
    return verdict.price + (_yuan(verdict, low=False) - verdict.seen.mostly.yuan_per_tonne) / 1_000


def _yuan(verdict: Verdict, *, low: bool) -> int:
    return (verdict.seen.low if low else verdict.seen.high).yuan_per_tonne


def _of(verdicts: Sequence[Verdict], *kinds: Kind) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.seen.kind in kinds]


def _median_by_volume(verdicts: Sequence[Verdict]) -> float:
    return weighted_median([(v.price, v.seen.weight.grams) for v in verdicts if v.seen.weight])


def _who(verdict: Verdict) -> str:
    """Return who stands behind an observation: the seller of a trade, else who said it."""
    seen = verdict.seen
    if seen.kind in (Kind.TRADE, Kind.OFFER):
        return seen.seller or f"#{seen.id}"
    if seen.kind is Kind.BID:
        return seen.buyer or f"#{seen.id}"
    return seen.reporter or seen.source or f"#{seen.id}"


def _seller(verdict: Verdict) -> str:
    return verdict.seen.seller or f"#{verdict.seen.id}"


def _buyer(verdict: Verdict) -> str:
    return verdict.seen.buyer or f"#{verdict.seen.id}"


def _grams(verdict: Verdict) -> float:
    return float(verdict.seen.weight.grams) if verdict.seen.weight else 0.0


def _count(verdict: Verdict) -> float:
    """Return the weight of a non-trade in the effective number: its score, or its volume."""
    if verdict.seen.kind in (Kind.BID, Kind.OFFER):
        return _grams(verdict)
    return float(verdict.seen.score)
