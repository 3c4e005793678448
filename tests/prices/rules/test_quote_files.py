import csv
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.fruit import Spec
from goldfruit.kernel.units import Price, PriceUnit
from goldfruit.prices.quote_reading import rows_of
from goldfruit.prices.rules.quote_files import QuoteFile, read_quotes
from goldfruit.prices.rules.quote_refusals import (
    ROWS_MAX,
    QuoteColumnsMissing,
    QuoteColumnsTwice,
    QuoteFileEmpty,
    QuoteFileTooLarge,
)
from tests.places import SHARED_DATA, needs_shared_data

HEADER = ("品名", "最低价", "平均价", "最高价", "规格", "单位", "发布日期")


def row(  # noqa: PLR0917 – a row is read from left to right
    name: str = "富士（纸袋Φ85以上）",
    low: str = "2.8",
    mid: str = "3.3",
    high: str = "3.8",
    unit: str = "斤",
    day: str = "2013-06-10",
) -> tuple[str, ...]:
    return (name, low, mid, high, "普通", unit, day)


def read(*rows: Sequence[str]) -> QuoteFile:
    return read_quotes([HEADER, *rows])


def test_reads_a_row_as_the_market_means_it() -> None:
    [quote] = read(row()).quotes

    assert (quote.row, quote.day, quote.name) == (1, date(2013, 6, 10), "富士（纸袋Φ85以上）")
    assert (quote.low, quote.mid, quote.high) == (Price(5600), Price(6600), Price(7600))
    assert quote.parsed.spec == Spec("FJ", "ZD", 85)
    assert quote.unit is PriceUnit.JIN


@pytest.mark.parametrize(
    ("unit", "per_tonne"),
    [("斤", 6400), ("元/斤", 6400), ("公斤", 3200), ("kg", 3200), ("KG", 3200), ("千克", 3200)],
)
def test_converts_by_the_unit_column(unit: str, per_tonne: int) -> None:
    [quote] = read(row(low="3.2", mid="3.2", high="3.2", unit=unit)).quotes

    assert quote.mid == Price(per_tonne)


@pytest.mark.parametrize(
    "day", ["2013-06-10", "2013/6/10", "2013.6.10", "2013年6月10日", "20130610", "2013-06-10 00:00"]
)
def test_reads_a_day_however_it_is_written(day: str) -> None:
    assert read(row(day=day)).quotes[0].day == date(2013, 6, 10)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (row(low="3.5"), "quote-prices-out-of-order", "3.50"),
        (row(high="3.0"), "quote-prices-out-of-order", "3.00"),
        (row(low="-2.8"), "out-of-range", "最低价"),
        (row(low="0"), "out-of-range", "最低价"),
        (row(high="99999999999"), "out-of-range", "最高价"),
        (row(high="5000"), "quote-price-too-high", "最高价"),
        (row(mid="NaN"), "not-a-number", "平均价"),
        (row(mid="inf"), "not-a-number", "平均价"),
        (row(mid="3.3e0"), "not-a-number", "平均价"),
        (row(mid="３.３"), "not-a-number", "平均价"),
        (row(mid="3,3"), "not-a-number", "平均价"),
        (row(low="2.80001"), "price-not-exact", "最低价"),
        (row(mid=""), "quote-field-missing", "平均价"),
        (row(name=""), "quote-field-missing", "品名"),
        (row(day=""), "quote-field-missing", "发布日期"),
        (row(unit=""), "quote-field-missing", "单位"),
        (row(unit="箱"), "quote-unit-unknown", "单位"),
        (row(unit="磅"), "quote-unit-unknown", "单位"),
        (row(day="2013-02-30"), "quote-date-wrong", "发布日期"),
        (row(day="06-10-2013"), "quote-date-wrong", "发布日期"),
        (row(day="0013-06-10"), "quote-date-wrong", "发布日期"),
        (row(day="2013-06/10"), "quote-date-wrong", "发布日期"),
        (row(name="富" * 201), "quote-field-too-long", "品名"),
        (row(name="<script>alert(1)</script>富士"), "quote-field-markup", "品名"),
        (row(name="<!-- -->富士"), "quote-field-markup", "<!-- -->"),
        (row()[:6], "quote-row-uneven", "6"),
        ((*row(), "多"), "quote-row-uneven", "8"),
    ],
)
def test_refuses_a_bad_row_by_name_and_keeps_the_others(
    wrong: tuple[str, ...], code: str, field: str
) -> None:
    found = read(row(), wrong, row(day="2013-06-11"))

    assert [(note.row, note.code) for note in found.refused] == [(2, code)]
    assert field in found.refused[0].text
    assert [quote.row for quote in found.quotes] == [1, 3]


def test_names_the_nearest_prices_where_one_is_not_exact() -> None:
    [note] = read(row(low="2.80001")).refused

    assert "2.8 " in note.text
    assert "2.8005" in note.text


def test_rounds_only_the_average_which_the_market_computed() -> None:
    [quote] = read(row(low="3", mid="3.33333", high="4")).quotes

    assert quote.mid == Price(6667)


def test_takes_a_size_with_a_sign_for_no_markup() -> None:
    [quote] = read(row(name="富士（纸袋Φ80<85）")).quotes

    assert quote.parsed.fully


def test_knows_a_row_that_says_the_same_again() -> None:
    found = read(row(), row(mid="3.30"), row(mid="3.4"))

    assert found.duplicates == ((2, 1),)
    assert [quote.row for quote in found.quotes] == [1, 3]
    assert found.rows == 3


