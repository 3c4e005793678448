"""A published market for tests of pages and API: a small Xinfadi file, and days of GFI-D.

Everything goes through the public services, by two people, with a clock moved by hand.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa
from flask.testing import FlaskClient

from config import Config
from goldfruit.app import create_app
from goldfruit.infra import calendar
from goldfruit.infra.work import Actor, Exchange, Work
from goldfruit.kernel.days import HOURS, instant_at, local_day
from goldfruit.kernel.digests import digest_of_bytes
from goldfruit.kernel.fruit import Spec
from goldfruit.kernel.units import Price
from goldfruit.prices.models import Quote
from goldfruit.prices.queries import definitions
from goldfruit.prices.quote_reading import rows_of
from goldfruit.prices.rules.quote_files import read_quotes
from goldfruit.prices.services import publishing
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import runs as running
from tests.conftest import Clock

MAKER, CHECKER = Actor(1, "maker"), Actor(2, "checker")
REPORTER = Actor(3, "reporter")
FIRST = date(2025, 10, 9)
LAST_XFD = date(2013, 7, 5)
YUAN_PER_TONNE = {"ZD-80": 7000, "ZD-70": 5600, "MD-70": 4000}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is unusual about a day: cells nobody quotes, cells of two reporters, a wild price."""

    silent: Sequence[str] = ()
    thin: Sequence[str] = ()
    wild: str = ""


def trading_days(exchange: Exchange, count: int) -> list[date]:
    """Return the first trading days of the season's index."""
    with exchange.reading() as work:
        known = calendar.load(work.session)
    days = [FIRST]
    while len(days) < count:
        days.append(known.next(days[-1]))
    return days


def next_day(exchange: Exchange, day: date) -> date:
    """Return the trading day after ``day``."""
    with exchange.reading() as work:
        return calendar.load(work.session).next(day)


def publish_gfi(
    exchange: Exchange, clock: Clock, *, days: int, plan: Callable[[int], Plan] = lambda _: Plan()
) -> list[date]:
    """Publish so many trading days of GFI-D, each with its own quotes; return the days."""
    found = trading_days(exchange, days)
    luck = Random(7)  # noqa: S311 (a market of tests, no secret)
    level = 1.0
    for number, day in enumerate(found):
        level *= 1 + luck.uniform(-0.008, 0.009)
        publish_day(exchange, clock, day, level=level, plan=plan(number), luck=luck)
    return found


def publish_day(
    exchange: Exchange, clock: Clock, day: date, *, level: float, plan: Plan, luck: Random
) -> int:
    """Report, freeze, calculate, review, approve and publish one day; return the run's id."""
    clock.now = instant_at(day, HOURS.sessions[0].opens) + timedelta(minutes=30)
    with exchange.begin(REPORTER) as work:
        for cell in definitions.in_force(work.session, "GFI-D", day).cells:
            if any(word in cell.code for word in plan.silent):
                continue
            few = 2 if any(word in cell.code for word in plan.thin) else 3
            for reporter in range(few):
                slip = 1.45 if plan.wild == cell.code and reporter == 0 else 1.0
                report(work, cell.code, level * slip, reporter, luck)
    return run_day(exchange, clock, day)


def report(work: Work, cell: str, level: float, reporter: int, luck: Random) -> None:
    """Record one reporter's quote for a cell of the basket."""
    variety, bagging, size, grade, county, stage = cell.split("-")
    usual = YUAN_PER_TONNE[f"{bagging}-{size}"]
    mostly = round(usual * level * (1 + luck.uniform(-0.02, 0.02)) / 20) * 20
    quoting.report_quote(
        work,
        reporter_id=100 + 10 * int(county[-2:]) + reporter,
        spec=Spec.from_code(f"{variety}-{bagging}-{size}-{grade}-P-{county}-{stage}-25"),
        low=Price(mostly - 200),
        mostly=Price(mostly),
        high=Price(mostly + 200),
        tone=("稳", "偏强", "偏弱")[reporter],
        note="走货正常" if reporter == 0 else "",
    )


