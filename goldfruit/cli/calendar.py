"""goldfruit calendar: load a notice of holidays, and show the trading days that are known."""

from datetime import datetime
from typing import Any, TextIO

import click

from goldfruit.cli.edge import acting, by_option, day_type, opened
from goldfruit.cli.frame import command
from goldfruit.console import services
from goldfruit.infra import calendar
from goldfruit.members.rules.acts import Act


@command("load")
@click.argument("file", type=click.File(encoding="utf-8"))
@by_option
def load(file: TextIO, by: str | None) -> dict[str, Any]:
    """Load holidays and make-up days: a CSV of year, first, last, kind, name, source.

    Example: goldfruit calendar load notice-2027.csv --by operator@example.cn
    """
    rows = services.rows_of(file.read())
    with opened() as exchange:
        actor = acting(exchange, by, Act.LOAD_CALENDAR)
        with exchange.begin(actor) as work:
            return {"years": services.load_notice(work, rows)}


@command("show")
@click.option("--from", "first", type=day_type, required=True, help="The first day.")
@click.option("--to", "last", type=day_type, required=True, help="The last day.")
def show(first: datetime, last: datetime) -> dict[str, Any]:
    """List the trading days of a span.

    Example: goldfruit calendar show --from 2025-10-01 --to 2025-10-31
    """
    with opened() as exchange, exchange.reading() as work:
        known = calendar.load(work.session)
    days = known.between(first.date(), last.date())
    return {"years": sorted(known.years), "trading_days": [day.isoformat() for day in days]}
