"""Verification of the index (指数核验): recompute every run from its frozen inputs, and compare.

What was frozen is checked row by row against its digest, the total against the
run and the run against the facts; what comes out must be what was stored, to
1e-9 relative, and what was published must be its rounding.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.infra import facts
from goldfruit.infra.facts import Fault
from goldfruit.kernel.digests import NO_DIGEST, chained, digest_of_text
from goldfruit.kernel.errors import Refusal
from goldfruit.prices.models import IndexDefinition, IndexInput, IndexResult, IndexRun, IndexValue
from goldfruit.prices.queries import runs
from goldfruit.prices.rules import results
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.frozen import thaw
from goldfruit.prices.rules.publication import hundredths
from goldfruit.prices.services.publishing import value_digest
from goldfruit.prices.verification_told import told_faults

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Told:
    """事实所载: what the chain of facts says of one run."""

    inputs: dict[int, str]
    results: dict[int, str]
    states: dict[int, str]
    definitions: dict[tuple[str, int], str]
    published: dict[int, tuple[str, str]]


def verify_index(
    session: Session,
    *,
    code: str | None = None,
    day: date | None = None,
    since: date | None = None,
) -> tuple[dict[str, int], list[Fault]]:
    """Return what was checked and how often, and every fault with its place.

    Args:
        code: one index, or every index.
        day: only runs that cover that day.
        since: only runs that reach to that day or later.
    """
    told = _told(session)
    counted = {"definitions": 0, "runs": 0, "input rows": 0, "days": 0, "values": 0}
    faults: list[Fault] = list(_definitions(session, told, counted))
    query = sa.select(IndexRun).order_by(IndexRun.id)
    if code:
        query = query.where(IndexRun.index_code == code)
    if day:
        query = query.where(IndexRun.first_day <= day, IndexRun.last_day >= day)
    if since:
        query = query.where(IndexRun.last_day >= since)
    for run in session.scalars(query).all():
        counted["runs"] += 1
        faults += _run(session, run, told, counted)
    faults += _values(session, code, day or since, counted)
    if not code and not day and not since:
        faults += _missing(session, told)
        faults += told_faults(session)
    return counted, faults


def _told(session: Session) -> Told:
    return Told(
        inputs=_digests(session, "inputs-frozen", "digest"),
        results=_digests(session, "index-calculated", "results_digest"),
        states=_digests(session, "run-moved", "state"),
        definitions={
            (str(body["index_code"]), _whole(body, "version")): str(body["digest"])
            for body in facts.bodies(session, "index-defined")
        },
        published={
            _whole(body, "run_id"): (str(body["index_code"]), str(body["digest"]))
            for body in facts.bodies(session, "index-published")
        },
    )


def _digests(session: Session, name: str, member: str) -> dict[int, str]:
    return {_whole(body, "run_id"): str(body[member]) for body in facts.bodies(session, name)}


def _definitions(session: Session, told: Told, counted: dict[str, int]) -> Iterator[Fault]:
    query = sa.select(IndexDefinition).where(IndexDefinition.state == "APPROVED")
    for row in session.scalars(query):
        counted["definitions"] += 1
        expected = told.definitions.get((row.code, row.version))
        if digest_of_text(row.document) != row.digest or row.digest != expected:
            yield Fault(f"definition {row.code} v{row.version}", "does not match its digest")


def _run(session: Session, run: IndexRun, told: Told, counted: dict[str, int]) -> list[Fault]:
    where = f"run {run.id} ({run.index_code} {run.first_day}…{run.last_day})"
    faults = []
    for name, kept, expected in (
        ("inputs", run.inputs_digest, told.inputs.get(run.id)),
        ("results", run.results_digest, told.results.get(run.id)),
        ("state", run.state, told.states.get(run.id, "frozen")),
    ):
        if kept != expected:
            faults.append(Fault(where, f"its {name} are not what the facts say"))
    texts, bad = _rows(session, run, where)
    counted["input rows"] += len(texts)
    faults += bad
    if bad:
        return faults
    try:
        definition = runs.definition_of(session, run)
        if definition.digest != run.definition_digest:
            return [*faults, Fault(where, "its definition is not the one it was made by")]
        outcome = calculate(definition, thaw(texts, definition))
    except Refusal as refusal:
        return [*faults, Fault(where, str(refusal))]
    if run.results_digest is None:
        return faults
    stored = {
        row.day: row
        for row in session.scalars(sa.select(IndexResult).where(IndexResult.run_id == run.id))
    }
    total = NO_DIGEST
    for found in outcome.days:
        counted["days"] += 1
        row = stored.pop(found.day, None)
        place = f"result of {run.index_code} on {found.day} (run {run.id})"
        if row is None:
            faults.append(Fault(place, "is missing"))
            continue
        total = chained(total, row.body)
        if digest_of_text(row.body) != row.digest:
            faults.append(Fault(place, "does not match its digest"))
        elif not _same(json.loads(row.body), results.plain(found, definition)):
            faults.append(Fault(place, "is not what its inputs give"))
    faults += [Fault(f"result of run {run.id} on {extra}", "has no input") for extra in stored]
    if not faults and total != run.results_digest:
        faults.append(Fault(where, "its results are not what was calculated"))
    return faults


def _rows(session: Session, run: IndexRun, where: str) -> tuple[list[str], list[Fault]]:
    texts, faults, total = [], [], NO_DIGEST
    rows = session.execute(
        sa.select(IndexInput.seq, IndexInput.body, IndexInput.digest)
        .where(IndexInput.run_id == run.id)
        .order_by(IndexInput.seq)
    )
    for expected, row in enumerate(rows, start=1):
        if row.seq != expected or digest_of_text(row.body) != row.digest:
            faults.append(Fault(f"input {row.seq} of {where}", "does not match its digest"))
        texts.append(row.body)
        total = chained(total, row.body)
    if not faults and (total != run.inputs_digest or len(texts) != run.inputs):
        faults.append(Fault(where, "its frozen inputs are not complete"))
    return texts, faults


def _values(
    session: Session, code: str | None, day: date | None, counted: dict[str, int]
) -> Iterator[Fault]:
    query = sa.select(IndexValue).order_by(IndexValue.index_code, IndexValue.day, IndexValue.rev)
    if code:
        known = sa.select(IndexRun.id).where(IndexRun.index_code == code)
        query = query.where(IndexValue.run_id.in_(known))
    if day:
        query = query.where(IndexValue.day >= day)
    for value in session.scalars(query.execution_options(yield_per=500)):
        counted["values"] += 1
        place = f"value of {value.index_code} on {value.day} rev {value.rev}"
        row = {column: getattr(value, column) for column in _SAID}
        if value_digest(row) != value.digest:
            yield Fault(place, "does not match its digest")
            continue
        found = _found(session, value)
        if found is None or (found["value"] is None) != (value.value_e2 is None):
            yield Fault(place, "was never calculated")
        elif value.value_e2 is not None and hundredths(float(found["value"])) != value.value_e2:
            yield Fault(place, "is not the rounding of what was calculated")


_SAID = (
    "day",
    "index_code",
    "rev",
    "value_e2",
    "status",
    "level",
    "run_id",
    "reason",
    "published_by",
    "published_at",
)


def _missing(session: Session, told: Told) -> Iterator[Fault]:
    """Yield runs and published values that the facts tell of and the tables have lost."""
    kept = set(session.scalars(sa.select(IndexRun.id)))
    for run_id in sorted(told.inputs.keys() - kept):
        yield Fault(f"run {run_id}", "is missing")
    for run_id, (code, digest) in sorted(told.published.items()):
        total = NO_DIGEST
        for found in session.scalars(
            sa.select(IndexValue.digest)
            .where(IndexValue.run_id == run_id, IndexValue.index_code == code)
            .order_by(IndexValue.day)
        ):
            total = chained(total, found)
        if total != digest:
            yield Fault(f"values of run {run_id}", "are not those that were published")


def _found(session: Session, value: IndexValue) -> dict[str, Any] | None:
    row = session.get(IndexResult, (value.run_id, value.day))
    if row is None:
        return None
    document: dict[str, Any] = json.loads(row.body)
    run = session.get(IndexRun, value.run_id)
    if run is not None and run.index_code == value.index_code:
        return document
    return next((sub for sub in document["subs"] if sub["code"] == value.index_code), None)


def _same(stored: object, found: object) -> bool:
    """Return whether two result documents agree, figures to 1e-9 relative."""
    if isinstance(stored, dict) and isinstance(found, dict):
        return stored.keys() == found.keys() and all(
            _same(stored[key], found[key]) for key in stored
        )
    if isinstance(stored, list) and isinstance(found, list | tuple):
        return len(stored) == len(found) and all(map(_same, stored, found))
    if isinstance(stored, str) and isinstance(found, str) and stored != found:
        try:
            return math.isclose(float(stored), float(found), rel_tol=TOLERANCE)
        except ValueError:
            return False
    return stored == found


def _whole(body: dict[str, object], name: str) -> int:
    value = body[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} of a fact is no whole number")
    return value
