"""Runs (指数批次): freeze, calculate, review, approve; nobody does both of the last two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa

from goldfruit import __version__
from goldfruit.infra import calendar
from goldfruit.infra.db import keep_others_waiting
from goldfruit.infra.work import SYSTEM, Work
from goldfruit.kernel.digests import NO_DIGEST, canonical, chained, digest_of_text
from goldfruit.kernel.errors import Clash, NotAllowed, RuleBroken
from goldfruit.kernel.events import IndexCalculated, InputsFrozen, RunMoved
from goldfruit.prices.models import IndexInput, IndexResult, IndexRun, IndexValue
from goldfruit.prices.queries import definitions, quotes, runs
from goldfruit.prices.rules import publication, results
from goldfruit.prices.rules.calculation import calculate as calculated
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.frozen import freeze as frozen
from goldfruit.prices.rules.outcomes import DayInput, Inputs, Outcome
from goldfruit.prices.rules.publication import RunState
from goldfruit.prices.services.quotes import suspect

DAILY, BACKFILL, CORRECTION = "DAILY", "BACKFILL", "CORRECTION"


@dataclass(eq=False)
class NoDaysToRun(RuleBroken):
    """The index has no day in that range."""

    code = "no-days-to-run"
    title = "该区间没有可计算的日期"
    detail = "{index} 在 {first} 至 {last} 没有交易日或报价日。请检查日期，或先导入报价。"

    index: str
    first: str
    last: str


@dataclass(eq=False)
class AlreadyPublished(Clash):
    """A day of the range has a published value."""

    code = "already-published"
    title = "该日指数已发布"
    detail = "{index} {day} 已有发布值，不能重新计算。如有错误，请使用“更正”流程。"

    index: str
    day: str


@dataclass(eq=False)
class MakerApproves(NotAllowed):
    """Whoever made or reviewed a run may not approve it."""

    code = "maker-approves"
    title = "编制人不能审批"
    detail = "该批次由您本人编制或复核，须由另一位指数审批人批准。"


@dataclass(eq=False)
class NotReviewedYet(Clash):
    """A run of the clock has no maker until an analyst has looked at it."""

    code = "not-reviewed-yet"
    title = "尚未复核"
    detail = (
        "该批次由系统计算，须先由指数分析师复核，再由审批人批准。请通知分析师在“指数运行”中复核。"
    )


@cache
def code_version() -> str:
    """Return the version of the rules: the release and a digest of the rules' own source text."""
    from pathlib import Path

    from goldfruit.prices import rules

    folder = Path(rules.__path__[0])
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.py")))
    return f"{__version__}+{digest_of_text(text)[:16]}"


def freeze(
    work: Work,
    *,
    index_code: str,
    first: date,
    last: date,
    as_of: datetime,
    kind: str | None = None,
    reason: str = "",
) -> IndexRun:
    """Freeze what stood for the index at ``as_of`` over the range, and return the new run.

    The days are those of the index's own calendar. Earlier runs over the same days that were
    not published are discarded. The run's kind is DAILY for one day, BACKFILL for a range.

    Raises:
        NoSuchIndex: no definition holds.
        NoDaysToRun: the calendar has no day in the range.
        AlreadyPublished: a day has a value, and this is no correction.
    """
    definition = definitions.in_force(work.session, index_code, last)
    alone(work, definition.code)
    keep_others_waiting(work.session, quotes.gate(definition.market))
    days = index_days(work, definition, first, last)
    if not days:
        raise NoDaysToRun(index=index_code, first=first.isoformat(), last=last.isoformat())
    kind = kind or (DAILY if len(days) == 1 else BACKFILL)
    if kind != CORRECTION:
        refuse_published(work, definition.code, days)
        _discard_unpublished(work, definition.code, days)
    inputs = _inputs(work, definition, days, as_of)
    document = frozen(definition, inputs)
    run = IndexRun(
        index_code=definition.code,
        definition_version=definition.version,
        definition_digest=definition.digest,
        kind=kind,
        first_day=days[0],
        last_day=days[-1],
        state=RunState.FROZEN.value,
        code_version=code_version(),
        inputs=len(document.rows),
        inputs_digest=document.digest,
        results_digest=None,
        made_by=work.actor.key,
        reviewed_by=None,
        checked_by=None,
        reason=reason[:400],
        as_of=as_of,
        frozen_at=work.now,
        calculated_at=None,
        decided_at=None,
        published_at=None,
    )
    work.session.add(run)
    work.session.flush()
    work.session.execute(
        sa.insert(IndexInput),
        [
            {"run_id": run.id, "seq": seq, "body": body, "digest": digest}
            for seq, (body, digest) in enumerate(
                zip(document.rows, document.digests, strict=True), start=1
            )
        ],
    )
    work.announce(
        InputsFrozen(
            run_id=run.id,
            index_code=run.index_code,
            first_day=run.first_day,
            last_day=run.last_day,
            digest=run.inputs_digest,
        )
    )
    return run


