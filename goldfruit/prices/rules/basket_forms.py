"""A basket as a table of text (篮子表): what was typed, what it adds up to, what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from goldfruit.kernel.digests import Json
from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.units import plain_decimal

FIELDS = ("code", "name", "weight", "family", "county", "base_price", "season")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sum:
    """合计: the sum of the weights, what is missing to one, and the rows without a number."""

    total: str
    missing: str
    wrong: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """Return whether the weights add up to exactly one."""
        return not self.wrong and self.missing == "0"


@dataclass(frozen=True, slots=True)
class Difference:
    """差异: one cell before and after; an empty side is a cell that came or went."""

    code: str
    before: Row
    after: Row


def summed(rows: Sequence[Row]) -> Sum:
    """Return what the weights of ``rows`` add up to, exactly; rows are counted from 1."""
    total, wrong = Decimal(0), []
    for number, row in enumerate(rows, start=1):
        try:
            total += plain_decimal(row.get("weight", ""))
        except Refusal:
            wrong.append(number)
    return Sum(_plain(total), _plain(1 - total), tuple(wrong))


def rows_of(document: Mapping[str, Json]) -> list[dict[str, str]]:
    """Return the cells of a definition's document as rows of text."""
    basket = document.get("basket")
    cells = basket.get("cells", []) if isinstance(basket, Mapping) else []
    return [_row(cell) for cell in cells if isinstance(cell, Mapping)]  # type: ignore[union-attr]


def cells_of(rows: Sequence[Row]) -> list[Json]:
    """Return rows as the cells of a document; a row without code and name is left out."""
    found: list[Json] = []
    for row in rows:
        if not (row["code"] or row["name"]):
            continue
        cell: dict[str, Json] = {key: row[key] for key in FIELDS[:5]}
        if row["base_price"]:
            cell["base_price"] = row["base_price"]
        if row["season"]:
            first, _, last = row["season"].replace("至", "/").partition("/")
            cell["season"] = [first.strip(), last.strip()]
        found.append(cell)
    return found


def differences(old: Sequence[Row], new: Sequence[Row]) -> list[Difference]:
    """Return the cells that differ between two baskets, by code."""
    before = {row["code"]: row for row in old}
    after = {row["code"]: row for row in new}
    return [
        Difference(code, before.get(code, {}), after.get(code, {}))
        for code in sorted({*before, *after})
        if _told(before.get(code)) != _told(after.get(code))
    ]


def _told(row: Row | None) -> tuple[str, ...] | None:
    if row is None:
        return None
    try:
        weight = _plain(plain_decimal(row["weight"]))
    except Refusal:
        weight = row["weight"]
    return tuple(weight if key == "weight" else row[key] for key in FIELDS)


def _row(cell: Mapping[str, Json]) -> dict[str, str]:
    row = {key: str(cell.get(key) or "") for key in FIELDS}
    season = cell.get("season")
    row["season"] = "/".join(map(str, season)) if isinstance(season, list | tuple) else ""
    return row


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"
