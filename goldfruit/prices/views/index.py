"""The index pages (价格指数): the list, one index with chart, table and method, one day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from goldfruit.kernel.days import local_day
from goldfruit.prices.models import IndexValue
from goldfruit.prices.queries import boards, definitions, runs, series, values
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.publication import Changes, changes
from goldfruit.prices.views.blueprint import blueprint, day_in_path, day_in_query
from goldfruit.prices.views.home import summaries, summary
from goldfruit.prices.views.method import parameters
from goldfruit.web.exchange import reading

ROWS = 20
VIEWS = ("day", "season")
YEAR_BACK = timedelta(days=400)
ROLE_MAKER, ROLE_CHECKER, MACHINE = _l("指数分析员"), _l("指数审批人"), _l("系统按规则自动")


@dataclass(frozen=True, slots=True)
class Row:
    """数据行: one day of the table with its changes against earlier published days."""

    point: series.Point
    changes: Changes | None
    since_base_e2: int | None


@dataclass(frozen=True, slots=True)
class Revised:
    """修订: one day that was published more than once: each value with the one before it."""

    day: date
    steps: tuple[tuple[IndexValue, IndexValue], ...]


@blueprint.get("/index")
def indices() -> ResponseReturnValue:
    """List the indices, the home market's first, each with its newest value."""
    with reading() as work:
        return render_template(
            "prices/indices.html", found=summaries(work.session, local_day(work.now)), now=work.now
        )


@blueprint.get("/index/<code>")
def index(code: str) -> ResponseReturnValue:
    """Show an index: chart, table, sub-indices, method, revisions, downloads."""
    view = request.args.get("view", "day")
    with reading() as work:
        definition = definitions.in_force(work.session, code, local_day(work.now))
        page = series.before(work.session, code, day=day_in_query("before"), limit=ROWS + 1)
        points = series.points(work.session, definition, code, page[:ROWS])
        published = values.published(work.session, code)
        newest = series.newest_two(
            work.session, [code, *(sub.code for sub in definition.sub_indices)]
        )
        latest = newest.get(code, [None])[0]
        return render_template(
            "prices/index.html",
            definition=definition,
            code=code,
            view=view if view in VIEWS else "day",
            latest=latest,
            changes=_changes(latest.day, latest.value_e2, published) if latest else None,
            missed=_missed(page) if not request.args.get("before") else None,
            rows=[_row(point, published, definition) for point in points],
            more=points[-1].day if len(page) > ROWS else None,
            paged=bool(request.args.get("before")),
            first=next(iter(published), None),
            subs=[
                summary(definition, sub.code, newest.get(sub.code, []))
                for sub in definition.sub_indices
                if sub.code != code
            ],
            revisions=_revisions(work.session, code),
            parameters=parameters(definition),
            now=work.now,
        )


@blueprint.get("/index/<code>/<day>")
def index_day(code: str, day: str) -> ResponseReturnValue:
    """Show everything that stands behind one published day."""
    when = day_in_path(day)
    with reading() as work:
        value = values.on(work.session, code, when)
        run = runs.by_id(work.session, value.run_id)
        definition = runs.definition_of(work.session, run)
        result = runs.result(work.session, run.id, when)
        published = values.published(work.session, code, when)
        found = _changes(when, value.value_e2, published)
        earlier: dict[str, Any] = {}
        if found and found.last:
            then = values.on(work.session, code, found.last.since)
            earlier = runs.result(work.session, then.run_id, then.day)
        lines = boards.cell_lines(definition, result, earlier)
        before, after = series.neighbors(work.session, code, when)
        sub = series.sub_of(definition, code)
        if sub:
            members = series.group_members(definition, sub)
            lines = tuple(line for line in lines if line.cell in members)
        return render_template(
            "prices/index_day.html",
            definition=definition,
            code=code,
            sub=sub,
            part=_part(result, code),
            value=value,
            run=run,
            result=result,
            changes=found,
            point=series.points(work.session, definition, code, [value])[0],
            lines=lines,
            told={line.cell: line for line in lines},
            before=before,
            after=after,
            maker=MACHINE if run.made_by == "system" else ROLE_MAKER,
            checker=ROLE_CHECKER if run.checked_by else MACHINE,
            revisions=[row for row in _revisions(work.session, code) if row.day == when],
        )


def _missed(newest: Sequence[IndexValue]) -> IndexValue | None:
    """Return the newest day if nothing could be published on it."""
    return newest[0] if newest and newest[0].value_e2 is None else None


def _part(result: dict[str, Any], code: str) -> dict[str, Any]:
    """Return coverage and level of the index itself, or of its sub-index."""
    return next((sub for sub in result["subs"] if sub["code"] == code), result)


def _row(point: series.Point, published: dict[date, int], definition: Definition) -> Row:
    base = round(definition.base_value * 100)
    since = None if point.value_e2 is None else (point.value_e2 - base) * 10_000 // base
    return Row(point, _changes(point.day, point.value_e2, published), since)


def _changes(day: date, value: int | None, published: dict[date, int]) -> Changes | None:
    if value is None:
        return None
    near = {when: past for when, past in published.items() if day - YEAR_BACK <= when <= day}
    return changes(day, value, near)


def _revisions(session: Session, code: str) -> list[Revised]:
    by_day: dict[date, list[IndexValue]] = {}
    for row in values.revisions(session, code):
        by_day.setdefault(row.day, []).append(row)
    return [Revised(day, tuple(pairwise(rows))) for day, rows in by_day.items()]
