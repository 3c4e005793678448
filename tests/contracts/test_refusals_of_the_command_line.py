"""A command that cannot run says so in one line, with the exit code of a refusal."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from goldfruit.cli import main


@pytest.mark.parametrize("asked", [("jobs", "list"), ("verify", "all"), ("verify", "index")])
def test_a_database_that_was_not_upgraded_is_refused_in_one_line(
    asked: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDFRUIT_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    monkeypatch.setenv("GOLDFRUIT_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("GOLDFRUIT_FIELD_KEY", "ab" * 32)

    said = CliRunner().invoke(main, [*asked, "--json"])

    assert said.exit_code == 1
    assert said.stdout == ""
    assert said.stderr.startswith("database-behind: ")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("asked", [("jobs", "list"), ("db", "check"), ("db", "upgrade")])
@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all/x.db"]
)
def test_a_database_that_does_not_answer_is_refused_in_one_line(
    asked: tuple[str, ...], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDFRUIT_DATABASE_URL", url)
    monkeypatch.setenv("GOLDFRUIT_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("GOLDFRUIT_FIELD_KEY", "ab" * 32)

    said = CliRunner().invoke(main, [*asked, "--json"])

    assert said.exit_code == 1
    assert said.stdout == ""
    assert said.stderr.startswith("database-away: ")
    assert "nobody" not in said.stderr
    assert said.stderr.count("\n") == 1
