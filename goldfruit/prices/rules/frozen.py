"""Frozen inputs (冻结输入): canonical rows with a digest each, so that anyone can recompute.

Row order is stated: the index, the state before the first day, then each day with its
observations by cell, kind and id. Doubles of the state are written as the shortest text that
reads back the same. The total digest chains the rows: SM3(previous ‖ row), 64 zeros first.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from goldfruit.kernel.digests import NO_DIGEST, Json, canonical, chained, digest_of_text
from goldfruit.kernel.errors import RuleBroken
from goldfruit.prices.rules import observations
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.filters import PastTrade
from goldfruit.prices.rules.numbers import as_text
from goldfruit.prices.rules.outcomes import (
    CellState,
    DayInput,
    Inputs,
    PastPrices,
    State,
    SubState,
)

FORMAT = 1


@dataclass(eq=False)
class FrozenInputsDamaged(RuleBroken):
    """冻结输入被改动: a frozen row is not what its digest says, or cannot be read."""

    code = "frozen-inputs-damaged"
    title = "冻结的输入与摘要不符"
    detail = "第 {row} 行与记录的摘要不符或无法读取（{why}）。请勿使用这批输入，并通知审计员。"

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """冻结文档: rows of canonical JSON, the digest of each, and the digest of them all."""

    rows: tuple[str, ...]
    digests: tuple[str, ...]
    digest: str


def freeze(definition: Definition, inputs: Inputs) -> Frozen:
    """Return ``inputs`` as rows; the first names the index, its version and its digest."""
    rows = tuple(canonical(row) for row in _rows(definition, inputs))
    total = NO_DIGEST
    for row in rows:
        total = chained(total, row)
    return Frozen(rows, tuple(digest_of_text(row) for row in rows), total)


def check(rows: Sequence[str], digests: Sequence[str], total: str) -> None:
    """Return if every row has its digest and all together have ``total``.

    Raises:
        FrozenInputsDamaged: names the first row that differs, from 1; 0 for the whole.
    """
    if len(rows) != len(digests):
        raise FrozenInputsDamaged(row=0, why="row count")
    reached = NO_DIGEST
    for number, (row, expected) in enumerate(zip(rows, digests, strict=True), start=1):
        if digest_of_text(row) != expected:
            raise FrozenInputsDamaged(row=number, why="digest")
        reached = chained(reached, row)
    if reached != total:
        raise FrozenInputsDamaged(row=0, why="chain")


def thaw(rows: Sequence[str], definition: Definition) -> Inputs:
    """Return the inputs that ``freeze`` wrote.

    Raises:
        FrozenInputsDamaged: a row cannot be read, or belongs to another definition.
    """
    reader = _Reader(definition)
    for number, text in enumerate(rows, start=1):
        try:
            reader.take(json.loads(text))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise FrozenInputsDamaged(row=number, why=type(error).__name__) from error
    try:
        return reader.inputs()
    except (KeyError, TypeError, ValueError) as error:
        raise FrozenInputsDamaged(row=0, why=type(error).__name__) from error


def _rows(definition: Definition, inputs: Inputs) -> Iterator[dict[str, Json]]:
    yield {
        "row": "index",
        "format": FORMAT,
        "code": definition.code,
        "version": definition.version,
        "definition": definition.digest,
    }
    yield from _state_rows(inputs.state)
    for given in inputs.days:
        yield {
            "row": "day",
            "day": given.day.isoformat(),
            "reinstated": sorted(given.reinstated),
        }
        for seen in sorted(given.observations, key=lambda seen: seen.order):
            yield {"row": "observation", **observations.to_plain(seen)}


def _state_rows(state: State) -> Iterator[dict[str, Json]]:
    yield {
        "row": "state",
        "day": state.day.isoformat() if state.day else None,
        "value": None if state.value is None else as_text(state.value),
        "link_value": as_text(state.link_value),
        "link_day": state.link_day.isoformat() if state.link_day else None,
        "recent": [day.isoformat() for day in state.recent],
        "definition": state.definition,
        "streaks": {code: state.streaks[code] for code in sorted(state.streaks)},
    }
    for code, cell in sorted(state.cells.items()):
        figures = (cell.price, cell.link_price, cell.weight, cell.accrued)
        yield {"row": "cell", "cell": code, "figures": [as_text(figure) for figure in figures]}
    for code, sub in sorted(state.subs.items()):
        yield {"row": "sub", "sub": code, "figures": [as_text(sub.value), as_text(sub.headline)]}
    for row in state.past:
        prices = [as_text(price) for price in row.prices]
        yield {"row": "past", "day": row.day.isoformat(), "cell": row.cell, "prices": prices}
    for trade in state.trades:
        who: list[Json] = [trade.cell, trade.seller, trade.buyer]
        yield {"row": "trade", "day": trade.day.isoformat(), "who": who}
    for day, prices_of in state.window:
        texts: dict[str, Json] = {code: as_text(prices_of[code]) for code in sorted(prices_of)}
        yield {"row": "window", "day": day.isoformat(), "prices": texts}
    for day, value in state.published:
        yield {"row": "published", "day": day.isoformat(), "value": as_text(value)}


class _Reader:
    """Takes rows one by one and builds the inputs that they write."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.head: Mapping[str, Any] = {}
        self.cells: dict[str, CellState] = {}
        self.subs: dict[str, SubState] = {}
        self.past: list[PastPrices] = []
        self.trades: list[PastTrade] = []
        self.window: list[tuple[date, Mapping[str, float]]] = []
        self.published: list[tuple[date, float]] = []
        self.days: list[tuple[date, tuple[str, ...], list[observations.Observation]]] = []

    def take(self, row: Mapping[str, Any]) -> None:
        kind = row["row"]
        if kind == "observation":
            plain = {key: value for key, value in row.items() if key != "row"}
            self.days[-1][2].append(observations.from_plain(plain))
        elif kind == "day":
            self.days.append((_day(row["day"]), tuple(row["reinstated"]), []))
        elif kind == "index":
            if (row["definition"], row["format"]) != (self.definition.digest, FORMAT):
                raise ValueError("another definition")
        elif kind == "state":
            self.head = row
        elif kind == "cell":
            self.cells[row["cell"]] = CellState(*_floats(row["figures"]))
        elif kind == "sub":
            self.subs[row["sub"]] = SubState(*_floats(row["figures"]))
        else:
            self._take_history(kind, row)

    def _take_history(self, kind: str, row: Mapping[str, Any]) -> None:
        day = _day(row["day"])
        if kind == "past":
            self.past.append(PastPrices(day, row["cell"], tuple(_floats(row["prices"]))))
        elif kind == "trade":
            self.trades.append(PastTrade(day, *row["who"]))
        elif kind == "window":
            prices = {code: float(text) for code, text in sorted(row["prices"].items())}
            self.window.append((day, prices))
        elif kind == "published":
            self.published.append((day, float(row["value"])))
        else:
            raise ValueError(f"unknown row {kind}")

    def inputs(self) -> Inputs:
        head = self.head
        state = State(
            day=_day(head["day"]) if head["day"] else None,
            value=None if head["value"] is None else float(head["value"]),
            link_value=float(head["link_value"]),
            link_day=_day(head["link_day"]) if head["link_day"] else None,
            cells=self.cells,
            streaks=head["streaks"],
            subs=self.subs,
            recent=tuple(_day(text) for text in head["recent"]),
            past=tuple(self.past),
            trades=tuple(self.trades),
            window=tuple(self.window),
            published=tuple(self.published),
            definition=head["definition"],
        )
        days = (DayInput(day, tuple(seen), taken) for day, taken, seen in self.days)
        return Inputs(tuple(days), state)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _floats(texts: Iterable[str]) -> list[float]:
    return [float(text) for text in texts]
