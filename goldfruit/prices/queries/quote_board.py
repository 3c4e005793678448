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
from goldfruit.prices.models import IndexResult, IndexValue, Quote
from goldfruit.prices.queries import definitions
from goldfruit.prices.queries.boards import attributes
from goldfruit.prices.queries.quotes import ACCEPTED, cell_attributes
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.numbers import median

HOME_MARKET = "xianyang"
LEAST, SAYING = 3, 2
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

    family: str

    @property
    def said(self) -> dict[str, str]:
        """Return the attributes by key."""
        return dict(self.attributes)

    @property
    def origin(self) -> str:
        """Return the code of the origin; empty where the quote does not say it."""
        return self.said.get("origin_code", "")


@dataclass(frozen=True, slots=True)
class DayBoard:
    """一日报价: the lines of one market and day, with the days before and after it."""

    market: str
    day: date | None
    before: date | None
    after: date | None
    lines: tuple[BoardLine, ...]
    recorded_at: datetime | None
    definition: Definition | None

    @property
    def public(self) -> bool:
        """Return whether the market itself publishes these quotes, so that each may be told."""
        return self.definition is not None and self.definition.grades.shown_from == 1

    @property
    def currency(self) -> str:
        """Return the currency of the prices."""
        return self.definition.currency if self.definition else "CNY"


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
        return DayBoard(market, None, None, None, (), None, definition)
    dropped = _dropped(session, definition, day)
    found = session.scalars(
        sa.select(Quote)
        .where(Quote.market == market, Quote.day == day, Quote.state == ACCEPTED)
        .order_by(Quote.id)
    )
    rows = [row for row in found if f"{row.kind}{row.id}" not in dropped]
    return DayBoard(
        market=market,
        day=day,
        before=_day(session, market, sa.func.max, Quote.day < day),
        after=_day(session, market, sa.func.min, Quote.day > day, Quote.day <= limit),
        lines=tuple(_lines(rows, definition)),
        recorded_at=max((row.recorded_at for row in rows), default=None),
        definition=definition,
    )


def _definition(session: Session, market: str, day: date) -> Definition | None:
    found = [each for each in definitions.current(session, day) if each.market == market]
    return next((each for each in found if each.calendar != "weeks"), None)


def _dropped(session: Session, definition: Definition | None, day: date) -> frozenset[str]:
    """Return the quotes that the index published for that day did not accept."""
    if definition is None:
        return frozenset()
    body = session.scalar(
        sa.select(IndexResult.body)
        .join(
            IndexValue,
            sa.and_(IndexValue.run_id == IndexResult.run_id, IndexValue.day == IndexResult.day),
        )
        .where(IndexValue.index_code == definition.code, IndexValue.day == day)
        .order_by(IndexValue.rev.desc())
        .limit(1)
    )
    return frozenset(each["id"] for each in json.loads(body)["verdicts"]) if body else frozenset()


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
    for (cell, place, name), quotes in sorted(groups.items()):
        spec = specs[quotes[0].spec]
        yield _line((cell, place, name), spec, quotes, definition)


def _line(
    key: tuple[str, str, str],
    spec: Spec,
    quotes: Sequence[Quote],
    definition: Definition | None,
) -> BoardLine:
    least = definition.grades.shown_from if definition else LEAST
    contributors = len({quote.reporter_id or f"row{quote.id}" for quote in quotes})
    told = contributors >= least
    return BoardLine(
        cell=key[0],
        name=key[2],
        place=key[1],
        spec=spec,
        attributes=tuple(sorted(_attributes(key[0], spec, definition).items())),
        low=min(quote.low for quote in quotes) if told else None,
        mostly=Price(round(median([q.mostly.yuan_per_tonne for q in quotes]))) if told else None,
        high=max(quote.high for quote in quotes) if told else None,
        tone=_agreed(quote.tone for quote in quotes) if told else "",
        note=_agreed(quote.note for quote in quotes) if told else "",
        contributors=contributors,
        family=_family(key[0], definition),
    )


def _family(cell: str, definition: Definition | None) -> str:
    known = definition.basket.get(cell) if definition else None
    return known.family if known else ""


def _attributes(cell: str, spec: Spec, definition: Definition | None) -> dict[str, str]:
    """Return what all quotes of the line have in common; a public row is one spec."""
    if definition is None or definition.grades.shown_from == 1:
        return spec.attributes()
    said = attributes(definition, cell)
    return {"origin_code" if key == "origin" else key: value for key, value in said.items()}


def _agreed(words: Iterable[str]) -> str:
    """Return what at least two said in the same words; empty where nobody agrees."""
    said = Counter(word for word in words if word).most_common(1)
    return said[0][0] if said and said[0][1] >= SAYING else ""