def still_holds(work: Work, run: IndexRun) -> bool:
    """Return whether the inputs of ``run``, taken again as of its instant, are what it froze.

    They differ once a quote was withdrawn or dropped since; what came later does not count.
    """
    definition = runs.definition_of(work.session, run)
    days = index_days(work, definition, run.first_day, run.last_day)
    again = frozen(definition, _inputs(work, definition, days, run.as_of))
    return again.digest == run.inputs_digest


def calculate(work: Work, run: IndexRun) -> Outcome:
    """Calculate a frozen run in this transaction and return its outcome, stored."""
    definition = runs.definition_of(work.session, run)
    outcome = calculated(definition, runs.inputs(work.session, run))
    store(work, run, definition, outcome)
    return outcome


def store(work: Work, run: IndexRun, definition: Definition, outcome: Outcome) -> None:
    """Store what was calculated for ``run``, and put what a filter asks about before people."""
    publication.move(RunState(run.state), RunState.CALCULATED)
    total, rows = NO_DIGEST, []
    for day in outcome.days:
        body = canonical(results.plain(day, definition))
        total = chained(total, body)
        rows.append(
            {"run_id": run.id, "day": day.day, "body": body, "digest": digest_of_text(body)}
        )
    work.session.execute(sa.insert(IndexResult), rows)
    run.results_digest = total
    run.calculated_at = work.now
    _to(work, run, RunState.CALCULATED)
    work.announce(IndexCalculated(run_id=run.id, index_code=run.index_code, results_digest=total))
    for day in outcome.days:
        for verdict in day.verdicts:
            if verdict.suspect:
                suspect(
                    work,
                    quote_id=int(verdict.seen.id[1:]),
                    code="R01",
                    reason=verdict.note or "价格约为近期的一倍或一半，请确认单位",
                )


def review(work: Work, *, run_id: int) -> IndexRun:
    """Put a calculated run before the approver, as its maker; return it.

    Raises:
        NoSuchRun: there is none.
        IndexRunCannotMove: it does not stand where it can be reviewed.
    """
    run = _locked(work, run_id)
    run.reviewed_by = work.actor.key
    _to(work, run, RunState.REVIEW)
    return run


def approve(work: Work, *, run_id: int) -> IndexRun:
    """Approve a reviewed or held run, as a second person; return it.

    Raises:
        NoSuchRun: there is none.
        MakerApproves: the approver made or reviewed it.
        NotReviewedYet: the clock made it, and no analyst has looked at it.
        IndexRunCannotMove: it does not wait for an approver.
    """
    run = _locked(work, run_id)
    if work.actor.user_id is None or work.actor.key in (run.made_by, run.reviewed_by):
        raise MakerApproves
    if run.made_by == SYSTEM.key and run.reviewed_by is None:
        raise NotReviewedYet
    run.checked_by = work.actor.key
    run.decided_at = work.now
    _to(work, run, RunState.APPROVED)
    return run


def discard(work: Work, *, run_id: int, reason: str) -> IndexRun:
    """Send a run back: it will not be published; its inputs and results stay readable.

    Raises:
        NoSuchRun: there is none.
        IndexRunCannotMove: it is published.
    """
    run = _locked(work, run_id)
    run.reason = f"{run.reason}\n{reason}".strip()[:400]
    run.decided_at = work.now
    _to(work, run, RunState.DISCARDED)
    return run


