"""Price tables (价格表): what each item cost in each period, read from CSV.

The form is that of ``index formula``: columns ``period,item,price,quantity``; an empty
price means that the row is absent, so a period with empty prices only does not exist.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from math import fsum, inf

from goldfruit.kernel.errors import RuleBroken

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
LARGEST = 1e15


@dataclass(eq=False)
class PriceTableUnreadable(RuleBroken):
    code = "price-table-unreadable"
    title = "价格表无法读取"
    detail = "文件须为 UTF-8 编码的 CSV（{reason}），请另存为 UTF-8 后重试。"

    reason: str


@dataclass(eq=False)
class PriceTableColumns(RuleBroken):
    code = "price-table-columns"
    title = "价格表列名不符"
    detail = "首行须各有一列 {columns}，现有：{found}。请改正首行。"

    columns: str
    found: str


@dataclass(eq=False)
class PriceTableRow(RuleBroken):
    code = "price-table-row"
    title = "价格表某行无法读取"
    detail = "第 {row} 行（首行之后起数）{field} 有误：“{text}”，{wanted}。请改正该行。"

    row: int
    field: str
    text: str
    wanted: str


@dataclass(eq=False)
class PriceTableEmpty(RuleBroken):
    code = "price-table-empty"
    title = "价格表没有价格"
    detail = "没有一行填有价格，请至少提供一个时期的价格。"


@dataclass(eq=False)
class QuantitiesMissing(RuleBroken):
    code = "quantities-missing"
    title = "缺少数量"
    detail = "方法 {method} 按数量加权，文件须有 quantity 列；或改用 jevons、dutot 等不加权方法。"

    method: str


@dataclass(eq=False)
class NoSuchPeriod(RuleBroken):
    code = "no-such-period"
    title = "没有这个时期"
    detail = "{option} 所指的时期“{period}”不在文件中；文件从 {first} 到 {last}，请照原样书写。"

    option: str
    period: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Sale:
    """成交: what one item cost in one period, and how much of it was sold."""

    price: float
    quantity: float


Sales = Mapping[str, Sale]


@dataclass(frozen=True, slots=True)
class PriceTable:
    """价格表: periods in order, and the sales of each, items in the order of their names."""

    periods: tuple[str, ...]
    sales: tuple[Sales, ...]
    weighted: bool

    def place(self, period: str, *, option: str) -> int:
        """Return the place of the period, counted from 0, or raise NoSuchPeriod."""
        if period not in self.periods:
            raise NoSuchPeriod(option, _short(period), self.periods[0], self.periods[-1])
        return self.periods.index(period)

    def carried_forward(self) -> "PriceTable":
        """Return the table where a missing price is the item's last one, with quantity 0.

        An item is carried from its first price to the end of the table, never backward.
        """
        last: dict[str, Sale] = {}
        filled: list[Sales] = []
        for sales in self.sales:
            now = {item: Sale(sale.price, 0.0) for item, sale in last.items()} | dict(sales)
            filled.append(dict(sorted(now.items())))
            last = now
        return PriceTable(self.periods, tuple(filled), self.weighted)


def read_price_table(text: str, *, method: str, weighs: bool, may_weigh: bool) -> PriceTable:
    """Return the table in this CSV.

    Several rows of one item and period become one: unit value Σpq/Σq and Σq. Where the rows
    have no quantities, or none above zero, the unit value is the plain mean.

    ``weighs``: the method cannot do without quantities. ``may_weigh``: it uses them if the
    column is there, and then each row needs one. For all other methods quantities only
    serve the unit values, and may be left out row by row.

    Raises:
        PriceTableUnreadable, PriceTableColumns, PriceTableRow, PriceTableEmpty,
        QuantitiesMissing: with the row (1 is the first after the header) and the field.
    """
    records = _records(text)
    places = _places(records[0] if records else [])
    weighted = "quantity" in places
    if weighs and not weighted:
        raise QuantitiesMissing(method)
    rows: dict[tuple[str, str], list[tuple[float, float | None]]] = {}
    for row, record in enumerate(records[1:], start=1):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(records[0]):
            wanted = f"应有 {len(records[0])} 个字段"
            raise PriceTableRow(row, "*", _short(",".join(record)), wanted)
        field = {name: record[place].strip() for name, place in places.items()}
        if not field["price"]:
            continue
        for name in ("period", "item"):
            if not field[name]:
                raise PriceTableRow(row, name, "", "不能为空")
        price = _number(row, "price", field["price"], above_zero=True)
        quantity: float | None = None
        if weighted and (field["quantity"] or weighs or may_weigh):
            quantity = _number(row, "quantity", field["quantity"], above_zero=False)
        rows.setdefault((field["period"], field["item"]), []).append((price, quantity))
    if not rows:
        raise PriceTableEmpty()
    periods = in_order({period for period, _ in rows})
    sales: dict[str, dict[str, Sale]] = {period: {} for period in periods}
    for (period, item), several in sorted(rows.items()):
        sales[period][item] = _one(several)
    return PriceTable(tuple(periods), tuple(sales.values()), weighted)


def in_order(periods: set[str]) -> list[str]:
    """Return the periods as numbers if all are numbers, else as text; at a tie by text."""
    if all(NUMBER.fullmatch(period) for period in periods):
        return sorted(periods, key=lambda period: (Decimal(period), period))
    return sorted(periods)


def _one(several: Sequence[tuple[float, float | None]]) -> Sale:
    quantities = [quantity for _, quantity in several if quantity is not None]
    total = fsum(quantities)
    if len(several) == 1:
        return Sale(several[0][0], total)
    if total > 0 and len(quantities) == len(several):
        return Sale(fsum(price * (quantity or 0.0) for price, quantity in several) / total, total)
    return Sale(fsum(price for price, _ in several) / len(several), total)


def _records(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error as error:
        raise PriceTableUnreadable(_short(str(error))) from error


def _places(header: Sequence[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    needed = ("period", "item", "price")
    if any(names.count(name) != 1 for name in needed) or names.count("quantity") > 1:
        found = _short(",".join(header)) or "（空）"
        raise PriceTableColumns(columns="period、item、price（及 quantity）", found=found)
    return {name: names.index(name) for name in (*needed, "quantity") if name in names}


def _number(row: int, field: str, text: str, *, above_zero: bool) -> float:
    number = float(text) if NUMBER.fullmatch(text) else inf
    if 1 / LARGEST <= number <= LARGEST or (number == 0 and not above_zero):
        return number
    wanted = "须为 1e-15 至 1e15 的数" if above_zero else "须为 0，或 1e-15 至 1e15 的数"
    raise PriceTableRow(row, field, _short(text), wanted)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
