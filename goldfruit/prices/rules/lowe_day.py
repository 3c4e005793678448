"""One day of a Lowe index (§3.4.4, §3.4.5): who is in the basket, what it costs, what it says."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from goldfruit.prices.rules import cells, concentration, confidence, filters, lowe
from goldfruit.prices.rules.cells import CellPrice
from goldfruit.prices.rules.confidence import Spread
from goldfruit.prices.rules.definitions import Cell, Definition
from goldfruit.prices.rules.filters import Background, Verdict
from goldfruit.prices.rules.lowe_state import after_day, begun, left_behind, since_published, under
from goldfruit.prices.rules.observations import Kind
from goldfruit.prices.rules.outcomes import (
    CellOutcome,
    CellState,
    DayInput,
    DayOutcome,
    State,
    SubOutcome,
    SubState,
)
from goldfruit.prices.rules.publication import NOT_PUBLISHED, PROVISIONAL

Basket = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Moved:
    """行情变动: the basket on one day: prices, who was imputed by what, and the change of each."""

    value: float | None
    prices: Mapping[str, float]
    imputed_by: Mapping[str, str]
    deltas: Mapping[str, float]
    cells: Mapping[str, CellState]


def lowe_day(definition: Definition, state: State, given: DayInput) -> tuple[DayOutcome, State]:
    """Return the outcome of one day, and the state after it.

    A day below the minimum-data rule has no value (NP); its prices still move the cells on, so
    that the next published day compares with the last published one.
    """
    basket = in_season(definition, given.day)
    state = under(definition, begun(definition, state, basket))
    state = left_behind(since_published(state), basket)
    verdicts = _verdicts(definition, state, given)
    priced, alarms = _priced(definition, basket, state, verdicts)
    streaks = {code: _streak(state, priced[code]) for code in basket}
    suspended = {code for code in basket if streaks[code] > definition.suspend_after}
    shares = spread_shares(basket, suspended)
    level, covered = _level(definition, priced, shares)
    start = not state.cells and level != confidence.NOT_PUBLISHED
    begin = definition.base_value if state.value is None else state.value
    moved = _started(begin, basket, priced) if start else _moved(basket, state, priced)
    published = level != confidence.NOT_PUBLISHED and moved.value is not None
    subs, sub_states = _subs(definition, state, moved, priced, shares, published=published)
    outcome = DayOutcome(
        day=given.day,
        value=moved.value if published else None,
        status=PROVISIONAL if published else NOT_PUBLISHED,
        reason="" if published else _reason(verdicts, moved),
        level=level if published else confidence.NOT_PUBLISHED,
        standard_error=_error(state, moved, priced) if published and not start else None,
        coverage=covered,
        cells=_told(basket, priced, moved, suspended),
        subs=subs,
        verdicts=verdicts,
        alarms=(*alarms, *_alarms(definition, streaks)),
    )
    if start:
        state = replace(state, link_value=begin, link_day=given.day)
    state = replace(state, streaks=streaks, subs=sub_states)
    return outcome, after_day(state, given, verdicts, moved.cells, moved.value, published=published)


def in_season(definition: Definition, day: date) -> Basket:
    """Return the cells of the basket whose season ``day`` lies in, in the order of their codes."""
    month_day = f"{day:%m-%d}"
    return {
        code: cell
        for code, cell in definition.basket.items()
        if lowe.in_season(month_day, cell.season)
    }


def spread_shares(basket: Basket, suspended: set[str]) -> dict[str, float]:
    """Return the weights in season, adding up to 1, the suspended ones' spread over families."""
    whole = lowe.total({code: cell.weight for code, cell in basket.items()})
    if not basket:
        return {}
    shares = {code: cell.weight / whole for code, cell in basket.items()}
    return lowe.spread_over(shares, suspended, lambda code: basket[code].family)


def _verdicts(definition: Definition, state: State, given: DayInput) -> tuple[Verdict, ...]:
    past: dict[str, list[float]] = {}
    for row in state.past:
        past.setdefault(row.cell, []).extend(row.prices)
    last = {code: cell.price for code, cell in state.cells.items()}
    return filters.judged(
        given.observations,
        definition.filters,
        Background(past, last, state.trades),
        definition.differentials,
        kinds=definition.kinds,
        price=definition.price,
        reinstated=given.reinstated,
    )


