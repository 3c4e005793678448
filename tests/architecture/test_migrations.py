"""Migrations: up from nothing to exactly the tables of the code; down without loss of evidence."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from goldfruit.infra import migrate
from goldfruit.infra.db import make_engine
from goldfruit.infra.work import Actor, Exchange
from goldfruit.kernel.events import JobDone
from goldfruit.members.logins import login
from goldfruit.members.services import accounts
from goldfruit.wiring import REACTIONS
from tests.conftest import DATABASES, Clock, postgres_url

STEPS = [path.stem for path in sorted((migrate.HERE / "versions").glob("[0-9]*.py"))]


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database in which nothing is."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server = postgres_url()
    if server is None:
        pytest.skip("no PostgreSQL server: set GOLDFRUIT_TEST_POSTGRES or use `make test`")
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS goldfruit_empty WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE goldfruit_empty")
    url = make_url(server).set(database="goldfruit_empty")
    engine = make_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE goldfruit_empty WITH (FORCE)")
    admin.dispose()


def test_the_way_up_ends_at_the_tables_of_the_code(empty: Engine) -> None:
    for step in STEPS:
        migrate.upgrade(empty, step)
        assert migrate.current(empty) == step

    assert migrate.current(empty) == migrate.newest()
    assert migrate.differences(empty) == []


def test_an_empty_database_goes_all_the_way_down_and_up_again(empty: Engine) -> None:
    migrate.upgrade(empty)
    migrate.downgrade(empty, "base")

    assert set(sa.inspect(empty).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(empty)
    assert migrate.differences(empty) == []


def test_the_steps_are_numbered_in_one_line() -> None:
    assert [int(step[:4]) for step in STEPS] == list(range(1, len(STEPS) + 1))


def test_going_down_refuses_to_destroy_evidence(empty: Engine) -> None:
    migrate.upgrade(empty)
    exchange = Exchange(empty, REACTIONS, Clock())
    with exchange.begin() as work:
        user = accounts.sign_up(
            work, login=login("kept@example.org"), name="留痕", password_hash="none"
        )
    with exchange.begin(Actor(user.id, user.name)) as work:
        work.announce(JobDone(job="open-day", as_of=Clock().now, outcome=str(date(2025, 10, 9))))

    for goal in ("0001_foundation", "base"):
        with pytest.raises(RuntimeError, match="evidence"):
            migrate.downgrade(empty, goal)

    assert migrate.current(empty) == migrate.newest()
    assert migrate.differences(empty) == []
    with exchange.reading() as work:
        assert work.session.scalar(sa.text("SELECT count(*) FROM users")) == 1
