"""Databases for the tests: each test that needs one runs on SQLite and on PostgreSQL.

PostgreSQL comes from ``GOLDFRUIT_TEST_POSTGRES`` (a SQLAlchemy URL of a server where databases may
be made) or from the PG* variables that ``pg_virtualenv`` sets; ``make test`` supplies it. Without
it the PostgreSQL half is skipped and says so.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

import goldfruit.app  # noqa: F401 (loads every table)
from goldfruit.infra import migrate
from goldfruit.infra.db import Base, make_engine
from goldfruit.infra.work import Exchange
from goldfruit.wiring import REACTIONS

DATABASES = ("sqlite", "postgresql")
START = datetime(2025, 10, 9, 1, 0, tzinfo=UTC)
"""The instant at which tests begin: a trading day, 09:00 in Xianyang."""


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> datetime:
        """Move on by ``timedelta(**span)`` and return the new instant."""
        self.now += timedelta(**span)
        return self.now


def postgres_url() -> str | None:
    """Return the URL of the test server, or None."""
    if url := os.environ.get("GOLDFRUIT_TEST_POSTGRES"):
        return url
    if "PGPORT" in os.environ and "PGUSER" in os.environ:
        host = os.environ.get("PGHOST", "localhost")
        password = os.environ.get("PGPASSWORD", "")
        return (
            f"postgresql+psycopg://{os.environ['PGUSER']}:{password}@{host}"
            f":{os.environ['PGPORT']}/postgres"
        )
    return None


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()  # the last connection to close writes the WAL into the file
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """A migrated PostgreSQL database of this test process alone."""
    server = postgres_url()
    if server is None:
        pytest.skip("no PostgreSQL server: set GOLDFRUIT_TEST_POSTGRES or use `make test`")
    name = f"goldfruit_test_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = make_engine(url)
    migrate.upgrade(engine)
    _remember_seeds(engine)
    engine.dispose()
    yield url
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


_SEEDS: dict[str, list[dict[str, object]]] = {}


def _remember_seeds(engine: Engine) -> None:
    """Keep the rows that migrations made, to put them back after each test."""
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(sa.text(f"SELECT * FROM {table.name}")).mappings().all()  # noqa: S608
            if rows:
                _SEEDS[table.name] = [dict(row) for row in rows]


def _empty(engine: Engine) -> None:
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        for name, rows in _SEEDS.items():
            columns = list(rows[0])
            marks = ", ".join(f":{column}" for column in columns)
            connection.execute(
                sa.text(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"),  # noqa: S608
                rows,
            )
            _skip_used_ids(connection, name, rows)


def _skip_used_ids(connection: sa.Connection, name: str, rows: list[dict[str, object]]) -> None:
    sequence = connection.scalar(
        sa.text(
            "SELECT pg_get_serial_sequence(:t, 'id') WHERE EXISTS (SELECT 1 FROM"
            " information_schema.columns WHERE table_name = :t AND column_name = 'id')"
        ),
        {"t": name},
    )
    if sequence:
        connection.execute(sa.text("SELECT setval(:s, :n)"), {"s": sequence, "n": len(rows)})


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database; each test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "goldfruit.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        url: str = request.getfixturevalue("postgres_database")
        yield url
        engine = sa.create_engine(url)
        _empty(engine)
        engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Clock:
    """A clock standing at 09:00 of a trading day."""
    return Clock()


@pytest.fixture
def exchange(engine: Engine, clock: Clock) -> Exchange:
    """An exchange on an empty database, its clock in the test's hand."""
    return Exchange(engine, REACTIONS, clock)
