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

from goldfruit.prices.rules.calculation import calculate, without_published
from goldfruit.prices.rules.definitions import Definition, parsed
from goldfruit.prices.rules.filters import Reason
from goldfruit.prices.rules.frozen import freeze
from goldfruit.prices.rules.lowe_state import season_link
from goldfruit.prices.rules.outcomes import DayInput, Inputs
from tests.places import ROOT
from tests.prices.rules.observed import DAY, day, document, run, small_definition, trade

DAY_2, DAY_3 = DAY + timedelta(days=1), DAY + timedelta(days=2)

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

    def test_an_index_of_one_season_goes_on_from_its_last_value_a_year_later(self) -> None:
        content = json.loads(json.dumps(self.seasonal().document))
        for cell in content["basket"]["cells"]:
            cell["season"] = ["10-01", "10-10"]
        year = date(2026, 10, 1)
        days = [
            FIRST,
            day(DAY_2, A=3.36 * 1.1, B=2.60 * 1.1, C=1.71 * 1.1),
            day(date(2025, 10, 13), A=9, B=9, C=9),
            day(year, A=5, B=4, C=3),
            day(year + timedelta(days=1), A=5.5, B=4.4, C=3.3),
        ]
        values = [found.value for found in run(parsed(content), *days).days]

        assert values[2] is None
        assert [v for v in values if v] == pytest.approx([1000, 1100, 1100, 1210], rel=1e-3)

    def test_a_new_seasons_basket_goes_on_from_the_old_value(self) -> None:
        definition = small_definition()
        state = season_link(definition, 1043.21, DAY, {"A": 4.0, "B": 3.0, "C": 2.0})

        [found] = calculate(definition, Inputs((day(DAY_2, A=4.0, B=3.0, C=2.0),), state)).days

        assert found.value == pytest.approx(1043.21, rel=1e-14)


class TestANewVersion:
    def test_its_weights_hold_from_the_last_day_on_and_move_nothing_by_themselves(self) -> None:
        old = small_definition()
        content = json.loads(json.dumps(old.document))
        for cell, weight in zip(content["basket"]["cells"], ("0.5", "0.3", "0.2"), strict=True):
            cell["weight"] = weight
        new = parsed(content | {"version": 2})
        before = run(old, FIRST)

        still = day(DAY_2, A=3.36, B=2.60, C=1.71)
        moved = day(DAY_3, A=3.36 * 1.1, B=2.60, C=1.71)
        second, third = calculate(new, Inputs((still, moved), before.state)).days

        assert second.value == pytest.approx(before.days[0].value)
        assert second.value is not None
        assert third.value == pytest.approx(second.value * 1.05, rel=1e-3)


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

    def test_a_group_that_carries_too_much_of_the_index_is_scaled_down(self) -> None:
        others = [
            trade("2.60", 4, seller, f"b{seller}", cell=cell, id=f"{cell}{seller}")
            for cell in "ABC"
            for seller in ("s2", "s3", "s4", "s5")
        ]
        large = [
            trade("2.80", 6, "s1", f"b{n}", cell=cell, id=cell) for n, cell in enumerate("ABC")
        ]
        days = DayInput(DAY, (*others, *large))
        capped = small_definition()
        content = json.loads(json.dumps(capped.document))
        content["concentration"]["index"] = "1"

        [found] = run(capped, days).days
        [uncapped] = run(parsed(content), days).days

        assert "index-concentration" not in found.alarms
        assert uncapped.cells[0].price == pytest.approx((2.60 * 16 + 2.80 * 6) / 22)
        by_hand = (2.60 * 16 + 2.80 * 16 / 3) / (16 + 16 / 3)
        assert found.cells[0].price == pytest.approx(by_hand)

    def test_a_reinstated_trade_is_marked_as_judgement(self) -> None:
        state = run(small_definition(), FIRST).state
        odd = trade("4.80", 1, cell="A", day=DAY_2)
        dropped = DayInput(DAY_2, (odd, *SECOND.observations))
        taken = replace(dropped, reinstated=(odd.id,))

        [without] = calculate(small_definition(), Inputs((dropped,), state)).days
        [found] = calculate(small_definition(), Inputs((taken,), state)).days

        assert [v.reason for v in without.verdicts if v.seen == odd] == [Reason.OUTLIER]
        assert (without.judgement, found.judgement) == (False, True)


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
from tests.prices.rules.observed import day, market_day
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
