"""goldfruit cash, day and verify, as a clerk and an auditor type them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from goldfruit.cli import main
from goldfruit.infra.db import make_engine
from goldfruit.infra.work import Exchange
from tests.ledger.people import CHECKER, CLERK, settle_in


@pytest.fixture
def exchange_of_cli(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Exchange]:
    monkeypatch.setenv("GOLDFRUIT_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDFRUIT_SECRETS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("GOLDFRUIT_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("GOLDFRUIT_FIELD_KEY", "0" * 64)
    exchange = Exchange(make_engine(database_url), {})
    settle_in(exchange)
    yield exchange
    exchange.engine.dispose()


def login(user_id: int | None) -> str:
    return f"user{user_id}@example.com"


def run(*args: str) -> tuple[int, Any, str]:
    result = CliRunner().invoke(main, [*args, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else None, result.stderr


def test_money_comes_in_by_two_people_and_the_books_verify(exchange_of_cli: Exchange) -> None:
    clerk, checker = ("--by", login(CLERK.user_id)), ("--by", login(CHECKER.user_id))

    _, made, _ = run(
        *("cash", "in", "--member", "1", "--amount", "130000.00", "--serial", "B-0001"), *clerk
    )
    refused = run("cash", "confirm", str(made["movement"]), *clerk)
    _, first, _ = run("cash", "confirm", str(made["movement"]), *checker)
    _, again, _ = run("cash", "confirm", str(made["movement"]), *checker)
    code, checked, _ = run("verify", "all")

    assert refused[0] == 1
    assert refused[2].startswith("second-person-needed: ")
    assert first == again
    assert code == 0
    assert checked["checked"]["ledger"]["entries"] == 1
    assert checked["checked"]["facts"] == {"facts": 3}


def test_a_day_is_opened_and_closed_by_command(exchange_of_cli: Exchange) -> None:
    clerk = ("--by", login(CLERK.user_id))

    assert run("day", "open", "--date", "2025-10-09", *clerk)[0] == 0
    code, closed, _ = run("day", "close", "--date", "2025-10-09", *clerk)
    again = run("day", "close", "--date", "2025-10-09", *clerk)[1]

    assert code == 0
    assert closed == again
    assert closed["entries"] == 0
    assert len(closed["digest"]) == 64


def test_a_fault_is_named_and_the_command_fails(exchange_of_cli: Exchange) -> None:
    with exchange_of_cli.engine.begin() as connection:
        connection.execute(sa.text("UPDATE accounts SET balance_fen = 7 WHERE name = '1001'"))

    code, checked, _ = run("verify", "ledger")
    said = CliRunner().invoke(main, ["verify", "all"])

    assert code == 1
    assert any("account 1001" in fault for fault in checked["faults"])
    assert said.exit_code == 1
    assert "FAULT ledger: account 1001" in said.stdout


def test_whose_money_it_is_must_be_known_by_number(exchange_of_cli: Exchange) -> None:
    clerk = ("--by", login(CLERK.user_id))

    result = run("cash", "in", "--member", "99", "--amount", "1.00", "--serial", "B-0001", *clerk)

    assert result[0] == 1
    assert result[2].startswith("no-such-member: ")
