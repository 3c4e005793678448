"""The Lowe index (固定权重指数, §3.4.4) and what it does where a price is missing (§3.4.5).

``I_t = I_L * sum of w_k (p_kt / p_kL)`` over the cells of the basket, from link day L on. The
weights are fixed within a season; the daily form updates them by price, so there is no drift.
All sums are ``math.fsum`` in the order of the cell codes.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

Figures = Mapping[str, float]


def total(figures: Figures, cells: Iterable[str] | None = None) -> float:
    """Return the sum of ``figures`` (of ``cells`` only, if named) in the order of cell codes."""
    return math.fsum(figures[cell] for cell in sorted(figures if cells is None else cells))


def value_shares(prices: Figures, quantities: Figures) -> dict[str, float]:
    """Return ``w_k = p_k q_k / sum of p q``: the share of each cell in the season's value."""
    values = {cell: prices[cell] * quantities[cell] for cell in quantities}
    whole = total(values)
    return {cell: values[cell] / whole for cell in sorted(values)}


def rounded_shares(values: Mapping[str, int], places: int = 6) -> dict[str, int]:
    """Return whole parts of ``10**places`` that are proportional to ``values`` and sum exactly.

    What rounding leaves over goes to the largest remainders, then by cell code; so weights that
    people enter or publish always add up to one.
    """
    unit, whole = 10**places, sum(values.values())
    parts = {cell: divmod(value * unit, whole) for cell, value in values.items()}
    left = unit - sum(quotient for quotient, _ in parts.values())
    favored = sorted(parts, key=lambda cell: (-parts[cell][1], cell))[:left]
    return {cell: parts[cell][0] + (cell in favored) for cell in sorted(parts)}


def headline(link_value: float, weights: Figures, at_link: Figures, prices: Figures) -> float:
    """Return ``I_L * sum of w (p_t / p_L)``; the weights need not be normalised."""
    moved = {cell: weights[cell] * (prices[cell] / at_link[cell]) for cell in weights}
    return link_value * (total(moved) / total(weights))


def updated_weights(weights: Figures, at_link: Figures, prices: Figures) -> dict[str, float]:
    """Return omega: the weights carried forward by price, summing to 1 (§3.4.4)."""
    moved = {cell: weights[cell] * (prices[cell] / at_link[cell]) for cell in weights}
    whole = total(moved)
    return {cell: moved[cell] / whole for cell in sorted(moved)}


def daily(previous: float, omega: Figures, before: Figures, prices: Figures) -> float:
    """Return ``I_(t-1) * sum of omega (p_t / p_(t-1))``, which equals the headline form."""
    return previous * total({cell: omega[cell] * (prices[cell] / before[cell]) for cell in omega})


def group_relative(
    omega: Figures, before: Figures, observed: Figures, group: Iterable[str]
) -> float | None:
    """Return ``R = sum of omega p_t/p_(t-1) / sum of omega`` over the observed of ``group``.

    None when none of them is observed.
    """
    members = [cell for cell in sorted(group) if cell in observed and cell in before]
    weight = total(omega, members)
    if weight <= 0:
        return None
    moved = {cell: omega[cell] * (observed[cell] / before[cell]) for cell in members}
    return total(moved) / weight


def imputed(
    cell: str,
    omega: Figures,
    before: Figures,
    observed: Figures,
    groups: Sequence[tuple[str, Callable[[str], str]]],
) -> tuple[float, str] | None:
    """Return the imputed price of ``cell`` and the name of the group that moved it.

    ``groups`` are tried in order: family, then county family, then the whole basket (§3.4.5).
    None when the cell has no last price or nothing at all is observed.
    """
    if cell not in before:
        return None
    for name, key in groups:
        group = [other for other in omega if key(other) == key(cell)]
        relative = group_relative(omega, before, observed, group)
        if relative is not None:
            return before[cell] * relative, name
    return None


def spread_over(
    shares: Figures, suspended: Iterable[str], key: Callable[[str], str]
) -> dict[str, float]:
    """Return ``shares`` without the suspended cells, their weight spread over their family.

    In proportion to the weights there; over the whole basket where the family has nobody left.
    Empty when every cell is suspended.
    """
    gone = set(suspended)
    kept = [cell for cell in sorted(shares) if cell not in gone]
    answer = {cell: shares[cell] for cell in kept}
    for cell in sorted(gone & set(shares)):
        heirs = [other for other in kept if key(other) == key(cell)] or kept
        whole = total(shares, heirs)
        for other in heirs if whole > 0 else []:
            answer[other] += shares[cell] * (shares[other] / whole)
    return answer


def is_link_day(graded_share: float, parallel_days: int, *, least: float = 0.60) -> bool:
    """Return whether a new season may be linked: 10 parallel days, 60 % of weight graded."""
    return parallel_days >= 10 and graded_share >= least - 1e-9


def linked(old_value: float, weights: Figures, at_link: Figures, prices: Figures) -> float:
    """Return the new season's index: the old value at the link day moved by the new basket."""
    return headline(old_value, weights, at_link, prices)


def in_season(month_day: str, season: tuple[str, str] | None) -> bool:
    """Return whether ``MM-DD`` lies in ``season`` (both ends included; it may cross New Year)."""
    if season is None:
        return True
    start, end = season
    if start <= end:
        return start <= month_day <= end
    return month_day >= start or month_day <= end
