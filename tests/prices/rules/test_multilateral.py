import json
from math import exp, log, prod

import pytest
from hypothesis import given, settings

from goldfruit.prices.rules.multilateral import MULTILATERAL
from goldfruit.prices.rules.price_table import PriceTable, Sale
from tests.places import SHARED_DATA, needs_shared_data
from tests.prices.rules.price_tables import (
    WORKED,
    full_tables,
    index,
    read,
    table_of,
    tables_with_gaps,
    values,
)

every_multilateral = pytest.mark.parametrize("method", list(MULTILATERAL))
modest = settings(deadline=None, max_examples=40)


def test_gives_the_worked_geks() -> None:
    """domain.md §3.4.6, to the printed digits."""
    found = values(table_of(WORKED), "geks-tornqvist")

    assert found[1:] == pytest.approx([0.99298966, 1.00475748], abs=5e-9)
    assert found[2] / found[1] == pytest.approx(1.01185090, abs=5e-9)


@needs_shared_data
def test_geary_khamis_over_two_periods_agrees_with_the_published_values() -> None:
    cases = json.loads((SHARED_DATA / "index" / "cases.json").read_text("utf-8"))
    [case] = [case for case in cases if case["id"] == "CES-gk-fixedbase"]
    text = (SHARED_DATA / "index" / "ces_sigma2.csv").read_text("utf-8")
    table = read(text, method="geary-khamis")

    found = [
        values(PriceTable(("0", "t"), (table.sales[0], later), weighted=True), "geary-khamis")[1]
        for later in table.sales
    ]

    assert found == pytest.approx(case["expected"], abs=case["tol"])


@every_multilateral
@pytest.mark.parametrize(
    "name",
    [
        "ces_sigma2_less_rows_2_3.csv",
        "ces_sigma2_less_rows_45_48.csv",
        "gpindex_dat.csv",
        "gpindex_dat2_missing.csv",
        "manual_ch19.csv",
        "milk_raw.csv",
        "milk_unit_values.csv",
        "pic_abc.csv",
        "pic_bcd.csv",
        "pic_cde.csv",
        "turvey_seasonal_fruit.csv",
    ],
)
@needs_shared_data
def test_every_file_of_other_people_has_a_transitive_index(method: str, name: str) -> None:
    table = read((SHARED_DATA / "index" / name).read_text("utf-8"), method=method)

    from_first = values(table, method)
    from_last = values(table, method, base=table.periods[-1])

    assert from_last == pytest.approx([v / from_first[-1] for v in from_first], rel=1e-12)


@every_multilateral
@needs_shared_data
def test_raw_rows_and_their_unit_values_give_one_index(method: str) -> None:
    raw, merged = (
        values(read((SHARED_DATA / "index" / name).read_text("utf-8"), method=method), method)
        for name in ("milk_raw.csv", "milk_unit_values.csv")
    )

    assert raw == pytest.approx(merged, rel=1e-9)


@every_multilateral
@modest
@given(table=tables_with_gaps())
def test_equal_prices_give_one_or_null_whatever_comes_and_goes(
    method: str, table: PriceTable
) -> None:
    same = PriceTable(
        table.periods,
        tuple({k: Sale(ord(k), s.quantity) for k, s in sales.items()} for sales in table.sales),
        weighted=True,
    )

    assert all(v is None or v == pytest.approx(1.0) for v in index(same, method))


@every_multilateral
@modest
@given(table=tables_with_gaps())
def test_a_period_is_null_exactly_if_no_items_lead_to_it(method: str, table: PriceTable) -> None:
    reached, items = {0}, set(table.sales[0])
    for _ in table.periods:
        for t, sales in enumerate(table.sales):
            if items & set(sales):
                reached.add(t)
                items |= set(sales)

    found = index(table, method)

    assert {t for t, value in enumerate(found) if value is not None} == reached


@every_multilateral
@modest
@given(table=tables_with_gaps())
def test_another_base_only_rescales(method: str, table: PriceTable) -> None:
    first, last = index(table, method), index(table, method, base=table.periods[-1])
    if (shared := first[-1]) is None:
        assert last[0] is None
        return

    rescaled = [None if value is None else value / shared for value in first]

    assert [v is None for v in last] == [v is None for v in rescaled]
    assert [v for v in last if v] == pytest.approx([v for v in rescaled if v])


@every_multilateral
@modest
@given(table=full_tables())
def test_doubling_the_prices_of_a_period_doubles_its_index(method: str, table: PriceTable) -> None:
    doubled = {k: Sale(s.price * 2, s.quantity) for k, s in table.sales[-1].items()}
    twice = PriceTable(table.periods, (*table.sales[:-1], doubled), weighted=True)

    assert values(twice, method)[-1] == pytest.approx(2 * values(table, method)[-1])


