"""Calculation (计算): the single door from frozen inputs to an index's figures.

``calculate`` is pure: the same definition and inputs give the same doubles, bit for bit, on any
machine and whatever the order of the observations. A range of days is the same as day by day
with the state carried on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from goldfruit.prices.rules.definitions import LOWE, ROLLING_GEKS, ROLLING_TPD, Definition
from goldfruit.prices.rules.lowe_day import lowe_day
from goldfruit.prices.rules.outcomes import DayInput, DayOutcome, Inputs, Outcome, State
from goldfruit.prices.rules.rolling_day import geks_week, tpd_day

OneDay = Callable[[Definition, State, DayInput], tuple[DayOutcome, State]]

ONE_DAY: dict[str, OneDay] = {LOWE: lowe_day, ROLLING_TPD: tpd_day, ROLLING_GEKS: geks_week}


def calculate(definition: Definition, inputs: Inputs) -> Outcome:
    """Return the outcome of every day of ``inputs``, and the state after the last.

    A day with a value counts as published for the days after it; where a value was held back,
    the caller says so with ``without_published`` before the next day.
    """
    one_day, state = ONE_DAY[definition.formula], inputs.state
    days = []
    for given in inputs.days:
        outcome, state = one_day(definition, state, given)
        days.append(outcome)
    return Outcome(tuple(days), state)


def without_published(state: State, day: date) -> State:
    """Return ``state`` as if the value of ``day`` had not been published."""
    return replace(state, published=tuple(pair for pair in state.published if pair[0] != day))
