from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.prices.rules.filters import Reason, Verdict
from goldfruit.prices.rules.observations import Differentials, reference_price
from goldfruit.prices.rules.scores import Standing, gap_bp, points, scored
from tests.prices.rules.observed import CELL, DAY, quote


def verdict(per_kg: str, reporter: str, reason: Reason | None = None, **given: Any) -> Verdict:
    seen = quote(per_kg, reporter, **given)
    return Verdict(seen, reference_price(seen, Differentials()), reason)


def day(number: int, **prices: str) -> list[Verdict]:
    when = DAY + timedelta(days=number)
    return [verdict(per_kg, reporter, day=when) for reporter, per_kg in prices.items()]


def of(standings: tuple[Standing, ...], reporter: str) -> Standing:
    [found] = [each for each in standings if each.reporter == reporter]
    return found


def test_every_day_at_the_median_is_a_hundred_points() -> None:
    days = [day(n, r1="5.00", r2="5.00", r3="5.00") for n in range(20)]

    assert [each.score for each in scored(days, 20)] == [100, 100, 100]


def test_half_of_the_days_are_half_of_the_points() -> None:
    days = [day(n, r1="5", r2="5", r3="5", **({"r4": "5"} if n % 2 else {})) for n in range(20)]

    found = of(scored(days, 20), "r4")

    assert (found.score, found.days, found.quotes) == (50, 10, 10)


def test_five_percent_off_the_median_costs_half() -> None:
    days = [day(n, r1="5.00", r2="5.00", r3="5.25") for n in range(20)]

    found = of(scored(days, 20), "r3")

    assert (found.score, found.median_gap_bp) == (50, 500)


def test_ten_percent_off_is_worth_one_point_not_none() -> None:
    days = [day(n, r1="5.00", r2="5.00", r3="5.60") for n in range(20)]

    assert of(scored(days, 20), "r3").score == 1


def test_what_r06_dropped_counts_against_its_reporter_and_not_in_the_median() -> None:
    far = verdict("9.00", "r4", Reason.OUTLIER)
    near = [verdict("5", name) for name in ("r1", "r2", "r3")]

    found = scored([[*near, far]], 1)

    assert of(found, "r4") == Standing("r4", 1, 1, 1, 8_000)
    assert of(found, "r1").median_gap_bp == 0


def test_a_duplicate_is_not_counted() -> None:
    near = [verdict("5", name) for name in ("r1", "r2", "r3")]
    again = verdict("5", "r1", Reason.DUPLICATE)

    assert of(scored([[*near, again]], 1), "r1").quotes == 1


def test_a_cell_of_two_reporters_says_nothing_of_either() -> None:
    assert scored([day(0, r1="5", r2="6")], 1) == ()


def test_a_days_median_counts_once_per_cell_and_the_middle_gap_decides() -> None:
    other = "FJ-ZD-70-12-610425-L"
    cells = [(CELL, "5.00"), (other, "4.04"), (f"{other}2", "4.20")]
    verdicts = [
        verdict(per_kg if name == "r3" else per_kg[:1], name, cell=cell)
        for cell, per_kg in cells
        for name in ("r1", "r2", "r3")
    ]

    found = of(scored([verdicts], 1), "r3")

    assert (found.median_gap_bp, found.days, found.quotes, found.score) == (100, 1, 3, 90)


@pytest.mark.parametrize(
    ("days", "trading", "gap", "score"),
    [(20, 20, 0, 100), (1, 23, 0, 4), (0, 20, 0, 1), (20, 20, 2_000, 1), (19, 20, 20, 93)],
)
def test_points_by_the_rule(days: int, trading: int, gap: int, score: int) -> None:
    assert points(days, trading, gap) == score


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 31), st.integers(0, 20_000))
def test_points_stay_between_one_and_a_hundred_and_fall_with_the_gap(
    days: int, trading: int, gap: int
) -> None:
    found = points(days, trading, gap)

    assert 1 <= found <= 100
    assert points(days, trading, gap + 100) <= found <= points(days + 1, trading, gap)


def test_gaps_are_whole_basis_points_on_both_sides() -> None:
    assert gap_bp(5.05, 5.0) == 100
    assert gap_bp(4.95, 5.0) == 100
