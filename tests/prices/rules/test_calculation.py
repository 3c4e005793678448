import csv
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.fruit import parse
from goldfruit.kernel.units import Price, PriceUnit
from goldfruit.prices.rules.calculation import calculate, without_published
from goldfruit.prices.rules.definitions import Definition, parsed
from goldfruit.prices.rules.filters import Reason
from goldfruit.prices.rules.frozen import FrozenInputsDamaged, check, freeze, thaw
from goldfruit.prices.rules.lowe_state import season_link
from goldfruit.prices.rules.observations import Kind, Observation
from goldfruit.prices.rules.outcomes import DayInput, Inputs, Outcome
from tests.places import ROOT, SHARED_DATA, needs_shared_data
from tests.prices.rules.observed import DAY, document, quote, small_definition, trade

THREE = ("r1", "r2", "r3")
DAY_2, DAY_3 = DAY + timedelta(days=1), DAY + timedelta(days=2)


def quotes(day: date, **prices: float) -> list[Observation]:
    """Return three reporters' equal quotes of each cell, prices in yuan per kilogram."""
    return [
        quote(per_kg, name, day=day, cell=cell) for cell, per_kg in prices.items() for name in THREE
    ]


def day(when: date, **prices: float) -> DayInput:
    return DayInput(when, tuple(quotes(when, **prices)))


def run(definition: Definition, *days: DayInput) -> Outcome:
    return calculate(definition, Inputs(days))


FIRST = day(DAY, A=3.36, B=2.60, C=1.71)
SECOND = day(DAY_2, A=3.30, B=2.652)
LENIENT = {
    "confidence": {
        "levels": [
            {"code": "S", "grades": "ABCD", "least": "0.20", "imputed_most": "0.80"},
        ],
        "cells_min": 1,
        "automatic": [],
        "source": "test",
    }
}


class TestTheWorkedExample:
    def test_two_days_give_the_printed_values(self) -> None:
        first, second = run(small_definition(), FIRST, SECOND).days

        assert first.value is not None
        assert second.value is not None
        assert f"{first.value:.4f}" == "994.3966"
        assert f"{second.value:.4f}" == "996.8620"

    def test_the_missing_cell_is_imputed_hidden_and_says_by_what(self) -> None:
        _, second = run(small_definition(), FIRST, SECOND).days
        cell = next(cell for cell in second.cells if cell.cell == "C")

        assert cell.price is not None
        assert f"{cell.price:.6f}" == "1.714240"
        assert (cell.grade, cell.imputed_by, cell.shown) == ("E", "family", False)
        assert second.coverage["E"] == pytest.approx(0.387931034)
        assert (second.level, second.status) == ("S", "PROV")

    def test_the_contributions_add_up_to_the_change(self) -> None:
        first, second = run(small_definition(), FIRST, SECOND).days
        assert first.value is not None
        assert second.value is not None

        assert math.fsum(c.contribution for c in first.cells) == pytest.approx(first.value - 1000)
        parts = math.fsum(cell.contribution for cell in second.cells)
        assert parts == pytest.approx(second.value - first.value)

    def test_the_sub_index_follows_its_own_cells(self) -> None:
        first, _ = run(small_definition(), FIRST, SECOND).days
        weights = (0.275862069, 0.336206897)

        expected = 1000 * (weights[0] * 1.05 + weights[1]) / sum(weights)
        assert first.subs[0].value == pytest.approx(expected)

    def test_day_by_day_equals_the_range_bit_for_bit(self) -> None:
        definition = small_definition()
        one = calculate(definition, Inputs((FIRST,)))
        other = calculate(definition, Inputs((SECOND,), one.state))

        assert other.days[0] == run(definition, FIRST, SECOND).days[1]


