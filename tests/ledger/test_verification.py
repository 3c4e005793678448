"""Whatever is altered by hand in the ledger's tables, the verifier names it."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from goldfruit.infra.db import Base, Instant
from goldfruit.infra.work import Exchange
from goldfruit.ledger import models, verification
from goldfruit.ledger import services as ledger
from tests.ledger.people import (
    BUYER,
    BUYER_USER,
    CHECKER,
    CLERK,
    OPERATOR,
    SELLER,
    fund,
    hold,
    pay_in,
    settle_in,
    yuan,
)

TABLES: dict[str, tuple[type[Base], str]] = {
    "accounts": (models.AccountRow, "name = '2101:1'"),
    "entries": (models.EntryRow, "code = 'E03' AND cause = 'margin'"),
    "legs": (models.LegRow, "entry_id = 1 AND no = 1"),
    "holds": (models.HoldRow, "cause = 'margin'"),
    "cash_movements": (models.CashMovement, "serial = 'OUT-1'"),
    "ledger_days": (models.LedgerDay, "day = '2025-10-09'"),
}
COLUMNS = [
    (name, column.name)
    for name, (table, _) in TABLES.items()
    for column in sa.inspect(table).local_table.columns
]


def story(exchange: Exchange) -> None:
    """A bit of everything: cash in and out, a hold used in part, a fee, a reversal, two days."""
    settle_in(exchange)
    pay_in(exchange, BUYER, "1000.00", "IN-1")
    pay_in(exchange, SELLER, "1000.00", "IN-2")
    with exchange.begin(CLERK) as work:
        ledger.open_day(work, day=date(2025, 10, 9))
        number = hold(work, BUYER, "100.00", "margin")
        ledger.release(work, hold_id=number, amount=yuan("40.00"), cause="margin:part")
        hold(work, SELLER, "50.00", "margin:seller")
        fee = ledger.post(work, "E05", cause="fee", member=BUYER, amount=yuan("3.12"))
        out = ledger.prepare_out(work, member=BUYER, amount=yuan("200.00"), serial="OUT-1")
    with exchange.begin(OPERATOR) as work:
        ledger.approve(work, movement_id=out)
    with exchange.begin(CHECKER) as work:
        ledger.confirm(work, movement_id=out)
        ledger.reverse(work, entry_id=fee.entry_id, asked_by=1, memo="多收")
        ledger.close_day(work, day=date(2025, 10, 9))
    with exchange.begin(BUYER_USER) as work:
        ledger.apply_out(work, member=BUYER, amount=yuan("10.00"))


@pytest.fixture
def told(exchange: Exchange) -> Exchange:
    story(exchange)
    return exchange


def faults(exchange: Exchange) -> list[str]:
    with exchange.reading() as work:
        return [str(fault) for fault in verification.verify(work.session).faults]


def unguarded(connection: Connection) -> None:
    """Take away what protects the rows, as whoever owns the database could."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    for trigger in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).scalars():
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")


def name_of(exchange: Exchange, table: str) -> str:
    """Return how the verifier must name the row of ``table`` that the tests alter."""
    key = {"accounts": "name", "legs": "entry_id", "ledger_days": "day"}.get(table, "id")
    word = {
        "accounts": "account",
        "entries": "entry",
        "legs": "entry",
        "holds": "hold",
        "cash_movements": "cash movement",
        "ledger_days": "ledger day",
    }[table]
    with exchange.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {key} FROM {table} WHERE {TABLES[table][1]}")  # noqa: S608
        return f"{word} {found.scalar_one()}:"


def by_hand(exchange: Exchange, statement: str) -> None:
    with exchange.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                unguarded(connection)
                done = connection.exec_driver_sql(statement)
                assert done.rowcount == 1, "the test altered nothing"
        finally:
            if connection.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]
            else:
                connection.exec_driver_sql("SET session_replication_role = origin")
                connection.commit()


