"""What anybody may ask of published prices, without signing in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from goldfruit.infra.work import Work
from goldfruit.kernel.days import local_day
from goldfruit.prices.api.operations import api
from goldfruit.prices.models import IndexValue
from goldfruit.prices.queries import (
    boards,
    definitions,
    inputs_out,
    quote_board,
    runs,
    series,
    values,
)
from goldfruit.prices.queries.definitions import NoSuchIndex
from goldfruit.prices.queries.quote_board import NoSuchMarket
from goldfruit.prices.queries.values import NotPublishedYet
from goldfruit.prices.schemas import (
    DayOut,
    DefinitionOut,
    IndexOut,
    InputsOut,
    PointOut,
    QuoteBoardOut,
    QuotesQuery,
    ValueOut,
    ValuesQuery,
)
from goldfruit.web.endpoint import OPEN

Plain = Mapping[str, Any]


@api.endpoint("/index", gives=IndexOut, many=True, act=OPEN)
def list_indices(work: Work) -> tuple[list[Plain], None]:
    """List the indices that are defined, each with its newest value."""
    found = definitions.current(work.session, local_day(work.now))
    newest = series.newest_two(work.session, [each.code for each in found])
    return [
        {
            "code": each.code,
            "version": each.version,
            "name_zh": each.name_zh,
            "name_en": each.name_en,
            "market": each.market,
            "currency": each.currency,
            "calendar": each.calendar,
            "is_goldfruit": each.code.startswith("GFI"),
            "latest": newest.get(each.code, [None])[0],
        }
        for each in found
    ], None


@api.endpoint(
    "/index/<code>/values",
    takes=ValuesQuery,
    gives=PointOut,
    many=True,
    act=OPEN,
    refuses=(NoSuchIndex,),
)
def list_values(
    work: Work,
    *,
    code: str,
    limit: int,
    first: date | None = None,
    last: date | None = None,
    after: date | None = None,
) -> tuple[list[Plain], str | None]:
    """List the published days of an index, each in its newest revision, in order of days."""
    definition = definitions.in_force(work.session, code, local_day(work.now))
    found = values.page(work.session, code, after=after, first=first, last=last, limit=limit + 1)
    points = series.points(work.session, definition, code, found[:limit])
    more = found[limit - 1].day.isoformat() if len(found) > limit else None
    return [_point(point) for point in points], more


@api.endpoint("/index/<code>/values/<day>", gives=DayOut, act=OPEN, refuses=(NotPublishedYet,))
def show_day(work: Work, *, code: str, day: str) -> Plain:
    """Show everything that stands behind one published day."""
    behind = values.behind(work.session, code, _day(code, day))
    definition = runs.definition_of(work.session, behind.run)
    [point] = series.points(work.session, definition, code, [behind.value])
    sub = series.sub_of(definition, code)
    members = series.group_members(definition, sub) if sub else None
    lines = [
        line
        for line in boards.cell_lines(definition, behind.result, {})
        if members is None or line.cell in members
    ]
    part = next((each for each in behind.result["subs"] if each["code"] == code), behind.result)
    return {
        **_point(point),
        "index": code,
        "currency": definition.currency,
        "coverage": part["coverage"],
        "counts": behind.result["counts"],
        "judgement": behind.result["judgement"],
        "changes": behind.changes,
        "cells_behind": lines,
        "dropped": [
            each for each in behind.result["verdicts"] if members is None or each["cell"] in members
        ],
        "run": {
            "id": behind.run.id,
            "kind": behind.run.kind,
            "definition_version": behind.run.definition_version,
            "definition_digest": behind.run.definition_digest,
            "inputs_digest": behind.run.inputs_digest,
            "results_digest": behind.run.results_digest,
            "code_version": behind.run.code_version,
            "frozen_at": behind.run.frozen_at,
            "approved_by_second_person": behind.run.checked_by is not None,
        },
    }


@api.endpoint(
    "/index/<code>/values/<day>/inputs", gives=InputsOut, act=OPEN, refuses=(NotPublishedYet,)
)
def show_inputs(work: Work, *, code: str, day: str) -> inputs_out.DayInputs:
    """Give the frozen inputs behind one published day, as far as they may be told."""
    return inputs_out.of_day(work.session, code, _day(code, day))


@api.endpoint(
    "/index/<code>/revisions", gives=ValueOut, many=True, act=OPEN, refuses=(NoSuchIndex,)
)
def list_revisions(work: Work, *, code: str) -> tuple[Sequence[IndexValue], None]:
    """List every value of the days that were revised: newest day first, oldest value first."""
    definitions.in_force(work.session, code, local_day(work.now))
    return values.revisions(work.session, code), None


@api.endpoint("/index/<code>/definition", gives=DefinitionOut, act=OPEN, refuses=(NoSuchIndex,))
def show_definition(work: Work, *, code: str) -> Any:
    """Show the definition in force: formula, basket, weights, every parameter and its source."""
    return definitions.in_force(work.session, code, local_day(work.now))


@api.endpoint("/quotes", takes=QuotesQuery, gives=QuoteBoardOut, act=OPEN, refuses=(NoSuchMarket,))
def show_quotes(work: Work, *, market: str, day: date | None = None) -> Plain:
    """Show a market's quotes of one day: low, mostly, high, tone, number of contributors."""
    quote_board.known(work.session, market)
    board = quote_board.day_board(work.session, market, day, work.now)
    return {
        "market": board.market,
        "day": board.day,
        "currency": board.currency,
        "before": board.before,
        "after": board.after,
        "recorded_at": board.recorded_at,
        "lines": [
            {
                "cell": line.cell,
                "name": line.name,
                "place": line.place,
                "spec": line.spec.to_json(),
                "low": line.low,
                "mostly": line.mostly,
                "high": line.high,
                "tone": line.tone,
                "contributors": line.contributors,
            }
            for line in board.lines
        ],
    }


def _point(point: series.Point) -> Plain:
    error = point.standard_error
    return {**asdict(point), "standard_error_points": None if error is None else f"{error:.4f}"}


def _day(code: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotPublishedYet(index=code[:40], day=text[:40]) from None
