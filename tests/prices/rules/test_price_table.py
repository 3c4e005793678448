import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.prices.rules.price_table import (
    NoSuchPeriod,
    PriceTableColumns,
    PriceTableEmpty,
    PriceTableRow,
    PriceTableUnreadable,
    QuantitiesMissing,
    Sale,
    in_order,
)
from tests.prices.rules.price_tables import read

HEAD = "period,item,price,quantity\n"


def test_several_rows_of_one_item_and_period_become_their_unit_value() -> None:
    table = read(HEAD + "1,a,2,10\n1,a,4,30\n", method="fisher")

    assert table.sales[0]["a"] == Sale(3.5, 40.0)


def test_rows_without_quantities_become_their_plain_mean() -> None:
    table = read("period,item,price\n1,a,2\n1,a,4\n", method="jevons")

    assert table.sales[0]["a"].price == 3.0


def test_rows_of_no_quantity_at_all_become_their_plain_mean_with_quantity_zero() -> None:
    table = read(HEAD + "1,a,2,0\n1,a,4,0\n", method="fisher")

    assert table.sales[0]["a"] == Sale(3.0, 0.0)


def test_an_empty_price_means_that_the_row_is_absent() -> None:
    table = read(HEAD + "1,a,2,1\n2,a,,oops\n3,a,3,1\n", method="fisher")

    assert table.periods == ("1", "3")


@pytest.mark.parametrize(
    ("periods", "ordered"),
    [
        ({"10", "9", "1"}, ["1", "9", "10"]),
        ({"2.5", "-1", "1e1"}, ["-1", "2.5", "1e1"]),
        ({"10", "9", "x"}, ["10", "9", "x"]),
        ({"2020-10", "2020-9"}, ["2020-10", "2020-9"]),
        ({"1", "01"}, ["01", "1"]),
    ],
)
def test_periods_are_ordered_as_numbers_only_if_all_are(
    periods: set[str], ordered: list[str]
) -> None:
    assert in_order(periods) == ordered


def test_other_columns_a_byte_order_mark_and_blank_lines_do_no_harm() -> None:
    table = read("\ufeffitem,Price, period ,shop\n\na,2,1,x\n", method="dutot")

    assert table.sales[0]["a"].price == 2.0


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("1,a,-2,1", "price"),
        ("1,a,0,1", "price"),
        ("1,a,1e999,1", "price"),
        ("1,a,1e16,1", "price"),
        ("1,a,nan,1", "price"),
        ("1,a,inf,1", "price"),
        ("1,a,1_000,1", "price"),
        ("1,a,３.2,1", "price"),
        ("1,a,¥3,1", "price"),
        ("1,a,<b>3</b>,1", "price"),
        ("1,a,2,-1", "quantity"),
        ("1,a,2,1e-99", "quantity"),
        ("1,a,2,", "quantity"),
        ("1,a,2,NA", "quantity"),
        (",a,2,1", "period"),
        ("1, ,2,1", "item"),
        ("1,a,2", "*"),
        ("1,a,2,1,9", "*"),
    ],
)
def test_a_bad_row_is_refused_by_its_number_and_field(row: str, field: str) -> None:
    with pytest.raises(PriceTableRow) as refusal:
        read(HEAD + "1,b,1,1\n" + row + "\n", method="fisher")

    assert (refusal.value.row, refusal.value.field) == (2, field)


def test_unweighted_methods_do_without_some_quantities() -> None:
    assert read(HEAD + "1,a,2,\n1,a,4,9\n", method="jevons").sales[0]["a"].price == 3.0


@pytest.mark.parametrize("head", ["", "period,item\n", "period,item,price,price\n", "a;b;c\n"])
def test_a_header_without_the_columns_is_refused(head: str) -> None:
    with pytest.raises(PriceTableColumns):
        read(head + "1,a,2\n", method="jevons")


def test_a_weighted_method_asks_for_quantities() -> None:
    with pytest.raises(QuantitiesMissing):
        read("period,item,price\n1,a,2\n", method="fisher")


def test_a_table_without_prices_is_refused() -> None:
    with pytest.raises(PriceTableEmpty):
        read(HEAD + "1,a,,1\n", method="fisher")


def test_a_quote_that_never_closes_is_refused() -> None:
    with pytest.raises(PriceTableUnreadable):
        read(HEAD + '1,"a,2,1\n', method="fisher")


def test_an_unknown_period_is_refused_with_those_there_are() -> None:
    table = read(HEAD + "01,a,2,1\n02,a,2,1\n", method="fisher")

    with pytest.raises(NoSuchPeriod) as refusal:
        table.place("1", option="--base")

    assert (refusal.value.first, refusal.value.last) == ("01", "02")


def test_a_price_is_carried_forward_with_quantity_zero_and_never_backward() -> None:
    text = HEAD + "1,a,2,5\n2,b,3,1\n3,a,4,1\n4,b,1,1\n"

    carried = read(text, method="fisher").carried_forward()

    assert [dict(sales) for sales in carried.sales] == [
        {"a": Sale(2, 5)},
        {"a": Sale(2, 0), "b": Sale(3, 1)},
        {"a": Sale(4, 1), "b": Sale(3, 0)},
        {"a": Sale(4, 0), "b": Sale(1, 1)},
    ]


@settings(deadline=None, max_examples=50)
@given(
    order=st.permutations(
        [f"{t},{item},{p},{q}" for t in (1, 2) for item in "ab" for p, q in ((0.1, 3), (0.7, 0.3))]
    )
)
def test_the_order_of_the_rows_does_not_matter(order: list[str]) -> None:
    first = read(HEAD + "\n".join(sorted(order)), method="fisher")

    assert read(HEAD + "\n".join(order), method="fisher") == first