def test_suspects_a_price_twice_its_cells_last_ones() -> None:
    days = [row("嘎啦", "2", "2", "2", day=f"2013-06-{day:02d}") for day in range(1, 21)]
    slip = row("嘎啦苹果", "4", "4", "4", day="2013-06-21")
    after = row("嘎啦", "2", "2", "2", day="2013-06-22")

    found = read(*days, slip, after)

    assert [(note.row, note.code) for note in found.suspects] == [(21, "R01")]
    assert len(found.quotes) == 22


@pytest.mark.parametrize(
    ("price", "suspect"),
    [
        ("1.79", False),
        ("1.80", True),
        ("2.20", True),
        ("2.21", False),
        ("0.44", False),
        ("0.45", True),
        ("0.55", True),
        ("0.56", False),
    ],
)
def test_the_bounds_of_a_slip_are_inclusive(price: str, suspect: bool) -> None:
    days = [row("嘎啦", "1", "1", "1", day=f"2013-06-{day:02d}") for day in range(1, 6)]

    found = read(*days, row("嘎啦", price, price, price, day="2013-06-21"))

    assert bool(found.suspects) is suspect


def test_looks_for_slips_in_the_order_of_days_and_not_of_rows() -> None:
    days = [row("嘎啦", "2", "2", "2", day=f"2013-06-{day:02d}") for day in range(1, 6)]
    slip = row("嘎啦", "4", "4", "4", day="2013-06-21")

    assert [note.row for note in read(slip, *days).suspects] == [1]


def test_different_markets_do_not_judge_each_other() -> None:
    header = (*HEADER, "市场")
    here = [(*row("嘎啦", "2", "2", "2", day=f"2013-06-{d:02d}"), "甲") for d in range(1, 6)]
    there = (*row("嘎啦", "4", "4", "4", day="2013-06-21"), "乙")

    assert read_quotes([header, *here, there]).suspects == ()


def test_takes_synonyms_and_a_unit_in_a_title() -> None:
    table = [("产品名称", "均价（元/公斤）", "日期"), ("嘎啦", "6.4", "2013/6/10")]

    [quote] = read_quotes(table, market="甲").quotes

    assert (quote.low, quote.mid, quote.market) == (Price(6400), Price(6400), "甲")


def test_takes_foreign_currency_and_grade_from_a_header() -> None:
    table = [
        ("date", "market", "variety", "grade", "min_inr_kg", "max_inr_kg", "avg_inr_kg"),
        ("2012-09-01", "Azadpur", "American", "A", "35.0", "37.5", "36.25"),
    ]

    [quote] = read_quotes(table).quotes

    assert (quote.currency, quote.market, quote.said) == ("INR", "Azadpur", "American A")
    assert quote.mid == Price(36250)


def test_refuses_a_header_that_lacks_a_column_and_names_it() -> None:
    with pytest.raises(QuoteColumnsMissing) as refusal:
        read_quotes([("品名", "平均价"), ("富士", "3")])

    assert "单位" in str(refusal.value)
    assert "发布日期" in str(refusal.value)


def test_refuses_two_columns_of_one_name() -> None:
    with pytest.raises(QuoteColumnsTwice):
        read_quotes([(*HEADER, "平均价"), (*row(), "3")])


@pytest.mark.parametrize("table", [[], [[]], [HEADER], [HEADER, ["", " "]]], ids=len)
def test_refuses_a_table_without_quotes(table: list[Sequence[str]]) -> None:
    with pytest.raises(QuoteFileEmpty):
        read_quotes(table)


def test_refuses_more_rows_than_it_holds() -> None:
    endless = ((),) * (ROWS_MAX + 1)

    with pytest.raises(QuoteFileTooLarge):
        read_quotes([HEADER, *endless])


@settings(deadline=None, max_examples=200)
@given(cells=st.lists(st.text(max_size=12), min_size=7, max_size=7))
def test_no_row_breaks_it_and_each_is_accounted_for(cells: list[str]) -> None:
    found = read(row(), cells, row())

    assert found.rows == len(found.quotes) + len(found.refused) + len(found.duplicates)
    assert found.rows == 2 + any(cell.strip() for cell in cells)


@settings(deadline=None, max_examples=1_000)
@given(fen=st.integers(1, 5_000), unit=st.sampled_from(["斤", "公斤"]))
def test_no_fen_is_lost_between_the_file_and_the_quote(fen: int, unit: str) -> None:
    text = f"{fen // 100}.{fen % 100:02d}"

    [quote] = read(row(low=text, mid=text, high=text, unit=unit)).quotes

    assert quote.low.yuan_per_tonne == fen * (20 if unit == "斤" else 10)
    assert quote.low.shown(quote.unit) == text


@needs_shared_data
def test_accounts_for_every_row_of_three_years_of_a_real_market() -> None:
    path = SHARED_DATA / "quotes" / "xinfadi_apple_raw.csv"

    found = read_quotes(rows_of(path.read_bytes(), path.name), "xinfadi")

    assert (found.rows, len(found.refused), len(found.duplicates)) == (7574, 0, 39)
    assert all(quote.parsed.fully for quote in found.quotes)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert all(lines[again] == lines[first] for again, first in found.duplicates)
    assert found.suspects


@needs_shared_data
def test_refuses_the_twelve_rows_out_of_order_of_another_country() -> None:
    path = SHARED_DATA / "quotes" / "kashmir_delhi_apple.csv"

    found = read_quotes(rows_of(path.read_bytes(), path.name))

    assert found.rows == 18_634
    assert [note.code for note in found.refused] == ["quote-prices-out-of-order"] * 12
