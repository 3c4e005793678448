import csv
import statistics
import time
from collections import defaultdict
from datetime import date, timedelta
from math import exp, isfinite, log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.prices.rules.price_table import PriceTable, Sale
from goldfruit.prices.rules.rolling import DayValue, NotPublished, begin, extend, roll
from tests.places import SHARED_DATA, needs_shared_data
from tests.prices.rules.price_tables import values

Days = list[tuple[date, dict[str, float]]]
FIRST = date(2026, 3, 2)
modest = settings(deadline=None, max_examples=40)


def days_of(*prices: dict[str, float]) -> Days:
    return [(FIRST + timedelta(days=number), quoted) for number, quoted in enumerate(prices)]


@st.composite
def quoted_days(draw: st.DrawFn, *, least: int = 1) -> Days:
    price = st.floats(0.5, 20)
    cells = st.dictionaries(st.sampled_from("abcdef"), price, min_size=least, max_size=6)
    return days_of(*draw(st.lists(cells, min_size=2, max_size=14)))


def published(values: list[DayValue]) -> list[tuple[date, float]]:
    return [(made.day, made.value) for made in values if made.value is not None]


@modest
@given(days=quoted_days(), size=st.integers(2, 6))
def test_one_more_day_by_itself_gives_the_same_bits_as_the_long_run(days: Days, size: int) -> None:
    whole = roll(days, size=size)

    for number in range(size + 1, len(days) + 1):
        before = published(roll(days[: number - 1], size=size))
        if before:
            alone = extend(before, days[number - size : number], days[number - 1][0])
            assert alone == whole[number - 1]


@modest
@given(days=quoted_days(), size=st.integers(2, 6), data=st.data())
def test_the_order_in_which_cells_arrive_changes_no_bit(
    days: Days, size: int, data: st.DataObject
) -> None:
    shuffled = [(day, dict(data.draw(st.permutations(list(p.items()))))) for day, p in days]

    assert roll(shuffled, size=size) == roll(days, size=size)


@modest
@given(days=quoted_days(least=3))
def test_a_window_over_everything_is_the_time_product_dummy(days: Days) -> None:
    found = roll(days, size=99)
    linked = [(d, made.value) for d, made in zip(days, found, strict=True) if made.value]
    table = PriceTable(
        tuple(str(day) for (day, _), _ in linked),
        tuple({k: Sale(p, 1.0) for k, p in prices.items()} for (_, prices), _ in linked),
        weighted=False,
    )

    assert [value for _, value in linked] == pytest.approx(values(table, "tpd"))


@modest
@given(days=quoted_days(least=3), size=st.integers(2, 6))
def test_prices_that_differ_by_cell_only_give_one_every_day(days: Days, size: int) -> None:
    still = [(day, {cell: float(ord(cell)) for cell in prices}) for day, prices in days]

    assert all(v.value is None or v.value == pytest.approx(1.0) for v in roll(still, size=size))


@modest
@given(size=st.integers(2, 6), growth=st.floats(0.9, 1.1))
def test_a_common_movement_is_followed_exactly(size: int, growth: float) -> None:
    days = days_of(*({c: ord(c) * growth**t for c in "abcde"[t % 2 :]} for t in range(10)))

    found = [v.value for v in roll(days, size=size)]

    assert found == pytest.approx([growth**t for t in range(10)])


def test_the_mean_splice_is_the_geometric_mean_of_the_links_at_all_published_days() -> None:
    days = days_of(
        {"a": 2.0, "b": 3.0, "c": 5.0},
        {"a": 2.2, "b": 3.1, "d": 4.0},
        {"b": 3.3, "c": 5.2, "d": 4.4},
        {"a": 2.5, "c": 5.0, "d": 4.1},
    )
    before = published(roll(days[:3], size=3))
    own = begin(days[1:])

    links = [
        value * (own[2].value or 0) / (own[place].value or 0)
        for place, (_, value) in enumerate(before[1:])
    ]

    found = extend(before, days[1:], days[3][0])
    assert found.value == pytest.approx(sqrt(links[0] * links[1]))
    assert (found.cells, found.links) == (3, 2)


def test_a_thin_day_is_not_published_but_its_prices_still_inform_the_window() -> None:
    days = days_of(
        {"a": 1.0, "b": 1.0, "c": 1.0},
        {"c": 1.0, "d": 4.0},
        {"d": 8.0, "e": 1.0, "f": 1.0},
    )

    found = roll(days, size=3)

    assert found[1] == DayValue(days[1][0], None, None, 2, 0, NotPublished.TOO_FEW_CELLS)
    assert found[2].value == pytest.approx(2.0)


