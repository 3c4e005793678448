"""The quote board (报价行情): low, high, mostly, tone and contributors of a market's day."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.kernel.days import HOURS, instant_at, local_day
from goldfruit.kernel.errors import NotFound
from goldfruit.kernel.fruit import Spec
from goldfruit.kernel.units import Price
from goldfruit.prices.models import Quote
from goldfruit.prices.queries import definitions
from goldfruit.prices.queries.quotes import ACCEPTED, cell_attributes
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.numbers import median

HOME_MARKET = "xianyang"
SAYING = 2
"""A word that one reporter alone used is that person's, not the market's."""


@dataclass(eq=False)
class NoSuchMarket(NotFound):
    """No market of that code has quotes."""

    code = "no-such-market"
    title = "没有这个市场"
    detail = "没有代码为 {market} 的市场报价。请从报价行情页选择市场。"

    market: str


@dataclass(frozen=True, slots=True)
class BoardLine:
    """报价行: one spec of one place on one day; no price below the least contributors.

    ``mostly`` is the median of what contributors called mostly; ``tone`` and ``note`` are what at
    least two of them said.
    """

    cell: str
    name: str
    place: str
    spec: Spec
    attributes: tuple[tuple[str, str], ...]
    low: Price | None
    mostly: Price | None
    high: Price | None
    tone: str
    note: str
    contributors: int

    @property
    def origin(self) -> str:
        """Return the code of the origin; empty where the quote does not say it."""
        return self.spec.origin_code or ""


@dataclass(frozen=True, slots=True)
class DayBoard:
    """一日报价: the lines of one market and day, with the days before and after it."""

    market: str
    day: date | None
    before: date | None
    after: date | None
    lines: tuple[BoardLine, ...]
    recorded_at: datetime | None
    public: bool
    currency: str


def markets(session: Session) -> list[str]:
    """Return the markets that have quotes, by code."""
    query = sa.select(Quote.market).where(Quote.state == ACCEPTED).distinct()
    return sorted(session.scalars(query))


def known(session: Session, market: str) -> None:
    """Return if the market is the home market or has quotes.

    Raises:
        NoSuchMarket: it is neither.
    """
    if market != HOME_MARKET and market not in markets(session):
        raise NoSuchMarket(market=market[:40])


def newest_shown(now: datetime) -> date:
    """Return the newest day whose quotes may be shown: a day's own only from its cut-off on.

    Until then reporters would read each other's quotes before they give their own.
    """
    today = local_day(now)
    return today if now >= instant_at(today, HOURS.cut_off) else today - timedelta(days=1)


def day_board(session: Session, market: str, day: date | None, now: datetime) -> DayBoard:
    """Return the board of ``market`` on ``day``, or on its newest day with quotes."""
    limit = newest_shown(now)
    definition = _definition(session, market, day or limit)
    day = min(day, limit) if day else _day(session, market, sa.func.max, Quote.day <= limit)
    if day is None:
        return DayBoard(market, None, None, None, (), None, _public(definition), "CNY")
    rows = session.scalars(
        sa.select(Quote)
        .where(Quote.market == market, Quote.day == day, Quote.state == ACCEPTED)
        .order_by(Quote.id)
    ).all()
    return DayBoard(
        market=market,
        day=day,
        before=_day(session, market, sa.func.max, Quote.day < day),
        after=_day(session, market, sa.func.min, Quote.day > day, Quote.day <= limit),
        lines=tuple(_lines(rows, definition)),
        recorded_at=max((row.recorded_at for row in rows), default=None),
        public=_public(definition),
        currency=definition.currency if definition else "CNY",
    )


def _definition(session: Session, market: str, day: date) -> Definition | None:
    found = [each for each in definitions.current(session, day) if each.market == market]
    return next((each for each in found if each.calendar != "weeks"), None)


def _public(definition: Definition | None) -> bool:
    return definition is not None and definition.grades.shown_from == 1


def _day(session: Session, market: str, pick: object, *where: object) -> date | None:
    chosen = pick(Quote.day)  # type: ignore[operator]
    query = sa.select(chosen).where(Quote.market == market, Quote.state == ACCEPTED, *where)  # type: ignore[arg-type]
    found: date | None = session.scalar(query)
    return found


def _lines(rows: Sequence[Quote], definition: Definition | None) -> Iterable[BoardLine]:
    specs: dict[str, Spec] = {}
    groups: dict[tuple[str, str, str], list[Quote]] = {}
    for row in rows:
        spec = specs.setdefault(row.spec, Spec.from_json(json.loads(row.spec)))
        said = cell_attributes(spec)
        cell = definition.cell_code({**said, "place": row.place}) if definition else row.spec_code
        groups.setdefault((cell, row.place, row.name), []).append(row)
    least = definition.grades.shown_from if definition else 3
    for (cell, place, name), quotes in sorted(groups.items()):
        spec = specs[quotes[0].spec]
        yield _line((cell, place, name), spec, quotes, least)


def _line(key: tuple[str, str, str], spec: Spec, quotes: Sequence[Quote], least: int) -> BoardLine:
    contributors = len({quote.reporter_id or f"row{quote.id}" for quote in quotes})
    told = contributors >= least
    return BoardLine(
        cell=key[0],
        name=key[2],
        place=key[1],
        spec=spec,
        attributes=tuple(sorted(spec.attributes().items())),
        low=min(quote.low for quote in quotes) if told else None,
        mostly=Price(round(median([q.mostly.yuan_per_tonne for q in quotes]))) if told else None,
        high=max(quote.high for quote in quotes) if told else None,
        tone=_agreed(quote.tone for quote in quotes) if told else "",
        note=_agreed(quote.note for quote in quotes) if told else "",
        contributors=contributors,
    )


def _agreed(words: Iterable[str]) -> str:
    """Return what at least two said in the same words; empty where nobody agrees."""
    said = Counter(word for word in words if word).most_common(1)
    return said[0][0] if said and said[0][1] >= SAYING else ""
