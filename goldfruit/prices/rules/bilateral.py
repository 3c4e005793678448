"""Index formulas between two periods, over the items that both have (matched model).

Notation of the ILO/IMF manuals (CPI Manual 2020, ch. 8; PPI Manual 2004, ch. 15-17, 19): p
prices, q quantities, 0 the earlier and 1 the later period, s expenditure shares among the
matched items. Each formula returns None where it is 0/0: no matched items, or no quantity
that would weigh them. An item carried forward has quantity 0: it counts in the unweighted
formulas and wherever the other period's quantity weighs it. Sums are ``math.fsum``, so the
order of the items does not matter.
"""

from collections.abc import Callable, Iterable, Sequence
from math import exp, fsum, log, sqrt
from typing import NamedTuple

from goldfruit.prices.rules.price_table import Sales


class Matched(NamedTuple):
    """One item in both periods."""

    item: str
    p0: float
    q0: float
    p1: float
    q1: float


Items = Sequence[Matched]
Formula = Callable[[Items], float | None]
Compare = Callable[[int, int], float | None]


def matched(earlier: Sales, later: Sales) -> list[Matched]:
    """Return the items that both periods have."""
    return [
        Matched(item, was.price, was.quantity, now.price, now.quantity)
        for item, was in earlier.items()
        if (now := later.get(item)) is not None
    ]


def laspeyres(items: Items) -> float | None:
    """Return Σ p1 q0 / Σ p0 q0 (Laspeyres 1871): the earlier basket."""
    return _quotient((i.p1 * i.q0 for i in items), (i.p0 * i.q0 for i in items))


def paasche(items: Items) -> float | None:
    """Return Σ p1 q1 / Σ p0 q1 (Paasche 1874): the later basket."""
    return _quotient((i.p1 * i.q1 for i in items), (i.p0 * i.q1 for i in items))


def fisher(items: Items) -> float | None:
    """Return √(Laspeyres · Paasche) (Fisher 1922)."""
    by_earlier, by_later = laspeyres(items), paasche(items)
    return sqrt(by_earlier * by_later) if by_earlier and by_later else None


def tornqvist(items: Items) -> float | None:
    """Return exp Σ ½(s0 + s1) ln(p1/p0) (Törnqvist 1936; domain.md §3.4.6)."""
    spent0, spent1 = fsum(i.p0 * i.q0 for i in items), fsum(i.p1 * i.q1 for i in items)
    if not spent0 or not spent1:
        return None
    return exp(
        fsum((i.p0 * i.q0 / spent0 + i.p1 * i.q1 / spent1) / 2 * log(i.p1 / i.p0) for i in items)
    )


def walsh(items: Items) -> float | None:
    """Return Σ p1 √(q0 q1) / Σ p0 √(q0 q1) (Walsh 1901): the basket midway."""
    return _quotient(
        (i.p1 * sqrt(i.q0 * i.q1) for i in items), (i.p0 * sqrt(i.q0 * i.q1) for i in items)
    )


def jevons(items: Items) -> float | None:
    """Return the geometric mean of p1/p0 (Jevons 1865)."""
    return exp(fsum(log(i.p1 / i.p0) for i in items) / len(items)) if items else None


def dutot(items: Items) -> float | None:
    """Return Σ p1 / Σ p0 (Dutot 1738)."""
    return _quotient((i.p1 for i in items), (i.p0 for i in items))


def carli(items: Items) -> float | None:
    """Return the arithmetic mean of p1/p0 (Carli 1764)."""
    return fsum(i.p1 / i.p0 for i in items) / len(items) if items else None


def harmonic(items: Items) -> float | None:
    """Return the harmonic mean of p1/p0 (Coggeshall 1887)."""
    return len(items) / fsum(i.p0 / i.p1 for i in items) if items else None


def lowe(items: Items, weights: Sales) -> float | None:
    """Return Σ p1 q_w / Σ p0 q_w (Lowe 1823), over the items that period w has too."""
    known = [(i, weights[i.item].quantity) for i in items if i.item in weights]
    return _quotient((i.p1 * q for i, q in known), (i.p0 * q for i, q in known))


def young(items: Items, weights: Sales) -> float | None:
    """Return Σ s_w p1/p0 (Young 1812), over the items that period w has too.

    The shares are those among the items compared, so equal prices give 1 whatever is missing.
    """
    known = [
        (i, weights[i.item].price * weights[i.item].quantity) for i in items if i.item in weights
    ]
    return _quotient((spent * (i.p1 / i.p0) for i, spent in known), (spent for _, spent in known))


UNWEIGHTED: dict[str, Formula] = {
    "jevons": jevons,
    "dutot": dutot,
    "carli": carli,
    "harmonic": harmonic,
}
WEIGHTED: dict[str, Formula] = {
    "laspeyres": laspeyres,
    "paasche": paasche,
    "fisher": fisher,
    "tornqvist": tornqvist,
    "walsh": walsh,
}
BY_WEIGHTS_PERIOD: dict[str, Callable[[Items, Sales], float | None]] = {
    "lowe": lowe,
    "young": young,
}


def direct(count: int, base: int, compare: Compare) -> list[float | None]:
    """Return each period compared with the base at once, periods before the base too."""
    return [1.0 if t == base else compare(base, t) for t in range(count)]


def chained(count: int, base: int, compare: Compare) -> list[float | None]:
    """Return the product of the links between neighboring periods, 1 at the base.

    Before the base the same links divide, so that choosing another base only rescales the
    series. Where neighbors have nothing in common the chain ends: null from there outward,
    for a later value would say something about a period that nobody compared.
    """
    series: list[float | None] = [None] * count
    series[base] = 1.0
    for t in range(base + 1, count):
        if (before := series[t - 1]) is None or (link := compare(t - 1, t)) is None:
            break
        series[t] = before * link
    for t in range(base - 1, -1, -1):
        if (after := series[t + 1]) is None or (link := compare(t, t + 1)) is None:
            break
        series[t] = after / link
    return series


def _quotient(above: Iterable[float], below: Iterable[float]) -> float | None:
    divisor = fsum(below)
    return fsum(above) / divisor if divisor else None
