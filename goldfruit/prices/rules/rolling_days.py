"""An index whose formula rolls: the time-product dummy (§3.4.8a), and weekly GEKS (§3.4.6).

The published series is kept relative to 1.0 on its first day and times the base value outside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from goldfruit.prices.rules import cells, confidence, filters, rolling
from goldfruit.prices.rules.bilateral import tornqvist
from goldfruit.prices.rules.cells import CellPrice
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.filters import Background, Verdict
from goldfruit.prices.rules.multilateral import Levels, geks
from goldfruit.prices.rules.outcomes import CellOutcome, DayInput, DayOutcome, Prices, State
from goldfruit.prices.rules.price_table import PriceTable, Sale
from goldfruit.prices.rules.publication import NOT_PUBLISHED, PROVISIONAL
from goldfruit.prices.rules.splicing import SPLICES

FAR_FROM_LAST = 0.10
LINKS_KEPT = 20


Window = tuple[tuple[date, Prices], ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """当日报价: the verdicts of one day, and the cells that have a price."""

    verdicts: tuple[Verdict, ...]
    cells: tuple[CellPrice, ...]

    @property
    def prices(self) -> Prices:
        """Return the price of each cell that has one."""
        return {cell.cell: cell.price for cell in self.cells if cell.price is not None}


@dataclass(frozen=True, slots=True)
class Linked:
    """接续值: the day's value relative to 1.0 on the first day, its error, or why there is none."""

    value: float | None
    error: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """滚动公式: how the first window is begun together, and how one more day is linked on."""

    begin: Callable[[Definition, Window], list[Linked]]
    extend: Callable[[Definition, State, Window], Linked]


def rolled(
    formula: Formula, definition: Definition, state: State, days: Sequence[DayInput]
) -> tuple[list[DayOutcome], State]:
    """Return the outcomes of ``days``, and the state after the last.

    Where nothing went before, the first window's days are computed together (a backfill); each
    later day is linked onto what was published and revises nothing. An index that starts without
    history is run day by day.
    """
    outcomes: list[DayOutcome] = []
    first = days[: definition.window] if not state.window else ()
    quoted = [_quoted(definition, given) for given in first]
    window = tuple((given.day, q.prices) for given, q in zip(first, quoted, strict=True))
    together = formula.begin(definition, window) if window else []
    for place, (given, linked) in enumerate(zip(first, together, strict=True)):
        outcomes.append(_outcome(definition, state, given.day, quoted[place], linked))
        state = _carried(state, given.day, window[: place + 1], linked)
    for given in days[len(first) :]:
        found = _quoted(definition, given)
        window = within((*state.window, (given.day, found.prices)), definition.window, state)
        linked = formula.extend(definition, state, window)
        outcomes.append(_outcome(definition, state, given.day, found, linked))
        state = _carried(state, given.day, window, linked)
    return outcomes, state


def within(window: Window, size: int, state: State) -> Window:
    """Return the last ``size`` days of ``window``, and what links them to the published series.

    A long stretch of thin days would crowd every published day out, and nothing could ever be
    linked again; so the newest LINKS_KEPT published days stay, however far back they lie [D].
    """
    tail = window[-size:]
    known = {day for day, _ in state.published}
    missing = LINKS_KEPT - sum(day in known for day, _ in tail)
    if missing <= 0 or len(window) <= size:
        return tail
    older = [each for each in window[:-size] if each[0] in known]
    return (*older[-missing:], *tail)


def _begin_tpd(definition: Definition, window: Window) -> list[Linked]:
    made = rolling.begin(window, least_cells=definition.confidence.cells_min)
    return [Linked(day.value, day.standard_error, str(day.reason or "")) for day in made]


def _extend_tpd(definition: Definition, state: State, window: Window) -> Linked:
    least, day = definition.confidence.cells_min, window[-1][0]
    made = rolling.extend(state.published, window, day, least_cells=least)
    return Linked(made.value, made.standard_error, str(made.reason or ""))


def _begin_geks(definition: Definition, window: Window) -> list[Linked]:
    least = definition.confidence.cells_min
    enough = [place for place, (_, prices) in enumerate(window) if len(prices) >= least]
    if not enough:
        return [Linked(None, reason="too-few-cells") for _ in window]
    levels = _geks_levels(definition, window)
    return [
        _or_why(levels.ratio(enough[0], place) if place in enough else None, prices, least)
        for place, (_, prices) in enumerate(window)
    ]


def _extend_geks(definition: Definition, state: State, window: Window) -> Linked:
    prices, least = window[-1][1], definition.confidence.cells_min
    if len(prices) < least or not state.published:
        return _or_why(1.0 if len(prices) >= least else None, prices, least)
    levels, last, known = _geks_levels(definition, window), len(window) - 1, dict(state.published)
    published = [known.get(day) for day, _ in window[:-1]]
    links = [levels.ratio(place, last) for place in range(last)]
    return _or_why(SPLICES[definition.splice](published, links), prices, least)


def _geks_levels(definition: Definition, window: Window) -> Levels:
    """Return GEKS-Törnqvist levels of the window (§3.4.6).

    Each cell's expenditure share of a week is its weight among the cells of that week, since
    survey quotes have no quantities.
    """
    basket = definition.basket
    sales = tuple(
        {cell: Sale(prices[cell], basket[cell].weight / prices[cell]) for cell in sorted(prices)}
        for _, prices in window
    )
    table = PriceTable(tuple(day.isoformat() for day, _ in window), sales, weighted=True)
    return geks(table, tornqvist)(0, len(window) - 1)


def _or_why(value: float | None, prices: Prices, least: int) -> Linked:
    if value is not None:
        return Linked(value)
    return Linked(None, reason="too-few-cells" if len(prices) < least else "not-linked")


TPD = Formula(_begin_tpd, _extend_tpd)
GEKS = Formula(_begin_geks, _extend_geks)


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
    open_to = definition.basket or by_cell
    priced = [cells.priced(c, by_cell[c], rules, caps) for c in sorted(by_cell) if c in open_to]
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
