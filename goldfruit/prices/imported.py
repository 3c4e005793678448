"""Market files into the exchange (行情导入): one way for the page, the API and the command line."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import RuleBroken
from goldfruit.prices.models import QuoteImport
from goldfruit.prices.queries import definitions
from goldfruit.prices.quote_reading import rows_of
from goldfruit.prices.rules.quote_files import QuoteFile, read_quotes
from goldfruit.prices.services.quotes import import_quotes


@dataclass(eq=False)
class MarketUnknown(RuleBroken):
    """A file of a market that no index reads."""

    code = "market-unknown"
    title = "没有这个市场"
    detail = "没有指数使用市场“{market}”的报价。请从列表中选择市场。"

    market: str


def public_markets(session: Session) -> list[str]:
    """Return the codes of the markets whose public quotes an index reads."""
    found = definitions.all_versions(session)
    return sorted({each.market for each in found if {kind.value for kind in each.kinds} == {"X"}})


def check_market(session: Session, market: str) -> None:
    """Pass when an index reads the public quotes of ``market``.

    Raises:
        MarketUnknown: none does.
    """
    if market not in public_markets(session):
        raise MarketUnknown(market=market[:40])


def file_of(content: bytes, name: str) -> QuoteFile:
    """Return what a quote file says; read before the unit of work, since it may take a while.

    Raises:
        QuoteFileUnreadable, QuoteFileEmpty, QuoteFileTooLarge: it is no quote file.
        QuoteColumnsMissing, QuoteColumnsTwice: its header will not do.
    """
    return read_quotes(rows_of(content, name))


def store(work: Work, *, market: str, name: str, digest: str, found: QuoteFile) -> QuoteImport:
    """Store what was read of a file, and return the import; the same file is the same import."""
    return import_quotes(work, market=market, file_name=name, file_digest=digest, file=found)


def file_report(made: QuoteImport) -> dict[str, list[list[Any]]]:
    """Return the rows that were refused, duplicates or suspect: [row, code, text] or pairs."""
    told: dict[str, list[list[Any]]] = json.loads(made.report)
    return told
