import csv
from datetime import date, timedelta

import pytest

from goldfruit.kernel.fruit import parse
from goldfruit.kernel.units import Price, PriceUnit
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.definitions import Definition, parsed
from goldfruit.prices.rules.frozen import freeze, thaw
from goldfruit.prices.rules.observations import Kind, Observation
from goldfruit.prices.rules.outcomes import DayInput, Inputs
from tests.places import SHARED_DATA, needs_shared_data
from tests.prices.rules.observed import (
    DAY,
    day,
    document,
    market_day,
    run,
)

DAY_2, DAY_3 = DAY + timedelta(days=1), DAY + timedelta(days=2)


class TestAPublicMarket:
    def test_it_starts_at_1000_and_follows_its_quotes(self) -> None:
        outcome = run(
            parsed(document("XFD-D")),
            market_day(DAY, a=4, b=5, c=6),
            market_day(DAY_2, a=4.4, b=5.5, c=6.6),
        )
        first, second = outcome.days

        assert (first.value, first.level) == (1000.0, "N")
        assert second.value == pytest.approx(1100, rel=1e-9)
        assert all(cell.shown and cell.grade == "D" for cell in second.cells)

    def test_fewer_than_three_cells_are_not_published(self) -> None:
        outcome = run(
            parsed(document("XFD-D")),
            market_day(DAY, a=4, b=5, c=6),
            market_day(DAY_2, a=4.4, b=5.5),
            market_day(DAY_3, a=4, b=5, d=7),
        )
        assert [found.status for found in outcome.days] == ["PROV", "NP", "PROV"]
        assert outcome.days[1].reason == "too-few-cells"

    def rolling_over(self, days: int) -> Definition:
        content = document("XFD-D")
        content["window"]["length"] = days
        return parsed(content)

    def test_the_first_window_is_computed_together_and_never_revised(self) -> None:
        days = [
            market_day(DAY + timedelta(days=n), a=4 + n % 3, b=5 + n % 2, c=6.1, d=7 - n / 10)
            for n in range(9)
        ]
        definition = self.rolling_over(5)
        first, whole = run(definition, *days[:5]).days, run(definition, *days).days

        assert whole[:5] == first
        assert len({found.value for found in whole}) == 9

    def test_one_more_day_from_the_state_equals_the_range_bit_for_bit(self) -> None:
        definition = self.rolling_over(5)
        days = [
            market_day(DAY + timedelta(days=n), a=4 + n % 3, b=5 + n % 2, c=6.1, d=7 - n % 4 / 10)
            for n in range(12)
        ]
        whole = run(definition, *days)
        state = run(definition, *days[:11]).state

        frozen = freeze(definition, Inputs((days[11],), state))
        again = calculate(definition, thaw(frozen.rows, definition))

        assert again.days[0] == whole.days[11]
        assert again.state == whole.state

    def test_a_long_thin_stretch_does_not_end_the_series(self) -> None:
        definition = self.rolling_over(5)
        full = [market_day(DAY + timedelta(days=n), a=4, b=5, c=6) for n in range(6)]
        thin = [market_day(DAY + timedelta(days=6 + n), a=4) for n in range(9)]
        again = market_day(DAY + timedelta(days=15), a=4.4, b=5.5, c=6.6)

        *_, last = run(definition, *full, *thin, again).days

        assert last.value == pytest.approx(1100, rel=1e-9)

    def test_the_same_code_serves_rupees(self) -> None:
        kashmir = parsed(document("KSH-D"))
        outcome = run(
            kashmir, market_day(DAY, a=40, b=50, c=60), market_day(DAY_2, a=44, b=55, c=66)
        )
        assert outcome.days[1].value == pytest.approx(1100, rel=1e-9)


def xinfadi(definition: Definition) -> Inputs:
    """Return the real quotes of the shared file, each row once, in the index's cells."""
    days: dict[date, list[Observation]] = {}
    with (SHARED_DATA / "quotes" / "xinfadi_apple_raw.csv").open(encoding="utf-8-sig") as file:
        rows = {tuple(row.items()): None for row in csv.DictReader(file)}
    for number, pairs in enumerate(rows):
        row = dict(pairs)
        low, mostly, high = (
            Price.of(row[name], PriceUnit.JIN) for name in ("最低价", "平均价", "最高价")
        )
        seen = Observation(
            id=f"X{number}",
            kind=Kind.EXTERNAL,
            day=date.fromisoformat(row["发布日期"]),
            cell=definition.cell_code(parse(row["品名"]).spec.attributes()),
            low=low,
            mostly=mostly,
            high=high,
            source="xinfadi",
        )
        days.setdefault(seen.day, []).append(seen)
    return Inputs(tuple(DayInput(when, tuple(seen)) for when, seen in sorted(days.items())))


@needs_shared_data
def test_three_years_of_real_quotes_end_where_the_methodology_says() -> None:
    definition = parsed(document("XFD-D"))
    inputs = xinfadi(definition)

    outcome = calculate(definition, inputs)

    assert (outcome.days[0].day, outcome.days[0].value) == (date(2013, 6, 10), 1000.0)
    assert outcome.days[-1].day == date(2016, 5, 5)
    assert 680 < (outcome.days[-1].value or 0) < 740
    frozen = freeze(definition, inputs)
    assert calculate(definition, thaw(frozen.rows, definition)).days == outcome.days


class TestTheWeeklyCheck:
    def test_it_rises_with_all_prices_and_is_linked_by_the_mean_splice(self) -> None:
        definition = parsed(document("GFI-W"))
        codes = list(definition.basket)
        weeks = [
            day(DAY + timedelta(weeks=n), **dict.fromkeys(codes, 3.0 * 1.01**n)) for n in range(4)
        ]
        values = [found.value for found in run(definition, *weeks).days]
        assert values == pytest.approx([1000, 1010, 1020, 1030.333], rel=1e-3)
