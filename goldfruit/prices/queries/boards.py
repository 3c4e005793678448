"""Boards (行情表): the cells behind a published day as lines that people read.

A price is told only where enough contributors stand behind it (反垄断法 Art. 17; domain.md §3.2);
otherwise the line carries a reason and no price. Prices of lines are the statistics of the run,
rounded half up to whole units of currency per tonne.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy.orm import Session

from goldfruit.kernel.units import Price
from goldfruit.prices.models import IndexValue
from goldfruit.prices.queries import definitions, runs, series, values
from goldfruit.prices.rules.definitions import ABSENT, Definition
from goldfruit.prices.rules.publication import Changes, changes

THIN, SILENT, SUSPENDED = "thin", "silent", "suspended"
JIN_CENT = 20


@dataclass(frozen=True, slots=True)
class CellLine:
    """品类行情: one cell on one day, and what it was on the day that it is compared with.

    ``reason`` says why there is no price: too few contributors, none, suspended. ``contribution``
    is in points; None where it would tell a price that is not told.
    """

    cell: str
    name: str
    attributes: Mapping[str, str]
    family: str
    county: str
    grade: str
    share: float
    price: Price | None
    low: Price | None
    high: Price | None
    before: Price | None
    contributors: int
    grams: int
    contribution: float | None
    imputed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """分组行情: the told cells of one spec together; ``price`` is weighted by basket shares.

    Weighted prices are rounded half up to whole JIN_CENT: 0.01 yuan per jin.

    ``before`` is the same weighted price, over the cells that are told on both days.
    """

    group: str
    low: Price | None
    high: Price | None
    price: Price | None
    now: Price | None
    before: Price | None
    contributors: int
    cells: int


@dataclass(frozen=True, slots=True)
class Board:
    """指数行情: a value with its changes, its cells and the day that it is compared with."""

    definition: Definition
    value: IndexValue
    published: Mapping[date, int]
    changes: Changes
    against: date | None
    result: Mapping[str, Any]
    lines: tuple[CellLine, ...]
    groups: tuple[GroupLine, ...]

    @property
    def counties(self) -> list[tuple[str, list[CellLine]]]:
        """Return the lines of each county, those with the most weight first."""
        found: dict[str, list[CellLine]] = {}
        for line in self.lines:
            if line.county:
                found.setdefault(line.county, []).append(line)
        weight = {
            county: sum(self.definition.basket[line.cell].weight for line in lines)
            for county, lines in found.items()
        }
        order = sorted(found, key=lambda county: (-weight[county], county))
        return [
            (county, sorted(found[county], key=lambda line: (-line.share, line.cell)))
            for county in order
        ]


def board(session: Session, value: IndexValue, *, against: str = "last") -> Board:
    """Return the board of a day that has a value, compared with ``last``, ``week`` or ``year``."""
    run = runs.by_id(session, value.run_id)
    definition = runs.definition_of(session, run)
    published = values.published(session, value.index_code, value.day)
    found = changes(value.day, value.value_e2 or 0, published)
    chosen = getattr(found, against)
    result = runs.result(session, run.id, value.day)
    earlier: Mapping[str, Any] = {}
    if chosen is not None:
        then = values.on(session, value.index_code, chosen.since)
        earlier = runs.result(session, then.run_id, then.day)
    lines = cell_lines(definition, result, earlier)
    return Board(
        definition=definition,
        value=value,
        published=published,
        changes=found,
        against=chosen.since if chosen else None,
        result=result,
        lines=lines,
        groups=group_lines(lines),
    )


def headline(session: Session, code: str = "GFI-D") -> IndexValue | None:
    """Return the newest value of the home index, else of whichever index published last."""
    own = values.latest(session, code)
    if own is not None:
        return own
    wanted = [found.code for found in definitions.all_versions(session)]
    newest = series.newest_two(session, sorted(set(wanted)))
    return max((rows[0] for rows in newest.values()), key=lambda row: row.day, default=None)


def cell_lines(
    definition: Definition, result: Mapping[str, Any], earlier: Mapping[str, Any]
) -> tuple[CellLine, ...]:
    """Return the cells of a day, by code; ``earlier`` is the result that they are compared with."""
    told = {cell["cell"]: cell for cell in earlier.get("cells", ())}
    return tuple(_line(definition, cell, told.get(cell["cell"])) for cell in result["cells"])


def group_lines(lines: Sequence[CellLine]) -> tuple[GroupLine, ...]:
    """Return the lines of each spec family together, by the weight of the family."""
    families: dict[str, list[CellLine]] = {}
    for line in lines:
        if line.family:
            families.setdefault(line.family, []).append(line)
    weight = {key: math.fsum(line.share for line in rows) for key, rows in families.items()}
    order = sorted(families, key=lambda key: (-weight[key], key))
    return tuple(_group(key, families[key]) for key in order)


def attributes(definition: Definition, cell: str) -> dict[str, str]:
    """Return the attributes that a cell's code writes, without those that were not said."""
    parts = cell.split("-")
    if len(parts) != len(definition.cell_keys):
        return {}
    pairs = zip(definition.cell_keys, parts, strict=True)
    return {key: part for key, part in pairs if part != ABSENT}


