"""What the feed tells of the indices (取自价格): the newest published days, as entries."""

from datetime import timedelta

from sqlalchemy.orm import Session

from goldfruit.newsroom.feed import Entry
from goldfruit.prices.queries import values
from goldfruit.prices.rules.publication import shown

DAYS_TOLD = 10
"""So many of the newest days of each index stand in the feed."""

SPAN = timedelta(days=30)


def index_entries(session: Session) -> list[Entry]:
    """Return the newest published days of every index.

    A corrected day keeps its id and tells its new value; a day without a value says so.
    """
    found: list[Entry] = []
    for code in values.codes(session):
        newest = values.newest_day(session, code)
        if newest is None:
            continue
        for value in values.series(session, code, newest.day - SPAN)[-DAYS_TOLD:]:
            first = values.on(session, code, value.day, 0) if value.rev else value
            said = "不公布" if value.value_e2 is None else f"{shown(value.value_e2)} 点"
            revised = f"（第 {value.rev} 次修订）" if value.rev else ""
            day = value.day.isoformat()
            found.append(
                Entry(
                    key=f"index:{code}:{day}",
                    title=f"{code} {day} {said}{revised}",
                    path=f"index/{code}/{day}",
                    summary=f"{day}，{code} {said}{revised}。",
                    published_at=first.published_at,
                    updated_at=value.published_at,
                    author="金果网",
                    category="index",
                )
            )
    return found
