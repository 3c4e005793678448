"""The rolling time-product dummy (滚动时间—产品虚拟变量法) for public quotes without quantities.

ln p = day effect + cell effect, least squares over a window of quote-days in which each
quoted cell of a day counts alike; each new day is linked by the mean splice onto the
published series (domain.md §3.4.8a: XFD-D and its kind). No published value is ever revised.

The first window is fitted once and gives all its days together (a backfill); after it, each
day is computed from its own window from scratch, in the order of days and of cell codes. So
the long run and one more day by itself give the same value, bit for bit. To grow the first
window day by day instead would link a season's days onto the few cells of its first weeks:
on the real quotes of Xinfadi such a series ends a fifth below the fit over all days.
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
    window leaves no degree of freedom. ``links`` counts the published days it rests on: the
    first day for the others of the first window, later all that the mean splice used.
    """

    day: date
    value: float | None
    standard_error: float | None
    cells: int
    links: int
    reason: NotPublished | None


def roll(days: Window, *, size: int = 260, least_cells: int = 3) -> list[DayValue]:
    """Return the index of every quote-day, from the first on; days must ascend.

    The first ``size`` days (or all, if there are fewer) come from ``begin``, the others from
    ``extend``. An index that starts live, without any history, can only ``extend`` from its
    first day; a run over a past range must not.
    """
    values = begin(days[:size], least_cells=least_cells)
    published = [(made.day, made.value) for made in values if made.value is not None]
    for number in range(size + 1, len(days) + 1):
        window = days[number - size : number]
        made = extend(published, window, window[-1][0], least_cells=least_cells)
        if made.value is not None:
            published.append((made.day, made.value))
        values.append(made)
    return values


def begin(window: Window, *, least_cells: int = 3) -> list[DayValue]:
    """Return the index of all days of the first window from one fit, 1.0 on the first day.

    The first day is the first with ``least_cells`` cells; days that nothing ties to it are
    NOT_LINKED. Days of fewer cells are not published, but take part in the fit.

    Raises:
        ValueError: a price is not above zero.
    """
    places = [place for place, (_, prices) in enumerate(window) if len(prices) >= least_cells]
    if not places:
        return [_thin(day, prices) for day, prices in window]
    fit, first = fitted(window), places[0]
    values: list[DayValue] = []
    for place, (day, prices) in enumerate(window):
        if len(prices) < least_cells:
            values.append(_thin(day, prices))
        elif place == first:
            values.append(DayValue(day, 1.0, None, len(prices), 0, None))
        elif fit.part(place) != fit.part(first):
            values.append(_unlinked(day, prices))
        else:
            value = exp(fit.effects[place] - fit.effects[first])
            error = fit.standard_error(place, [first])
            values.append(DayValue(day, value, _scaled(value, error), len(prices), 1, None))
    return values


def extend(published: Published, window: Window, day: date, *, least_cells: int = 3) -> DayValue:
    """Return the index of ``day``, the last of the window, linked onto the published series.

    ``published``: all that was published before, in full precision, 1.0 on the first day;
    only what lies in the window is used. If it is empty, ``day`` is the first day (1.0).

    A day with fewer than ``least_cells`` cells is not published, and nothing is ever linked
    to it; it stays in the window as a quote-day, since its prices still tell how cells differ.
    Cells and days that nothing ties to the new day, not even by way of others, are left out;
    if no published day remains the day is NOT_LINKED rather than guessed.

    Raises:
        ValueError: ``day`` is not the last of the window, or a price is not above zero.
    """
    if not window or window[-1][0] != day:
        raise ValueError(f"{day} must be the last day of its window")
    prices = window[-1][1]
    if len(prices) < least_cells:
        return _thin(day, prices)
    if not published:
        return DayValue(day, 1.0, None, len(prices), 0, None)
    fit, known, new = fitted(window), dict(published), len(window) - 1
    linked = [
        place
        for place, (then, _) in enumerate(window[:-1])
        if then in known and fit.part(place) == fit.part(new)
    ]
    if not linked:
        return _unlinked(day, prices)
    # The mean splice: the geometric mean of I_l · P(l, new) over the published days l.
    level = fsum(log(known[window[place][0]]) - fit.effects[place] for place in linked)
    value = exp(level / len(linked) + fit.effects[new])
    error = _scaled(value, fit.standard_error(new, linked))
    return DayValue(day, value, error, len(prices), len(linked), None)


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

    def standard_error(self, place: int, against: Sequence[int]) -> float | None:
        """Return that of (this day's effect - the mean effect of the days ``against``).

        The usual s · √(k' (X'X)⁻ k) of ordinary least squares for the contrast by which the day
        is linked; published values count as given. None without a degree of freedom.
        """
        variance = self.variance(self.part(place))
        if variance is None:
            return None
        contrast = [(place, 1.0), *((other, -1.0 / len(against)) for other in against)]
        pulls: list[list[float]] = [[] for _ in self.cell_effects]
        for day, k in contrast:
            for cell, _ in self.quotes[day]:
                pulls[cell].append(k / len(self.quotes[day]))
        carried = [fsum(several) for several in pulls]
        through_cells = fsum(map(float.__mul__, carried, self.tied.settle(carried)))
        of_days = fsum(k * k / len(self.quotes[day]) for day, k in contrast)
        return sqrt(variance * max(0.0, of_days + through_cells))

    def variance(self, part: int | None) -> float | None:
        """Return s² of one part, Σ residual² / (rows - days - cells + 1), None if that is 0/0."""
        places = [place for place in range(len(self.quotes)) if self.part(place) == part]
        residuals = [
            y - self.effects[place] - self.cell_effects[cell]
            for place in places
            for cell, y in self.quotes[place]
        ]
        freedom = len(residuals) - len(places) - self.tied.parts.count(part) + 1
        if part is None or freedom <= 0:
            return None
        return fsum(residual * residual for residual in residuals) / freedom


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


def _thin(day: date, prices: Prices) -> DayValue:
    return DayValue(day, None, None, len(prices), 0, NotPublished.TOO_FEW_CELLS)


def _unlinked(day: date, prices: Prices) -> DayValue:
    return DayValue(day, None, None, len(prices), 0, NotPublished.NOT_LINKED)


def _scaled(value: float, error: float | None) -> float | None:
    return None if error is None else value * error
