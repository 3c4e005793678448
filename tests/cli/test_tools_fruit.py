import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from goldfruit.cli import main

QUOTES = """品名,最低价,平均价,最高价,规格,单位,发布日期
富士（纸袋Φ85以上）,2.8,3.3,3.8,普通,斤,2013-06-10
富士（纸袋Φ85以上）,2.80,3.30,3.80,普通,斤,2013-06-10
嘎啦,3,2,1,普通,斤,2013-06-10
"""


def run(*args: str, said: str | bytes | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, args, input=said)
    return result.exit_code, result.stdout, result.stderr


def test_parses_trade_language_into_the_fields_of_the_contract() -> None:
    code, out, _ = run("spec", "parse", "--json", "纸袋80#以上一二级 3.2", "嘎啦")

    first, second = json.loads(out)["specs"]
    assert code == 0
    assert first == {
        "text": "纸袋80#以上一二级 3.2",
        "spec": {
            "variety": "FJ",
            "bagging": "ZD",
            "size_min_mm": 80,
            "size_max_mm": None,
            "grade_scheme": "trade",
            "grade": "12",
            "color_type": None,
            "owner_type": None,
            "stage": None,
            "origin_code": None,
            "origin": None,
            "season": None,
            "packing": None,
            "price_low_yuan_per_kg": "6.400",
            "price_high_yuan_per_kg": "6.400",
            "unit_read": "jin",
        },
        "phrase": "富士 纸袋 80#以上 一二级 3.20元/斤",
        "unread": [],
        "certain": False,
    }
    assert second["spec"]["variety"] == "GL"
    assert second["certain"] is True


def test_reads_texts_from_standard_input_and_stays_at_0_where_something_is_unread() -> None:
    code, out, _ = run("spec", "parse", "--json", "-", said="富士 脆甜\n\n嘎啦\n")

    members = json.loads(out)["specs"]
    assert code == 0
    assert [member["unread"] for member in members] == [["脆甜"], []]


def test_says_a_table_to_people() -> None:
    _, out, _ = run("spec", "parse", "纸袋80#以上一二级 3.2")

    assert "富士 纸袋 80#以上 一二级 3.20元/斤" in out


def test_reads_a_quote_file_into_the_document_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_text(QUOTES, encoding="gb18030")

    code, out, _ = run("quotes", "read", "--json", "--market", "xinfadi", str(path))

    document = json.loads(out)
    assert code == 0
    assert (document["rows"], document["read"]) == (3, 1)
    assert document["duplicates"] == [{"row": 2, "same_as": 1}]
    assert [note["row"] for note in document["refused"]] == [3]
    assert document["suspect"] == []
    [seen] = document["observations"]
    assert seen["spec"]["variety"] == "FJ"
    del seen["spec"]
    assert seen == {
        "row": 1,
        "date": "2013-06-10",
        "market": "xinfadi",
        "name": "富士（纸袋Φ85以上）",
        "said": "富士（纸袋Φ85以上）",
        "unread": [],
        "low_yuan_per_kg": "5.600",
        "mid_yuan_per_kg": "6.600",
        "high_yuan_per_kg": "7.600",
        "unit_read": "jin",
    }


def test_reads_quotes_from_standard_input_and_tells_people_the_counts() -> None:
    code, out, _ = run("quotes", "read", "-", said=QUOTES.encode())

    assert code == 0
    assert "共 3 行：读入 1，拒绝 1，重复 1" in out


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (b"", "quote-file-empty"),
        (b"\x89PNG\r\n", "quote-file-unreadable"),
        ("品名,平均价\n富士,3\n".encode(), "quote-columns-missing"),
        (QUOTES.encode() + '"富士,3'.encode(), "quote-file-unreadable"),
    ],
)
def test_refuses_a_bad_file_in_one_line(said: bytes, problem: str) -> None:
    code, out, err = run("quotes", "read", "--json", "-", said=said)

    assert (code, out) == (1, "")
    assert err.startswith(f"{problem}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "module", ["goldfruit.cli.tools_fruit", "goldfruit.prices.rules.quote_files"]
)
def test_starts_without_the_web_and_the_database(module: str) -> None:
    script = f"import sys, {module}; print('flask' in sys.modules, 'sqlalchemy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout.split() == [b"False", b"False"]
