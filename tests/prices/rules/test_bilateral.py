import json
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from goldfruit.prices.rules.bilateral import BY_WEIGHTS_PERIOD, UNWEIGHTED, WEIGHTED
from goldfruit.prices.rules.formula import METHODS
from goldfruit.prices.rules.price_table import PriceTable, Sale
from tests.places import SHARED_DATA, needs_shared_data
from tests.prices.rules.price_tables import WORKED, full_tables, index, read, table_of, values

BILATERAL = [*WEIGHTED, *UNWEIGHTED, *BY_WEIGHTS_PERIOD]
REVERSIBLE = ["fisher", "tornqvist", "walsh", "jevons", "dutot"]
every_bilateral = pytest.mark.parametrize("method", BILATERAL)
modest = settings(deadline=None, max_examples=40)


class TestTheWorkedExample:
    """domain.md §3.4.6, to the printed digits."""

    @pytest.mark.parametrize(
        ("method", "expected"),
        [
            ("laspeyres", 0.99439655),
            ("paasche", 0.98828383),
            ("fisher", 0.99133548),
            ("tornqvist", 0.99130899),
        ],
    )
    def test_gives_the_first_link(self, method: str, expected: float) -> None:
        assert values(table_of(WORKED), method)[1] == pytest.approx(expected, abs=5e-9)

    def test_gives_the_tornqvist_of_the_third_period_directly_and_chained(self) -> None:
        table = table_of(WORKED)

        assert values(table, "tornqvist")[2] == pytest.approx(1.00646095, abs=5e-9)
        assert values(table, "tornqvist", base="1")[2] == pytest.approx(1.01013830, abs=5e-9)
        assert values(table, "tornqvist", chained=True)[2] == pytest.approx(1.00135918, abs=5e-9)


def _published() -> list[Any]:
    path = SHARED_DATA / "index" / "cases.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []


@needs_shared_data
@pytest.mark.parametrize("case", _published(), ids=lambda case: str(case["id"]))
def test_agrees_with_the_published_values(case: dict[str, Any]) -> None:
    if case["method"] not in METHODS:
        pytest.skip(f"{case['method']} is not among the methods of this exchange")
    path = SHARED_DATA / "index" / Path(case["dataset"]).name
    table = read(path.read_text("utf-8"), method=case["method"])

    assert case["variant"] == "fixedbase"
    assert values(table, case["method"]) == pytest.approx(case["expected"], abs=case["tol"])


@every_bilateral
@modest
@given(table=full_tables())
def test_equal_prices_give_one_whatever_the_quantities(method: str, table: PriceTable) -> None:
    first = table.sales[0]
    same = PriceTable(
        table.periods,
        tuple({k: Sale(first[k].price, s.quantity) for k, s in t.items()} for t in table.sales),
        weighted=True,
    )

    assert values(same, method) == pytest.approx([1.0] * len(same.periods))


@every_bilateral
@modest
@given(table=full_tables(periods=2))
def test_doubling_the_later_prices_doubles_the_index(method: str, table: PriceTable) -> None:
    doubled = {item: Sale(sale.price * 2, sale.quantity) for item, sale in table.sales[1].items()}
    twice = PriceTable(table.periods, (table.sales[0], doubled), weighted=True)

    assert values(twice, method)[1] == pytest.approx(2 * values(table, method)[1])


@every_bilateral
@modest
@given(table=full_tables(periods=2))
def test_the_index_lies_between_the_least_and_the_greatest_relative(
    method: str, table: PriceTable
) -> None:
    earlier, later = table.sales
    relatives = [later[item].price / earlier[item].price for item in earlier]

    assert min(relatives) * (1 - 1e-12) <= values(table, method)[1] <= max(relatives) * (1 + 1e-12)


@pytest.mark.parametrize("method", REVERSIBLE)
@modest
@given(table=full_tables(periods=2))
def test_turning_time_around_inverts_the_index(method: str, table: PriceTable) -> None:
    assert values(table, method, base="1")[0] == pytest.approx(1 / values(table, method)[1])


@modest
@given(table=full_tables(periods=2))
def test_paasche_is_laspeyres_backward(table: PriceTable) -> None:
    assert values(table, "laspeyres", base="1")[0] == pytest.approx(1 / values(table, "paasche")[1])


@modest
@given(table=full_tables())
def test_fisher_is_the_geometric_mean_of_laspeyres_and_paasche(table: PriceTable) -> None:
    both = zip(values(table, "laspeyres"), values(table, "paasche"), strict=True)

    assert values(table, "fisher") == pytest.approx([sqrt(a * b) for a, b in both])


@modest
@given(table=full_tables())
def test_lowe_and_young_with_the_weights_of_the_base_are_laspeyres(table: PriceTable) -> None:
    expected = pytest.approx(values(table, "laspeyres"))

    assert values(table, "lowe") == expected
    assert values(table, "young") == expected


@modest
@given(table=full_tables())
def test_lowe_with_the_weights_of_the_later_period_is_paasche(table: PriceTable) -> None:
    last = table.periods[-1]

    assert values(table, "lowe", weights_period=last)[-1] == pytest.approx(
        values(table, "paasche")[-1]
    )


@every_bilateral
@modest
@given(table=full_tables())
def test_another_base_only_rescales_a_chained_series(method: str, table: PriceTable) -> None:
    first = values(table, method, chained=True)

    rebased = values(table, method, chained=True, base=table.periods[-1])

    assert rebased == pytest.approx([value / first[-1] for value in first])


@pytest.mark.parametrize("method", ["jevons", "dutot", "lowe"])
@modest
@given(table=full_tables())
def test_a_transitive_formula_chains_to_itself(method: str, table: PriceTable) -> None:
    assert values(table, method, chained=True) == pytest.approx(values(table, method))


GAP = [(1, "a", 1.0, 1.0), (2, "b", 5.0, 1.0), (3, "a", 2.0, 1.0), (3, "b", 6.0, 1.0)]


def test_nothing_in_common_is_null_and_the_next_period_is_compared_again() -> None:
    assert index(table_of(GAP), "fisher") == [1.0, None, 2.0]


def test_a_broken_chain_is_null_from_there_outward() -> None:
    assert index(table_of(GAP), "fisher", chained=True) == [1.0, None, None]
    assert index(table_of(GAP), "fisher", chained=True, base="3") == pytest.approx(
        [None, 5 / 6, 1.0], nan_ok=True
    )


def test_a_carried_item_counts_where_the_other_period_weighs_it() -> None:
    rows = [(1, "a", 1.0, 1.0), (1, "b", 1.0, 3.0), (2, "a", 2.0, 4.0)]

    carried = {m: index(table_of(rows), m, carry_forward=True)[1] for m in BILATERAL}

    assert carried["laspeyres"] == 1.25
    assert carried["paasche"] == 2.0
    assert carried["walsh"] == 2.0
    assert carried["tornqvist"] == pytest.approx(2 ** ((0.25 + 1) / 2))
    assert carried["dutot"] == carried["carli"] == 1.5
    assert carried["lowe"] == carried["young"] == 1.25


def test_a_comparison_that_no_quantity_weighs_is_null() -> None:
    rows = [(1, "a", 1.0, 0.0), (2, "a", 2.0, 1.0)]

    assert index(table_of(rows), "laspeyres") == [1.0, None]
    assert index(table_of(rows), "tornqvist") == [1.0, None]
    assert index(table_of(rows), "paasche") == [1.0, 2.0]