def hold(work: Work, run: IndexRun, reason: str) -> None:
    """Hold a run back because nobody approved it in time and it may not go out by itself."""
    run.reason = f"{run.reason}\n{reason}".strip()[:400]
    _to(work, run, RunState.HELD)


def alone(work: Work, *codes: str) -> None:
    """Wait until nobody else freezes, decides or publishes these indices, and keep others waiting.

    Take it before the row of any run: two that freeze one day at once would both stand.
    """
    for code in sorted(codes):
        keep_others_waiting(work.session, f"index:{code}")


def refuse_published(work: Work, code: str, days: Sequence[date]) -> None:
    """Pass when no day from the first to the last of ``days`` has a published value.

    Raises:
        AlreadyPublished: one has; the first is named.
    """
    found = work.session.scalar(
        sa.select(IndexValue.day)
        .where(IndexValue.index_code == code, IndexValue.day.between(days[0], days[-1]))
        .order_by(IndexValue.day)
        .limit(1)
    )
    if found is not None:
        raise AlreadyPublished(index=code, day=found.isoformat())


def discard_corrections(work: Work, code: str, day: date) -> None:
    """Discard the corrections of that day that still wait: a newer one takes their place."""
    stale = work.session.scalars(
        sa.select(IndexRun)
        .where(
            IndexRun.index_code == code,
            IndexRun.last_day == day,
            IndexRun.kind == CORRECTION,
            IndexRun.state.in_([state.value for state in (RunState.FROZEN, *runs.WAITING)]),
        )
        .with_for_update()
    )
    for run in stale.all():
        _to(work, run, RunState.DISCARDED)


def index_days(work: Work, definition: Definition, first: date, last: date) -> list[date]:
    """Return the days of the index's own calendar from ``first`` to ``last``."""
    if definition.calendar == "quote-days":
        return quotes.quote_days(work.session, definition.market, first, last)
    trading = calendar.load(work.session)
    if not trading.covers(first):
        return quotes.quote_days(work.session, definition.market, first, last)
    days = list(trading.between(first, last))
    if definition.calendar == "weeks":
        return [day for day in days if trading.next(day).isocalendar()[1] != day.isocalendar()[1]]
    return days


def _inputs(work: Work, definition: Definition, days: Sequence[date], as_of: datetime) -> Inputs:
    weekly = definition.calendar == "weeks"
    first = days[0] - timedelta(days=days[0].weekday()) if weekly else days[0]
    found = quotes.taken(work.session, definition, first, days[-1], as_of)
    given: list[DayInput] = []
    for day in days:
        behind = timedelta(days=day.weekday() if weekly else 0)
        span = [day - behind + timedelta(days=n) for n in range(behind.days + 1)]
        seen = tuple(each for covered in span for each in found.by_day.get(covered, ()))
        back = sorted(each for covered in span for each in found.reinstated.get(covered, ()))
        given.append(DayInput(day, seen, tuple(back)))
    return Inputs(tuple(given), runs.state_before(work.session, definition, days[0]))


def _discard_unpublished(work: Work, code: str, days: Sequence[date]) -> None:
    stale = work.session.scalars(
        sa.select(IndexRun)
        .where(
            IndexRun.index_code == code,
            IndexRun.first_day <= days[-1],
            IndexRun.last_day >= days[0],
            IndexRun.state.in_([state.value for state in (RunState.FROZEN, *runs.WAITING)]),
        )
        .with_for_update()
    )
    for run in stale.all():
        _to(work, run, RunState.DISCARDED)


def _locked(work: Work, run_id: int) -> IndexRun:
    alone(work, runs.by_id(work.session, run_id).index_code)
    found = work.session.scalar(
        sa.select(IndexRun)
        .where(IndexRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found or runs.by_id(work.session, run_id)


def _to(work: Work, run: IndexRun, state: RunState) -> None:
    run.state = publication.move(RunState(run.state), state).value
    work.announce(RunMoved(run_id=run.id, state=run.state))


move_to = _to
locked = _locked
