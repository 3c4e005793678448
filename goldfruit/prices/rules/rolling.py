"""The rolling time-product dummy (滚动时间—产品虚拟变量法) for public quotes without quantities.

ln p = day effect + cell effect, least squares over a window of quote-days in which each
quoted cell of a day counts alike; each new day is linked by the mean splice onto the
published series (domain.md §3.4.8a: XFD-D and its kind). No published value is ever revised.

Each day is computed from its own window from scratch, in the order of days and of cell
codes. So the long run and one more day by itself give the same value, bit for bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import exp, fsum, log, sqrt

from goldfruit.prices.rules.elimination import Network, network

Prices = Mapping[str, float]
Window = Sequence[tuple[date, Prices]]
Published = Sequence[tuple[date, float]]


class NotPublished(StrEnum):
    """不发布原因: why a day has no value."""

    TOO_FEW_CELLS = "too-few-cells"
    NOT_LINKED = "not-linked"


@dataclass(frozen=True, slots=True)
class DayValue:
    """日指数: one day's index, 1.0 on the first published day.

    ``standard_error`` is in the same units as ``value``; None on the first day, and where the
    window leaves no degree of freedom. ``links`` counts the published days it rests on.
    """

    day: date
    value: float | None
    standard_error: float | None
    cells: int
    links: int
    reason: NotPublished | None


def roll(days: Window, *, size: int = 260, least_cells: int = 3) -> list[DayValue]:
    """Return the index of every quote-day, from the first on; days must ascend.

    Until there are ``size`` days the window is what there is: the series is what would have
    been published day by day.
    """
    values: list[DayValue] = []
    published: list[tuple[date, float]] = []
    for number, (day, _) in enumerate(days, start=1):
        window = days[max(0, number - size) : number]
        made = extend(published, window, day, least_cells=least_cells)
        if made.value is not None:
            published.append((day, made.value))
        values.append(made)
    return values


def extend(published: Published, window: Window, day: date, *, least_cells: int = 3) -> DayValue:
    """Return the index of ``day``, the last of the window, linked onto the published series.

    ``published``: all that was published before, 1.0 first, in full precision; only what
    lies in the window is used, but the day is the first one (1.0) only if this is empty.

    A day with fewer than ``least_cells`` cells is not published, and nothing is ever linked
    to it; it stays in the window as a quote-day, since its prices still tell how cells differ.
    Cells and days that nothing ties to the new day, not even by way of others, are left out;
    if no published day remains the day is NOT_LINKED rather than guessed.

    Raises:
        ValueError: ``day`` is not the last of the window, or a price is not above zero.
    """
    if not window or window[-1][0] != day:
        raise ValueError(f"{day} must be the last day of its window")
    cells = len(window[-1][1])
    if cells < least_cells:
        return DayValue(day, None, None, cells, 0, NotPublished.TOO_FEW_CELLS)
    if not published:
        return DayValue(day, 1.0, None, cells, 0, None)
    fit = fitted(window)
    known = dict(published)
    linked = [
        (place, log(known[then]))
        for place, (then, _) in enumerate(window[:-1])
        if then in known and fit.part(place) == fit.part(-1)
    ]
    if not linked:
        return DayValue(day, None, None, cells, 0, NotPublished.NOT_LINKED)
    level = fsum(value - fit.effects[place] for place, value in linked) / len(linked)
    value = exp(level + fit.effects[-1])
    spread = fit.spread([place for place, _ in linked])
    return DayValue(
        day, value, None if spread is None else value * spread, cells, len(linked), None
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """拟合: the least-squares effects of a window's days, those of cells eliminated with them.

    ``quotes``: each day's (number of the cell, ln p), cells numbered in the order of codes.
    """

    quotes: Sequence[Sequence[tuple[int, float]]]
    tied: Network
    cell_effects: Sequence[float]
    effects: Sequence[float]

    def part(self, place: int) -> int | None:
        """Return the part of the network that a day belongs to, None for a day of no quotes."""
        return self.tied.parts[self.quotes[place][0][0]] if self.quotes[place] else None

    def spread(self, linked: Sequence[int]) -> float | None:
        """Return the standard error of (last day's effect − mean effect of the linked days).

        The usual s · √(k' (X'X)⁻ k) of ordinary least squares, for the contrast that the mean
        splice uses; published values count as given. None without a degree of freedom.
        """
        own = [place for place in range(len(self.quotes)) if self.part(place) == self.part(-1)]
        residuals = [
            y - self.effects[place] - self.cell_effects[cell]
            for place in own
            for cell, y in self.quotes[place]
        ]
        cells = self.tied.parts.count(self.tied.parts[self.quotes[-1][0][0]])
        freedom = len(residuals) - len(own) - cells + 1
        if freedom <= 0:
            return None
        last = len(self.quotes) - 1
        contrast = [(last, 1.0), *((place, -1.0 / len(linked)) for place in linked)]
        pulls: list[list[float]] = [[] for _ in self.cell_effects]
        for place, k in contrast:
            for cell, _ in self.quotes[place]:
                pulls[cell].append(k / len(self.quotes[place]))
        carried = [fsum(several) for several in pulls]
        through_cells = fsum(map(float.__mul__, carried, self.tied.settle(carried)))
        of_days = fsum(k * k / len(self.quotes[place]) for place, k in contrast)
        variance = fsum(residual * residual for residual in residuals) / freedom
        return sqrt(variance * max(0.0, of_days + through_cells))


def fitted(window: Window) -> Fit:
    """Return the fit of ln p on days and cells, days eliminated.

    What remains are normal equations in the cells alone: two cells quoted on one day of n
    quotes are tied by 1/n, and a cell is pulled by how far it lies above its days' means.
    """
    codes = sorted({code for _, prices in window for code in prices})
    number = {code: place for place, code in enumerate(codes)}
    quotes = [
        [(number[code], log(prices[code])) for code in sorted(prices)] for _, prices in window
    ]
    means = [fsum(y for _, y in day) / len(day) if day else 0.0 for day in quotes]
    ties = [[0.0] * place for place in range(len(codes))]
    pulls: list[list[float]] = [[] for _ in codes]
    for day, mean in zip(quotes, means, strict=True):
        for place, (cell, y) in enumerate(day):
            pulls[cell].append(y - mean)
            row = ties[cell]
            for other, _ in day[:place]:
                row[other] += 1.0 / len(day)
    tied = network(ties)
    cell_effects = tied.settle([fsum(several) for several in pulls])
    effects = [
        mean - fsum(cell_effects[cell] for cell, _ in day) / len(day) if day else 0.0
        for day, mean in zip(quotes, means, strict=True)
    ]
    return Fit(quotes, tied, cell_effects, effects)
