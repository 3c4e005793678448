"""Quotes (行情): what was reported, read or traded, as lists and as observations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.kernel.errors import NotFound
from goldfruit.kernel.fruit import Spec
from goldfruit.prices.models import Quote, QuoteImport, QuoteJudgement
from goldfruit.prices.queries import scores
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.observations import Kind, Observation

ACCEPTED, SUSPECT, DROPPED = "ACCEPTED", "SUSPECT", "DROPPED"
WITHDRAWN, SUPERSEDED = "WITHDRAWN", "SUPERSEDED"
TERMS = ("owner_type", "color_type")
"""What of a spec is no part of a cell and is brought to reference terms by a differential."""


@dataclass(eq=False)
class NoSuchQuote(NotFound):
    """No quote has that id."""

    code = "no-such-quote"
    title = "没有这条报价"
    detail = "没有编号为 {quote} 的报价。请刷新列表后重试。"

    quote: int


@dataclass(eq=False)
class NoSuchImport(NotFound):
    """No import of a market file has that id."""

    code = "no-such-import"
    title = "没有这次导入"
    detail = "没有编号为 {number} 的导入记录。请从导入列表进入。"

    number: int


@dataclass(frozen=True, slots=True)
class Taken:
    """取数: the observations of some days, and which of them people took back after a filter."""

    by_day: Mapping[date, Sequence[Observation]]
    reinstated: Mapping[date, Sequence[str]]


def gate(market: str) -> str:
    """Return the lock that quotes of a market share and a freeze takes alone.

    So a quote is either committed before the freeze looks, or belongs to the next day.
    """
    return f"quotes:{market}"


def quote_days(session: Session, market: str, first: date, last: date) -> list[date]:
    """Return the days from ``first`` to ``last`` on which the market has quotes."""
    query = (
        sa.select(Quote.day)
        .where(Quote.market == market, Quote.day.between(first, last), Quote.state == ACCEPTED)
        .distinct()
        .order_by(Quote.day)
    )
    return list(session.scalars(query))


def taken(
    session: Session, definition: Definition, first: date, last: date, as_of: datetime
) -> Taken:
    """Return what stood for the index at ``as_of``: quotes known by then, judged by then."""
    query = (
        sa.select(Quote)
        .where(
            Quote.market == definition.market,
            Quote.day.between(first, last),
            Quote.kind.in_([kind.value for kind in definition.kinds]),
            Quote.recorded_at <= as_of,
            Quote.state.in_([ACCEPTED, SUSPECT]),
        )
        .order_by(Quote.day, Quote.id)
    )
    confirmed = _confirmed(session, definition.market, first, last, as_of)
    by_day: dict[date, list[Observation]] = {}
    reinstated: dict[date, list[str]] = {}
    specs: dict[str, Mapping[str, str]] = {}
    known = scores.newest(session, as_of)
    for quote in session.scalars(query):
        if quote.state == SUSPECT:
            continue
        if quote.spec not in specs:
            specs[quote.spec] = cell_attributes(Spec.from_json(json.loads(quote.spec)))
        said = {**specs[quote.spec], "place": _plain(quote.place), "name": _plain(quote.name)}
        terms = [(key, said[key]) for key in TERMS if said.get(key)]
        score = known.get(quote.reporter_id or 0, scores.FULL)
        seen = observation(quote, definition.cell_code(said), terms, score)
        by_day.setdefault(quote.day, []).append(seen)
        if quote.id in confirmed:
            reinstated.setdefault(quote.day, []).append(seen.id)
    return Taken(by_day, reinstated)


def cell_attributes(spec: Spec) -> dict[str, str]:
    """Return the attributes that cell keys choose from, under the names definitions use."""
    said = spec.attributes()
    return {**said, "origin": said.get("origin_code", "")}


def observation(
    quote: Quote, cell: str, terms: Sequence[tuple[str, str]] = (), score: int = scores.FULL
) -> Observation:
    """Return ``quote`` as an observation of ``cell``; parties and reporters only as keys."""
    return Observation(
        id=f"{quote.kind}{quote.id}",
        kind=Kind(quote.kind),
        day=quote.day,
        cell=cell,
        low=quote.low,
        mostly=quote.mostly,
        high=quote.high,
        weight=quote.weight,
        seller=f"m{quote.seller_id}" if quote.seller_id else "",
        buyer=f"m{quote.buyer_id}" if quote.buyer_id else "",
        reporter=f"r{quote.reporter_id}" if quote.reporter_id else "",
        related=quote.related,
        score=score,
        source=quote.market,
        terms=tuple(terms),
    )


def by_id(session: Session, quote_id: int) -> Quote:
    """Return one quote.

    Raises:
        NoSuchQuote: there is none.
    """
    found = session.get(Quote, quote_id)
    if found is None:
        raise NoSuchQuote(quote=quote_id)
    return found


def suspects(session: Session, *, after: int = 0, limit: int = 50) -> list[Quote]:
    """Return quotes that wait for a judgement, by id, above ``after``."""
    query = (
        sa.select(Quote)
        .where(Quote.state == SUSPECT, Quote.id > after)
        .order_by(Quote.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def of_reporter(
    session: Session, reporter_id: int, *, before: int = 0, limit: int = 50
) -> list[Quote]:
    """Return a reporter's own quotes, newest first; only those below ``before`` if it is given."""
    query = (
        sa.select(Quote)
        .where(Quote.reporter_id == reporter_id, Quote.id < before if before else sa.true())
        .order_by(Quote.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def live_of_reporter(session: Session, reporter_id: int, day: date) -> list[Quote]:
    """Return the reporter's live quotes of ``day``, by id."""
    query = sa.select(Quote).where(
        Quote.reporter_id == reporter_id,
        Quote.day == day,
        Quote.state.in_([ACCEPTED, SUSPECT]),
    )
    return list(session.scalars(query.order_by(Quote.id)))


def last_live_of_reporter(session: Session, reporter_id: int, before: date) -> list[Quote]:
    """Return the live quotes of the newest day before ``before`` that has any, by id."""
    mine = (
        Quote.reporter_id == reporter_id,
        Quote.day < before,
        Quote.state.in_([ACCEPTED, SUSPECT]),
    )
    newest = sa.select(sa.func.max(Quote.day)).where(*mine).scalar_subquery()
    query = sa.select(Quote).where(*mine, Quote.day == newest).order_by(Quote.id)
    return list(session.scalars(query))


def last_of_spec(session: Session, reporter_id: int, spec_code: str) -> Quote | None:
    """Return the reporter's newest live quote of a spec, or None."""
    query = (
        sa.select(Quote)
        .where(
            Quote.reporter_id == reporter_id,
            Quote.spec_code == spec_code,
            Quote.state.in_([ACCEPTED, SUSPECT]),
        )
        .order_by(Quote.day.desc(), Quote.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def neighbours(session: Session, quote: Quote, *, limit: int = 8) -> list[Quote]:
    """Return accepted quotes of the same fruit and market, the nearest days around, in order."""
    same = (
        Quote.market == quote.market,
        Quote.id != quote.id,
        Quote.state == ACCEPTED,
        Quote.name == quote.name if quote.name else Quote.spec_code == quote.spec_code,
    )
    earlier = sa.select(Quote).where(*same, Quote.day <= quote.day).order_by(Quote.day.desc())
    later = sa.select(Quote).where(*same, Quote.day > quote.day).order_by(Quote.day)
    found = [*session.scalars(earlier.limit(limit)), *session.scalars(later.limit(limit))]
    return sorted(found, key=lambda each: (each.day, each.id))


def recent_mostly(session: Session, market: str, spec_code: str, *, limit: int = 20) -> list[int]:
    """Return the newest accepted prices of a spec in whole currency per tonne, for rule R01."""
    query = (
        sa.select(Quote.mostly)
        .where(Quote.market == market, Quote.spec_code == spec_code, Quote.state == ACCEPTED)
        .order_by(Quote.day.desc(), Quote.id.desc())
        .limit(limit)
    )
    return [price.yuan_per_tonne for price in session.scalars(query)]


def of_day(session: Session, market: str, day: date) -> list[Quote]:
    """Return the accepted quotes of a market for one day, by id."""
    query = (
        sa.select(Quote)
        .where(Quote.market == market, Quote.day == day, Quote.state == ACCEPTED)
        .order_by(Quote.id)
    )
    return list(session.scalars(query))


def first_day(session: Session, market: str) -> date | None:
    """Return the first day for which the market has a quote; None if it has none."""
    return session.scalar(sa.select(sa.func.min(Quote.day)).where(Quote.market == market))


def reporters_missing(session: Session, day: date, *, since: date) -> list[int]:
    """Return the reporters who quoted since ``since`` but not for ``day``, by id."""
    quoted = sa.select(Quote.reporter_id).where(Quote.day == day, Quote.reporter_id.is_not(None))
    query = (
        sa.select(Quote.reporter_id)
        .where(Quote.day.between(since, day), Quote.reporter_id.not_in(quoted))
        .distinct()
        .order_by(Quote.reporter_id)
    )
    return [found for found in session.scalars(query) if found is not None]


def imports(session: Session, *, limit: int = 50) -> list[QuoteImport]:
    """Return the newest imports of market files."""
    query = sa.select(QuoteImport).order_by(QuoteImport.id.desc()).limit(limit)
    return list(session.scalars(query))


def import_by_id(session: Session, number: int) -> QuoteImport:
    """Return one import.

    Raises:
        NoSuchImport: there is none.
    """
    found = session.get(QuoteImport, number)
    if found is None:
        raise NoSuchImport(number=number)
    return found


def judgements(session: Session, quote_id: int) -> list[QuoteJudgement]:
    """Return what was judged of a quote, in order."""
    query = (
        sa.select(QuoteJudgement)
        .where(QuoteJudgement.quote_id == quote_id)
        .order_by(QuoteJudgement.id)
    )
    return list(session.scalars(query))


def _plain(text: str) -> str:
    """Return ``text`` as a part of a cell code: letters and digits only."""
    return "".join(letter for letter in text if letter.isalnum())


def _confirmed(
    session: Session, market: str, first: date, last: date, as_of: datetime
) -> frozenset[int]:
    query = (
        sa.select(QuoteJudgement.quote_id)
        .join(Quote, Quote.id == QuoteJudgement.quote_id)
        .where(
            Quote.market == market,
            Quote.day.between(first, last),
            QuoteJudgement.verdict == "confirm",
            QuoteJudgement.judged_at <= as_of,
        )
    )
    return frozenset(session.scalars(query))