def test_a_day_that_nothing_ties_to_what_was_published_has_no_value() -> None:
    days = days_of(
        {"a": 1.0, "b": 1.0, "c": 1.0},
        {"x": 5.0, "y": 5.0, "z": 5.0},
        {"a": 2.0, "b": 2.0, "c": 2.0},
        {"x": 5.0, "y": 5.0, "z": 5.0},
    )

    for size in (2, 9):
        found = roll(days, size=size)
        assert found[1].reason is NotPublished.NOT_LINKED
        assert found[3].value is None
    assert roll(days, size=9)[2].value == pytest.approx(2.0)
    assert roll(days, size=3)[2].value == pytest.approx(2.0)


def test_one_foreign_day_does_not_silence_the_days_after_it() -> None:
    days = days_of({"a": 1.0, "b": 1.0, "c": 1.0}, {"x": 5.0}, *[dict.fromkeys("abc", 2.0)] * 3)

    assert [v.value for v in roll(days, size=4)][2:] == pytest.approx([2.0] * 3)


def test_the_first_day_is_one_without_an_error() -> None:
    days = days_of({"a": 1.0}, {"a": 1.0, "b": 2.0, "c": 3.0})

    assert roll(days)[1] == DayValue(days[1][0], 1.0, None, 3, 0, None)
    assert extend([], days, days[1][0]) == roll(days)[1]


def test_the_standard_error_of_two_matched_days_is_that_of_the_paired_mean() -> None:
    relatives = (1.1, 1.2, 1.4, 0.9)
    days = days_of(
        dict.fromkeys("abcd", 2.0), dict(zip("abcd", (2 * r for r in relatives), strict=True))
    )

    found = roll(days)[1]

    paired = statistics.stdev(map(log, relatives)) / sqrt(4)
    assert found.value == pytest.approx(exp(statistics.fmean(map(log, relatives))))
    assert found.standard_error == pytest.approx((found.value or 0) * paired)


def test_extending_by_another_day_than_the_last_of_the_window_is_a_bug() -> None:
    days = days_of({"a": 1.0}, {"a": 1.0})

    with pytest.raises(ValueError, match="last day"):
        extend([], days, days[0][0])


def test_no_quotes_at_all_is_an_empty_series() -> None:
    assert roll([]) == []


def _crude_cell(name: str) -> str:
    """Read the cell from a name of the market, as far as this trial needs it."""
    plain = name.translate(str.maketrans("（）", "()")).removesuffix("苹果")
    if "沙果" in plain:
        return "沙果"
    variety, _, inner = plain.partition("(")
    for said, meant in (("藤木一", "藤牧一"), ("大秦冠", "秦冠"), ("山东富士", "富士")):
        variety = meant if variety == said else variety
    if variety.startswith("新疆"):
        variety = "冰糖心"
    bagging = next((kind for kind in "纸膜光" if kind in inner), "")
    _, _, band = inner.partition("Φ")
    sizes = "".join(char if char.isdigit() else " " for char in band).split()
    if sizes[1:] == ["84"]:
        sizes[1] = "85"
    return f"{variety}/{bagging}/{'-'.join(sizes)}"


def _quotes() -> Days:
    with (SHARED_DATA / "quotes" / "xinfadi_apple_raw.csv").open(encoding="utf-8") as file:
        rows = {tuple(row.items()): row for row in csv.DictReader(file)}
    prices: dict[date, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.values():
        day = date.fromisoformat(row["发布日期"])
        prices[day][_crude_cell(row["品名"])].append(float(row["平均价"]))
    return [
        (day, {cell: statistics.fmean(several) for cell, several in quoted.items()})
        for day, quoted in sorted(prices.items())
    ]


@needs_shared_data
def test_three_years_of_real_quotes_end_where_the_methodology_says() -> None:
    """domain.md §3.4.8a: TPD over a 260-day window ends at about 700 from 1000."""
    days = _quotes()
    began = time.perf_counter()

    found = roll(days)

    seconds = time.perf_counter() - began
    assert len(days) > 1000
    assert seconds < 25
    assert 680 < (found[-1].value or 0) * 1000 < 740
    assert all(v.value is not None or v.cells < 3 for v in found)
    errors = [v.standard_error for v in found if v.value is not None][1:]
    assert all(error is not None and isfinite(error) and error > 0 for error in errors)


@needs_shared_data
def test_the_last_real_day_by_itself_gives_the_same_bits() -> None:
    days = _quotes()[:300]
    whole = roll(days)

    assert extend(published(whole[:-1]), days[-260:], days[-1][0]) == whole[-1]


@needs_shared_data
def test_growing_the_first_window_day_by_day_would_end_a_fifth_too_low() -> None:
    days = _quotes()
    grown: list[tuple[date, float]] = []
    for number, (day, _) in enumerate(days, start=1):
        made = extend(grown, days[max(0, number - 260) : number], day)
        if made.value is not None:
            grown.append((day, made.value))

    assert grown[-1][1] < 0.85 * (roll(days)[-1].value or 0)
