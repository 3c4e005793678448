import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from goldfruit.cli import main
from goldfruit.prices.rules.formula import METHODS
from tests.places import ROOT
from tests.prices.rules.price_tables import WORKED, csv_of

PROBLEMS = ROOT / "docs" / "problems"


def run(*arguments: str, text: str | bytes = csv_of(WORKED)) -> Result:
    return CliRunner().invoke(main, ["index", "formula", *arguments], input=text)


def test_prints_one_json_document_in_full_precision() -> None:
    told = run("laspeyres", "-", "--json")

    assert told.exit_code == 0
    document = json.loads(told.stdout)
    assert list(document) == ["method", "base", "index"]
    assert (document["method"], document["base"]) == ("laspeyres", "0")
    assert document["index"] == {
        "0": 1.0,
        "1": pytest.approx(1153.5 / 1160, abs=1e-15),
        "2": pytest.approx(1165.3 / 1160, abs=1e-15),
    }


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_from_a_file(method: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(csv_of(WORKED), "utf-8")

    told = run(method, str(file), "--base", "1", "--json")

    index = json.loads(told.stdout)["index"]
    assert index["1"] == 1.0
    assert all(0.9 < value < 1.1 for value in index.values())


def test_null_stands_where_nothing_can_be_compared() -> None:
    rows = [(1, "a", 1.0, 1.0), (2, "b", 1.0, 1.0)]

    assert json.loads(run("fisher", "-", "--json", text=csv_of(rows)).stdout)["index"] == {
        "1": 1.0,
        "2": None,
    }


def test_people_see_an_aligned_table_with_a_dash_for_nothing() -> None:
    text = "period,item,price\n九月,a,1\n十月上,a,2\n十一月,b,2\n"

    told = run("jevons", "-", text=text)

    assert told.stdout.splitlines() == [
        "jevons, 九月 = 1",
        "九月          1.000000",
        "十一月               —",
        "十月上        2.000000",
    ]


def test_windows_splices_and_carried_prices_are_heard() -> None:
    told = run("geks-fisher", "-", "--window", "2", "--splice", "mean", "--carry-forward", "--json")
    chained = run("fisher", "-", "--chained", "--json")

    found = json.loads(told.stdout)["index"]
    assert found == pytest.approx(json.loads(chained.stdout)["index"])


def test_the_weights_period_is_heard() -> None:
    told = run("lowe", "-", "--weights-period", "1", "--json")
    paasche = run("paasche", "-", "--json")

    assert json.loads(told.stdout)["index"]["1"] == pytest.approx(
        json.loads(paasche.stdout)["index"]["1"]
    )


@pytest.mark.parametrize(
    ("arguments", "text", "code"),
    [
        (["nonsense", "-"], csv_of(WORKED), "no-such-formula"),
        (["fisher", "-"], csv_of(WORKED, quantities=False), "quantities-missing"),
        (["fisher", "-", "--base", "9"], csv_of(WORKED), "no-such-period"),
        (["lowe", "-", "--weights-period", "9"], csv_of(WORKED), "no-such-period"),
        (["fisher", "-", "--window", "2"], csv_of(WORKED), "option-not-for-formula"),
        (["fisher", "-"], "a,b\n1,2\n", "price-table-columns"),
        (["fisher", "-"], "period,item,price,quantity\n1,a,x,1\n", "price-table-row"),
        (["fisher", "-"], "period,item,price,quantity\n", "price-table-empty"),
        (["fisher", "-"], "品名".encode("gb18030"), "price-table-unreadable"),
    ],
)
def test_a_refusal_is_one_line_on_stderr_and_is_explained(
    arguments: list[str], text: str | bytes, code: str
) -> None:
    told = run(*arguments, "--json", text=text)

    assert (told.exit_code, told.stdout) == (1, "")
    [line] = told.stderr.splitlines()
    assert line.startswith(f"{code}: ")
    assert (PROBLEMS / f"{code}.md").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ["tpd"],
        ["tpd", "no-such-file.csv"],
        ["tpd", "-", "--window", "1"],
        ["tpd", "-", "--window", "3", "--splice", "odd"],
    ],
)
def test_bad_usage_ends_with_two(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
