"""Bad files on the command line: refused in one line, and nothing is stored."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from goldfruit.cli import main
from goldfruit.infra.db import make_engine
from tests.prices.staff import HEADER, huge_picture, market_file, some_zip


@pytest.fixture(autouse=True)
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDFRUIT_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDFRUIT_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("GOLDFRUIT_FIELD_KEY", "0" * 64)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "quote-file-empty"),
        ("品名,平均价\n富士,3\n".encode(), "a.csv", "quote-columns-missing"),
        (b"\x81\x20\xff\xff\xff", "a.csv", "quote-file-unreadable"),
        (huge_picture(), "a.csv", "quote-file-unreadable"),
        (some_zip(), "a.xlsx", "quote-file-unreadable"),
        (
            (HEADER + '"富士,1,2,3,普通,公斤,2013-06-10\n').encode(),
            "a.csv",
            "quote-file-unreadable",
        ),
    ],
)
def test_a_bad_file_is_refused_in_one_line(
    database_url: str,
    tmp_path: Path,
    content: bytes,
    name: str,
    code: str,
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = CliRunner().invoke(main, ["quotes", "import", "--market", "xinfadi", str(file)])

    assert result.exit_code == 1
    assert result.stderr.startswith(f"{code}: ")
    assert result.stderr.count("\n") == 1
    assert stored(database_url) == 0


def stored(database_url: str) -> int:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT count(*) FROM quotes"))
    engine.dispose()
    return int(found or 0)


def test_a_good_file_is_stored(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(market_file())
    result = CliRunner().invoke(main, ["quotes", "import", "--market", "xinfadi", str(file)])

    assert (result.exit_code, stored(database_url)) == (0, 48), result.output
