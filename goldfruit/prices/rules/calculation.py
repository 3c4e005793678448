"""Calculation (计算): the single door from frozen inputs to an index's figures.

``calculate`` is pure: the same definition and inputs give the same doubles, bit for bit, on any
machine and whatever the order of the observations. A range of days is the same as day by day
with the state carried on; only a rolling formula's very first window is computed together.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from goldfruit.prices.rules.definitions import LOWE, ROLLING_GEKS, ROLLING_TPD, Definition
from goldfruit.prices.rules.lowe_day import lowe_day
from goldfruit.prices.rules.outcomes import DayInput, DayOutcome, Inputs, Outcome, State
from goldfruit.prices.rules.rolling_days import GEKS, TPD, rolled

Days = Sequence[DayInput]
Formula = Callable[[Definition, State, Days], tuple[list[DayOutcome], State]]


def calculate(definition: Definition, inputs: Inputs) -> Outcome:
    """Return the outcome of every day of ``inputs``, and the state after the last.

    A day with a value counts as published for the days after it; where a value was held back,
    the caller says so with ``without_published`` before the next day.
    """
    days, state = FORMULAS[definition.formula](definition, inputs.state, inputs.days)
    return Outcome(tuple(days), state)


def _lowe(definition: Definition, state: State, days: Days) -> tuple[list[DayOutcome], State]:
    outcomes = []
    for given in days:
        outcome, state = lowe_day(definition, state, given)
        outcomes.append(outcome)
    return outcomes, state


FORMULAS: dict[str, Formula] = {
    LOWE: _lowe,
    ROLLING_TPD: partial(rolled, TPD),
    ROLLING_GEKS: partial(rolled, GEKS),
}


def without_published(state: State, day: date) -> State:
    """Return ``state`` as if the value of ``day`` had not been published."""
    return replace(state, published=tuple(pair for pair in state.published if pair[0] != day))
