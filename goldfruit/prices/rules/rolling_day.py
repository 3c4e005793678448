"""One day of an index whose formula rolls: the time-product dummy (§3.4.8a), and weekly GEKS.

The published series is kept relative to 1.0 on its first day and times the base value outside.
"""

from dataclasses import dataclass, replace
from datetime import date

from goldfruit.prices.rules import cells, confidence, filters, rolling
from goldfruit.prices.rules.bilateral import tornqvist
from goldfruit.prices.rules.cells import CellPrice
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.filters import Background, Verdict
from goldfruit.prices.rules.multilateral import geks
from goldfruit.prices.rules.outcomes import CellOutcome, DayInput, DayOutcome, Prices, State
from goldfruit.prices.rules.price_table import PriceTable, Sale
from goldfruit.prices.rules.publication import NOT_PUBLISHED, PROVISIONAL
from goldfruit.prices.rules.splicing import SPLICES

FAR_FROM_LAST = 0.10


Window = tuple[tuple[date, Prices], ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """当日报价: the verdicts of one day, and the cells that have a price."""

    verdicts: tuple[Verdict, ...]
    cells: tuple[CellPrice, ...]

    @property
    def prices(self) -> Prices:
        return {cell.cell: cell.price for cell in self.cells if cell.price is not None}


@dataclass(frozen=True, slots=True)
class Linked:
    """接续值: the day's value relative to 1.0 on the first day, its error, or why there is none."""

    value: float | None
    error: float | None = None
    reason: str = ""


def tpd_day(definition: Definition, state: State, given: DayInput) -> tuple[DayOutcome, State]:
    """Return the outcome of one quote-day of the rolling time-product dummy, and the new state."""
    quoted = _quoted(definition, given)
    window = (*state.window, (given.day, quoted.prices))[-definition.window :]
    least = definition.confidence.cells_min
    made = rolling.extend(state.published, window, given.day, least_cells=least)
    linked = Linked(made.value, made.standard_error, str(made.reason or ""))
    return (
        _outcome(definition, state, given.day, quoted, linked),
        _carried(state, given.day, window, linked),
    )


def geks_week(definition: Definition, state: State, given: DayInput) -> tuple[DayOutcome, State]:
    """Return the outcome of one week of GEKS-Törnqvist, and the new state.

    Each cell's expenditure share of a week is its weight among the cells of that week, since
    survey quotes have no quantities. Source: §3.4.6.
    """
    quoted = _quoted(definition, given)
    basket = definition.basket
    known = tuple(cell for cell in quoted.cells if cell.cell in basket)
    quoted = replace(quoted, cells=known)
    window = (*state.window, (given.day, quoted.prices))[-definition.window :]
    linked = _geks_value(definition, state, window)
    return (
        _outcome(definition, state, given.day, quoted, linked),
        _carried(state, given.day, window, linked),
    )


def _geks_value(definition: Definition, state: State, window: Window) -> Linked:
    if len(window[-1][1]) < definition.confidence.cells_min:
        return Linked(None, reason="too-few-cells")
    if not state.published:
        return Linked(1.0)
    basket = definition.basket
    sales = tuple(
        {cell: Sale(prices[cell], basket[cell].weight / prices[cell]) for cell in sorted(prices)}
        for _, prices in window
    )
    table = PriceTable(tuple(day.isoformat() for day, _ in window), sales, weighted=True)
    last = len(window) - 1
    levels = geks(table, tornqvist)(0, last)
    known = dict(state.published)
    published = [known.get(day) for day, _ in window[:-1]]
    links = [levels.ratio(place, last) for place in range(last)]
    value = SPLICES[definition.splice](published, links)
    return Linked(value, reason="" if value is not None else "not-linked")


def _quoted(definition: Definition, given: DayInput) -> Quoted:
    verdicts = filters.judged(
        given.observations,
        definition.filters,
        Background(),
        definition.differentials,
        kinds=definition.kinds,
        price=definition.price,
        reinstated=given.reinstated,
    )
    by_cell: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.accepted:
            by_cell.setdefault(verdict.seen.cell, []).append(verdict)
    rules, caps = definition.grades, definition.concentration
    priced = [cells.priced(cell, by_cell[cell], rules, caps) for cell in sorted(by_cell)]
    return Quoted(verdicts, tuple(price for price in priced if price.price is not None))


def _outcome(
    definition: Definition, state: State, day: date, quoted: Quoted, linked: Linked
) -> DayOutcome:
    base, published = definition.base_value, linked.value is not None
    value = None if linked.value is None else base * linked.value
    alarms = []
    last = state.published[-1][1] if state.published else linked.value
    if last and linked.value and abs(linked.value / last - 1) > FAR_FROM_LAST:
        alarms.append("far-from-last")
    return DayOutcome(
        day=day,
        value=value,
        status=PROVISIONAL if published else NOT_PUBLISHED,
        reason=linked.reason,
        level=definition.confidence.unleveled if published else confidence.NOT_PUBLISHED,
        standard_error=None if linked.error is None else base * linked.error,
        coverage=_coverage(quoted),
        cells=tuple(_cell(cell, len(quoted.cells)) for cell in quoted.cells),
        subs=(),
        verdicts=quoted.verdicts,
        alarms=tuple(alarms),
    )


def _coverage(quoted: Quoted) -> dict[str, float]:
    """Return the share of the quoted cells at each grade; every one of them counts alike."""
    shares = {cell.cell: 1 / len(quoted.cells) for cell in quoted.cells}
    return confidence.coverage(shares, {cell.cell: cell.grade for cell in quoted.cells})


def _cell(cell: CellPrice, count: int) -> CellOutcome:
    return CellOutcome(
        cell=cell.cell,
        grade=cell.grade,
        share=1 / count,
        price=cell.price,
        shown=cell.shown,
        contributors=cell.contributors,
        used=cell.used,
        grams=cell.grams,
        low=cell.low,
        high=cell.high,
    )


def _carried(state: State, day: date, window: Window, linked: Linked) -> State:
    """Return the state after ``day``: published values of the window, and always the last one."""
    first = window[0][0]
    published = state.published
    if linked.value is not None:
        published = (*published, (day, linked.value))
    kept = tuple(pair for pair in published if pair[0] >= first) or published[-1:]
    return replace(state, day=day, value=linked.value, window=window, published=kept)
