"""The first people come in by the command line; secrets are never arguments."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from goldfruit.cli import main
from goldfruit.infra.work import Exchange
from goldfruit.members import queries
from goldfruit.members.crypto import password_fits
from goldfruit.members.rules.roles import Role
from tests.members.conftest import FIELD_KEY, PASSWORD, person_data


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> "Runner":
    """The command line on the database under test."""
    monkeypatch.setenv("GOLDFRUIT_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDFRUIT_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("GOLDFRUIT_FIELD_KEY", FIELD_KEY)
    monkeypatch.setenv("GOLDFRUIT_SECRETS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("GOLDFRUIT_ACT_AS", raising=False)
    return Runner()


class Runner:
    """Runs one command and gives its outcome."""

    def __call__(self, *words: str, said: str = "") -> Result:
        return CliRunner().invoke(main, ["members", *words], input=said)


def add(run: Runner, login: str, *more: str) -> Result:
    return run("add", login, "--name", "王小明", "--password-stdin", *more, said=f"{PASSWORD}\n")


def test_the_machine_adds_the_first_operator(run: Runner, exchange: Exchange) -> None:
    added = add(run, "13912345678", "--json")
    given = run("role", "13912345678", "operator", "--json")

    assert json.loads(added.stdout) == {"user_id": 1, "login": "139****5678"}
    assert json.loads(given.stdout)["state"] == "granted"
    with exchange.reading() as work:
        assert queries.roles_of(work.session, 1) == {Role.OPERATOR}


def test_a_user_s_grant_awaits_a_second_person(run: Runner, exchange: Exchange) -> None:
    for login, role in (("13912345671", "operator"), ("13912345672", "reviewer")):
        add(run, login)
        run("role", login, role)
    add(run, "13912345673")

    proposed = run("role", "13912345673", "editor", "--by", "13912345671", "--json")
    alone = run("role", "13912345673", "editor", "--confirm", "--by", "13912345671")
    confirmed = run("role", "13912345673", "editor", "--confirm", "--by", "13912345672", "--json")
    taken = run("role", "13912345673", "editor", "--withdraw", "--by", "13912345671", "--json")

    assert json.loads(proposed.stdout)["state"] == "awaits a second person"
    assert alone.exit_code == 1
    assert alone.stderr.startswith("not-permitted: ")
    assert json.loads(confirmed.stdout)["state"] == "granted"
    assert json.loads(taken.stdout)["state"] == "withdrawn"


def test_an_application_comes_from_a_file_and_a_reviewer_approves_it(
    run: Runner, exchange: Exchange, tmp_path: Path
) -> None:
    file = tmp_path / "application.json"
    file.write_text(json.dumps({**person_data(), "kind": "grower", "county_code": "610430"}))
    add(run, "13912345671")
    run("role", "13912345671", "reviewer")

    applied = add(run, "13912345672", "--application", str(file), "--json")
    approved = run("approve", "1", "--by", "13912345671", "--json")
    again = run("approve", "1", "--by", "13912345671")

    assert json.loads(applied.stdout)["member_id"] == 1
    assert json.loads(approved.stdout) == {"member_id": 1, "state": "active"}
    assert again.exit_code == 1
    assert again.stderr.startswith("member-cannot-move: ")


def test_who_lost_the_password_gets_a_new_one_at_the_machine(
    run: Runner, exchange: Exchange
) -> None:
    add(run, "13912345678")

    changed = run("password", "13912345678", "--password-stdin", said="新的 一串 好词\n")

    assert changed.exit_code == 0
    with exchange.reading() as work:
        user = queries.user_by_login(work.session, "13912345678")
        assert user is not None
        assert password_fits(user.password_hash, "新的 一串 好词")
        assert not password_fits(user.password_hash, PASSWORD)


def test_a_weak_password_or_unknown_user_is_one_line_on_stderr(run: Runner) -> None:
    weak = run("add", "13912345678", "--name", "王", "--password-stdin", said="12345678\n")
    unknown = run("role", "13912345678", "editor")

    assert (weak.exit_code, unknown.exit_code) == (1, 1)
    assert weak.stderr.startswith("password-weak: ")
    assert weak.stderr.count("\n") == 1
    assert "12345678" not in weak.stderr
    assert unknown.stderr.startswith("no-such-user: ")
