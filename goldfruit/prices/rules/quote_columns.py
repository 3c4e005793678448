"""Columns of quote files (列名): which column of a market's file says what.

The names are those of the public wholesale markets and their common synonyms. A unit or a
currency may stand in the name of a price column, as in 平均价(元/公斤) or ``avg_inr_kg``.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from goldfruit.kernel.fruit.amounts import unit_named
from goldfruit.kernel.units import PriceUnit
from goldfruit.prices.rules.quote_refusals import QuoteColumnsMissing, QuoteColumnsTwice

SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": (
        "品名", "商品名称", "产品名称", "名称", "菜名", "品种名称", "品种",
        "name", "product", "commodity", "variety",
    ),
    "low": ("最低价", "最低价格", "最低", "低价", "low", "min", "lowest"),
    "mid": (
        "平均价", "平均价格", "均价", "中间价", "主流价", "大宗价",
        "mid", "avg", "average", "mean", "mostly", "modal",
    ),
    "high": ("最高价", "最高价格", "最高", "高价", "high", "max", "highest"),
    "date": (
        "发布日期", "日期", "报价日期", "采价日期", "交易日期", "发布时间", "时间", "date", "day",
    ),
    "unit": ("单位", "计量单位", "价格单位", "unit"),
    "specification": ("规格", "规格型号", "specification", "spec"),
    "grade": ("等级", "级别", "grade"),
    "market": ("市场", "市场名称", "批发市场", "market"),
}  # fmt: skip
CHINESE = {
    "name": "品名", "low": "最低价", "mid": "平均价", "high": "最高价", "date": "发布日期",
    "unit": "单位", "specification": "规格", "grade": "等级", "market": "市场",
}  # fmt: skip
_IN_BRACKETS = re.compile(r"[(\[](?:元/)?(?P<unit>[^)\]]*)[)\]]$")
_IN_ENGLISH = re.compile(
    r"(?:_price)?_(?P<currency>inr|cny|rmb|yuan)(?:_per)?(?:_(?P<unit>kg|jin|t|tonne))$"
)
_ENGLISH_UNITS = {"kg": PriceUnit.KG, "jin": PriceUnit.JIN, "t": PriceUnit.TONNE}


@dataclass(frozen=True, slots=True)
class Columns:
    """列: where each field stands; ``unit`` and ``currency`` are what the header itself says."""

    at: dict[str, int]
    titles: dict[str, str]
    width: int
    unit: PriceUnit | None
    currency: str

    def cell(self, cells: Sequence[str], field: str) -> str:
        """Return the text of ``field`` in a row without blanks around it; empty if no column."""
        return cells[self.at[field]].strip() if field in self.at else ""

    def title(self, field: str) -> str:
        """Return the field's column name as the file writes it."""
        return self.titles.get(field, CHINESE[field])


def columns_of(header: Sequence[str]) -> Columns:
    """Return the columns that ``header`` names.

    Needed are name, date, unit (its own column, or in the names of the prices) and either the
    average or both low and high.

    Raises:
        QuoteColumnsTwice: a column name occurs twice.
        QuoteColumnsMissing: something needed is not there.
    """
    plain = [_plain(title) for title in header]
    at: dict[str, int] = {}
    for field, names in SYNONYMS.items():
        present = [name for name in names if name in plain]
        if not present:
            continue
        if plain.count(present[0]) > 1:
            raise QuoteColumnsTwice(column=header[plain.index(present[0])].strip()[:40])
        at[field] = plain.index(present[0])
    units, currencies = _said_in(header, at)
    missing = [CHINESE[field] for field in ("name", "date") if field not in at]
    if "mid" not in at and not {"low", "high"} <= set(at):
        missing.append("平均价（或最低价和最高价）")
    if "unit" not in at and len(units) != 1:
        missing.append(CHINESE["unit"])
    if missing:
        found = "、".join(title.strip()[:20] for title in header[:20])
        raise QuoteColumnsMissing(columns="、".join(missing), found=found or "无")
    return Columns(
        at=at,
        titles={field: header[place].strip() for field, place in at.items()},
        width=len(header),
        unit=units.pop() if len(units) == 1 else None,
        currency=currencies.pop() if len(currencies) == 1 else "CNY",
    )


def _plain(title: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title)).lower()
    return _IN_ENGLISH.sub("", _IN_BRACKETS.sub("", text)).removesuffix("_price")


def _said_in(header: Sequence[str], at: dict[str, int]) -> tuple[set[PriceUnit], set[str]]:
    """Return the units and currencies that the names of the price columns say."""
    units: set[PriceUnit] = set()
    currencies: set[str] = set()
    for field in {"low", "mid", "high"} & set(at):
        text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", header[at[field]])).lower()
        if match := _IN_ENGLISH.search(text):
            units.add(_ENGLISH_UNITS[match["unit"][:3].removesuffix("on")])
            currencies.add("INR" if match["currency"] == "inr" else "CNY")
        elif (match := _IN_BRACKETS.search(text)) and (unit := unit_named(match["unit"])):
            units.add(unit)
    return units, currencies