def altered(table: str, column: Any) -> str:
    """Return SQL for another value of the column, one that the column could hold."""
    name = column.name
    if name == "side":
        return "CASE side WHEN 'debit' THEN 'credit' ELSE 'debit' END"
    if name == "reason":
        return "'bid'"
    if name == "account":
        return "'2101:2'"
    if name == "name":
        return "'2101:77'"
    if (table, name) == ("holds", "state"):
        return "'released'"
    if isinstance(column.type, sa.Date):
        return "'2025-10-07'"
    if isinstance(column.type, Instant):
        return "'2025-10-08 01:00:00.000000'"
    if isinstance(column.type, sa.String | sa.Text):
        return f"'x' || substr(coalesce({name}, ''), 2)" if name != "code" else "'2102'"
    return f"coalesce({name}, 0) + {1 if name.endswith('_fen') else 1000}"


def test_nothing_is_wrong_with_an_honest_ledger(told: Exchange) -> None:
    with told.reading() as work:
        report = verification.verify(work.session)

    assert report.faults == []
    assert report.checked == {
        "entries": 10,
        "legs": 20,
        "accounts": 9,
        "holds": 2,
        "ledger days": 1,
        "cash movements": 4,
    }


@pytest.mark.parametrize(("table", "name"), COLUMNS)
def test_each_altered_column_is_named(told: Exchange, table: str, name: str) -> None:
    model, where = TABLES[table]
    column = sa.inspect(model).local_table.columns[name]
    wanted = name_of(told, table)

    by_hand(told, f"UPDATE {table} SET {name} = {altered(table, column)} WHERE {where}")  # noqa: S608

    named = faults(told)
    assert any(fault.startswith(wanted) for fault in named), f"{table}.{name}: {wanted} {named}"


@pytest.mark.parametrize("table", list(TABLES))
def test_each_missing_row_is_named(told: Exchange, table: str) -> None:
    wanted = name_of(told, table)

    by_hand(told, f"DELETE FROM {table} WHERE {TABLES[table][1]}")  # noqa: S608

    assert any(fault.startswith(wanted) for fault in faults(told))


def test_each_row_too_many_is_named(told: Exchange) -> None:
    columns = "kind, direction, amount_fen, memo, state, prepared_by"
    by_hand(
        told,
        f"INSERT INTO cash_movements (id, {columns})"  # noqa: S608
        " VALUES (99, 'in', 'in', 1, '', 'prepared', 1)",
    )
    by_hand(
        told,
        "INSERT INTO accounts (name, code, member_id, side, balance_fen)"
        " VALUES ('2101:99', '2101', 99, 'credit', 0)",
    )
    by_hand(
        told,
        "INSERT INTO holds (id, member_id, amount_fen, released_fen, applied_fen, forfeited_fen,"
        " reason, deadline, ended_by, cause, state) VALUES"
        " (99, 1, 1, 1, 0, 0, 'bid', '2025-10-10 00:00:00', 'x', 'y', 'released')",
    )
    by_hand(told, "INSERT INTO ledger_days (day) VALUES ('2025-10-10')")

    named = " ".join(faults(told))

    for where in ("cash movement 99", "account 2101:99", "hold 99", "ledger day 2025-10-10"):
        assert where in named


def test_a_forgery_that_hangs_together_still_fails_against_the_facts(told: Exchange) -> None:
    with told.begin() as work:
        fund(work, 9, "10.00")
        made = ledger.post(work, "E05", cause="forged", member=9, amount=yuan("1.00"))
    by_hand(told, f"DELETE FROM legs WHERE entry_id = {made.entry_id} AND no = 1")  # noqa: S608
    by_hand(told, f"DELETE FROM legs WHERE entry_id = {made.entry_id} AND no = 2")  # noqa: S608
    by_hand(told, f"DELETE FROM entries WHERE id = {made.entry_id}")  # noqa: S608
    by_hand(told, "UPDATE accounts SET balance_fen = balance_fen + 100 WHERE name = '2101:9'")
    by_hand(told, "UPDATE accounts SET balance_fen = balance_fen - 100 WHERE name = '2108'")

    assert [fault.split(":")[0] for fault in faults(told)] == [f"entry {made.entry_id}"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE legs SET amount_fen = 1 WHERE entry_id = 1", "DELETE FROM entries WHERE id = 1"],
)
def test_the_database_itself_refuses_to_change_the_journal(told: Exchange, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), told.engine.begin() as connection:
        connection.exec_driver_sql(statement)