def _priced(
    definition: Definition, basket: Basket, state: State, verdicts: tuple[Verdict, ...]
) -> tuple[dict[str, CellPrice], list[str]]:
    by_cell: dict[str, list[Verdict]] = {code: [] for code in basket}
    for verdict in verdicts:
        if verdict.accepted and verdict.seen.cell in by_cell:
            by_cell[verdict.seen.cell].append(verdict)
    scale, alarms = _index_scale(definition, basket, by_cell)
    priced = {}
    for code in basket:
        last = state.cells[code].price if code in state.cells else None
        rules, caps = definition.grades, definition.concentration
        priced[code] = cells.priced(code, by_cell[code], rules, caps, last=last, scale=scale)
    return priced, alarms


def _index_scale(
    definition: Definition, basket: Basket, by_cell: Mapping[str, list[Verdict]]
) -> tuple[Callable[[str], float], list[str]]:
    """Return how much each seller group's volume is scaled so that none exceeds 25 % (C01).

    A group's share of the index is its share of each traded cell's volume, times the cell's
    weight. Where too few groups trade for the cap to be met, an alarm is all that can be done.
    """
    carried: dict[str, list[float]] = {}
    for code, cell in basket.items():
        volumes: dict[str, list[float]] = {}
        for verdict in by_cell[code]:
            if verdict.seen.kind is Kind.TRADE and verdict.seen.weight:
                group = verdict.seen.seller or f"#{verdict.seen.id}"
                volumes.setdefault(group, []).append(float(verdict.seen.weight.grams))
        whole = math.fsum(grams for parts in volumes.values() for grams in parts)
        for group in sorted(volumes):
            part = cell.weight * math.fsum(volumes[group]) / whole
            carried.setdefault(group, []).append(part)
    if not carried:
        return lambda group: 1.0, []
    sums = {group: math.fsum(parts) for group, parts in carried.items()}
    scaled = concentration.factors(sums, definition.concentration.index)
    if scaled is None:
        return lambda group: 1.0, ["index-concentration"]
    return lambda group: scaled.get(group, 1.0), []


def _streak(state: State, priced: CellPrice) -> int:
    return state.streaks.get(priced.cell, 0) + 1 if priced.grade == "E" else 0


def _level(
    definition: Definition, priced: Mapping[str, CellPrice], shares: Mapping[str, float]
) -> tuple[str, dict[str, float]]:
    covered = confidence.coverage(shares, {code: priced[code].grade for code in shares})
    own = sum(cell.price is not None for cell in priced.values())
    return confidence.level(covered, own, definition.confidence), covered


def _started(value: float, basket: Basket, priced: Mapping[str, CellPrice]) -> Moved:
    """Return the first day at ``value`` and the prices that were found.

    That is the base value; or the last one, where all cells were out of season since.
    """
    prices = {code: p.price for code, p in sorted(priced.items()) if p.price is not None}
    entered = {code: CellState(price, price, basket[code].weight) for code, price in prices.items()}
    return Moved(value, prices, {}, dict.fromkeys(prices, 0.0), entered)


def _moved(basket: Basket, state: State, priced: Mapping[str, CellPrice]) -> Moved:
    """Return the basket after one day, from the cells that were in it the day before.

    A cell seen for the first time in its season enters at the headline's own movement, so that
    its entry changes nothing (§3.4.5: no invented prices).
    """
    if not state.cells or state.value is None:
        return Moved(None, {}, {}, {}, {})
    before = {code: cell.price for code, cell in state.cells.items()}
    at_link = {code: cell.link_price for code, cell in state.cells.items()}
    weights = {code: cell.weight for code, cell in state.cells.items()}
    observed = {code: p.price for code, p in sorted(priced.items()) if p.price is not None}
    omega = lowe.updated_weights(weights, at_link, before)
    known = {code: observed[code] for code in before if code in observed}
    prices, imputed_by = dict(known), {}
    groups = (
        ("family", lambda code: basket[code].family),
        ("county", lambda code: basket[code].county),
        ("basket", lambda code: ""),
    )
    for code in sorted(set(before) - set(known)):
        found = lowe.imputed(code, omega, before, known, groups)
        prices[code], imputed_by[code] = found or (before[code], "last")
    value = lowe.headline(state.link_value, weights, at_link, prices)
    deltas = {
        code: state.value * omega[code] * (prices[code] / before[code] - 1) for code in before
    }
    entered = {
        code: replace(cell, price=prices[code], accrued=cell.accrued + deltas[code])
        for code, cell in state.cells.items()
    }
    ratio = value / state.link_value
    per_weight = lowe.total(weights) / lowe.total({code: basket[code].weight for code in weights})
    for code in sorted(set(observed) - set(before)):
        price = observed[code]
        entered[code] = CellState(price, price / ratio, basket[code].weight * per_weight)
        prices[code], deltas[code] = price, 0.0
    return Moved(value, prices, imputed_by, deltas, dict(sorted(entered.items())))


