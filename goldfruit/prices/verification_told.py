"""Verification against the facts (对照事实): who acted on a run, what stands, what was quoted.

The figures are recomputed in ``prices.verification``; here nothing is recomputed. A row that no
fact tells of, or a fact whose row is gone or says something else, is named.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra.facts import Fact, Fault
from goldfruit.prices.models import IndexDefinition, IndexRun, IndexValue, Quote
from goldfruit.prices.queries import runs

CORRECTION = "CORRECTION"


def told_faults(session: Session) -> Iterator[Fault]:
    """Yield each run, value, definition and reporter's quote that the facts do not bear out."""
    yield from _people(session)
    yield from _standing(session)
    yield from _approved(session)
    yield from _quotes(session)


def _facts(session: Session, *names: str) -> Iterator[Fact]:
    query = sa.select(Fact).where(Fact.name.in_(names)).order_by(Fact.no)
    yield from session.scalars(query.execution_options(yield_per=1_000))


def _people(session: Session) -> Iterator[Fault]:
    """Yield a fault for each run whose maker, reviewer or approver is not who the facts name."""
    acted: dict[int, dict[str, str]] = defaultdict(dict)
    for fact in _facts(session, "inputs-frozen", "run-moved"):
        body = json.loads(fact.body)
        acted[body["run_id"]][body.get("state", "frozen")] = fact.actor
    for run in session.scalars(sa.select(IndexRun).order_by(IndexRun.id)):
        told = acted[run.id]
        approver = told.get("approved")
        wanted = (
            told.get("frozen"),
            told.get("review"),
            None if approver == "system" else approver,
        )
        if (run.made_by, run.reviewed_by, run.checked_by) != wanted:
            yield Fault(f"run {run.id}", "its people are not those that the facts name")


def _standing(session: Session) -> Iterator[Fault]:
    """Yield each published value that is gone, or that no standing run has put out."""
    standing = {state.value for state in runs.STANDING}
    kinds = {
        row.id: row.kind
        for row in session.execute(
            sa.select(IndexRun.id, IndexRun.kind).where(IndexRun.state.in_(standing))
        )
    }
    wanted: set[tuple[str, date, int]] = set()
    for number, kind in kinds.items():
        if kind == CORRECTION:
            continue
        code = runs.by_id(session, number).index_code
        for result in runs.results(session, number):
            day = date.fromisoformat(result["day"])
            wanted |= {(each, day, number) for each in (code, *_subs(result))}
    revisions: dict[tuple[str, date], list[int]] = defaultdict(list)
    for row in session.execute(
        sa.select(IndexValue.index_code, IndexValue.day, IndexValue.rev, IndexValue.run_id)
    ):
        revisions[row.index_code, row.day].append(row.rev)
        first = (row.index_code, row.day, row.run_id)
        known = first in wanted if row.rev == 0 else kinds.get(row.run_id) == CORRECTION
        wanted.discard(first)
        if not known:
            place = f"value of {row.index_code} on {row.day} rev {row.rev}"
            yield Fault(place, "no standing run has put it out")
    for code, day, number in sorted(wanted):
        yield Fault(f"value of {code} on {day} rev 0", f"is gone; run {number} put it out")
    for (code, day), found in sorted(revisions.items()):
        if sorted(found) != list(range(len(found))):
            yield Fault(f"value of {code} on {day}", "a revision is gone")


def _subs(result: dict[str, list[dict[str, str]]]) -> list[str]:
    return [sub["code"] for sub in result["subs"]]


def _approved(session: Session) -> Iterator[Fault]:
    """Yield each approved definition that is gone, or whose approver is not who the facts name."""
    kept = {
        (row.code, row.version): row.decided_by
        for row in session.scalars(
            sa.select(IndexDefinition).where(IndexDefinition.state == "APPROVED")
        )
    }
    for fact in _facts(session, "index-defined"):
        body = json.loads(fact.body)
        if kept.get((body["index_code"], body["version"])) != fact.actor:
            where = f"definition {body['index_code']} v{body['version']}"
            yield Fault(where, f"is gone, or not approved as fact {fact.no} tells")


def _quotes(session: Session) -> Iterator[Fault]:
    """Yield each reporter's quote that is not what its fact tells, and each without a fact."""
    told = {}
    for fact in _facts(session, "quote-reported"):
        body = json.loads(fact.body)
        told[body["observation_id"]] = (
            body["day"],
            body["cell"],
            body["mostly_yuan_per_tonne"],
            fact.recorded_at,
        )
    query = sa.select(Quote).where(Quote.kind == "S").order_by(Quote.id)
    for quote in session.scalars(query.execution_options(yield_per=1_000)):
        said = (
            quote.day.isoformat(),
            quote.spec_code,
            quote.mostly.yuan_per_tonne,
            quote.recorded_at,
        )
        if told.pop(quote.id, None) != said:
            yield Fault(f"quote {quote.id}", "is not what the facts tell")
    for number in sorted(told):
        yield Fault(f"quote {number}", "is gone; a fact tells of it")
