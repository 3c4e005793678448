"""How a Lowe index's state begins, changes with the seasons, and is carried from day to day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from goldfruit.prices.rules import lowe
from goldfruit.prices.rules.definitions import Cell, Definition
from goldfruit.prices.rules.filters import PastTrade, Verdict
from goldfruit.prices.rules.observations import Kind
from goldfruit.prices.rules.outcomes import CellState, DayInput, PastPrices, State, SubState

DAYS_KEPT = 5


def begun(definition: Definition, state: State, basket: Mapping[str, Cell]) -> State:
    """Return ``state``, or the one at the base where an index with base prices has none yet."""
    if state.cells or definition.base_kind != "prices":
        return state
    cells = {
        code: CellState(cell.base_price, cell.base_price, cell.weight)
        for code, cell in basket.items()
        if cell.base_price is not None
    }
    base = definition.base_value
    subs = {sub.code: SubState(base, base) for sub in definition.sub_indices}
    return replace(
        state, cells=cells, value=base, link_value=base, link_day=definition.base_day, subs=subs
    )


def season_link(
    definition: Definition, old_value: float, day: date, prices: Mapping[str, float]
) -> State:
    """Return the state in which a new season's basket goes on from the old one's value (§3.4.5).

    ``prices`` are the new season's cells on link day ``day``; so the index of that day is
    ``old_value`` in both, and no level is lost or invented.
    """
    cells = {
        code: CellState(prices[code], prices[code], cell.weight)
        for code, cell in definition.basket.items()
        if code in prices
    }
    return State(day=day, value=old_value, link_value=old_value, link_day=day, cells=cells)


def relinked(state: State) -> State:
    """Return the same index with its last day as the link day: weights carried by price."""
    if not state.cells or state.value is None:
        return state
    omega = lowe.updated_weights(
        {code: cell.weight for code, cell in state.cells.items()},
        {code: cell.link_price for code, cell in state.cells.items()},
        {code: cell.price for code, cell in state.cells.items()},
    )
    cells = {
        code: CellState(cell.price, cell.price, omega[code], cell.accrued)
        for code, cell in state.cells.items()
    }
    return replace(state, cells=cells, link_value=state.value, link_day=state.day)


def under(definition: Definition, state: State) -> State:
    """Return ``state`` under ``definition``: a new version's weights hold from the last day on.

    The last calculated value and prices become the link, so the change of version moves nothing
    (§3.4.8: methodology changes never restate history). New cells enter as they are first seen.
    """
    known = definition.digest
    if not state.cells or state.definition in ("", known) or state.value is None:
        return replace(state, definition=known)
    basket = definition.basket
    cells = {
        code: CellState(cell.price, cell.price, basket[code].weight, cell.accrued)
        for code, cell in state.cells.items()
        if code in basket
    }
    return replace(state, cells=cells, link_value=state.value, link_day=state.day, definition=known)


def left_behind(state: State, basket: Mapping[str, Cell]) -> State:
    """Return ``state`` without the cells whose season is over; the headline does not move."""
    if all(code in basket for code in state.cells):
        return state
    state = relinked(state)
    kept = {code: cell for code, cell in state.cells.items() if code in basket}
    past = tuple(row for row in state.past if row.cell in basket)
    return replace(state, cells=kept, past=past)


def since_published(state: State) -> State:
    """Return ``state`` with the cells' parts of the change at zero if its day was published.

    Where the day was held back, they go on from the last published day.
    """
    if not state.published or state.published[-1][0] != state.day:
        return state
    return replace(
        state, cells={code: replace(cell, accrued=0.0) for code, cell in state.cells.items()}
    )


def after_day(
    state: State,
    given: DayInput,
    verdicts: tuple[Verdict, ...],
    cells: Mapping[str, CellState],
    value: float | None,
    *,
    published: bool,
) -> State:
    """Return the state after a day: cells moved on, and five days of prices kept for R06.

    ``state`` has the day's streaks already; they name the cells of the basket in season.
    """
    recent = (*state.recent, given.day)[-DAYS_KEPT:]
    ratios = {code: _ratio(state, code, cell.price) for code, cell in cells.items()}
    moved = [
        PastPrices(row.day, row.cell, tuple(p * ratios.get(row.cell, 1.0) for p in row.prices))
        for row in state.past
        if row.day in recent
    ]
    series = state.published
    if published and value is not None:
        series = (*series, (given.day, value))[-2:]
    return replace(
        state,
        day=given.day,
        value=value if value is not None else state.value,
        cells=dict(cells) or state.cells,
        recent=recent,
        past=(*moved, *_today(state, given.day, verdicts)),
        trades=(*(t for t in state.trades if t.day in recent), *_trades(given.day, verdicts)),
        published=series,
    )


def _ratio(state: State, code: str, price: float) -> float:
    return price / state.cells[code].price if code in state.cells else 1.0


def _today(state: State, day: date, verdicts: tuple[Verdict, ...]) -> list[PastPrices]:
    by_cell: dict[str, list[float]] = {}
    for verdict in verdicts:
        if verdict.accepted and verdict.seen.cell in state.streaks:
            by_cell.setdefault(verdict.seen.cell, []).append(verdict.price)
    return [PastPrices(day, cell, tuple(by_cell[cell])) for cell in sorted(by_cell)]


def _trades(day: date, verdicts: tuple[Verdict, ...]) -> list[PastTrade]:
    pairs = {
        (verdict.seen.cell, verdict.seen.seller, verdict.seen.buyer)
        for verdict in verdicts
        if verdict.accepted and verdict.seen.kind is Kind.TRADE
    }
    return [PastTrade(day, *pair) for pair in sorted(pairs)]
