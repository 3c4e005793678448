"""Price tables for tests: the worked example of the methodology, and arbitrary ones."""

from collections.abc import Sequence

from hypothesis import strategies as st

from goldfruit.prices.rules.formula import WITHOUT_QUANTITIES, Choice, series
from goldfruit.prices.rules.price_table import PriceTable, Sale, read_price_table

Row = tuple[int, str, float, float]

# domain.md §3.4.6: cells A, B, C in three periods.
PRICES = ((3.20, 2.60, 1.80), (3.36, 2.60, 1.71), (3.30, 2.652, 1.75))
QUANTITIES = ((100, 150, 250), (80, 160, 300), (120, 140, 200))
WORKED: tuple[Row, ...] = tuple(
    (t, item, p, q)
    for t in range(3)
    for item, p, q in zip("ABC", PRICES[t], QUANTITIES[t], strict=True)
)


def csv_of(rows: Sequence[Row], *, quantities: bool = True) -> str:
    """Return the rows as CSV; repr keeps every digit."""
    head = "period,item,price,quantity" if quantities else "period,item,price"
    lines = [
        f"{t},{item},{p!r},{q!r}" if quantities else f"{t},{item},{p!r}" for t, item, p, q in rows
    ]
    return "\n".join([head, *lines]) + "\n"


def table_of(rows: Sequence[Row], *, quantities: bool = True) -> PriceTable:
    """Return the table of these rows, read as the tool reads it."""
    return read(csv_of(rows, quantities=quantities), method="tpd")


def read(text: str, *, method: str) -> PriceTable:
    """Return the table in the text, read for this method."""
    return read_price_table(
        text,
        method=method,
        weighs=method not in WITHOUT_QUANTITIES,
        may_weigh=method == "tpd",
    )


def index(table: PriceTable, method: str, **options: object) -> list[float | None]:
    """Return the values of the index in the order of the periods."""
    choice = Choice(method=method, **options)  # type: ignore[arg-type]
    return list(series(table, choice)[1].values())


def values(table: PriceTable, method: str, **options: object) -> list[float]:
    """Return the values of an index that has no gaps."""
    found = index(table, method, **options)
    assert all(value is not None for value in found)
    return [value for value in found if value is not None]


_positive = st.floats(min_value=0.1, max_value=50, allow_nan=False)


@st.composite
def full_tables(draw: st.DrawFn, *, periods: int | None = None) -> PriceTable:
    """Draw a table where every item has a price and a quantity in every period."""
    count = periods or draw(st.integers(2, 7))
    items = "abcdef"[: draw(st.integers(2, 6))]
    return _made(
        [{item: Sale(draw(_positive), draw(_positive)) for item in items} for _ in range(count)]
    )


@st.composite
def tables_with_gaps(draw: st.DrawFn) -> PriceTable:
    """Draw a table where items come and go, possibly without anything in common."""
    items = st.sets(st.sampled_from("abcdef"), min_size=1)
    return _made(
        [
            {item: Sale(draw(_positive), draw(_positive)) for item in sorted(draw(items))}
            for _ in range(draw(st.integers(2, 7)))
        ]
    )


def _made(sales: list[dict[str, Sale]]) -> PriceTable:
    return PriceTable(tuple(map(str, range(len(sales)))), tuple(sales), weighted=True)
