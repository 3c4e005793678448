from collections.abc import Callable

import pytest
from hypothesis import given, settings

from goldfruit.prices.rules.formula import IndexOutOfRange, OptionNotForFormula
from goldfruit.prices.rules.multilateral import MULTILATERAL
from goldfruit.prices.rules.price_table import PriceTable
from goldfruit.prices.rules.splicing import SPLICES, half, mean, movement, rebased, window
from tests.places import SHARED_DATA, needs_shared_data
from tests.prices.rules.price_tables import WORKED, full_tables, index, read, table_of, values

every_splice = pytest.mark.parametrize("splice", list(SPLICES))
every_multilateral = pytest.mark.parametrize("method", list(MULTILATERAL))
modest = settings(deadline=None, max_examples=30)


def test_gives_the_worked_mean_splice() -> None:
    """domain.md §3.4.6: onto 1000 and 991.3090, by G02 and G12."""
    levels = values(table_of(WORKED), "geks-tornqvist")
    links: list[float | None] = [levels[2] / level for level in levels[:2]]

    assert mean([1000.0, 991.3090], links) == pytest.approx(1003.9068, abs=5e-5)


PUBLISHED: list[float | None] = [10.0, 20.0, None, 40.0]
LINKS: list[float | None] = [5.0, None, 3.0, 1.0]


def test_each_splice_links_where_its_name_says() -> None:
    # A window of five periods: number (5 - 1) // 2 = 2 is the third.
    assert movement(PUBLISHED, LINKS) == 40.0
    assert window(PUBLISHED, LINKS) == 50.0
    assert half([10.0, 20.0, 30.0, 40.0], LINKS) == 90.0
    assert half([10.0, 20.0, 30.0], [5.0, 7.0, 3.0]) == 140.0
    assert mean(PUBLISHED, LINKS) == pytest.approx((50.0 * 40.0) ** 0.5)


def test_a_splice_without_its_link_is_null() -> None:
    assert half(PUBLISHED, LINKS) is None
    assert window([None, 1.0], [1.0, 1.0]) is None
    assert movement([1.0, 2.0], [1.0, None]) is None
    assert mean([1.0, None], [None, 1.0]) is None


def test_movement_passes_by_periods_that_were_left_null() -> None:
    assert movement([1.0, 2.0, None], [9.0, 3.0, 7.0]) == 6.0


def test_rebasing_on_a_period_without_a_value_says_nothing_elsewhere() -> None:
    assert rebased([1.0, None, 2.0], 1) == [None, 1.0, None]


@every_splice
@every_multilateral
@modest
@given(table=full_tables())
def test_a_window_over_everything_is_the_plain_index(
    method: str, splice: str, table: PriceTable
) -> None:
    plain = index(table, method)

    assert index(table, method, window=len(table.periods), splice=splice) == plain
    assert index(table, method, window=99, splice=splice) == plain


@every_splice
@every_multilateral
@modest
@given(table=full_tables())
def test_another_base_only_rescales_a_spliced_series(
    method: str, splice: str, table: PriceTable
) -> None:
    first = values(table, method, window=3, splice=splice)

    last = values(table, method, window=3, splice=splice, base=table.periods[-1])

    assert last == pytest.approx([value / first[-1] for value in first])


@every_splice
@modest
@given(table=full_tables())
def test_windows_of_two_periods_are_the_chain(splice: str, table: PriceTable) -> None:
    chain = values(table, "fisher", chained=True)

    assert values(table, "geks-fisher", window=2, splice=splice) == pytest.approx(chain)


PLACES: dict[str, Callable[[int], list[int]]] = {
    "movement": lambda size: [size - 2],
    "window": lambda size: [0],
    "half": lambda size: [(size - 1) // 2],
    "mean": lambda size: list(range(size - 1)),
}


@needs_shared_data
@every_splice
@every_multilateral
@pytest.mark.parametrize("size", [4, 13])
def test_each_new_period_is_linked_by_its_own_window_onto_what_was_published(
    method: str, splice: str, size: int
) -> None:
    text = (SHARED_DATA / "index" / "pic_bcd.csv").read_text("utf-8")
    table = read(text, method=method)
    found = values(table, method, window=size, splice=splice)

    assert len(found) > size
    for new in range(size, len(found)):
        span = slice(new - size + 1, new + 1)
        own = values(PriceTable(table.periods[span], table.sales[span], weighted=True), method)
        published = found[span]
        links = [published[place] * own[-1] / own[place] for place in PLACES[splice](size)]
        product = 1.0
        for link in links:
            product *= link ** (1 / len(links))
        assert found[new] == pytest.approx(product, rel=1e-10)


@pytest.mark.parametrize(
    ("method", "options", "option"),
    [
        ("fisher", {"window": 3}, "--window"),
        ("tpd", {"chained": True}, "--chained"),
        ("tpd", {"splice": "mean"}, "--splice"),
        ("fisher", {"weights_period": "1"}, "--weights-period"),
    ],
)
def test_an_option_that_means_nothing_to_the_method_is_refused(
    method: str, options: dict[str, object], option: str
) -> None:
    with pytest.raises(OptionNotForFormula) as refusal:
        index(table_of(WORKED), method, **options)

    assert refusal.value.option == option


def test_a_chain_that_drifts_out_of_range_is_refused() -> None:
    wild = [
        (t, item, 1e15 if (t + at) % 2 else 1e-15, 1.0)
        for t in range(40)
        for at, item in enumerate("ab")
    ]

    with pytest.raises(IndexOutOfRange):
        index(table_of(wild), "carli", chained=True)
