"""Benches run and print their reference; nothing is asserted about time."""

import json
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest
from click.testing import CliRunner

from goldfruit.bench import NoSuchBench, Report, Sizes, bench, names
from goldfruit.bench import index as index_bench
from goldfruit.bench.pages import files_of, measure
from goldfruit.bench.servers import hello_server
from goldfruit.cli import main
from goldfruit.prices.quote_reading import rows_of
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.outcomes import Inputs
from goldfruit.prices.rules.quote_files import read_quotes

TINY = Sizes(scale=0.01, repeats=1, seconds=0.1)


def test_the_index_bench_prints_each_figure_beside_its_reference() -> None:
    told = CliRunner().invoke(main, ["bench", "index", "--scale", "0.01", "--repeats", "1"])

    assert told.exit_code == 0
    _, machine, *lines = told.stdout.splitlines()
    assert "processor" in machine
    assert [line.count("ratio") for line in lines] == [1, 1, 1]
    assert lines[0].startswith("13 days, 2000 trades, 24 cells: recompute:")


def test_the_index_bench_is_one_json_document() -> None:
    told = CliRunner().invoke(main, ["bench", "index", "--scale", "0.01", "--json"])

    document = json.loads(told.stdout)
    assert document["bench"] == "index"
    assert {"processor", "cores", "memory_gib", "python"} <= set(document["machine"])
    for figure in document["figures"]:
        assert figure["ratio"] == pytest.approx(figure["value"] / figure["beside"])


def test_an_unknown_name_is_refused_with_the_list_of_names() -> None:
    told = CliRunner().invoke(main, ["bench", "moon"])

    assert told.exit_code == 1
    assert told.stderr.startswith("no-such-bench: ")
    assert "、".join(names()) in told.stderr
    with pytest.raises(NoSuchBench):
        bench("moon")


def test_the_trades_that_are_measured_make_an_index_every_day() -> None:
    definition = index_bench.lowe_of_cells(24)
    days = tuple(index_bench.trading(definition, 10, 1_500))

    found = calculate(definition, Inputs(days)).days

    assert sum(len(day.observations) for day in days) == 1_500
    assert all(day.value is not None for day in found)
    assert {cell.grade for day in found for cell in day.cells} >= {"A", "B"}


def test_the_reference_groups_what_was_calculated(database_url: str) -> None:
    """The reference runs where it is told to, on either database."""
    sizes = Sizes(scale=0.001, repeats=1, database_url=database_url)

    assert index_bench.rebuilt(sizes).beside is not None


def test_the_file_that_is_measured_is_read_fully() -> None:
    found = read_quotes(rows_of(index_bench.file_of(200), "quotes.csv"))

    assert (found.rows, len(found.refused)) == (200, 0)


def test_only_what_a_browser_fetches_belongs_to_the_first_load() -> None:
    page = """
    <link rel="stylesheet" href="/static/a.css"><link rel="alternate" href="/en/">
    <link rel="icon" href="/static/i.svg"><script src="/static/a.js" defer></script>
    <img src="/p.png" alt=""><img src="https://elsewhere.example/x.png" alt=""><a href="/b">b</a>
    """

    assert files_of(page) == ["/p.png", "/static/a.css", "/static/a.js", "/static/i.svg"]


def test_the_page_bench_asks_the_real_server_and_stops_it() -> None:
    report = Report("pages", datetime(2026, 1, 2, tzinfo=UTC), tuple(measure(TINY)))

    *pages, first = report.plain()["figures"]
    assert {figure["reference"] for figure in pages} == {"hello page on the same server"}
    assert "/healthz" in {figure["name"] for figure in pages}
    assert all(figure["value"] > 0 and "p99" in figure["note"] for figure in pages)
    assert not any("not 200" in figure["note"] for figure in pages)
    assert first["unit"] == "kB"


def test_a_server_that_was_measured_is_gone() -> None:
    with hello_server() as port:
        line = HTTPConnection("127.0.0.1", port)
        line.request("GET", "/")
        assert line.getresponse().status == 200
        line.close()

    with pytest.raises(ConnectionRefusedError):
        HTTPConnection("127.0.0.1", port).connect()
