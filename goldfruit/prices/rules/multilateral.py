"""Index formulas over many periods at once: transitive, so that no chain drifts.

Each formula returns the price levels of a window (see ``Levels``). Periods that share no
item, not even by way of others, fall into separate parts, and nothing is said across parts.
Sources: CPI Manual 2020, ch. 10; Ivancic, Diewert and Fox 2011 (GEKS, TPD); Geary 1958 and
Khamis 1972; IndexNumR and PriceIndices for the usual settings (domain.md §3.4.6).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, fsum, log

from goldfruit.prices.rules.bilateral import (
    Formula,
    fisher,
    jevons,
    matched,
    tornqvist,
    walsh,
)
from goldfruit.prices.rules.elimination import network, stationary
from goldfruit.prices.rules.price_table import PriceTable, Sales


@dataclass(frozen=True, slots=True)
class Levels:
    """价格水平: ln of the price level of each period of a window.

    Only differences within one part mean something; part None: nothing known of the period.
    """

    logs: tuple[float, ...]
    parts: tuple[int | None, ...]

    def ratio(self, earlier: int, later: int) -> float | None:
        """Return the index from one period of the window to another, None across parts."""
        if self.parts[earlier] is None or self.parts[earlier] != self.parts[later]:
            return None
        return exp(self.logs[later] - self.logs[earlier])


# The items of a period: (weight, ln p).
Weighed = Mapping[str, tuple[float, float]]
# The levels of the periods first..last (counted from 0, both included).
WindowFormula = Callable[[int, int], Levels]


def geks(table: PriceTable, formula: Formula) -> WindowFormula:
    """Return GEKS: P_ij = Π_l (P_il P_lj)^(1/n) over the window's n periods l.

    The levels are those that come nearest, by least squares of the logs, to all bilateral
    comparisons (Gini 1931). Where every pair can be compared that is the product above; where
    some pairs share no item, it is what remains of it and still transitive. ``formula`` must
    satisfy time reversal.
    """

    @cache
    def log_index(earlier: int, later: int) -> float | None:
        found = formula(matched(table.sales[earlier], table.sales[later]))
        return None if found is None else log(found)

    def levels(first: int, last: int) -> Levels:
        periods = range(first, last + 1)
        logs = [[log_index(j, i) for j in range(first, i)] for i in periods]
        if all(entry is not None for row in logs for entry in row):
            return Levels(_means(logs), (0,) * len(logs))
        meshed = network([[0.0 if entry is None else 1.0 for entry in row] for row in logs])
        return Levels(tuple(meshed.settle(_pulls(logs))), meshed.parts)

    return levels


def tpd(table: PriceTable) -> WindowFormula:
    """Return the time-product dummy: ln p_kt = level_t + item_k, by pooled least squares.

    Rows weigh their share in the period's expenditure (Diewert 2004; Rao 2005), without
    quantities all alike. The item effects are eliminated; what remains ties two periods t, s by
    Σ_k w_kt w_ks / W_k over the items they share, each item pulling by ln p_kt - ln p_ks, so
    items of one period only do not even round. No correction for the bias of exp.
    """

    def levels(first: int, last: int) -> Levels:
        window = table.sales[first : last + 1]
        rows = [
            {item: (w, log(sales[item].price)) for item, w in weights.items()}
            for sales in window
            for weights in [_weights(sales, by_spending=table.weighted)]
        ]
        several: dict[str, list[float]] = {}
        for row in rows:
            for item, (w, _) in row.items():
                several.setdefault(item, []).append(w)
        total = {item: fsum(weights) for item, weights in several.items()}
        tied = [[_tie(row, other, total) for other in rows[:t]] for t, row in enumerate(rows)]
        meshed = network([[tie for tie, _ in line] for line in tied])
        pulls = _pulls([[pull for _, pull in line] for line in tied])
        parts = [part if row else None for part, row in zip(meshed.parts, rows, strict=True)]
        return Levels(tuple(meshed.settle(pulls)), tuple(parts))

    return levels


def geary_khamis(table: PriceTable) -> WindowFormula:
    """Return Geary-Khamis: level_t = Σ_k p_kt q_kt / Σ_k v_k q_kt with v_k the item's price.

    v_k = Σ_t (p_kt / level_t) q_kt / Σ_t q_kt, so levels and item prices hang on each other.
    Put x_t = spent_t / level_t, the volume: then x_t = Σ_s x_s Σ_k share_ks q_kt / Σ_t q_kt,
    a Markov chain from period to period, whose stationary state is found directly.
    """

    def levels(first: int, last: int) -> Levels:
        window = [
            {item: sale for item, sale in sales.items() if sale.quantity > 0}
            for sales in table.sales[first : last + 1]
        ]
        sold: dict[str, list[float]] = {}
        for sales in window:
            for item, sale in sales.items():
                sold.setdefault(item, []).append(sale.quantity)
        sums = {item: fsum(several) for item, several in sold.items()}
        shares = [_weights(sales, by_spending=True) for sales in window]
        moves = [
            [
                fsum(s * to[item].quantity / sums[item] for item, s in share.items() if item in to)
                for to in window
            ]
            for share in shares
        ]
        volume, parts = stationary(moves)
        logs = [
            log(fsum(sale.price * sale.quantity for sale in sales.values()) / x) if sales else 0.0
            for sales, x in zip(window, volume, strict=True)
        ]
        known = [part if sales else None for part, sales in zip(parts, window, strict=True)]
        return Levels(tuple(logs), tuple(known))

    return levels


MULTILATERAL: dict[str, Callable[[PriceTable], WindowFormula]] = {
    "geks-fisher": lambda table: geks(table, fisher),
    "geks-tornqvist": lambda table: geks(table, tornqvist),
    "geks-jevons": lambda table: geks(table, jevons),
    "geks-walsh": lambda table: geks(table, walsh),
    "tpd": tpd,
    "geary-khamis": geary_khamis,
}


def _means(logs: Sequence[Sequence[float | None]]) -> tuple[float, ...]:
    pulls = _pulls(logs)
    return tuple(pull / len(logs) for pull in pulls)


def _pulls(logs: Sequence[Sequence[float | None]]) -> list[float]:
    """Return Σ_l log_tl for each t, where log_lt = -log_tl, from the triangle ``logs[t][l]``."""
    gathered: list[list[float]] = [[] for _ in logs]
    for later, row in enumerate(logs):
        for earlier, entry in enumerate(row):
            if entry is not None:
                gathered[later].append(entry)
                gathered[earlier].append(-entry)
    return [fsum(several) for several in gathered]


def _tie(row: Weighed, other: Weighed, total: Mapping[str, float]) -> tuple[float, float]:
    """Return how strongly two periods are tied by the items they share, and the pull of these."""
    shared = [
        (w * other[item][0] / total[item], y - other[item][1])
        for item, (w, y) in row.items()
        if item in other
    ]
    return fsum(tie for tie, _ in shared), fsum(tie * gap for tie, gap in shared)


def _weights(sales: Sales, *, by_spending: bool) -> dict[str, float]:
    if not by_spending:
        return dict.fromkeys(sales, 1.0)
    spent = {item: s.price * s.quantity for item, s in sales.items() if s.quantity > 0}
    total = fsum(spent.values())
    return {item: amount / total for item, amount in spent.items()}
