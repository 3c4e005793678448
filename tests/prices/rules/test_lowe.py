from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.prices.rules.lowe import (
    daily,
    group_relative,
    headline,
    imputed,
    in_season,
    is_link_day,
    linked,
    rounded_shares,
    spread_over,
    updated_weights,
    value_shares,
)

BASE = {"A": 3.20, "B": 2.60, "C": 1.80}
QUANTITIES = {"A": 100.0, "B": 150.0, "C": 250.0}
FIRST = {"A": 3.36, "B": 2.60, "C": 1.71}
SECOND = {"A": 3.30, "B": 2.652}
WEIGHTS = value_shares(BASE, QUANTITIES)
ONE_FAMILY = (("family", lambda cell: "F"),)


def test_the_weights_are_the_printed_shares_of_value() -> None:
    assert [f"{w:.6f}" for w in WEIGHTS.values()] == ["0.275862", "0.336207", "0.387931"]


def test_the_first_day_is_the_printed_994_3966() -> None:
    assert f"{headline(1000, WEIGHTS, BASE, FIRST):.4f}" == "994.3966"


def test_the_missing_cell_is_imputed_as_printed_and_the_second_day_is_996_8620() -> None:
    omega = updated_weights(WEIGHTS, BASE, FIRST)
    relative = group_relative(omega, FIRST, SECOND, "ABC")
    found = imputed("C", omega, FIRST, SECOND, ONE_FAMILY)

    assert relative is not None
    assert f"{relative:.8f}" == "1.00247934"
    assert found is not None
    assert (f"{found[0]:.6f}", found[1]) == ("1.714240", "family")
    second = SECOND | {"C": found[0]}
    assert f"{headline(1000, WEIGHTS, BASE, second):.4f}" == "996.8620"
    first = headline(1000, WEIGHTS, BASE, FIRST)
    assert f"{daily(first, omega, FIRST, second):.4f}" == "996.8620"


def test_without_its_family_a_cell_follows_its_county_and_then_the_basket() -> None:
    omega = updated_weights(WEIGHTS, BASE, FIRST)
    family = {"A": "1", "B": "1", "C": "2"}
    county = {"A": "x", "B": "y", "C": "y"}
    groups = (
        ("family", lambda cell: family[cell]),
        ("county", lambda cell: county[cell]),
        ("basket", lambda cell: ""),
    )

    by_county = imputed("C", omega, FIRST, SECOND, groups)
    by_basket = imputed("C", omega, FIRST, {"A": 3.30}, groups)

    assert by_county is not None
    assert by_basket is not None
    assert (by_county[1], by_basket[1]) == ("county", "basket")
    assert by_county[0] == pytest.approx(1.71 * 1.02)
    assert by_basket[0] == pytest.approx(1.71 * 3.30 / 3.36)
    assert imputed("C", omega, FIRST, {}, groups) is None
    assert imputed("D", omega, FIRST, SECOND, ONE_FAMILY) is None


def test_a_suspended_cells_weight_goes_to_its_family() -> None:
    shares = {"A": 0.5, "B": 0.3, "C": 0.2}
    family = {"A": "1", "B": "2", "C": "2"}

    assert spread_over(shares, ["B"], family.__getitem__) == pytest.approx({"A": 0.5, "C": 0.5})
    assert spread_over(shares, "BC", family.__getitem__) == pytest.approx({"A": 1.0})
    assert spread_over(shares, "ABC", family.__getitem__) == {}


def test_a_new_season_goes_on_from_the_old_ones_value() -> None:
    new_weights, at_link = {"N1": 0.6, "N2": 0.4}, {"N1": 4.0, "N2": 3.0}

    assert linked(1043.21, new_weights, at_link, at_link) == pytest.approx(1043.21, rel=1e-15)
    later = {"N1": 4.2, "N2": 3.0}
    assert linked(1043.21, new_weights, at_link, later) == pytest.approx(1043.21 * 1.03)


@pytest.mark.parametrize(
    ("share", "days", "ready"), [(0.6, 10, True), (0.59, 10, False), (0.9, 9, False)]
)
def test_the_link_day_needs_ten_parallel_days_and_graded_weight(
    share: float, days: int, ready: bool
) -> None:
    assert is_link_day(share, days) is ready


@pytest.mark.parametrize(
    ("day", "season", "inside"),
    [
        ("01-15", None, True),
        ("07-20", ("07-20", "10-31"), True),
        ("10-31", ("07-20", "10-31"), True),
        ("11-01", ("07-20", "10-31"), False),
        ("01-15", ("09-01", "05-31"), True),
        ("06-01", ("09-01", "05-31"), False),
    ],
)
def test_a_season_includes_both_its_ends_and_may_cross_new_year(
    day: str, season: tuple[str, str] | None, inside: bool
) -> None:
    assert in_season(day, season) is inside


def test_published_weights_always_add_up_to_one() -> None:
    assert rounded_shares({"A": 1, "B": 1, "C": 1}) == {"A": 333334, "B": 333333, "C": 333333}


three = st.lists(st.integers(100, 9_000), min_size=3, max_size=3)


@given(three, three, three, st.sampled_from([2.0, 7.3, 0.001, 1000.0]))
@settings(deadline=None, max_examples=100)
def test_another_currency_leaves_the_index_alone(
    weights: list[int], before: list[int], after: list[int], rate: float
) -> None:
    w = dict(zip("ABC", map(float, weights), strict=True))
    p0 = dict(zip("ABC", (p / 1000 for p in before), strict=True))
    p1 = dict(zip("ABC", (p / 1000 for p in after), strict=True))
    scaled0 = {cell: p * rate for cell, p in p0.items()}
    scaled1 = {cell: p * rate for cell, p in p1.items()}

    plain, scaled = headline(1000, w, p0, p1), headline(1000, w, scaled0, scaled1)

    assert scaled == pytest.approx(plain, rel=1e-12)


@given(three, st.lists(three, min_size=2, max_size=8))
@settings(deadline=None, max_examples=60)
def test_the_daily_form_equals_the_headline_form(weights: list[int], path: list[list[int]]) -> None:
    w = dict(zip("ABC", map(float, weights), strict=True))
    days = [dict(zip("ABC", map(float, prices), strict=True)) for prices in path]
    value = 1000.0
    for before, after in pairwise(days):
        value = daily(value, updated_weights(w, days[0], before), before, after)

    assert value == pytest.approx(headline(1000, w, days[0], days[-1]), rel=1e-12)


@given(three)
@settings(deadline=None, max_examples=60)
def test_rounded_shares_sum_exactly(values: list[int]) -> None:
    assert sum(rounded_shares(dict(zip("ABC", values, strict=True))).values()) == 10**6
