"""Results as text (计算结果): what a run found for one day, exact, as one JSON document.

Doubles are written as the shortest text that reads back the same, so that two
machines that agree write the same bytes and a digest can be compared.
"""

from collections.abc import Mapping

from goldfruit.kernel.digests import Json
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.filters import Verdict
from goldfruit.prices.rules.numbers import as_text
from goldfruit.prices.rules.outcomes import CellOutcome, DayOutcome


def plain(outcome: DayOutcome, definition: Definition) -> dict[str, Json]:
    """Return the outcome of one day as plain values; doubles as text, nothing left out."""
    basket = definition.basket
    return {
        "day": outcome.day.isoformat(),
        "value": _text(outcome.value),
        "status": outcome.status,
        "reason": outcome.reason,
        "level": outcome.level,
        "standard_error": _text(outcome.standard_error),
        "coverage": _texts(outcome.coverage),
        "counts": dict(outcome.counts),
        "grams": outcome.grams,
        "judgement": outcome.judgement,
        "alarms": list(outcome.alarms),
        "cells": [
            {"name": basket[cell.cell].name if cell.cell in basket else cell.cell, **_cell(cell)}
            for cell in outcome.cells
        ],
        "subs": [
            {
                "code": sub.code,
                "value": _text(sub.value),
                "level": sub.level,
                "coverage": _texts(sub.coverage),
            }
            for sub in outcome.subs
        ],
        "verdicts": [_verdict(verdict) for verdict in outcome.verdicts if not verdict.accepted],
    }


def _cell(cell: CellOutcome) -> dict[str, Json]:
    return {
        "cell": cell.cell,
        "grade": cell.grade,
        "share": as_text(cell.share),
        "price": _text(cell.price),
        "shown": cell.shown,
        "imputed_by": cell.imputed_by,
        "contributors": cell.contributors,
        "used": cell.used,
        "grams": cell.grams,
        "low": _text(cell.low),
        "high": _text(cell.high),
        "contribution": as_text(cell.contribution),
        "suspended": cell.suspended,
    }


def _verdict(verdict: Verdict) -> dict[str, Json]:
    return {
        "id": verdict.seen.id,
        "cell": verdict.seen.cell,
        "reason": verdict.reason.value if verdict.reason else "",
        "note": verdict.note,
        "figures": {name: as_text(value) for name, value in verdict.figures},
    }


def _texts(figures: Mapping[str, float]) -> dict[str, Json]:
    return {name: as_text(figures[name]) for name in sorted(figures)}


def _text(value: float | None) -> str | None:
    return None if value is None else as_text(value)
