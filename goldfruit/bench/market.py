"""A scratch market (基准市场): some weeks of quotes and a published index, through the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from config import Config
from goldfruit.app import open_exchange
from goldfruit.infra import calendar, migrate
from goldfruit.infra.work import SYSTEM, Actor, Exchange
from goldfruit.kernel.days import HOURS, instant_at
from goldfruit.kernel.fruit import Spec
from goldfruit.kernel.units import Price
from goldfruit.prices.queries import definitions
from goldfruit.prices.services import publishing, runs
from goldfruit.prices.services.quotes import report_quote

INDEX, FIRST = "GFI-D", date(2025, 10, 9)
REPORTERS = 3
MAKER, CHECKER = Actor(1, "maker"), Actor(2, "checker")
SEED = 20251009


@contextmanager
def scratch_market(days: int) -> Iterator[Config]:
    """Yield the settings of a market on SQLite with so many published days; it goes afterwards."""
    with TemporaryDirectory(prefix="goldfruit-bench-") as folder:
        config = Config(
            database_url=f"sqlite:///{Path(folder) / 'bench.db'}",
            secret_key="b" * 40,
            field_key="0b" * 32,
            log_level="ERROR",
        )
        exchange = open_exchange(config)
        try:
            migrate.upgrade(exchange.engine)
            publish(exchange, days)
        finally:
            exchange.engine.dispose()
        yield config


def publish(exchange: Exchange, days: int) -> None:
    """Let reporters quote each cell on so many trading days, and publish them as a backfill."""
    with exchange.reading() as work:
        trading = calendar.load(work.session)
        codes = sorted(definitions.in_force(work.session, INDEX, FIRST).basket)
    known = [FIRST]
    while len(known) < days:
        known.append(trading.next(known[-1]))
    luck, level = Random(SEED), 6_000.0  # noqa: S311 (figures, no secrets)
    for day in known:
        level *= 1 + luck.uniform(-0.008, 0.009)
        opens = instant_at(day, HOURS.sessions[0].opens)
        with exchange.begin(SYSTEM, now=opens + timedelta(minutes=30)) as work:
            for code in codes:
                for reporter in range(1, REPORTERS + 1):
                    price = Price(round(level * luck.uniform(0.98, 1.02) / 20) * 20)
                    report_quote(
                        work,
                        reporter_id=reporter,
                        spec=spec_of(code),
                        low=price,
                        mostly=price,
                        high=price,
                    )
    then = instant_at(known[-1], HOURS.release)
    with exchange.begin(MAKER, now=then) as work:
        run = runs.freeze(work, index_code=INDEX, first=known[0], last=known[-1], as_of=then)
        runs.calculate(work, run)
        runs.review(work, run_id=run.id)
    with exchange.begin(CHECKER, now=then) as work:
        runs.approve(work, run_id=run.id)
        publishing.publish(work, run_id=run.id)


def spec_of(cell: str) -> Spec:
    """Return the spec of a basket's cell, e.g. ``FJ-ZD-80-12-610425-L``."""
    variety, bagging, size, grade, county, stage = cell.split("-")
    return Spec(
        variety=variety,
        bagging=bagging,
        size_min_mm=int(size),
        grade_scheme="trade",
        grade=grade,
        stage=stage,
        origin_code=county,
    )
