"""Differentials estimated anew (差价重估): a log-price regression on 90 days of quotes (§3.4.1).

``ln p = level of the cell on that day + sum of the terms' coefficients``. The levels are taken out
by subtracting each cell-day's mean, so only quotes of one cell on one day are compared with each
other. All sums are ``math.fsum`` over the cell-days in order, so the answer is the same whatever
the order of the quotes.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from goldfruit.prices.rules.observations import Differentials

Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class HedonicRules:
    """差价重估参数: when an estimate may lead to a proposal; versioned data.

    ``freedom`` are the degrees of freedom of the fit, ``mixed`` the cell-days in which quotes with
    and without a term stand side by side. Amounts are whole multiples of ``step`` yuan per tonne.
    """

    days: int = 90
    freedom: int = 30
    mixed: int = 10
    t_beyond: float = 2.0
    step: int = 10
    source: str = "[D] §3.4.1"


@dataclass(frozen=True, slots=True)
class Quoted:
    """参与重估的报价: an accepted quote's own price per kilogram, and its terms as in the table."""

    day: date
    cell: str
    price: float
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """条件系数: one term's coefficient in ln p, its standard error and t."""

    name: str
    coefficient: float
    error: float
    t: float
    mixed: int


@dataclass(frozen=True, slots=True)
class Fit:
    """回归结果: the terms by name, or the reason why there are none.

    ``level`` is the geometric mean of the prices in reference terms, per kilogram; ``short`` names
    the terms that too few cell-days can speak of.
    """

    terms: tuple[Term, ...]
    quotes: int
    freedom: int
    level: float
    short: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """差价变更: a term whose amount (yuan per tonne) the data move, and the fit behind it."""

    name: str
    before: int
    after: int
    term: Term


def fitted(
    quotes: Iterable[Quoted], terms: Iterable[str], rules: HedonicRules | None = None
) -> Fit:
    """Return the least-squares fit of ``terms`` on ``quotes``, with cell-day effects.

    A term needs ``rules.mixed`` cell-days that have quotes with and without it. The fit has no
    terms, and a reason, where no term has them, where terms never occur apart from each other,
    or with fewer than ``rules.freedom`` degrees of freedom.
    """
    rules = rules or HedonicRules()
    groups = _groups(quotes)
    wanted = sorted(set(terms))
    mixed = {name: sum(_is_mixed(group, name) for group in groups) for name in wanted}
    names = [name for name in wanted if mixed[name] >= rules.mixed]
    short = tuple(name for name in wanted if name not in names)
    count = sum(map(len, groups))
    freedom = count - len(groups) - len(names)
    nothing = Fit((), count, freedom, 0.0, short)
    if not names:
        return _without(nothing, "没有足够的品类日同时有含此条件与不含此条件的报价")
    if freedom < rules.freedom:
        return _without(nothing, f"自由度 {freedom}，少于 {rules.freedom}")
    rows = [row for group in groups for row in _centered(group, names)]
    inverse = inverted(_products(rows, len(names)))
    if inverse is None:
        return _without(nothing, "各条件总是一同出现，无法分开估计")
    pulls = [math.fsum(row[at] * row[-1] for row in rows) for at in range(len(names))]
    found = [math.fsum(map(float.__mul__, line, pulls)) for line in inverse]
    left = (row[-1] - math.fsum(map(float.__mul__, row[:-1], found)) for row in rows)
    variance = math.fsum(each * each for each in left) / freedom
    answer = tuple(
        _term(name, found[at], math.sqrt(variance * inverse[at][at]), mixed[name])
        for at, name in enumerate(names)
    )
    return Fit(answer, count, freedom, _level(groups, dict(zip(names, found, strict=True))), short)


def changes(
    fit: Fit, table: Differentials, rules: HedonicRules | None = None
) -> tuple[Change, ...]:
    """Return the amounts of ``table`` that the fit changes, by name of the term.

    A term changes only if its |t| is beyond 2, and its coefficient also lies beyond two standard
    errors from the amount in force; so noise never moves the table. An amount is what brings a
    price to reference terms: ``level x (1 - e^coefficient)``, in whole steps. Source: §3.4.1.
    """
    rules = rules or HedonicRules()
    answer = []
    for term in fit.terms:
        before = table.amounts.get(term.name, 0)
        after = _stepped(1_000 * fit.level * -math.expm1(term.coefficient), rules.step)
        inside = 1 - before / (1_000 * fit.level)
        held = math.log(inside) if inside > 0 else -math.inf
        away = abs(term.coefficient - held) > rules.t_beyond * term.error
        if abs(term.t) > rules.t_beyond and away and after != before:
            answer.append(Change(term.name, before, after, term))
    return tuple(answer)


def inverted(matrix: Matrix) -> Matrix | None:
    """Return the inverse of a symmetric positive matrix; None where a row depends on others.

    Gauss–Jordan without exchange of rows, which needs none for such a matrix.
    """
    size = len(matrix)
    work = [[*row, *(float(at == place) for place in range(size))] for at, row in enumerate(matrix)]
    for at in range(size):
        pivot = work[at][at]
        if pivot <= 1e-9 * matrix[at][at]:
            return None
        work[at] = [value / pivot for value in work[at]]
        for other in range(size):
            share = work[other][at]
            if other != at and share:
                work[other] = [v - share * p for v, p in zip(work[other], work[at], strict=True)]
    return [row[size:] for row in work]


def _groups(quotes: Iterable[Quoted]) -> list[list[Quoted]]:
    """Return the quotes of each cell-day that has at least two, in one order whatever theirs."""
    by_place: dict[tuple[date, str], list[Quoted]] = {}
    for quote in quotes:
        by_place.setdefault((quote.day, quote.cell), []).append(quote)
    return [
        sorted(by_place[place], key=lambda quote: (quote.price, sorted(quote.terms)))
        for place in sorted(by_place)
        if len(by_place[place]) > 1
    ]


def _is_mixed(group: Sequence[Quoted], name: str) -> bool:
    return 0 < sum(name in quote.terms for quote in group) < len(group)


def _centered(group: Sequence[Quoted], names: Sequence[str]) -> list[list[float]]:
    """Return the group's rows of terms and ln p, each column less its mean in the group."""
    rows = [
        [*(float(name in quote.terms) for name in names), math.log(quote.price)] for quote in group
    ]
    means = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
    return [[value - mean for value, mean in zip(row, means, strict=True)] for row in rows]


def _products(rows: Sequence[Sequence[float]], size: int) -> Matrix:
    return [
        [math.fsum(row[at] * row[other] for row in rows) for other in range(size)]
        for at in range(size)
    ]


def _term(name: str, coefficient: float, error: float, mixed: int) -> Term:
    t = coefficient / error if error else math.copysign(math.inf, coefficient)
    return Term(name, coefficient, error, t, mixed)


def _level(groups: Sequence[Sequence[Quoted]], found: dict[str, float]) -> float:
    logs = [
        math.log(quote.price)
        - math.fsum(found[name] for name in sorted(quote.terms) if name in found)
        for group in groups
        for quote in group
    ]
    return math.exp(math.fsum(logs) / len(logs))


def _stepped(value: float, step: int) -> int:
    """Return ``value`` as a whole multiple of ``step``, half away from zero."""
    steps = math.floor(abs(value) / step + 0.5)
    return (steps if value > 0 else -steps) * step


def _without(fit: Fit, reason: str) -> Fit:
    return Fit((), fit.quotes, fit.freedom, fit.level, fit.short, reason)
