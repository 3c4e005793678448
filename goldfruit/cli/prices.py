"""goldfruit quotes import and goldfruit index: files in, runs made, approved, published."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from goldfruit.cli.edge import acting, as_of_option, by_option, clocked, day_type, opened
from goldfruit.cli.frame import command
from goldfruit.infra.work import Work
from goldfruit.kernel.digests import digest_of_bytes
from goldfruit.members.rules.acts import Act
from goldfruit.prices import imported
from goldfruit.prices.models import IndexRun
from goldfruit.prices.queries import runs, values
from goldfruit.prices.quote_reading import rows_of
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.publication import RunState, shown
from goldfruit.prices.rules.quote_files import read_quotes
from goldfruit.prices.services import publishing
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import runs as running

_code = click.option("--index", "index_code", required=True, help="The index, e.g. XFD-D.")
_day = click.option("--date", "day", type=day_type, help="One day, e.g. 2025-10-09.")
_from = click.option("--from", "first", type=day_type, help="The first day of a range.")
_to = click.option("--to", "last", type=day_type, help="The last day of a range.")


@command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--market", required=True, help="The market's code, e.g. xinfadi.")
@by_option
def quotes_import(file: Any, market: str, by: str | None) -> dict[str, Any]:
    """Read a market's quote file and store what is new; suspects wait for an analyst.

    Example: goldfruit quotes import --market xinfadi quotes.csv
    """
    content = file.read()
    found = read_quotes(rows_of(content, getattr(file, "name", "")))
    with opened() as exchange, exchange.begin(acting(exchange, by, Act.IMPORT_QUOTES)) as work:
        imported.check_market(work.session, market)
        made = quoting.import_quotes(
            work,
            market=market,
            file_name=Path(getattr(file, "name", "-")).name,
            file_digest=digest_of_bytes(content),
            file=found,
        )
    return {
        "import": made.id,
        "market": market,
        "rows": made.rows,
        "read": made.read,
        "refused": [asdict(note) for note in found.refused],
        "duplicates": [{"row": row, "same_as": same} for row, same in found.duplicates],
        "suspect": [asdict(note) for note in found.suspects],
        "stored": made.stored,
    }


@command("run")
@_code
@_day
@_from
@_to
@as_of_option
@by_option
def index_run(
    *,
    index_code: str,
    day: datetime | None,
    first: datetime | None,
    last: datetime | None,
    as_of: datetime | None,
    by: str | None,
) -> dict[str, Any]:
    """Freeze the inputs of a day or a range and calculate the index from them.

    A person who runs it is its maker; somebody else must approve. A range is one run.

    Example: goldfruit index run --index XFD-D --from 2013-06-10 --to 2016-05-05
    """
    begin, end = _range(day, first, last)
    with opened() as exchange:
        actor = acting(exchange, by, Act.RUN_INDEX)
        with exchange.begin(actor) as work:
            run = running.freeze(
                work,
                index_code=index_code,
                first=begin,
                last=end,
                as_of=clocked(exchange, as_of),
            )
        # The calculation may take a while; nobody waits for it in a transaction.
        with exchange.reading(actor) as work:
            definition = runs.definition_of(work.session, run)
            inputs = runs.inputs(work.session, run)
        outcome = calculate(definition, inputs)
        with exchange.begin(actor) as work:
            run = running.locked(work, run.id)
            running.store(work, run, definition, outcome)
            if actor.user_id is not None:
                running.review(work, run_id=run.id)
        return {**_told(run), "values": [_day_told(found) for found in outcome.days][-5:]}


@command("review")
@_code
@_day
@_from
@_to
@by_option
def index_review(
    *,
    index_code: str,
    day: datetime | None,
    first: datetime | None,
    last: datetime | None,
    by: str | None,
) -> dict[str, Any]:
    """Put a run that the clock calculated before the approver, as its maker.

    Example: goldfruit index review --index GFI-D --date 2025-10-09 --by analyst@example.cn
    """
    with opened() as exchange, exchange.begin(acting(exchange, by, Act.RUN_INDEX)) as work:
        run = _newest(work, index_code, _range(day, first, last), *runs.WAITING)
        return _told(running.review(work, run_id=run.id))


@command("approve")
@_code
@_day
@_from
@_to
@by_option
def index_approve(
    *,
    index_code: str,
    day: datetime | None,
    first: datetime | None,
    last: datetime | None,
    by: str | None,
) -> dict[str, Any]:
    """Approve the newest run of a day or range, as a second person.

    Example: goldfruit index approve --index XFD-D --from 2013-06-10 --to 2016-05-05 --by approver
    """
    with opened() as exchange:
        actor = acting(exchange, by, Act.APPROVE_INDEX, person=True)
        with exchange.begin(actor) as work:
            run = _newest(work, index_code, _range(day, first, last), *runs.WAITING)
            return _told(running.approve(work, run_id=run.id))


@command("publish")
@_code
@_day
@_from
@_to
@by_option
def index_publish(
    *,
    index_code: str,
    day: datetime | None,
    first: datetime | None,
    last: datetime | None,
    by: str | None,
) -> dict[str, Any]:
    """Publish the approved run of a day or range.

    Example: goldfruit index publish --index XFD-D --from 2013-06-10 --to 2016-05-05
    """
    with opened() as exchange, exchange.begin(acting(exchange, by, Act.PUBLISH_INDEX)) as work:
        run = _newest(work, index_code, _range(day, first, last), RunState.APPROVED, *runs.WAITING)
        published = publishing.publish(work, run_id=run.id)
        work.session.flush()
        latest = values.latest(work.session, index_code)
        value = latest.value_e2 if latest else None
        return {
            **_told(published),
            "last_day": latest.day.isoformat() if latest else None,
            "last_value": None if value is None else shown(value),
        }


@command("correct")
@_code
@click.option("--date", "day", type=day_type, required=True, help="The published day.")
@click.option("--cause", required=True, help="wrong-input, wrong-code, wrong-weight, cancelled …")
@click.option("--reason", required=True, help="What was wrong; published with the correction.")
@by_option
def index_correct(
    *, index_code: str, day: datetime, cause: str, reason: str, by: str | None
) -> dict[str, Any]:
    """Prepare the correction of a published day; it needs approval and publication like a run.

    Example: goldfruit index correct --index GFI-D --date 2025-10-09 --cause wrong-input --reason …
    """
    with opened() as exchange, exchange.begin(acting(exchange, by, Act.CORRECT_INDEX)) as work:
        run = publishing.correct(
            work, index_code=index_code, day=day.date(), cause=cause, reason=reason
        )
        return _told(running.review(work, run_id=run.id))


def _range(
    day: datetime | None, first: datetime | None, last: datetime | None
) -> tuple[date, date]:
    if day and not first and not last:
        return day.date(), day.date()
    if first and last and not day and first <= last:
        return first.date(), last.date()
    raise click.UsageError("give --date D, or --from D --to D in order")


def _newest(work: Work, index_code: str, days: tuple[date, date], *states: RunState) -> IndexRun:
    return runs.newest_within(work.session, index_code, *days, states)


def _told(run: IndexRun) -> dict[str, Any]:
    return {
        "run": run.id,
        "index": run.index_code,
        "kind": run.kind,
        "from": run.first_day.isoformat(),
        "to": run.last_day.isoformat(),
        "state": run.state,
        "inputs": run.inputs,
        "inputs_digest": run.inputs_digest,
        "results_digest": run.results_digest,
        "made_by": run.made_by,
    }


def _day_told(found: Any) -> dict[str, Any]:
    return {
        "day": found.day.isoformat(),
        "value": None if found.value is None else round(found.value, 6),
        "status": found.status,
        "level": found.level,
        "reason": found.reason,
    }
