"""The database (数据库): SQLite for one machine, PostgreSQL for a market, the same rows on both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.units import Money, Price, Weight

SQLITE_SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
BUSY_MS = 20_000
STANDBY_NOT_WAITED_FOR = "canceling wait for synchronous replication"
IN_DOUBT = "goldfruit-commit-in-doubt"

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A primary key that counts up on both databases."""


class UnsafeDatabase(RuntimeError):
    """The database would not keep its promises; the exchange does not start on it."""


@dataclass(eq=False)
class OutcomeUnknown(Refusal):
    """The connection was lost while committing: done or not done, nobody knows yet."""

    code = "outcome-unknown"
    title = "结果待确认"
    detail = "系统暂时无法确认该操作是否完成。请用同一个 Idempotency-Key 再次提交，不会重复执行。"
    status = 503


class Instant(TypeDecorator[datetime]):
    """An aware instant, UTC in the database. A naive time is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time has no place in the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FenColumn(TypeDecorator[Money]):
    """Money as whole fen."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.fen

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(int(value))


class PriceColumn(TypeDecorator[Price]):
    """A price as whole yuan per tonne."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Price | None, dialect: Dialect) -> int | None:
        return None if value is None else value.yuan_per_tonne

    def process_result_value(self, value: int | None, dialect: Dialect) -> Price | None:
        return None if value is None else Price(int(value))


class WeightColumn(TypeDecorator[Weight]):
    """A weight as whole grams."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Weight | None, dialect: Dialect) -> int | None:
        return None if value is None else value.grams

    def process_result_value(self, value: int | None, dialect: Dialect) -> Weight | None:
        return None if value is None else Weight(int(value))


class Base(DeclarativeBase):
    """All tables; constraint names are the same on both databases."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        datetime: Instant(),
        date: sa.Date(),
        Money: FenColumn(),
        Price: PriceColumn(),
        Weight: WeightColumn(),
        str: sa.Text(),
    }


def make_engine(url: str, *, pool_size: int = 16) -> Engine:
    """Return an engine that keeps its promises, after reading them back.

    SQLite: WAL, synchronous=FULL, foreign keys on; every transaction begins IMMEDIATE
    unless the connection has the execution option ``read_only``. PostgreSQL: commits wait
    for the disk (synchronous_commit). What a statement was given never stands in an error's
    text: logs carry no personal data.

    Raises:
        UnsafeDatabase: a setting read back is not what was asked for.
    """
    if url.startswith("sqlite"):
        engine = sa.create_engine(
            url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True
        )
        event.listen(engine, "connect", _set_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = sa.create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": "-c timezone=UTC", "connect_timeout": 10},
        )
        event.listen(engine, "connect", _hear_postgres)
        event.listen(engine, "handle_error", _leave_out_rows)
    with engine.connect() as connection:
        _read_back(connection)
    return engine


def committed(connection: Connection) -> bool:
    """Commit, and return whether it stands for certain; False says that nobody knows.

    Whoever gets False must neither acknowledge nor run the same again: it may be done.

    Raises:
        sqlalchemy.exc.DBAPIError: the database refused, and nothing was written.
    """
    try:
        connection.commit()
    except sa.exc.DBAPIError as broken:
        if not _may_be_done(broken):
            raise
        return False
    return not commit_is_in_doubt(connection)


def _may_be_done(broken: sa.exc.DBAPIError) -> bool:
    """Return whether a COMMIT that failed so may have been carried out all the same."""
    state: str = getattr(broken.orig, "sqlstate", None) or ""
    name: str = getattr(broken.orig, "sqlite_errorname", None) or ""
    if broken.connection_invalidated or not (state or name):
        return True
    unsure = state[:2] in {"08", "57", "58", "XX"} or state == "40003"
    return unsure or name.startswith("SQLITE_IOERR")


def commit_is_in_doubt(connection: Connection) -> bool:
    """Return whether the server said that the last commit is on one disk only, and forget it.

    PostgreSQL answers COMMIT with success and a warning when its wait for the standby was
    cancelled; such a commit must not be acknowledged (reliability, §2.4).
    """
    return bool(connection.info.pop(IN_DOUBT, False))


def insert_or(session: Session, table: type["Base"]) -> Any:
    """Return an INSERT into ``table`` that can say ON CONFLICT, as its database spells it."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if on_sqlite else postgresql.insert(table)


def keep_others_waiting(session: Session, name: str, *, shared: bool = False) -> None:
    """Take the lock ``name`` until the commit; ``shared`` waits only for those who take it alone.

    On SQLite every writing transaction is alone already.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    take = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
    session.execute(sa.select(take(sa.func.hashtextextended(name, 0))))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that only reads: it takes no writer's lock on SQLite."""
    with engine.connect().execution_options(read_only=True) as connection:
        yield connection


def _hear_postgres(connection: Any, record: Any) -> None:
    def hear(notice: Any) -> None:
        if STANDBY_NOT_WAITED_FOR in (notice.message_primary or ""):
            record.info[IN_DOUBT] = True

    connection.add_notice_handler(hear)


def _leave_out_rows(context: sa.engine.ExceptionContext) -> None:
    """Cut PostgreSQL's DETAIL out of an error's text: it shows the row, whoever it is about."""
    detail = getattr(getattr(context.original_exception, "diag", None), "message_detail", None)
    for shown in (context.original_exception, context.sqlalchemy_exception):
        if detail and shown is not None:
            shown.args = tuple(str(arg).replace(detail, "(not shown)") for arg in shown.args)


def _set_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin ourselves; the driver would break SAVEPOINT
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def _begin_sqlite(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _read_back(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name, wanted in SQLITE_SETTINGS.items():
            found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            if found != wanted:
                raise UnsafeDatabase(f"SQLite answers {name}={found}, wanted {wanted}")
        return
    if connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off":
        raise UnsafeDatabase("PostgreSQL has synchronous_commit=off: it may lose money on a crash")
