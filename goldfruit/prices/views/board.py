"""The quote board (报价行情): a market's day as low, high, mostly, tone and contributors."""

from collections.abc import Iterable

from flask import render_template, request
from flask.typing import ResponseReturnValue

from goldfruit.prices.queries import quote_board
from goldfruit.prices.queries.quote_board import BoardLine
from goldfruit.prices.views.blueprint import blueprint, day_in_query
from goldfruit.web.exchange import reading


@blueprint.get("/quotes")
def quotes() -> ResponseReturnValue:
    """Show a market's quotes of one day, by variety and origin."""
    with reading() as work:
        known = quote_board.markets(work.session)
        market = request.args.get("market", "")
        if market not in known:
            market = quote_board.HOME_MARKET
            if known and market not in known:
                market = known[0]
        board = quote_board.day_board(work.session, market, day_in_query("day"), work.now)
        now = work.now
    variety, origin = request.args.get("variety", ""), request.args.get("origin", "")
    return render_template(
        "prices/board.html",
        board=board,
        markets=sorted({*known, market}),
        lines=[line for line in board.lines if _wanted(line, variety, origin)],
        varieties=_present(board.lines, "variety"),
        origins=_present(board.lines, "origin_code"),
        variety=variety,
        origin=origin,
        now=now,
    )


def _wanted(line: BoardLine, variety: str, origin: str) -> bool:
    return (not variety or line.said.get("variety") == variety) and (
        not origin or line.origin == origin
    )


def _present(lines: Iterable[BoardLine], key: str) -> list[str]:
    return sorted({code for line in lines if (code := line.said.get(key))})
