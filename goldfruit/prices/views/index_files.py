"""What anybody may take away: the series as CSV, the chart's figures, a day's frozen inputs."""

import csv
import io
import json
from collections.abc import Iterable

from flask import Response, request
from flask.typing import ResponseReturnValue

from goldfruit.kernel.days import local_day
from goldfruit.kernel.digests import digest_of_text
from goldfruit.prices.queries import definitions, inputs_out, series, values
from goldfruit.prices.rules.gaps import gaps
from goldfruit.prices.rules.publication import shown
from goldfruit.prices.views.blueprint import blueprint, day_in_path
from goldfruit.web import formats
from goldfruit.web.exchange import reading

BOM = "\ufeff"
COLUMNS = (
    *("day", "index_points", "rev", "status", "level", "standard_error_points", "low_95_points"),
    *("high_95_points", "cells", "observations", "traded_kg", "published_at", "final_at"),
    *("reason", "run", "digest_sm3"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("/index/<code>.csv")
def index_csv(code: str) -> ResponseReturnValue:
    """Give the whole series as CSV: each day once, in its newest revision."""
    with reading() as work:
        definition = definitions.in_force(work.session, code, local_day(work.now))
        tag = digest_of_text(f"csv:{series.fingerprint(work.session, code)}")
        if tag in request.if_none_match:
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        found = values.series(work.session, code)
        points = series.points(work.session, definition, code, found)
    body = BOM + as_csv([COLUMNS, *(_csv_row(point) for point in points)])
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{definition_name(code)}.csv"'
    return _tagged(response, tag)


@blueprint.get("/index/<code>/chart.json")
def index_chart(code: str) -> ResponseReturnValue:
    """Give what the chart draws, column by column; null where the line breaks."""
    with reading() as work:
        definition = definitions.in_force(work.session, code, local_day(work.now))
        tag = digest_of_text(f"chart:{series.fingerprint(work.session, code)}")
        if tag in request.if_none_match:
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        found = values.series(work.session, code)
        points = series.points(work.session, definition, code, found)
    body = json.dumps(chart(points, definition.calendar), separators=(",", ":"))
    return _tagged(Response(body, content_type="application/json"), tag)


@blueprint.get("/index/<code>/<day>/inputs")
def index_inputs(code: str, day: str) -> ResponseReturnValue:
    """Give a day's frozen inputs as JSON lines; the last line counts what is withheld."""
    when = day_in_path(day)
    with reading() as work:
        found = inputs_out.of_day(work.session, code, when)
    lines = (*found.rows, found.about)
    response = Response("".join(f"{line}\n" for line in lines), content_type="application/jsonl")
    name = f"{definition_name(code)}-{when}.jsonl"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _tagged(response, digest_of_text("\n".join(lines)))


def chart(points: list[series.Point], calendar: str) -> dict[str, list[object]]:
    """Return the columns of a chart; a long silence becomes a day without a value."""
    rows: list[tuple[object, ...]] = [_chart_row(point) for point in points]
    breaks = list(gaps([point.day for point in points], calendar))
    for place, when in reversed(breaks):
        rows.insert(place, (when.isoformat(), None, None, None, None, ""))
    names = ("day", "value", "low", "high", "volume", "mark")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV; a text that a spreadsheet would run as a formula is made harmless."""
    out = io.StringIO()
    csv.writer(out).writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def definition_name(code: str) -> str:
    """Return a code as a part of a file's name: letters, digits and hyphens."""
    return "".join(
        letter for letter in code if letter.isascii() and (letter.isalnum() or letter == "-")
    )


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell


def _csv_row(point: series.Point) -> tuple[object, ...]:
    return (
        point.day.isoformat(),
        None if point.value_e2 is None else shown(point.value_e2),
        point.rev,
        point.status,
        point.level,
        _two(point.standard_error),
        _two(point.low),
        _two(point.high),
        point.cells,
        point.observations,
        f"{point.grams / 1000:.3f}",
        formats.iso_moment(point.published_at),
        formats.iso_moment(point.final_at) if point.final_at else None,
        point.reason,
        point.run_id,
        point.digest,
    )


def _chart_row(point: series.Point) -> tuple[object, ...]:
    value = None if point.value_e2 is None else point.value_e2 / 100
    volume = point.grams / 1_000_000 if point.grams else point.cells
    mark = f"rev {point.rev}" if point.rev else ""
    low, high = (None if end is None else round(end, 2) for end in (point.low, point.high))
    return (point.day.isoformat(), value, low, high, volume, mark)


def _two(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
