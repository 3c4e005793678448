"""The demo market: the same for a seed on every database, true to its own checks, and complete."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import Config
from goldfruit import demo
from goldfruit.demo import people
from goldfruit.infra import facts
from goldfruit.infra.db import make_engine
from goldfruit.infra.facts import FactHead
from goldfruit.infra.work import Exchange
from goldfruit.kernel.days import statutory_calendar
from goldfruit.ledger import verification as ledger
from goldfruit.members.rules.acts import PERMISSIONS, Act
from goldfruit.prices.queries import values
from goldfruit.prices.verification import verify_index
from goldfruit.wiring import REACTIONS

CONFIG = Config(database_url="sqlite:///", secret_key="demo" * 10, field_key="ab" * 32)
NOW = datetime(2025, 10, 20, 12, 0, tzinfo=UTC)


def head(exchange: Exchange) -> tuple[int, str]:
    with exchange.reading() as work:
        found = work.session.execute(sa.select(FactHead.no, FactHead.digest)).one()
        return found.no, found.digest


def made(exchange: Exchange) -> int:
    return demo.make(exchange, CONFIG, now=NOW, begins_in=2025, seed=7)


def test_a_seed_gives_one_market_on_both_databases_that_passes_every_check(
    exchange: Exchange, sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "other.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    other = Exchange(engine, REACTIONS)

    days = made(exchange)
    made(other)
    before = head(exchange)
    made(exchange)  # once more: nothing is missing

    assert days == len(statutory_calendar().between(date(2025, 10, 9), NOW.date()))
    assert head(exchange) == before == head(other)
    with exchange.reading() as work:
        assert facts.verify(work.session)[1] == []
        assert ledger.outcome(work.session)[1] == []
        assert verify_index(work.session)[1] == []
        published = values.series(work.session, "GFI-D")
    assert len(published) == days
    assert all(value.value_e2 for value in published)
    engine.dispose()


@pytest.mark.parametrize("act", [Act.RUN_INDEX, Act.APPROVE_INDEX, Act.PREPARE_CASH])
def test_every_post_of_the_demo_is_filled_by_a_person_of_its_own(act: Act) -> None:
    login = people.login_for(act)

    [one] = [one for one in people.STAFF if one.login == login]
    assert act in PERMISSIONS[one.role]


def test_the_password_follows_from_the_installation() -> None:
    assert people.password("a" * 40) != people.password("b" * 40)
    assert people.password("a" * 40) == people.password("a" * 40)
