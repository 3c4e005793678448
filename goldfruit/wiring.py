"""Who reacts to what: the life of a price, and later of a trade, read from top to bottom."""

from dataclasses import fields
from datetime import date

from sqlalchemy.orm import Session

from goldfruit.infra.work import Reactions
from goldfruit.kernel.events import IndexCorrected, IndexPublished
from goldfruit.newsroom import services as newsroom
from goldfruit.newsroom.rules.report import CountyLine, ReportFacts
from goldfruit.prices.queries.day_report import DayReport, report_facts

REPORTED = frozenset({"GFI-D"})
"""The indices whose daily publication is told in a report of its own."""


def facts_of(session: Session, index_code: str, day: date) -> ReportFacts | None:
    """Return what the newsroom may say of a published day; None for an index without report."""
    found = report_facts(session, index_code, day) if index_code in REPORTED else None
    if found is None:
        return None
    told = {each.name: getattr(found, each.name) for each in fields(DayReport)}
    lines = tuple(
        CountyLine(**{each.name: getattr(line, each.name) for each in fields(line)})
        for line in found.lines
    )
    return ReportFacts(**{**told, "lines": lines})


REACTIONS: Reactions = {
    IndexPublished: (newsroom.drafting(facts_of),),
    IndexCorrected: (newsroom.redrafting(facts_of),),
}
