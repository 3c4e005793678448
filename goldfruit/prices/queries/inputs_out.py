"""Frozen inputs for everybody (公开输入): what a run was calculated from, as far as it may be told.

Rows of cells that are not shown, because fewer than three contributors stand behind them, are
withheld and counted (反垄断法 Art. 17; domain.md §3.2). Reporters and parties are keys, no names.
Where nothing is withheld the chained digest of the rows is the run's, so anybody can check it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.kernel.digests import canonical
from goldfruit.prices.models import IndexInput, IndexResult, IndexValue
from goldfruit.prices.queries import boards, runs, values
from goldfruit.prices.rules.definitions import Definition

_OF_A_CELL = frozenset({"observation", "cell", "past", "trade", "window"})


@dataclass(frozen=True, slots=True)
class DayInputs:
    """公开输入: rows as canonical JSON in their frozen order; ``about`` says what they are."""

    rows: tuple[str, ...]
    withheld: int
    inputs_digest: str
    results_digest: str
    run_id: int

    @property
    def about(self) -> str:
        """Return the closing row: the run, its digests, and how many rows are withheld."""
        return canonical(
            {
                "row": "about",
                "run": self.run_id,
                "inputs_digest_sm3": self.inputs_digest,
                "results_digest_sm3": self.results_digest,
                "withheld_rows": self.withheld,
                "withheld_why": "fewer contributors than may be shown" if self.withheld else "",
            }
        )


def of_day(session: Session, code: str, day: date) -> DayInputs:
    """Return the inputs behind the published ``day``: those of its run up to that day.

    A run over a range holds the days before too; what comes after ``day`` is left out.

    Raises:
        NotPublishedYet: the day is not published.
    """
    value = values.on(session, code, day)
    run = runs.by_id(session, value.run_id)
    definition = runs.definition_of(session, run)
    found = session.scalars(
        sa.select(IndexInput.body).where(IndexInput.run_id == run.id).order_by(IndexInput.seq)
    )
    hidden = _hidden(session, run.index_code, run.id, day)
    rows, withheld = [], 0
    for text in found:
        row = json.loads(text)
        if row["row"] == "day" and row["day"] > day.isoformat():
            break
        if _secret(row, hidden, definition):
            withheld += 1
        else:
            rows.append(text)
    return DayInputs(
        tuple(rows), withheld, run.inputs_digest, run.results_digest or "", value.run_id
    )


def _secret(
    row: Mapping[str, Any], hidden: Mapping[str, frozenset[str]], definition: Definition
) -> bool:
    """Return whether ``row`` would tell the price of a cell that is not told on its day."""
    if definition.grades.shown_from <= 1 or row["row"] not in _OF_A_CELL:
        return False
    if row["row"] == "window":  # prices of many days, some of them too thin to be told
        return True
    if row["row"] == "past":
        return len(row["prices"]) < definition.grades.shown_from
    if row["row"] == "trade":
        return row["who"][0] in hidden["thin"]
    return row["cell"] in hidden["thin" if row["row"] == "cell" else "today"]


def _hidden(session: Session, code: str, run_id: int, day: date) -> dict[str, frozenset[str]]:
    """Return the cells not told on the day, and those priced by too few then or the day before.

    A cell that nobody priced may still have an observation or two among the inputs.
    """
    result = runs.result(session, run_id, day)
    body = session.scalar(
        sa.select(IndexResult.body)
        .join(
            IndexValue,
            sa.and_(IndexValue.run_id == IndexResult.run_id, IndexValue.day == IndexResult.day),
        )
        .where(
            IndexValue.index_code == code, IndexValue.day < day, IndexValue.value_e2.is_not(None)
        )
        .order_by(IndexValue.day.desc(), IndexValue.rev.desc())
        .limit(1)
    )
    before = _thin(json.loads(body)) if body else frozenset()
    today = frozenset(cell["cell"] for cell in result["cells"] if boards.why_hidden(cell))
    return {"today": today, "thin": _thin(result) | before}


def _thin(result: Mapping[str, Any]) -> frozenset[str]:
    """Return the cells that have a price of their own, but of too few to be told."""
    return frozenset(
        cell["cell"] for cell in result["cells"] if boards.why_hidden(cell) == boards.THIN
    )
