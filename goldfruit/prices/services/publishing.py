"""Publication (发布): values go out once, become final, and change only by a new revision."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from goldfruit.infra import calendar
from goldfruit.infra.work import Work
from goldfruit.kernel.days import local_day
from goldfruit.kernel.digests import NO_DIGEST, canonical, chained, digest_of_text, instant_text
from goldfruit.kernel.errors import RuleBroken
from goldfruit.kernel.events import IndexCorrected, IndexFinalised, IndexPublished
from goldfruit.prices.models import IndexRun, IndexValue
from goldfruit.prices.queries import runs, values
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.publication import (
    BACKFILL,
    FINAL,
    NOT_PUBLISHED,
    PROVISIONAL,
    RESTATED,
    Answer,
    Cause,
    IndexRunCannotMove,
    RunState,
    change,
    hundredths,
    judge_revision,
    may_go_unattended,
    shown,
)
from goldfruit.prices.services import runs as running

REASON_MAX = 200


@dataclass(eq=False)
class CauseUnknown(RuleBroken):
    """A correction must say what kind of error it mends."""

    code = "cause-unknown"
    title = "更正原因有误"
    detail = "更正原因须为 {known} 之一，并写明情况说明。"

    known: str


def publish(work: Work, *, run_id: int) -> IndexRun:
    """Publish an approved run: one new revision per day and per sub-index; return the run.

    A correction's values go out only where the revision policy says so (§3.4.8).

    Raises:
        NoSuchRun: there is none.
        IndexRunCannotMove: it is not approved, or already published.
        AlreadyPublished: another run's values stand for one of its days.
    """
    run = running.locked(work, run_id)
    if run.state != RunState.APPROVED.value:
        raise IndexRunCannotMove(current=run.state, wanted=RunState.PUBLISHED.value)
    _send_out(work, run)
    return run


def publish_unattended(work: Work, run: IndexRun) -> str:
    """Publish ``run`` if it is approved or may go out by itself, else hold it; say which.

    By itself goes a good confidence level with a small change, and a day without a value.
    """
    if run.state == RunState.APPROVED.value:
        publish(work, run_id=run.id)
        return "published"
    definition = runs.definition_of(work.session, run)
    result = runs.result(work.session, run.id, run.last_day)
    ratio = _ratio(work, run, result)
    rules = definition.publication
    if result["value"] is None or may_go_unattended(
        result["level"], ratio, definition.confidence.automatic, rules.unattended_change_max
    ):
        if run.state != RunState.CALCULATED.value:
            running.move_to(work, run, RunState.APPROVED)
        _send_out(work, run)
        return "published unattended"
    running.hold(work, run, "17:00 无人审批，等级或涨跌幅不允许自动发布")
    return "held: nobody approved, and it may not go out by itself"


def finalize(work: Work, *, index_code: str, before: date) -> list[date]:
    """Make provisional values of days before ``before`` final; return the days.

    Where inputs were taken out since (cancelled, dropped) and the value moves by 0.05 % or
    more, the final value is a new revision.
    """
    running.alone(work, index_code)
    codes = [index_code, *(sub for sub in _sub_codes(work, index_code))]
    done: list[date] = []
    for value in work.session.scalars(
        sa.select(IndexValue)
        .where(
            IndexValue.index_code.in_(codes),
            IndexValue.day < before,
            IndexValue.final_at.is_(None),
        )
        .order_by(IndexValue.day, IndexValue.index_code)
    ).all():
        value.final_at = work.now
        if value.index_code == index_code and value.day not in done:
            done.append(value.day)
            _restate_if_moved(work, value)
            work.announce(IndexFinalised(index_code=index_code, day=value.day))
    for run in work.session.scalars(
        sa.select(IndexRun).where(
            IndexRun.index_code == index_code,
            IndexRun.state == RunState.PUBLISHED.value,
            IndexRun.last_day < before,
        )
    ).all():
        running.move_to(work, run, RunState.FINAL)
    return done


def correct(work: Work, *, index_code: str, day: date, cause: str, reason: str) -> IndexRun:
    """Prepare a correction of a published day from the inputs as they stand now; return its run.

    It goes through review, approval and publication like any run, with a second person.

    Raises:
        NotPublishedYet: the day has no value.
        CauseUnknown: the cause is not one of the policy's, or no reason is given.
    """
    if cause not in {known.value for known in Cause} or not reason.strip():
        raise CauseUnknown(known="、".join(known.value for known in Cause))
    running.alone(work, index_code)
    values.on(work.session, index_code, day)
    running.discard_corrections(work, index_code, day)
    run = running.freeze(
        work,
        index_code=index_code,
        first=day,
        last=day,
        as_of=work.now,
        kind=running.CORRECTION,
        reason=json.dumps(
            {"cause": cause, "reason": reason.strip()[:REASON_MAX]}, ensure_ascii=False
        ),
    )
    running.calculate(work, run)
    return run


def _send_out(work: Work, run: IndexRun) -> None:
    running.move_to(work, run, RunState.PUBLISHED)
    run.published_at = work.now
    if run.kind == running.CORRECTION:
        _publish_correction(work, run)
    else:
        _publish_first(work, run)


@dataclass(frozen=True, slots=True)
class Judged:
    """修订结论: the value that stands, the corrected one, and what the policy says of them."""

    before: IndexValue
    after: int | None
    answer: Answer
    cause: Cause
    reason: str


def judged(work: Work, run: IndexRun) -> Judged:
    """Return what the revision policy (§3.4.8) says of a calculated correction, as of now."""
    said = json.loads(run.reason.split("\n")[0])
    result = runs.result(work.session, run.id, run.last_day)
    before = values.on(work.session, run.index_code, run.last_day)
    definition = runs.definition_of(work.session, run)
    after = None if result["value"] is None else hundredths(float(result["value"]))
    cause, final = Cause(said["cause"]), before.final_at is not None
    answer = _judged(work, before, after, cause, definition, final=final)
    return Judged(before, after, answer, cause, said["reason"])


def _publish_first(work: Work, run: IndexRun) -> None:
    running.refuse_published(work, run.index_code, (run.first_day, run.last_day))
    status = BACKFILL if run.kind == running.BACKFILL else PROVISIONAL
    total, count, last = NO_DIGEST, 0, None
    rows: list[dict[str, Any]] = []
    for result in runs.results(work.session, run.id):
        row = _row(work, run, run.index_code, result, status)
        rows.append(row)
        total, count, last = chained(total, row["digest"]), count + 1, row
        for sub in result["subs"]:
            rows.append(_row(work, run, sub["code"], {**result, **sub}, status))
    work.session.execute(sa.insert(IndexValue), rows)
    work.announce(
        IndexPublished(
            run_id=run.id,
            index_code=run.index_code,
            first_day=run.first_day,
            last_day=run.last_day,
            values=count,
            value=shown(last["value_e2"]) if last and last["value_e2"] is not None else None,
            status=last["status"] if last else NOT_PUBLISHED,
            digest=total,
        )
    )


def _row(
    work: Work,
    run: IndexRun,
    code: str,
    result: dict[str, Any],
    status: str,
    *,
    rev: int = 0,
    reason: str = "",
) -> dict[str, Any]:
    value = None if result["value"] is None else hundredths(float(result["value"]))
    row = {
        "index_code": code,
        "day": date.fromisoformat(result["day"]),
        "rev": rev,
        "value_e2": value,
        "status": status if value is not None else NOT_PUBLISHED,
        "level": result["level"],
        "run_id": run.id,
        "reason": reason or (result.get("reason", "") if value is None else ""),
        "published_at": work.now,
        "published_by": work.actor.key,
        "final_at": work.now if status in (BACKFILL, RESTATED, FINAL) else None,
    }
    return {**row, "digest": value_digest(row)}


def value_digest(row: dict[str, Any]) -> str:
    """Return the digest of a published value: what it says, not when it became final."""
    said = ("index_code", "rev", "value_e2", "status", "level", "run_id", "reason", "published_by")
    when = {"day": row["day"].isoformat(), "published_at": instant_text(row["published_at"])}
    return digest_of_text(canonical({**when, **{name: row[name] for name in said}}))


def _publish_correction(work: Work, run: IndexRun) -> None:
    found = judged(work, run)
    before, after, answer = found.before, found.after, found.answer
    result = runs.result(work.session, run.id, run.last_day)
    if answer is Answer.RESTATE:
        _restate(work, run, result, before, found.reason)
    work.announce(
        IndexCorrected(
            index_code=run.index_code,
            day=run.last_day,
            rev=before.rev + (answer is Answer.RESTATE),
            before=None if before.value_e2 is None else shown(before.value_e2),
            after=None if after is None else shown(after),
            reason=f"{answer.value}: {found.cause.value}: {found.reason}",
        )
    )


def _restate(
    work: Work, run: IndexRun, result: dict[str, Any], before: IndexValue, reason: str
) -> None:
    rows = [_row(work, run, run.index_code, result, RESTATED, rev=before.rev + 1, reason=reason)]
    for sub in result["subs"]:
        old = values.on(work.session, sub["code"], run.last_day)
        rows.append(
            _row(
                work, run, sub["code"], {**result, **sub}, RESTATED, rev=old.rev + 1, reason=reason
            )
        )
    work.session.execute(sa.insert(IndexValue), rows)
    earlier = runs.by_id(work.session, before.run_id)
    if earlier.kind != running.BACKFILL and earlier.state != RunState.CORRECTED.value:
        running.move_to(work, earlier, RunState.CORRECTED)


def _judged(
    work: Work,
    before: IndexValue,
    after: int | None,
    cause: Cause,
    definition: Definition,
    *,
    final: bool,
) -> Answer:
    trading, today = calendar.load(work.session), local_day(work.now)
    since = len(trading.between(before.day, today)) - 1 if trading.covers(before.day) else 10_000
    return judge_revision(
        before.value_e2,
        after,
        cause,
        final=final,
        trading_days_since=since,
        rules=definition.publication.revision,
    )


def _restate_if_moved(work: Work, value: IndexValue) -> None:
    """Recalculate a provisional day; what left its inputs since may make a new revision."""
    first = runs.by_id(work.session, value.run_id)
    if first.kind != running.DAILY or value.rev > 0 or running.still_holds(work, first):
        return
    run = running.freeze(
        work,
        index_code=value.index_code,
        first=value.day,
        last=value.day,
        as_of=first.as_of,
        kind=running.CORRECTION,
        reason=json.dumps({"cause": Cause.CANCELLED.value, "reason": "定稿前复算"}),
    )
    running.calculate(work, run)
    result = runs.result(work.session, run.id, value.day)
    after = None if result["value"] is None else hundredths(float(result["value"]))
    definition = runs.definition_of(work.session, run)
    if _judged(work, value, after, Cause.CANCELLED, definition, final=False) is Answer.RESTATE:
        running.move_to(work, run, RunState.PUBLISHED)
        run.published_at = work.now
        reason = "定稿前剔除了已取消或被否定的报价"
        _restate(work, run, result, value, reason)
        work.announce(
            IndexCorrected(
                index_code=value.index_code,
                day=value.day,
                rev=value.rev + 1,
                before=None if value.value_e2 is None else shown(value.value_e2),
                after=None if after is None else shown(after),
                reason=f"{Answer.RESTATE.value}: {Cause.CANCELLED.value}: {reason}",
            )
        )
    else:
        running.move_to(work, run, RunState.DISCARDED)


def _ratio(work: Work, run: IndexRun, result: dict[str, Any]) -> float | None:
    earlier = [
        row
        for row in values.series(work.session, run.index_code, last=run.last_day)
        if row.value_e2 is not None and row.day < run.last_day
    ]
    if not earlier or result["value"] is None:
        return None
    last = earlier[-1]
    new, old = hundredths(float(result["value"])), last.value_e2 or 0
    return change(new, old, last.day).per_ten_thousand / 10_000


def _sub_codes(work: Work, code: str) -> list[str]:
    from goldfruit.prices.queries import definitions

    found = definitions.in_force(work.session, code, local_day(work.now))
    return [sub.code for sub in found.sub_indices]
