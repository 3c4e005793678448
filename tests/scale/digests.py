"""``python -m tests.scale.digests URL``: make a fixed season, tell its digests.

What comes out must not depend on the database, the seed of Python's hashes or the time zone.
"""

import json
import sys
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from goldfruit.infra import facts
from goldfruit.infra.db import make_engine
from goldfruit.infra.work import Exchange
from goldfruit.kernel.days import XIANYANG
from goldfruit.prices.models import IndexRun, IndexValue
from goldfruit.wiring import REACTIONS
from tests.conftest import Clock
from tests.prices.published import Plan, publish_gfi, publish_xfd


def season(url: str) -> dict[str, object]:
    """Return the digests of a season with thin cells, silent counties and a wild price."""
    clock = Clock()
    exchange = Exchange(make_engine(url), REACTIONS, clock)
    plans = {
        1: Plan(thin=("610424",)),
        2: Plan(silent=("MD-70-12-610428",), wild="FJ-ZD-80-12-610425-L"),
        3: Plan(silent=("610430", "610429")),
    }
    publish_gfi(exchange, clock, days=5, plan=lambda day: plans.get(day, Plan()))
    clock.now += timedelta(days=1)
    publish_xfd(exchange, last=date(2013, 7, 5))
    with exchange.reading() as work:
        runs = work.session.scalars(sa.select(IndexRun).order_by(IndexRun.id)).all()
        order = (IndexValue.index_code, IndexValue.day, IndexValue.rev)
        values = work.session.scalars(sa.select(IndexValue).order_by(*order)).all()
        last = work.session.scalar(sa.select(facts.Fact.digest).order_by(facts.Fact.no.desc()))
    exchange.engine.dispose()
    return {
        "runs": [[run.index_code, run.inputs_digest, run.results_digest] for run in runs],
        "values": [
            [value.index_code, str(value.day), value.value_e2, value.level, value.digest]
            for value in values
        ],
        "facts": last,
        "luck": Random(1).random(),  # noqa: S311
        "zone": str(XIANYANG),
    }


if __name__ == "__main__":
    print(json.dumps(season(sys.argv[1])))  # noqa: T201
