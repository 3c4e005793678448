"""What the daily report says (日报事实): a published day, written as figures for people.

The news desk turns this into its own facts; the stages do not know each other the other way.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from goldfruit.kernel.fruit import origins
from goldfruit.kernel.units import Price, PriceUnit
from goldfruit.prices.queries import boards, runs, values
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.publication import PROVISIONAL, Change, changes, shown, tone

_HIDDEN = {
    boards.THIN: "报价不足 {least} 家，不公开",
    boards.SILENT: "不足 {least} 家报价",
    boards.SUSPENDED: "连续不足 {least} 家，暂停",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """产区行情: one cell of the day; prices are text in yuan per jin, None with a reason."""

    county: str
    spec: str
    low: str | None
    high: str | None
    mostly: str | None
    contributors: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """日报事实: a published day of an index, its change and its cells."""

    index_code: str
    index_name: str
    day: date
    published_at: datetime
    value: str | None
    value_reason: str
    change: str | None
    change_day: date | None
    tone: str
    confidence: str
    provisional: bool
    data_note: str
    lines: tuple[ReportLine, ...]
    public_source: bool


_NP = {
    "too-little-data": "报价不足，达不到发布门槛",
    "no-observations": "当日没有可用的报价或成交",
    "not-started": "指数尚未起算",
    "too-few-cells": "有报价的品类少于最低数",
    "not-linked": "与已发布的日子没有共同品类，无法接续",
}


def report_facts(session: Session, index_code: str, day: date) -> DayReport | None:
    """Return what a report of ``day`` may say, or None where nothing is published."""
    try:
        value = values.on(session, index_code, day)
    except values.NotPublishedYet:
        return None
    run = runs.by_id(session, value.run_id)
    definition = runs.definition_of(session, run)
    result = runs.result(session, run.id, day)
    published = values.published(session, index_code, day)
    earlier = [before for before in published if before < day]
    found = changes(day, value.value_e2, published).last if value.value_e2 is not None else None
    words = definition.publication.status_words
    used = sum(int(count) for count in result["counts"].values())
    return DayReport(
        index_code=index_code,
        index_name=definition.name_zh,
        day=day,
        published_at=value.published_at,
        value=None if value.value_e2 is None else shown(value.value_e2),
        value_reason=_NP.get(value.reason, value.reason) if value.value_e2 is None else "",
        change=_change_text(found) if found else None,
        change_day=found.since if found else max(earlier, default=None),
        tone=_tone(found, definition) if found else "",
        confidence=words.get(value.level, ""),
        provisional=value.status == PROVISIONAL and value.final_at is None,
        data_note=f"采用报价和成交 {used} 条，剔除 {len(result['verdicts'])} 条",
        lines=tuple(_line(definition, line) for line in boards.cell_lines(definition, result, {})),
        public_source=definition.grades.shown_from == 1,
    )


def _line(definition: Definition, line: boards.CellLine) -> ReportLine:
    county = origins.name_of(line.county) or ""
    return ReportLine(
        county=county,
        spec=line.name or line.cell,
        low=_jin(line.low),
        high=_jin(line.high),
        mostly=_jin(line.price),
        contributors=line.contributors,
        reason=_HIDDEN.get(line.reason, "").format(least=definition.grades.shown_from),
    )


def _jin(price: Price | None) -> str | None:
    return None if price is None else f"{price.per(PriceUnit.JIN):.2f}"


def _change_text(found: Change) -> str:
    """Return e.g. ``▲ +3.10 (+0.31%)``; arrow and sign, so that color need not speak."""
    arrow = "▲ " if found.points > 0 else "▼ " if found.points < 0 else ""
    sign = "+" if found.points > 0 else "-" if found.points < 0 else ""
    return f"{arrow}{sign}{shown(abs(found.points))} ({found.percent}%)".replace("-", "−")


def _tone(found: Change, definition: Definition) -> str:
    ratio = Decimal(found.per_ten_thousand) / 10_000
    return tone(float(ratio), definition.publication.tone)
