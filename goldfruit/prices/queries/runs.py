"""Runs of an index (指数批次): their frozen inputs, what they found, and where they stand."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.kernel.errors import NotFound
from goldfruit.prices.models import IndexInput, IndexResult, IndexRun, IndexValue
from goldfruit.prices.queries import definitions
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.frozen import check, thaw
from goldfruit.prices.rules.outcomes import Inputs, State
from goldfruit.prices.rules.publication import RunState

STANDING = (RunState.PUBLISHED, RunState.FINAL, RunState.CORRECTED)
WAITING = (RunState.CALCULATED, RunState.REVIEW, RunState.HELD, RunState.APPROVED)


@dataclass(eq=False)
class NoSuchRun(NotFound):
    """No run of the index covers that."""

    code = "no-such-run"
    title = "没有这个指数批次"
    detail = "没有找到 {what} 的计算批次。请先运行计算，或核对指数代码和日期。"

    what: str


def by_id(session: Session, run_id: int) -> IndexRun:
    """Return one run.

    Raises:
        NoSuchRun: there is none.
    """
    found = session.get(IndexRun, run_id)
    if found is None:
        raise NoSuchRun(what=str(run_id))
    return found


def newest_within(
    session: Session, code: str, first: date, last: date, states: Sequence[RunState]
) -> IndexRun:
    """Return the newest run whose days lie from ``first`` to ``last``, in one of ``states``.

    Raises:
        NoSuchRun: there is none.
    """
    found = session.scalar(
        sa.select(IndexRun)
        .where(
            IndexRun.index_code == code,
            IndexRun.first_day >= first,
            IndexRun.last_day <= last,
            IndexRun.state.in_([state.value for state in states]),
        )
        .order_by(IndexRun.id.desc())
        .limit(1)
    )
    if found is None:
        raise NoSuchRun(what=f"{code} {first}–{last}"[:80])
    return found


def on_day(session: Session, code: str, day: date, *states: RunState) -> list[IndexRun]:
    """Return the runs of one index for just that day, in one of ``states``, oldest first."""
    query = (
        sa.select(IndexRun)
        .where(
            IndexRun.index_code == code,
            IndexRun.first_day == day,
            IndexRun.last_day == day,
            IndexRun.state.in_([state.value for state in states]),
        )
        .order_by(IndexRun.id)
    )
    return list(session.scalars(query))


def is_frozen(session: Session, codes: Sequence[str], day: date, cut_off: datetime) -> bool:
    """Return whether the inputs of ``day`` were frozen at its cut-off, for any of ``codes``."""
    found = session.scalar(
        sa.select(IndexRun.id)
        .where(
            IndexRun.index_code.in_(codes),
            IndexRun.first_day == day,
            IndexRun.last_day == day,
            IndexRun.as_of >= cut_off,
            IndexRun.state != RunState.DISCARDED.value,
        )
        .limit(1)
    )
    return found is not None


def waiting(session: Session) -> list[IndexRun]:
    """Return the runs that wait for somebody, oldest first."""
    query = (
        sa.select(IndexRun)
        .where(IndexRun.state.in_([state.value for state in WAITING]))
        .order_by(IndexRun.id)
    )
    return list(session.scalars(query))


def recent(session: Session, *, limit: int = 50) -> list[IndexRun]:
    """Return the newest runs."""
    return list(session.scalars(sa.select(IndexRun).order_by(IndexRun.id.desc()).limit(limit)))


def definition_of(session: Session, run: IndexRun) -> Definition:
    """Return the definition that ``run`` was calculated by."""
    return definitions.version(session, run.index_code, run.definition_version)


def input_rows(session: Session, run_id: int) -> Iterator[IndexInput]:
    """Yield the frozen rows of a run, in order."""
    query = sa.select(IndexInput).where(IndexInput.run_id == run_id).order_by(IndexInput.seq)
    yield from session.scalars(query.execution_options(yield_per=1_000))


def inputs(session: Session, run: IndexRun) -> Inputs:
    """Return the frozen inputs of ``run``, after checking every digest.

    Raises:
        FrozenInputsDamaged: a row is not what it was; it is named.
    """
    rows = session.execute(
        sa.select(IndexInput.body, IndexInput.digest)
        .where(IndexInput.run_id == run.id)
        .order_by(IndexInput.seq)
    ).all()
    texts = [row.body for row in rows]
    check(texts, [row.digest for row in rows], run.inputs_digest)
    return thaw(texts, definition_of(session, run))


def result(session: Session, run_id: int, day: date) -> dict[str, Any]:
    """Return what a run found for ``day``.

    Raises:
        NoSuchRun: the run has no such day.
    """
    found = session.get(IndexResult, (run_id, day))
    if found is None:
        raise NoSuchRun(what=f"{run_id} {day}")
    document: dict[str, Any] = json.loads(found.body)
    return document


def results(session: Session, run_id: int) -> Iterator[dict[str, Any]]:
    """Yield what a run found, day by day."""
    query = (
        sa.select(IndexResult.body).where(IndexResult.run_id == run_id).order_by(IndexResult.day)
    )
    for body in session.scalars(query.execution_options(yield_per=200)):
        yield json.loads(body)


def results_page(
    session: Session, run_id: int, *, after: date | None = None, limit: int
) -> list[dict[str, Any]]:
    """Return what a run found for up to ``limit`` days after ``after``, in order."""
    query = sa.select(IndexResult.body).where(
        IndexResult.run_id == run_id, IndexResult.day > after if after else sa.true()
    )
    found = session.scalars(query.order_by(IndexResult.day).limit(limit))
    return [json.loads(body) for body in found]


def result_days(session: Session, run_id: int) -> list[date]:
    """Return the days that a run has results for, in order."""
    query = sa.select(IndexResult.day).where(IndexResult.run_id == run_id)
    return list(session.scalars(query.order_by(IndexResult.day)))


def page(session: Session, *, before: int = 0, limit: int) -> list[IndexRun]:
    """Return runs, newest first; only those below ``before`` if it is given."""
    query = sa.select(IndexRun).where(IndexRun.id < before if before else sa.true())
    return list(session.scalars(query.order_by(IndexRun.id.desc()).limit(limit)))


def state_before(session: Session, definition: Definition, day: date) -> State:
    """Return the state that the published series had before ``day``.

    It is recomputed from the frozen inputs of the run that published the last day before, with
    or without a value, so it needs no store of its own and cannot disagree with one.
    """
    last = session.execute(
        sa.select(IndexValue.day, IndexValue.run_id)
        .where(IndexValue.index_code == definition.code, IndexValue.day < day)
        .order_by(IndexValue.day.desc(), IndexValue.rev.desc())
        .limit(1)
    ).first()
    if last is None:
        return State()
    run = by_id(session, last.run_id)
    given = inputs(session, run)
    before = tuple(each for each in given.days if each.day <= last.day)
    return calculate(definition_of(session, run), Inputs(before, given.state)).state
