"""The home board (行情首页): one index, its change, prices by spec and by origin, what is open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from goldfruit.infra import calendar
from goldfruit.kernel.days import HOURS, Calendar, CalendarNotLoaded, instant_at, local_day
from goldfruit.prices.models import IndexValue
from goldfruit.prices.queries import boards, definitions, series
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.gaps import gaps
from goldfruit.prices.views import words
from goldfruit.prices.views.blueprint import blueprint
from goldfruit.web import formats
from goldfruit.web.exchange import reading
from goldfruit.web.formats import Change

AGAINST = ("last", "week", "year")
NEWS = "goldfruit-home-news"
CHART_DAYS = 90


@dataclass(frozen=True, slots=True)
class Headline:
    """资讯标题: one piece of news as the home board names it."""

    title: str
    url: str
    published_at: datetime


LatestNews = Callable[[Session], Sequence[Headline]]


@dataclass(frozen=True, slots=True)
class MarketHours:
    """开市情况: whether a session runs; ``day`` is the trading day of the next release.

    ``open`` and ``day`` are None where nobody has loaded the calendar that far.
    """

    open: bool | None
    day: date | None
    trading_today: bool | None


@dataclass(frozen=True, slots=True)
class Summary:
    """指数一览: an index in one line."""

    definition: Definition
    code: str
    value: IndexValue | None
    change: Change | None
    since: date | None


def wire_news(app: Flask, latest: LatestNews) -> None:
    """Let the home board of ``app`` name the news that ``latest`` gives."""
    app.extensions[NEWS] = latest


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the day: the index, prices by spec and origin, other indices, news, hours."""
    against = request.args.get("vs", "last")
    against = against if against in AGAINST else "last"
    latest: LatestNews | None = current_app.extensions.get(NEWS)
    with reading() as work:
        value = boards.headline(work.session)
        board = boards.board(work.session, value, against=against) if value else None
        return render_template(
            "prices/home.html",
            board=board,
            against=against,
            tone=tone(board) if board else "",
            trend=trend(board) if board else [],
            others=[
                summary
                for summary in summaries(work.session, local_day(work.now))
                if summary.value and (value is None or summary.code != value.index_code)
            ],
            news=latest(work.session) if latest else [],
            hours=market_hours(work.now, calendar.load(work.session)),
            trading=HOURS,
            now=work.now,
        )


def trend(board: boards.Board) -> list[tuple[date, int | None]]:
    """Return the newest values by day; a long silence becomes a day without a value."""
    rows: list[tuple[date, int | None]] = []
    rows.extend(list(board.published.items())[-CHART_DAYS:])
    breaks = list(gaps([day for day, _value in rows], board.definition.calendar))
    for place, day in reversed(breaks):
        rows.insert(place, (day, None))
    return rows


def summaries(session: Session, today: date) -> list[Summary]:
    """Return every index that is defined, the home market's first, with its newest value."""
    found = definitions.current(session, today)
    newest = series.newest_two(session, [definition.code for definition in found])
    order = sorted(found, key=lambda each: (not each.code.startswith("GFI"), each.code))
    return [summary(each, each.code, newest.get(each.code, [])) for each in order]


def summary(definition: Definition, code: str, newest: Sequence[IndexValue]) -> Summary:
    """Return an index in one line from its newest two days, newest first."""
    if not newest:
        return Summary(definition, code, None, None, None)
    value, before = newest[0], newest[1] if len(newest) > 1 else None
    change = formats.change(value.value_e2 or 0, before.value_e2 if before else None)
    return Summary(definition, code, value, change, before.day if before else None)


def market_hours(now: datetime, known: Calendar) -> MarketHours:
    """Return what is open at ``now`` and which trading day comes out next."""
    today = local_day(now)
    try:
        trading = known.is_trading_day(today)
        waits = trading and now < instant_at(today, HOURS.release)
        day = today if waits else known.next(today)
        return MarketHours(HOURS.is_open(now, known), day, trading)
    except CalendarNotLoaded:
        return MarketHours(None, None, None)


def tone(board: boards.Board) -> str:
    """Return the word for the change since the last published day; empty without one."""
    last = board.changes.last
    if last is None:
        return ""
    return words.tone_word(last.per_ten_thousand / 10_000, board.definition.publication.tone)