def shown_price(text: str | None) -> Price | None:
    """Return a statistic in currency per kilogram as a price, rounded half up; None for none."""
    if text is None:
        return None
    return Price(int((Decimal(text) * 1_000).to_integral_value(ROUND_HALF_UP)))


def why_hidden(cell: Mapping[str, Any]) -> str:
    """Return why a cell has no price to tell: suspended, silent or thin; empty if it has one."""
    if cell["shown"] and cell["price"] is not None:
        return ""
    if cell["suspended"]:
        return SUSPENDED
    return THIN if cell["contributors"] else SILENT


def _line(
    definition: Definition, cell: Mapping[str, Any], earlier: Mapping[str, Any] | None
) -> CellLine:
    known = definition.basket.get(cell["cell"])
    reason = why_hidden(cell)
    low, price, high = (shown_price(cell[key]) for key in ("low", "price", "high"))
    then = None
    if not reason and earlier is not None and not why_hidden(earlier):
        then = shown_price(earlier["price"])
    return CellLine(
        cell=cell["cell"],
        name=known.name if known else "",
        attributes=attributes(definition, cell["cell"]),
        family=known.family if known else "",
        county=known.county if known else "",
        grade=cell["grade"],
        share=float(cell["share"]),
        price=None if reason else price,
        low=None if reason else low,
        high=None if reason else high,
        before=then,
        contributors=int(cell["contributors"]),
        grams=int(cell["grams"]),
        contribution=None if reason == THIN else float(cell["contribution"]),
        imputed_by=cell["imputed_by"],
        reason=reason,
    )


def _group(family: str, lines: Sequence[CellLine]) -> GroupLine:
    told = [line for line in lines if line.price is not None]
    both = [line for line in told if line.before is not None]
    return GroupLine(
        group=family,
        low=min((line.low for line in told if line.low), default=None),
        high=max((line.high for line in told if line.high), default=None),
        price=_mean([(line.price, line.share) for line in told]),
        now=_mean([(line.price, line.share) for line in both]),
        before=_mean([(line.before, line.share) for line in both]),
        contributors=sum(line.contributors for line in told),
        cells=len(told),
    )


def _mean(rows: Sequence[tuple[Price | None, float]]) -> Price | None:
    known = [(price.yuan_per_tonne, share) for price, share in rows if price is not None]
    whole = math.fsum(share for _price, share in known)
    if not known or whole <= 0:
        return None
    exact = math.fsum(price * share for price, share in known) / whole
    return Price(JIN_CENT * int((Decimal(repr(exact)) / JIN_CENT).to_integral_value(ROUND_HALF_UP)))
