"""Publication (发布): rounding, change, tone, the steps of a run, and the revision policy (§3.4.8).

A published value is whole hundredths of a point; everything here that people read is computed
from published values, so that a reader can redo it from the page.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from goldfruit.kernel.errors import Clash

MARKETING_YEAR_STARTS = (9, 1)
PROVISIONAL, FINAL, RESTATED, BACKFILL, NOT_PUBLISHED = "PROV", "FINAL", "REST", "BACKFILL", "NP"


class RunState(StrEnum):
    """计算批次状态: where a run of an index stands."""

    COLLECTING = "collecting"
    FROZEN = "frozen"
    CALCULATED = "calculated"
    REVIEW = "review"
    HELD = "held"
    APPROVED = "approved"
    PUBLISHED = "published"
    FINAL = "final"
    CORRECTED = "corrected"
    DISCARDED = "discarded"


MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.COLLECTING: frozenset({RunState.FROZEN}),
    RunState.FROZEN: frozenset({RunState.CALCULATED, RunState.DISCARDED}),
    RunState.CALCULATED: frozenset(
        {RunState.REVIEW, RunState.PUBLISHED, RunState.HELD, RunState.DISCARDED}
    ),
    RunState.REVIEW: frozenset({RunState.APPROVED, RunState.HELD, RunState.DISCARDED}),
    RunState.HELD: frozenset({RunState.REVIEW, RunState.APPROVED, RunState.DISCARDED}),
    RunState.APPROVED: frozenset({RunState.PUBLISHED, RunState.DISCARDED}),
    RunState.PUBLISHED: frozenset({RunState.FINAL, RunState.CORRECTED}),
    RunState.FINAL: frozenset({RunState.CORRECTED}),
    RunState.CORRECTED: frozenset({RunState.FINAL, RunState.CORRECTED}),
    RunState.DISCARDED: frozenset(),
}


@dataclass(eq=False)
class IndexRunCannotMove(Clash):
    """批次状态不允许: the run's state does not allow that step."""

    code = "index-run-cannot-move"
    title = "指数批次当前状态不允许此操作"
    detail = "批次现为“{current}”，不能转为“{wanted}”。请刷新页面查看最新状态。"

    current: str
    wanted: str


def move(current: RunState, wanted: RunState) -> RunState:
    """Return ``wanted``, or raise IndexRunCannotMove. The table above is the whole law."""
    if wanted not in MOVES[current]:
        raise IndexRunCannotMove(current=current.value, wanted=wanted.value)
    return wanted


@dataclass(frozen=True, slots=True)
class ToneRules:
    """语气参数: relative changes below ``steady`` are 稳, from ``strong`` on 涨 or 跌."""

    steady: float = 0.002
    strong: float = 0.01


@dataclass(frozen=True, slots=True)
class RevisionRules:
    """修订参数: the least relative changes before and after FINAL, and for how long (§3.4.8)."""

    before_final: float = 0.0005
    after_final: float = 0.005
    trading_days: int = 20


@dataclass(frozen=True, slots=True)
class PublicationRules:
    """发布参数: what may go out unattended, words, and the revision policy; versioned data."""

    unattended_change_max: float = 0.03
    tone: ToneRules = field(default_factory=ToneRules)
    revision: RevisionRules = field(default_factory=RevisionRules)
    status_words: Mapping[str, str] = field(default_factory=dict)
    source: str = "[D] §3.4.8"


def hundredths(value: float) -> int:
    """Return ``value`` in whole hundredths, rounded half up at the decimal that reads it back.

    So 994.385 gives 99439, although the double lies a hair below; indices are positive.
    """
    return int((Decimal(repr(value)) * 100).to_integral_value(ROUND_HALF_UP))