class TestADayWithTooLittle:
    def test_it_is_not_published_and_the_last_value_is_not_repeated(self) -> None:
        outcome = run(small_definition(), FIRST, DayInput(DAY_2), day(DAY_3, A=3.36, B=2.6, C=1.71))
        first, empty, third = outcome.days

        assert (empty.value, empty.status, empty.level) == (None, "NP", "NP")
        assert empty.reason == "no-observations"
        assert third.value == pytest.approx(first.value)

    def test_it_says_when_there_is_some_data_but_too_little(self) -> None:
        [_, thin] = run(small_definition(), FIRST, day(DAY_2, A=3.30)).days
        assert (thin.value, thin.reason) == (None, "too-little-data")

    def test_the_next_days_contributions_span_the_gap(self) -> None:
        outcome = run(
            small_definition(), FIRST, day(DAY_2, A=3.30), day(DAY_3, A=3.3, B=2.7, C=1.8)
        )
        first, _, third = outcome.days
        assert first.value is not None
        assert third.value is not None

        parts = math.fsum(cell.contribution for cell in third.cells)
        assert parts == pytest.approx(third.value - first.value)

    def test_a_value_that_was_held_back_leaves_the_contributions_open(self) -> None:
        definition = small_definition()
        one = calculate(definition, Inputs((FIRST, day(DAY_2, A=3.3, B=2.6, C=1.75))))
        state = without_published(one.state, DAY_2)

        [third] = calculate(definition, Inputs((day(DAY_3, A=3.3, B=2.7, C=1.8),), state)).days

        assert third.value is not None
        assert one.days[0].value is not None
        parts = math.fsum(cell.contribution for cell in third.cells)
        assert parts == pytest.approx(third.value - one.days[0].value)

    def test_a_series_starts_on_the_first_day_that_has_enough(self) -> None:
        content = document()
        definition = parsed(content)
        codes = list(definition.basket)
        few = dict.fromkeys(codes[:5], 3.0)
        enough = dict.fromkeys(codes, 3.0)

        early, start = run(definition, day(DAY, **few), day(DAY_2, **enough)).days

        assert (early.value, early.reason) == (None, "not-started")
        assert (start.value, start.level) == (1000.0, "S")
        assert {sub.value for sub in start.subs} == {1000.0}


class TestSuspension:
    def days(self, count: int) -> list[DayInput]:
        later = (DAY + timedelta(days=n) for n in range(1, count + 1))
        return [FIRST, *(day(when, A=3.36, B=2.60) for when in later)]

    def test_eleven_days_at_e_suspend_a_cell_and_spread_its_weight(self) -> None:
        outcomes = run(small_definition(), *self.days(11)).days
        cells = [next(c for c in outcome.cells if c.cell == "C") for outcome in outcomes]

        assert [cell.suspended for cell in cells] == [False] * 11 + [True]
        assert outcomes[10].coverage["E"] == pytest.approx(0.387931034)
        assert outcomes[11].coverage["E"] == 0
        assert outcomes[11].coverage["D"] == pytest.approx(1)

    def test_a_quote_ends_it(self) -> None:
        back = day(DAY + timedelta(days=20), A=3.36, B=2.60, C=1.71)
        outcome = run(small_definition(), *self.days(12), back).days[-1]

        assert not any(cell.suspended for cell in outcome.cells)
        assert outcome.value == pytest.approx(run(small_definition(), FIRST).days[0].value)

    def test_after_sixty_days_it_is_named_for_dropping(self) -> None:
        outcomes = run(small_definition(), *self.days(61)).days
        assert outcomes[60].alarms == ()
        assert outcomes[61].alarms == ("drop-at-relink:C",)