def _error(state: State, moved: Moved, priced: Mapping[str, CellPrice]) -> float | None:
    whole = lowe.total({code: cell.weight for code, cell in moved.cells.items()})
    spreads = [
        Spread(
            cell.weight / whole,
            cell.price / cell.link_price,
            priced[code].deviation,
            priced[code].n_effective,
        )
        for code, cell in moved.cells.items()
        if priced[code].price is not None
    ]
    error = confidence.standard_error(spreads)
    return None if error is None else error * state.link_value


def _subs(
    definition: Definition,
    state: State,
    moved: Moved,
    priced: Mapping[str, CellPrice],
    shares: Mapping[str, float],
    *,
    published: bool,
) -> tuple[tuple[SubOutcome, ...], dict[str, SubState]]:
    """Return the sub-indices of the day, each moved by its own cells, and their states.

    One that starts, or starts again with its season, is linked by the headline's movement.
    """
    outcomes, states = [], dict(state.subs)
    for sub in definition.sub_indices:
        members = [c for c, cell in definition.basket.items() if getattr(cell, sub.by) == sub.group]
        own = {code: shares[code] for code in members if code in shares}
        whole = lowe.total(own)
        level, covered = _level(
            definition,
            {code: priced[code] for code in own},
            {code: share / whole for code, share in own.items()} if whole > 0 else {},
        )
        value = _sub_value(definition, state, moved, members, states.get(sub.code))
        if value is not None and moved.value is not None:
            states[sub.code] = SubState(value, moved.value)
        told = published and level != confidence.NOT_PUBLISHED and value is not None
        level = level if told else confidence.NOT_PUBLISHED
        outcomes.append(SubOutcome(sub.code, value if told else None, level, covered))
    return tuple(outcomes), states


def _sub_value(
    definition: Definition,
    state: State,
    moved: Moved,
    members: list[str],
    last: SubState | None,
) -> float | None:
    present = [code for code in members if code in moved.cells]
    if not present or moved.value is None:
        return None
    before = {code: state.cells[code] for code in present if code in state.cells}
    if last is None:
        return definition.base_value if not state.cells else moved.value
    if not before:
        return last.value * moved.value / last.headline
    held = {code: cell.weight * (cell.price / cell.link_price) for code, cell in before.items()}
    grown = {code: held[code] * (moved.prices[code] / before[code].price) for code in before}
    return last.value * (lowe.total(grown) / lowe.total(held))


def _told(
    basket: Basket, priced: Mapping[str, CellPrice], moved: Moved, suspended: set[str]
) -> tuple[CellOutcome, ...]:
    whole = lowe.total({code: cell.weight for code, cell in basket.items()})
    return tuple(
        CellOutcome(
            cell=code,
            grade=found.grade,
            share=basket[code].weight / whole,
            price=moved.prices.get(code, found.price),
            shown=found.shown,
            imputed_by=moved.imputed_by.get(code, ""),
            contributors=found.contributors,
            used=found.used,
            grams=found.grams,
            low=found.low,
            high=found.high,
            contribution=moved.cells[code].accrued if code in moved.cells else 0.0,
            suspended=code in suspended,
        )
        for code, found in sorted(priced.items())
    )


def _alarms(definition: Definition, streaks: Mapping[str, int]) -> list[str]:
    gone = definition.drop_after
    return [f"drop-at-relink:{code}" for code in sorted(streaks) if streaks[code] > gone]


def _reason(verdicts: tuple[Verdict, ...], moved: Moved) -> str:
    if not any(verdict.accepted for verdict in verdicts):
        return "no-observations"
    return "not-started" if moved.value is None else "too-little-data"