def shown(value: int) -> str:
    """Return whole hundredths as text with two decimals, e.g. ``994.40``."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def standing(status: str, *, final: bool) -> str:
    """Return the status as it stands: a provisional value that was left alone is final."""
    return FINAL if final and status == PROVISIONAL else status


@dataclass(frozen=True, slots=True)
class Change:
    """涨跌: from one published value to a later one, with the day it is measured from."""

    since: date
    points: int
    per_ten_thousand: int

    @property
    def percent(self) -> str:
        """Return the change in percent with two decimals and a sign, e.g. ``+0.25``."""
        sign = "+" if self.per_ten_thousand > 0 else ""
        return sign + shown(self.per_ten_thousand)


def change(new: int, old: int, since: date) -> Change:
    """Return the change from ``old`` to ``new`` (both hundredths), percent rounded half up."""
    ratio = Decimal(new - old) * 10_000 / Decimal(old)
    sign = -1 if ratio < 0 else 1
    return Change(since, new - old, sign * int(abs(ratio).to_integral_value(ROUND_HALF_UP)))


@dataclass(frozen=True, slots=True)
class Changes:
    """同环比: change v. the last published day, a week, a month and a marketing year ago."""

    last: Change | None
    week: Change | None
    month: Change | None
    year: Change | None


def changes(day: date, value: int, published: Mapping[date, int]) -> Changes:
    """Return the changes of ``value`` on ``day`` against earlier ``published`` values.

    The last published day is named, whenever it was (节前, 上周五). A week and a month look for
    the last published day up to then, at most seven days further back; the year for the same
    week of the marketing year that starts on 1 September.
    """
    days = sorted(earlier for earlier in published if earlier < day)

    def against(found: date | None) -> Change | None:
        return None if found is None else change(value, published[found], found)

    return Changes(
        last=against(days[-1] if days else None),
        week=against(_last_up_to(days, day - timedelta(days=7))),
        month=against(_last_up_to(days, month_before(day))),
        year=against(_same_marketing_week(days, day)),
    )


def month_before(day: date) -> date:
    """Return the same day of the month before, or that month's last day."""
    last_of_previous = day.replace(day=1) - timedelta(days=1)
    return last_of_previous.replace(day=min(day.day, last_of_previous.day))


def marketing_week(day: date) -> tuple[int, int]:
    """Return the year in which the marketing year (产季) began, and the week in it from 1."""
    start = date(day.year, *MARKETING_YEAR_STARTS)
    if day < start:
        start = date(day.year - 1, *MARKETING_YEAR_STARTS)
    return start.year, (day - start).days // 7 + 1


def tone(ratio: float, rules: ToneRules) -> str:
    """Return 涨, 偏强, 稳, 偏弱 or 跌 for a relative change."""
    if abs(ratio) < rules.steady:
        return "稳"
    if abs(ratio) < rules.strong:
        return "偏强" if ratio > 0 else "偏弱"
    return "涨" if ratio > 0 else "跌"


def may_go_unattended(
    level: str, ratio: float | None, automatic: tuple[str, ...], change_max: float
) -> bool:
    """Return whether a run may be published without a person: a good level and a small change.

    A first value has no change to judge by, so somebody must look at it. Source: §3.4.8.
    """
    return level in automatic and ratio is not None and abs(ratio) <= change_max + 1e-12


class Cause(StrEnum):
    """修订原因: why a value might change after it was published."""

    CANCELLED = "cancelled"
    BANK_FAILURE = "bank-failure"
    WRONG_INPUT = "wrong-input"
    WRONG_CODE = "wrong-code"
    WRONG_WEIGHT = "wrong-weight"
    LATE_DATA = "late-data"
    METHODOLOGY = "methodology"


ERRORS = frozenset({Cause.WRONG_INPUT, Cause.WRONG_CODE, Cause.WRONG_WEIGHT})


class Answer(StrEnum):
    """修订结论: state a new value, say so without one, or leave it."""

    RESTATE = "restate"
    DISCLOSE = "disclose"
    NOTHING = "nothing"


def judge_revision(
    old: int | None,
    new: int | None,
    cause: Cause,
    *,
    final: bool,
    trading_days_since: int,
    rules: RevisionRules,
) -> Answer:
    """Return what the revision policy of §3.4.8 (a) to (d) says about a changed value.

    Values are hundredths, None for not published; a value that appears or vanishes is as large a
    change as there is. Late honest data and methodology never restate.
    """
    if cause in (Cause.LATE_DATA, Cause.METHODOLOGY) or old == new:
        return Answer.NOTHING
    moved = math.inf if old is None or new is None else abs(new - old) / old
    if not final:
        return Answer.RESTATE if moved >= rules.before_final - 1e-12 else Answer.NOTHING
    in_time = trading_days_since <= rules.trading_days
    if cause in ERRORS and in_time and moved >= rules.after_final - 1e-12:
        return Answer.RESTATE
    return Answer.DISCLOSE


def _last_up_to(days: list[date], wanted: date) -> date | None:
    found = [day for day in days if wanted - timedelta(days=7) < day <= wanted]
    return found[-1] if found else None


def _same_marketing_week(days: list[date], day: date) -> date | None:
    year, week = marketing_week(day)
    found = [earlier for earlier in days if marketing_week(earlier) == (year - 1, week)]
    limit = day - timedelta(days=365)
    return max((earlier for earlier in found if earlier <= limit), default=min(found, default=None))