class TestSeasons:
    def seasonal(self) -> Definition:
        content = json.loads(json.dumps(small_definition(**LENIENT).document))
        content["base"]["kind"] = "first-day"
        content["basket"]["cells"][2]["season"] = ["10-01", "10-10"]
        return parsed(content)

    def test_a_cell_leaves_and_comes_back_without_moving_the_headline(self) -> None:
        definition = self.seasonal()
        away = day(DAY_3, A=3.36, B=2.60)
        year = date(2026, 10, 1)
        outcome = run(
            definition,
            FIRST,
            day(DAY_2, A=3.36, B=2.60, C=1.71),
            away,
            day(year, A=3.36, B=2.6, C=9),
        )

        values = [found.value for found in outcome.days]
        assert values == pytest.approx([1000.0] * 4)
        assert [len(found.cells) for found in outcome.days] == [3, 3, 2, 3]

    def test_the_cell_counts_again_from_the_day_after_its_return(self) -> None:
        year = date(2026, 10, 1)
        outcome = run(
            self.seasonal(),
            FIRST,
            day(DAY_3, A=3.36, B=2.60),
            day(year, A=3.36, B=2.6, C=2.0),
            day(year + timedelta(days=1), A=3.36, B=2.6, C=2.2),
        )
        assert outcome.days[-1].value == pytest.approx(1000 * (1 + 0.387931034 * 0.1))

    def test_a_new_seasons_basket_goes_on_from_the_old_value(self) -> None:
        definition = small_definition()
        state = season_link(definition, 1043.21, DAY, {"A": 4.0, "B": 3.0, "C": 2.0})

        [found] = calculate(definition, Inputs((day(DAY_2, A=4.0, B=3.0, C=2.0),), state)).days

        assert found.value == pytest.approx(1043.21, rel=1e-14)


class TestTrades:
    def test_three_sellers_make_grade_a_and_level_h1(self) -> None:
        sales = [
            trade(p, 2, seller, buyer, cell=cell, id=f"{cell}{seller}")
            for cell, p in (("A", "3.36"), ("B", "2.60"), ("C", "1.71"))
            for seller, buyer in (("s1", "x"), ("s2", "y"), ("s3", "x"), ("s4", "y"))
        ]
        [found] = run(small_definition(), DayInput(DAY, tuple(sales))).days

        assert (found.level, found.counts) == ("H1", {"T": 12})
        assert found.value is not None
        assert f"{found.value:.4f}" == "994.3966"
        assert found.grams == 24_000_000

    def test_one_seller_in_every_cell_raises_an_alarm(self) -> None:
        sales = [trade("2.60", 2, "s1", cell=cell, id=cell) for cell in "ABC"]
        [found] = run(small_definition(), DayInput(DAY, tuple(sales))).days
        assert "index-concentration" in found.alarms

    def test_a_reinstated_trade_is_marked_as_judgement(self) -> None:
        state = run(small_definition(), FIRST).state
        odd = trade("4.80", 1, cell="A", day=DAY_2)
        dropped = DayInput(DAY_2, (odd, *SECOND.observations))
        taken = replace(dropped, reinstated=(odd.id,))

        [without] = calculate(small_definition(), Inputs((dropped,), state)).days
        [found] = calculate(small_definition(), Inputs((taken,), state)).days

        assert [v.reason for v in without.verdicts if v.seen == odd] == [Reason.OUTLIER]
        assert (without.judgement, found.judgement) == (False, True)


def market_day(when: date, **prices: float) -> DayInput:
    rows = [
        Observation(
            id=f"{when}-{cell}",
            kind=Kind.EXTERNAL,
            day=when,
            cell=cell,
            low=Price(round(p * 900)),
            mostly=Price(round(p * 1000)),
            high=Price(round(p * 1100)),
            source="xinfadi",
        )
        for cell, p in prices.items()
    ]
    return DayInput(when, tuple(rows))


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