@pytest.mark.parametrize("bilateral", ["fisher", "tornqvist", "walsh", "jevons"])
@modest
@given(table=full_tables())
def test_geks_is_the_geometric_mean_of_all_indirect_comparisons(
    bilateral: str, table: PriceTable
) -> None:
    count = len(table.periods)
    by_base = [values(table, bilateral, base=period) for period in table.periods]

    expected = [
        prod(by_base[0][at] * by_base[at][t] for at in range(count)) ** (1 / count)
        for t in range(count)
    ]

    assert values(table, f"geks-{bilateral}") == pytest.approx(expected)


def test_geks_bridges_a_pair_that_shares_nothing_and_stays_transitive() -> None:
    rows = [(1, "a", 1.0, 1.0), (2, "a", 2.0, 1.0), (2, "b", 1.0, 1.0), (3, "b", 3.0, 1.0)]

    assert index(table_of(rows), "geks-fisher") == pytest.approx([1.0, 2.0, 6.0])


def test_periods_without_any_bridge_are_null() -> None:
    rows = [(1, "a", 1.0, 1.0), (2, "b", 2.0, 1.0), (3, "a", 3.0, 1.0), (4, "b", 4.0, 1.0)]

    for method in MULTILATERAL:
        assert index(table_of(rows), method) == pytest.approx([1.0, None, 3.0, None])
        assert index(table_of(rows), method, base="4") == pytest.approx([None, 0.5, None, 1.0])


@modest
@given(table=full_tables(periods=2))
def test_unweighted_tpd_of_matched_periods_is_jevons(table: PriceTable) -> None:
    plain = PriceTable(table.periods, table.sales, weighted=False)

    assert values(plain, "tpd") == pytest.approx(values(plain, "jevons"))


def _least_squares(table: PriceTable) -> list[float]:
    """Solve the dummies of all periods and items at once, plainly: the textbook's way."""
    items = sorted({item for sales in table.sales for item in sales})
    width = len(table.periods) - 1 + len(items)
    normal = [[0.0] * (width + 1) for _ in range(width)]
    for t, sales in enumerate(table.sales):
        spent = sum(s.price * s.quantity for s in sales.values())
        for item, sale in sales.items():
            weight = sale.price * sale.quantity / spent
            columns = [len(table.periods) - 1 + items.index(item), *([t - 1] if t else [])]
            for i in columns:
                for j in columns:
                    normal[i][j] += weight
                normal[i][width] += weight * log(sale.price)
    for k in range(width):
        pivot = max(range(k, width), key=lambda row: abs(normal[row][k]))
        normal[k], normal[pivot] = normal[pivot], normal[k]
        for row in range(width):
            if row != k:
                factor = normal[row][k] / normal[k][k]
                normal[row] = [a - factor * b for a, b in zip(normal[row], normal[k], strict=True)]
    return [1.0, *(exp(normal[t][width] / normal[t][t]) for t in range(len(table.periods) - 1))]


@modest
@given(table=full_tables())
def test_tpd_is_the_weighted_regression_on_dummies(table: PriceTable) -> None:
    assert values(table, "tpd") == pytest.approx(_least_squares(table), rel=1e-6)


@needs_shared_data
@pytest.mark.parametrize("name", ["gpindex_dat2_missing.csv", "turvey_seasonal_fruit.csv"])
def test_tpd_is_that_regression_on_seasonal_goods_too(name: str) -> None:
    table = read((SHARED_DATA / "index" / name).read_text("utf-8"), method="tpd")

    assert values(table, "tpd") == pytest.approx(_least_squares(table), rel=1e-8)


@modest
@given(table=tables_with_gaps())
def test_geary_khamis_satisfies_its_own_two_definitions(table: PriceTable) -> None:
    known = {t: level for t, level in enumerate(index(table, "geary-khamis")) if level is not None}
    items = {item for t in known for item in table.sales[t]}
    sold = {
        item: [
            (level, table.sales[t][item]) for t, level in known.items() if item in table.sales[t]
        ]
        for item in items
    }
    worth = {
        item: sum(s.price / level * s.quantity for level, s in several)
        / sum(s.quantity for _, s in several)
        for item, several in sold.items()
    }

    for t, level in known.items():
        sales = table.sales[t]
        spent = sum(s.price * s.quantity for s in sales.values())
        assert level == pytest.approx(spent / sum(worth[k] * s.quantity for k, s in sales.items()))


@every_multilateral
def test_a_carried_price_weighs_nothing_unless_rows_count_alike(method: str) -> None:
    rows = [(1, "a", 1.0, 1.0), (1, "b", 1.0, 3.0), (2, "a", 2.0, 4.0)]

    plain = index(table_of(rows), method)[1]
    carried = index(table_of(rows), method, carry_forward=True)[1]

    assert plain == pytest.approx(2.0)
    if method in {"tpd", "geary-khamis"}:
        assert carried == plain
    else:
        assert carried is not None
        assert carried < 2.0 or method == "geks-walsh"
