"""A reporter's day (报价员): repeat the last quotes, withdraw one's own."""

import json
from dataclasses import dataclass

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import RuleBroken
from goldfruit.kernel.fruit import Spec
from goldfruit.prices.models import Quote
from goldfruit.prices.queries import quotes
from goldfruit.prices.services import quotes as quoting


@dataclass(eq=False)
class NothingToRepeat(RuleBroken):
    """There are no earlier quotes, or they stand for this trading day already."""

    code = "nothing-to-repeat"
    title = "没有可以照报的价格"
    detail = "您还没有以前的报价，或本交易日已经全部报过。请新报一条，或修改今天的报价。"


def repeat_quotes(work: Work, *, reporter_id: int) -> list[Quote]:
    """Report the quotes of the reporter's last day again for the present one; return them.

    What the reporter has quoted for the present day already stays as it is.

    Raises:
        NothingToRepeat: nothing earlier, or all of it stands for the present day.
        QuoteOutOfOrder, QuoteOutOfRange, SpecTooVague, CalendarNotLoaded: as for one quote.
    """
    day = quoting.quote_day(work)
    today = {quote.spec_code for quote in quotes.live_of_reporter(work.session, reporter_id, day)}
    last = quotes.last_live_of_reporter(work.session, reporter_id, day)
    again = [quote for quote in last if quote.spec_code not in today]
    if not again:
        raise NothingToRepeat
    return [
        quoting.report_quote(
            work,
            reporter_id=reporter_id,
            spec=spec_of(quote),
            low=quote.low,
            mostly=quote.mostly,
            high=quote.high,
            unit_read=quote.unit_read,
            tone=quote.tone,
            note="照上次报价",
        )
        for quote in again
    ]


def withdraw_quote(work: Work, *, quote_id: int, reporter_id: int, reason: str) -> Quote:
    """Withdraw one of the reporter's own quotes, with a reason, and return it.

    Raises:
        NoSuchQuote: there is none, or it is somebody else's.
        AlreadyJudged: it no longer stands.
        ReasonNeeded: no reason was given.
    """
    if quotes.by_id(work.session, quote_id).reporter_id != reporter_id:
        raise quotes.NoSuchQuote(quote=quote_id)
    return quoting.judge_quote(work, quote_id=quote_id, verdict="withdraw", reason=reason)


def spec_of(quote: Quote) -> Spec:
    """Return the spec that a quote is about."""
    return Spec.from_json(json.loads(quote.spec))