class TestFrozenInputs:
    def inputs(self) -> Inputs:
        return Inputs((SECOND,), run(small_definition(), FIRST).state)

    def test_a_recomputation_from_the_rows_is_the_same_bit_for_bit(self) -> None:
        definition, inputs = small_definition(), self.inputs()
        frozen = freeze(definition, inputs)

        check(frozen.rows, frozen.digests, frozen.digest)
        assert calculate(definition, thaw(frozen.rows, definition)) == calculate(definition, inputs)
        assert freeze(definition, thaw(frozen.rows, definition)) == frozen

    @pytest.mark.parametrize("place", [0, 1, 2, -1])
    def test_an_altered_row_is_named(self, place: int) -> None:
        frozen = freeze(small_definition(), self.inputs())
        rows = list(frozen.rows)
        rows[place] = rows[place].replace("1", "2", 1) if "1" in rows[place] else rows[place] + " "

        with pytest.raises(FrozenInputsDamaged) as refusal:
            check(rows, frozen.digests, frozen.digest)

        assert refusal.value.row == range(1, len(rows) + 1)[place]

    def test_a_row_taken_away_with_its_digest_breaks_the_chain(self) -> None:
        frozen = freeze(small_definition(), self.inputs())

        with pytest.raises(FrozenInputsDamaged, match="chain"):
            check(frozen.rows[:-1], frozen.digests[:-1], frozen.digest)

    def test_rows_of_another_definition_are_refused(self) -> None:
        frozen = freeze(small_definition(), self.inputs())

        with pytest.raises(FrozenInputsDamaged):
            thaw(frozen.rows, parsed(document()))

    @pytest.mark.parametrize("row", ["[]", "{", '{"row":"cell"}', '{"row":"x","day":"2025-10-09"}'])
    def test_a_row_that_cannot_be_read_is_named(self, row: str) -> None:
        frozen = freeze(small_definition(), self.inputs())

        with pytest.raises(FrozenInputsDamaged) as refusal:
            thaw([*frozen.rows, row], small_definition())

        assert refusal.value.row == len(frozen.rows) + 1

    def test_days_out_of_order_are_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="ascend"):
            Inputs((SECOND, FIRST))


levels = st.lists(st.integers(1_700, 3_400), min_size=3, max_size=3)


@given(st.lists(levels, min_size=2, max_size=5), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_the_order_of_observations_changes_no_bit(path: list[list[int]], chance: object) -> None:
    definition = small_definition()
    days = [
        day(DAY + timedelta(days=n), **dict(zip("ABC", (p / 1000 for p in prices), strict=True)))
        for n, prices in enumerate(path)
    ]
    mixed = []
    for given_day in days:
        seen = list(given_day.observations)
        chance.shuffle(seen)  # type: ignore[attr-defined]
        mixed.append(replace(given_day, observations=tuple(seen)))

    assert run(definition, *mixed) == run(definition, *days)
    assert freeze(definition, Inputs(tuple(mixed))) == freeze(definition, Inputs(tuple(days)))


SCRIPT = """
from datetime import timedelta
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.frozen import freeze
from goldfruit.prices.rules.outcomes import Inputs
from tests.prices.rules.observed import DAY, document, parsed
from tests.prices.rules.test_calculation import day, market_day
lowe = parsed(document())
when = [DAY + timedelta(days=n) for n in range(8)]
days = [
    day(w, **{c: 3 + (n * 7 + k * 3) % 11 / 20 for k, c in enumerate(lowe.basket) if (n + k) % 5})
    for n, w in enumerate(when)
]
xfd = parsed(document("XFD-D"))
quotes = [market_day(w, a=4 + n % 3, b=5.3, c=6 + n % 2, d=7.7) for n, w in enumerate(when)]
for definition, given in ((lowe, days), (xfd, quotes)):
    inputs = Inputs(tuple(given))
    print(freeze(definition, inputs).digest)
    for found in calculate(definition, inputs).days:
        print(found.day, repr(found.value), repr(found.standard_error), found.level)
        print([(c.cell, repr(c.price), c.imputed_by, repr(c.contribution)) for c in found.cells])
"""


def test_hash_seed_and_time_zone_change_nothing() -> None:
    said = set()
    for seed, zone in (("0", "UTC"), ("1", "Asia/Shanghai"), ("2", "America/New_York")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        said.add(done.stdout)

    [only] = said
    assert only.count("\n") > 20
