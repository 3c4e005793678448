"""Confidence (可信等级): how much of the basket stands on what, and whether it may be published.

The thresholds are a definition's data (§3.4.7, [D]): a level names the grades that count, the
least share of the weight they must have, and the most that may be imputed (grade E).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

GRADES = "ABCDE"
NOT_PUBLISHED = "NP"


@dataclass(frozen=True, slots=True)
class Level:
    """可信等级: one line of the rule, e.g. H1: A and B at least 60 %, E at most 10 %."""

    code: str
    grades: str
    least: float
    imputed_most: float


@dataclass(frozen=True, slots=True)
class ConfidenceRules:
    """发布门槛: the levels from best to worst, and the least number of cells; versioned data.

    ``automatic`` are the levels that may be published unattended (§3.4.8). Without levels only
    ``cells_min`` counts (§3.4.8a), and the level is ``unleveled``.
    """

    levels: tuple[Level, ...] = ()
    cells_min: int = 1
    automatic: tuple[str, ...] = ()
    unleveled: str = "N"
    source: str = "[D] §3.4.7"


@dataclass(frozen=True, slots=True)
class Spread:
    """离散度: what the standard error needs of one cell."""

    share: float
    relative: float
    deviation: float | None
    n_effective: float


def coverage(shares: Mapping[str, float], grades: Mapping[str, str]) -> dict[str, float]:
    """Return the share of the weight at each grade A to E, from ``shares`` that sum to 1."""
    return {
        grade: math.fsum(shares[cell] for cell in sorted(shares) if grades[cell] == grade)
        for grade in GRADES
    }


def level(covered: Mapping[str, float], cells: int, rules: ConfidenceRules) -> str:
    """Return the code of the best level that ``covered`` reaches, or NP.

    ``cells`` is the number of cells with a price of their own. A share that equals its limit
    passes, to within 1e-9.
    """
    if cells < rules.cells_min:
        return NOT_PUBLISHED
    if not rules.levels:
        return rules.unleveled
    for candidate in rules.levels:
        enough = math.fsum(covered[grade] for grade in candidate.grades)
        if enough >= candidate.least - 1e-9 and covered["E"] <= candidate.imputed_most + 1e-9:
            return candidate.code
    return NOT_PUBLISHED


def standard_error(cells: Iterable[Spread]) -> float | None:
    """Return se of the index relative to its link value, by the delta method (§3.4.7).

    ``se^2 = sum of (w p_t/p_L)^2 sigma^2 / n_eff`` over the cells with observations of their
    own; one with a single observation takes the root mean square of the others' sigma. None
    when no cell shows any spread to learn from.
    """
    rows = list(cells)
    known = [row.deviation for row in rows if row.deviation is not None]
    if not known:
        return None
    pooled = math.sqrt(math.fsum(value * value for value in known) / len(known))
    return math.sqrt(math.fsum(_variance(row, pooled) for row in rows))


def band(value: float, error: float) -> tuple[float, float]:
    """Return the ends of the 95 % band around ``value``: 1.96 standard errors to each side."""
    return value - 1.96 * error, value + 1.96 * error


def _variance(row: Spread, pooled: float) -> float:
    deviation = pooled if row.deviation is None else row.deviation
    return (row.share * row.relative * deviation) ** 2 / max(row.n_effective, 1.0)


def departs(daily: Sequence[float], weekly: float, most: float = 0.02) -> bool:
    """Return whether the week's mean of the daily index lies more than 2 % from the weekly check.

    False for a week without daily values. Source: §3.4.6.
    """
    if not daily:
        return False
    return abs(math.fsum(daily) / len(daily) / weekly - 1) > most + 1e-9