def run_day(exchange: Exchange, clock: Clock, day: date) -> int:
    """Freeze at the cut-off, calculate, review, approve, and publish at the release."""
    clock.now = instant_at(day, HOURS.cut_off)
    with exchange.begin(MAKER) as work:
        run = running.freeze(work, index_code="GFI-D", first=day, last=day, as_of=work.now)
        running.calculate(work, run)
        running.review(work, run_id=run.id)
    with exchange.begin(CHECKER) as work:
        running.approve(work, run_id=run.id)
    clock.now = instant_at(day, HOURS.release)
    with exchange.begin() as work:
        publishing.publish(work, run_id=run.id)
    return run.id


def correct_day(exchange: Exchange, clock: Clock, day: date, quote_ids: Sequence[int]) -> None:
    """Withdraw quotes of a published day and publish its correction, by two people."""
    with exchange.begin(MAKER) as work:
        for quote_id in quote_ids:
            quoting.judge_quote(work, quote_id=quote_id, verdict="withdraw", reason="报错规格")
        run = publishing.correct(
            work, index_code="GFI-D", day=day, cause="wrong-input", reason="报价员报错规格，已撤回"
        )
        running.review(work, run_id=run.id)
    with exchange.begin(CHECKER) as work:
        running.approve(work, run_id=run.id)
        publishing.publish(work, run_id=run.id)
    clock.move(minutes=1)


def finalize(exchange: Exchange, clock: Clock) -> None:
    """Make what was published before today final."""
    with exchange.begin() as work:
        publishing.finalize(work, index_code="GFI-D", before=local_day(clock.now))


def quotes_of(exchange: Exchange, day: date, county: str) -> list[int]:
    """Return the ids of a day's quotes from one county."""
    with exchange.reading() as work:
        found = work.session.scalars(
            sa.select(Quote.id).where(Quote.day == day, Quote.spec_code.contains(f"-{county}-"))
        )
        return list(found)


@contextmanager
def guest(exchange: Exchange) -> Iterator[FlaskClient]:
    """Yield the browser of somebody who has not signed in."""
    config = Config(database_url="sqlite:///unused.db", secret_key="s" * 40, field_key="ab" * 32)
    app = create_app(config, exchange)
    app.config["TESTING"] = True
    with app.test_client() as client:
        yield client
    app.extensions["goldfruit"].sequencer.stop()


def publish_xfd(exchange: Exchange, content: bytes | None = None, last: date = LAST_XFD) -> int:
    """Import a market file, run XFD-D over it and publish the backfill; return the run's id."""
    content = content or small_file()
    with exchange.begin(MAKER) as work:
        quoting.import_quotes(
            work,
            market="xinfadi",
            file_name="quotes.csv",
            file_digest=digest_of_bytes(content),
            file=read_quotes(rows_of(content, "quotes.csv")),
        )
    with exchange.begin(MAKER) as work:
        first = date(2013, 6, 10)
        run = running.freeze(work, index_code="XFD-D", first=first, last=last, as_of=work.now)
        running.calculate(work, run)
        running.review(work, run_id=run.id)
    with exchange.begin(CHECKER) as work:
        running.approve(work, run_id=run.id)
        publishing.publish(work, run_id=run.id)
    return run.id


def small_file() -> bytes:
    """Return a market file of our own making: four names over some weeks, with a gap."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["品名", "最低价", "平均价", "最高价", "规格", "单位", "发布日期"])
    day, luck = date(2013, 6, 10), Random(5)  # noqa: S311 (a market of tests, no secret)
    while day <= LAST_XFD:
        if not date(2013, 6, 20) <= day <= date(2013, 6, 28):
            for name, usual in (("富士", 300), ("嘎啦", 220), ("国光", 250), ("红星", 280)):
                price = usual + luck.randint(-12, 12)
                low, mid, high = price - 40, price, price + 40
                table.writerow([name, *(f"{p / 100:.2f}" for p in (low, mid, high)), "", "斤", day])
        day += timedelta(days=1)
    return out.getvalue().encode()
