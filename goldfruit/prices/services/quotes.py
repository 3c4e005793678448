"""Quotes in (报价): a reporter's low–high–mostly, a market's file, and judgements on suspects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from goldfruit.infra import calendar
from goldfruit.infra.db import insert_or, keep_others_waiting
from goldfruit.infra.work import Work
from goldfruit.kernel.days import HOURS, instant_at, local_day
from goldfruit.kernel.digests import canonical
from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.kernel.events import ObservationJudged, QuoteReported, QuotesImported
from goldfruit.kernel.fruit import Spec
from goldfruit.kernel.units import Price
from goldfruit.prices.models import Quote, QuoteImport, QuoteJudgement
from goldfruit.prices.queries import definitions, quotes, runs
from goldfruit.prices.rules import quote_files as files
from goldfruit.prices.rules.numbers import median
from goldfruit.prices.rules.quote_files import QuoteFile, RowNote

HOME_MARKET = "xianyang"
SLIPS = ((1.8, 2.2), (0.45, 0.55))
RANGE = (Price(400), Price(30_000))
ROWS_A_STATEMENT = 500
RACES_MAX = 10


@dataclass(eq=False)
class QuoteOutOfOrder(RuleBroken):
    """Low, mostly and high are not in that order."""

    code = "quote-out-of-order"
    title = "报价高低顺序有误"
    detail = (
        "应为 最低价 ≤ 主流价 ≤ 最高价，您填的是 {low}、{mostly}、{high} 元/公斤。"
        "请改正后重新提交。"
    )

    low: Price
    mostly: Price
    high: Price


@dataclass(eq=False)
class QuoteOutOfRange(RuleBroken):
    """A price outside the hard range of rule R02: most likely a slip of the unit or the point."""

    code = "quote-out-of-range"
    title = "报价超出合理范围"
    detail = (
        "{price} 元/公斤 不在 {least}–{most} 元/公斤 之内（规则 R02）。"
        "请检查单位（斤/公斤）和小数点。"
    )

    price: Price
    least: Price
    most: Price


@dataclass(eq=False)
class SpecTooVague(RuleBroken):
    """A quote that does not say what fruit it is about."""

    code = "spec-too-vague"
    title = "规格不完整"
    detail = "报价至少要有：{missing}。请补充后重新提交。"

    missing: str


@dataclass(eq=False)
class AlreadyJudged(Clash):
    """Somebody has judged the quote before."""

    code = "already-judged"
    title = "该报价已处理"
    detail = "这条报价已由他人处理（{state}）。请刷新列表。"

    state: str


_NEEDED = {"variety": "品种", "origin_code": "产地", "stage": "货源位置（地头/冷库）"}


def report_quote(
    work: Work,
    *,
    reporter_id: int,
    spec: Spec,
    low: Price,
    mostly: Price,
    high: Price,
    unit_read: str = "jin",
    tone: str = "",
    note: str = "",
) -> Quote:
    """Record a reporter's quote for one spec on one trading day and return it.

    A quote until the cut-off (16:30) is of that trading day, later ones of the next; a second
    quote of the same reporter, spec and day supersedes the first, and both stay readable. A
    price at about twice or half of the spec's last 20 waits as a suspect (R01), never corrected.

    Raises:
        SpecTooVague: variety, origin or stage is missing.
        QuoteOutOfOrder: not low ≤ mostly ≤ high.
        QuoteOutOfRange: outside 0.4 to 30 yuan/kg (R02).
        CalendarNotLoaded: nobody knows the trading days yet.
    """
    _check(spec, low, mostly, high)
    keep_others_waiting(work.session, quotes.gate(HOME_MARKET), shared=True)
    day = quote_day(work)
    reason = slip(mostly, quotes.recent_mostly(work.session, HOME_MARKET, spec.code()))
    quote = Quote(
        kind="S",
        market=HOME_MARKET,
        place="",
        day=day,
        name="",
        spec=canonical(spec.to_json()),
        spec_code=spec.code(),
        low=low,
        mostly=mostly,
        high=high,
        weight=None,
        unit_read=unit_read,
        reporter_id=reporter_id,
        seller_id=None,
        buyer_id=None,
        cause=None,
        related=False,
        tone=tone[:40],
        note=note[:200],
        import_id=None,
        row_no=None,
        state=quotes.SUSPECT if reason else quotes.ACCEPTED,
        code="R01" if reason else "",
        reason=reason,
        recorded_at=work.now,
    )
    _supersede(work, quote)
    work.announce(
        QuoteReported(observation_id=quote.id, day=day, cell=quote.spec_code, mostly=mostly)
    )
    return quote


def _supersede(work: Work, quote: Quote) -> None:
    """Put ``quote`` in the place of the reporter's live one of that day and spec.

    Where another process did the same in the meantime, its quote is the one to supersede.
    """
    for _ in range(RACES_MAX):
        try:
            with work.session.begin_nested():
                _retire_live(work, quote)
                work.session.add(quote)
        except sa.exc.IntegrityError:
            continue
        return
    _retire_live(work, quote)
    work.session.add(quote)
    work.session.flush()


def _retire_live(work: Work, quote: Quote) -> None:
    work.session.execute(
        sa.update(Quote)
        .where(
            Quote.reporter_id == quote.reporter_id,
            Quote.day == quote.day,
            Quote.spec_code == quote.spec_code,
            Quote.kind == "S",
            Quote.state.in_([quotes.ACCEPTED, quotes.SUSPECT]),
        )
        .values(state=quotes.SUPERSEDED, reason="同一报价员的更新报价")
    )


def quote_day(work: Work) -> date:
    """Return the trading day that a quote made now belongs to.

    Today's until the cut-off, unless today's inputs are frozen already; else the next one's.
    """
    trading = calendar.load(work.session)
    today = local_day(work.now)
    if not trading.is_trading_day(today):
        return trading.next(today)
    cut_off = instant_at(today, HOURS.cut_off)
    codes = [
        found.code
        for found in definitions.current(work.session, today)
        if found.market == HOME_MARKET and found.calendar == "trading-days"
    ]
    if work.now > cut_off or runs.is_frozen(work.session, codes, today, cut_off):
        return trading.next(today)
    return today


def import_quotes(
    work: Work, *, market: str, file_name: str, file_digest: str, file: QuoteFile
) -> QuoteImport:
    """Store what was read of a market's file and return the import with its counts.

    The same file twice is the same import. A row that the market already has is not stored
    again; suspects are stored, unused until somebody confirms them.
    """
    before = work.session.scalar(
        sa.select(QuoteImport).where(
            QuoteImport.market == market, QuoteImport.file_digest == file_digest
        )
    )
    if before is not None:
        return before
    made = QuoteImport(
        market=market,
        file_name=file_name[:200],
        file_digest=file_digest,
        rows=file.rows,
        read=len(file.quotes),
        refused=len(file.refused),
        duplicates=len(file.duplicates),
        suspects=len(file.suspects),
        stored=0,
        report=canonical(
            {
                "refused": [[note.row, note.code, note.text] for note in file.refused],
                "duplicates": [list(pair) for pair in file.duplicates],
                "suspect": [[note.row, note.code, note.text] for note in file.suspects],
            }
        ),
        imported_at=work.now,
        imported_by=work.actor.key,
    )
    work.session.add(made)
    work.session.flush()
    asked = {note.row: note for note in file.suspects}
    rows = [_public_row(work, made, quote, asked.get(quote.row)) for quote in file.quotes]
    made.stored = _insert_new(work, rows)
    work.announce(
        QuotesImported(
            import_id=made.id,
            market=market,
            rows=made.rows,
            read=made.read,
            file_digest=file_digest,
        )
    )
    return made


def judge_quote(work: Work, *, quote_id: int, verdict: str, reason: str) -> Quote:
    """Confirm or drop a suspect, or withdraw a quote, with a reason; return it as it stands.

    Raises:
        NoSuchQuote: there is none.
        AlreadyJudged: it is no longer open.
        RuleBroken: no reason was given.
    """
    quote = work.session.scalar(
        sa.select(Quote).where(Quote.id == quote_id).with_for_update()
    ) or quotes.by_id(work.session, quote_id)
    wanted = {"confirm": quotes.ACCEPTED, "drop": quotes.DROPPED, "withdraw": quotes.WITHDRAWN}
    if verdict not in wanted or not reason.strip():
        raise ReasonNeeded
    if quote.state in (quotes.DROPPED, quotes.WITHDRAWN, quotes.SUPERSEDED):
        raise AlreadyJudged(state=quote.state)
    if verdict != "withdraw" and quote.state != quotes.SUSPECT:
        raise AlreadyJudged(state=quote.state)
    quote.state = wanted[verdict]
    work.session.add(
        QuoteJudgement(
            quote_id=quote.id,
            verdict=verdict,
            code=quote.code,
            reason=reason.strip()[:200],
            judged_by=work.actor.key,
            judged_at=work.now,
        )
    )
    work.announce(ObservationJudged(observation_id=quote.id, verdict=verdict, code=quote.code))
    return quote


@dataclass(eq=False)
class ReasonNeeded(RuleBroken):
    """A judgement without a reason, or of an unknown kind."""

    code = "reason-needed"
    title = "请填写理由"
    detail = "处理报价须选择“确认/剔除/撤回”并写明理由，理由会公开留存。"


def suspect(work: Work, *, quote_id: int, code: str, reason: str) -> None:
    """Put an accepted quote before people: a filter asks about it."""
    work.session.execute(
        sa.update(Quote)
        .where(Quote.id == quote_id, Quote.state == quotes.ACCEPTED)
        .values(state=quotes.SUSPECT, code=code, reason=reason[:200])
    )


def _check(spec: Spec, low: Price, mostly: Price, high: Price) -> None:
    missing = [name for key, name in _NEEDED.items() if getattr(spec, key) is None]
    if missing:
        raise SpecTooVague(missing="、".join(missing))
    if not low <= mostly <= high:
        raise QuoteOutOfOrder(low=low, mostly=mostly, high=high)
    for price in (low, high):
        if not RANGE[0] <= price <= RANGE[1]:
            raise QuoteOutOfRange(price=price, least=RANGE[0], most=RANGE[1])


def slip(mostly: Price, recent: Sequence[int]) -> str:
    """Return what R01 asks about ``mostly`` beside the ``recent`` prices; empty if nothing."""
    if not recent:
        return ""
    middle = median(recent)
    ratio = mostly.yuan_per_tonne / middle
    if any(least <= ratio <= most for least, most in SLIPS):
        typical = Price(round(middle))
        return f"约为近期中位价 {typical} 元/公斤的 {ratio:.2f} 倍，请确认是斤价还是公斤价"
    return ""


def _public_row(
    work: Work, made: QuoteImport, quote: files.Quote, asked: RowNote | None
) -> dict[str, Any]:
    spec = quote.parsed.spec
    return {
        "kind": "X",
        "market": made.market,
        "place": quote.market or "",
        "day": quote.day,
        "name": quote.said,
        "spec": canonical(spec.to_json()),
        "spec_code": spec.code(),
        "low": quote.low,
        "mostly": quote.mid,
        "high": quote.high,
        "weight": None,
        "unit_read": quote.unit.value,
        "related": False,
        "tone": "",
        "note": "",
        "import_id": made.id,
        "row_no": quote.row,
        "state": quotes.SUSPECT if asked else quotes.ACCEPTED,
        "code": asked.code if asked else "",
        "reason": asked.text[:200] if asked else "",
        "recorded_at": work.now,
    }


def _insert_new(work: Work, rows: list[dict[str, Any]]) -> int:
    stored = 0
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        made = work.session.execute(
            insert_or(work.session, Quote)
            .values(rows[start : start + ROWS_A_STATEMENT])
            .on_conflict_do_nothing()
            .returning(Quote.id)
        )
        stored += len(made.all())
    return stored
