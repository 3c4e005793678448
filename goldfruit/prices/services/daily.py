"""The index's day (指数日程): what the clock does for every index with a trading calendar."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from goldfruit.infra import calendar
from goldfruit.infra.work import Work
from goldfruit.kernel.days import local_day
from goldfruit.prices.models import IndexRun, IndexValue, Quote
from goldfruit.prices.queries import definitions, quotes, runs
from goldfruit.prices.rules.definitions import LOWE, Definition
from goldfruit.prices.rules.publication import RunState, shown
from goldfruit.prices.services import publishing
from goldfruit.prices.services import runs as running
from goldfruit.prices.verification import verify_index

NO_TRADING = "非交易日"
FAR_APART = 0.02
RECHECK_DAYS = 28


def is_trading_day(work: Work, as_of: datetime) -> bool:
    """Return whether the exchange trades on the local day of ``as_of``."""
    return calendar.load(work.session).is_trading_day(local_day(as_of))


def open_day(work: Work, as_of: datetime) -> str:
    """Load the parameters of the day; say which definitions hold, or that nobody trades."""
    if not is_trading_day(work, as_of):
        return NO_TRADING
    held = definitions.current(work.session, local_day(as_of))
    return "、".join(f"{found.code} 第 {found.version} 版" for found in held)


def remind_reporters(work: Work, as_of: datetime) -> str:
    """Say how many reporters of the last ten days have not quoted today."""
    if not is_trading_day(work, as_of):
        return NO_TRADING
    day = local_day(as_of)
    missing = quotes.reporters_missing(work.session, day, since=day - timedelta(days=10))
    return f"{len(missing)} 位报价员今日尚未报价"


def recheck(work: Work, as_of: datetime) -> str:
    """Recompute the runs of the last twenty days from their frozen inputs; say what differs.

    Source: §3.4.8, reproducibility.
    """
    since = local_day(as_of) - timedelta(days=RECHECK_DAYS)
    counted, faults = verify_index(work.session, since=since)
    if faults:
        return f"复算不符 {len(faults)} 处：{faults[0]}"[:300]
    return f"复算 {counted['runs']} 批、{counted['days']} 日，全部一致"


def freeze_day(work: Work, as_of: datetime) -> str:
    """Freeze today's inputs of every daily index as they stood at ``as_of``; say how many."""
    if not is_trading_day(work, as_of):
        return NO_TRADING
    day, frozen = local_day(as_of), []
    for definition in _daily(work, day):
        if _is_published(work, definition.code, day):
            continue
        run = running.freeze(work, index_code=definition.code, first=day, last=day, as_of=as_of)
        frozen.append(f"{run.index_code} {run.inputs} 行")
    return "、".join(frozen) or "尚无报价"


def calculate_day(work: Work, as_of: datetime) -> str:
    """Calculate today's frozen runs; say what came out."""
    told = []
    for run in _of_day(work, local_day(as_of), RunState.FROZEN):
        [found] = running.calculate(work, run).days
        value = "未发布" if found.value is None else f"{found.value:.2f}"
        alarms = f"，提示 {'、'.join(found.alarms)}" if found.alarms else ""
        told.append(f"{run.index_code} {value} {found.level}{alarms}")
    return "、".join(told) or "没有待计算的批次"


def remind_approvers(work: Work, as_of: datetime) -> str:
    """Say which of today's runs still wait for a person."""
    waiting = _of_day(work, local_day(as_of), *runs.WAITING)
    return "、".join(f"{run.index_code} {run.state}" for run in waiting) or "没有待审批的批次"


def publish_day(work: Work, as_of: datetime) -> str:
    """Publish today's approved runs, and those that may go out by themselves; hold the rest."""
    told = [
        f"{run.index_code} {publishing.publish_unattended(work, run)}"
        for run in _of_day(work, local_day(as_of), *runs.WAITING)
        if run.state != RunState.HELD.value
    ]
    return "、".join(told) or "没有待发布的批次"


def finalize_before(work: Work, as_of: datetime) -> str:
    """Make the provisional values of earlier trading days final; say which days."""
    if not is_trading_day(work, as_of):
        return NO_TRADING
    day, told = local_day(as_of), []
    for definition in definitions.current(work.session, day):
        if definition.calendar == "quote-days":
            continue  # published as backfill, which is final at once
        done = publishing.finalize(work, index_code=definition.code, before=day)
        told += [f"{definition.code} {each}" for each in done]
    return "、".join(told) or "没有待定稿的值"


def check_week(work: Work, as_of: datetime) -> str:
    """Run the weekly GEKS check, and say how far the daily index's mean lies from it (§3.4.6)."""
    last = local_day(as_of)
    first = last - timedelta(days=last.weekday())
    told = []
    for definition in definitions.current(work.session, last):
        if definition.calendar != "weeks" or not _has_quotes(work, definition, last):
            continue
        if not running.index_days(work, definition, first, last):
            return NO_TRADING
        run = running.freeze(work, index_code=definition.code, first=first, last=last, as_of=as_of)
        [found] = running.calculate(work, run).days
        publishing.publish_unattended(work, run)
        value = "未发布" if found.value is None else f"{found.value:.2f}"
        told.append(f"{definition.code} {value}{_against_daily(work, found.value, first, last)}")
    return "、".join(told) or "尚无报价"


def _against_daily(work: Work, weekly: float | None, first: date, last: date) -> str:
    mean = work.session.scalar(
        sa.select(sa.func.avg(IndexValue.value_e2)).where(
            IndexValue.index_code == "GFI-D", IndexValue.day.between(first, last)
        )
    )
    if mean is None or not weekly:
        return ""
    gap = float(mean) / 100 / weekly - 1
    return f"，日指数周均 {shown(round(mean))}，偏离 {gap:+.2%}" + (
        "，超过 2%，请检查" if abs(gap) > FAR_APART else ""
    )


def _daily(work: Work, day: date) -> list[Definition]:
    return [
        definition
        for definition in definitions.current(work.session, day)
        if definition.formula == LOWE
        and definition.calendar == "trading-days"
        and _has_quotes(work, definition, day)
    ]


def _has_quotes(work: Work, definition: Definition, day: date) -> bool:
    query = sa.select(Quote.id).where(Quote.market == definition.market, Quote.day <= day)
    return work.session.scalar(query.limit(1)) is not None


def _is_published(work: Work, code: str, day: date) -> bool:
    query = sa.select(IndexValue.id).where(IndexValue.index_code == code, IndexValue.day == day)
    return work.session.scalar(query.limit(1)) is not None


def _of_day(work: Work, day: date, *states: RunState) -> list[IndexRun]:
    codes = [
        found.code
        for found in definitions.current(work.session, day)
        if found.calendar == "trading-days"
    ]
    running.alone(work, *codes)
    query = (
        sa.select(IndexRun)
        .where(
            IndexRun.index_code.in_(codes),
            IndexRun.first_day == day,
            IndexRun.last_day == day,
            IndexRun.kind == running.DAILY,
            IndexRun.state.in_([state.value for state in states]),
        )
        .order_by(IndexRun.id)
        .with_for_update()
    )
    return list(work.session.scalars(query))
