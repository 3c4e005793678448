"""Published prices in the API: shapes, pages, refusals, and what is never told."""

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from goldfruit.infra.work import Exchange
from goldfruit.kernel.digests import NO_DIGEST, chained
from goldfruit.prices.api import api
from goldfruit.web.openapi import describe
from tests.conftest import Clock
from tests.prices import published
from tests.prices.published import Plan

THIN = "FJ-ZD-80-12-610428-L"


@pytest.fixture
def client(exchange: Exchange) -> Iterator[FlaskClient]:
    with published.guest(exchange) as client:
        yield client


def body(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_description_is_valid_openapi_and_lists_the_refusals() -> None:
    document = describe([api])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        validate(document)
    values = document["paths"]["/api/v1/index/{code}/values"]["get"]
    assert values["responses"]["404"]["description"] == "no-such-index"
    assert "security" not in values


class TestSeries:
    def test_goes_on_where_the_last_page_ended(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        days = published.publish_gfi(exchange, clock, days=4)

        first = body(client, "/index/GFI-D/values?limit=3")
        rest = client.get(first["next"]).get_json()

        seen = [item["day"] for item in [*first["items"], *rest["items"]]]
        assert seen == [day.isoformat() for day in days]
        assert rest["next"] is None

    def test_tells_figures_as_text_and_times_with_their_offset(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=1)

        [item] = body(client, "/index/GFI-D/values")["items"]

        assert item["value_points"] == "1000.00"
        assert item["published_at"] == "2025-10-09T17:00:00+08:00"
        assert item["final_at"] is None

    def test_a_day_without_enough_data_has_no_value_and_says_why(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(
            exchange, clock, days=2, plan=lambda n: Plan(silent=("ZD",) if n else ())
        )

        last = body(client, "/index/GFI-D/values?from=2025-10-10")["items"][0]

        assert (last["value_points"], last["status"]) == (None, "NP")
        assert last["reason"] == "too-little-data"

    def test_answers_not_modified_until_something_is_published(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=1)
        tag = client.get("/api/v1/index/GFI-D/values").headers["ETag"]

        again = client.get("/api/v1/index/GFI-D/values", headers={"If-None-Match": tag})

        assert again.status_code == 304

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/index/NOPE/values", 404, "no-such-index"),
            ("/index/GFI-D/values/2025-10-09", 404, "not-published"),
            ("/index/GFI-D/values/tomorrow", 404, "not-published"),
            ("/index/GFI-D/values?limit=100000", 400, "bad-input"),
            ("/index/GFI-D/values?from=yesterday", 400, "bad-input"),
            ("/quotes?market=nowhere", 404, "no-such-market"),
        ],
    )
    def test_refuses_in_words(self, client: FlaskClient, path: str, status: int, code: str) -> None:
        answer = client.get(f"/api/v1{path}")

        assert answer.status_code == status
        assert answer.get_json()["code"] == code


class TestDay:
    def test_tells_no_price_of_a_cell_with_two_reporters(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        [day] = published.publish_gfi(exchange, clock, days=1, plan=lambda _: Plan(thin=(THIN,)))

        told = body(client, f"/index/GFI-D/values/{day}")

        cells = {cell["cell"]: cell for cell in told["cells_behind"]}
        assert cells[THIN]["price_per_kg"] is None
        assert cells[THIN]["withheld"]
        assert cells["FJ-ZD-80-12-610425-L"]["price_per_kg"] is not None
        assert told["run"]["approved_by_second_person"] is True
        assert "user:" not in json.dumps(told)

    def test_a_sub_index_stands_on_its_own_cells(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        [day] = published.publish_gfi(exchange, clock, days=1)

        told = body(client, f"/index/GFI-D-610425/values/{day}")

        assert [cell["cell"][-8:-2] for cell in told["cells_behind"]] == ["610425"] * 3


class TestInputs:
    def test_rows_that_are_all_told_have_the_digest_of_the_run(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        published.publish_xfd(exchange)

        told = body(client, f"/index/XFD-D/values/{published.LAST_XFD}/inputs")

        total = NO_DIGEST
        for row in told["rows"]:
            total = chained(total, row)
        assert told["withheld_rows"] == 0
        assert total == told["inputs_digest_sm3"]

    def test_rows_of_a_cell_that_is_not_told_are_withheld_and_counted(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        [day] = published.publish_gfi(exchange, clock, days=1, plan=lambda _: Plan(thin=(THIN,)))

        told = body(client, f"/index/GFI-D/values/{day}/inputs")

        assert told["withheld_rows"] == 2
        assert THIN not in "".join(told["rows"])


class TestRevisions:
    def test_both_values_stand_with_the_reason(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        days = published.publish_gfi(exchange, clock, days=2)
        published.correct_day(
            exchange, clock, days[1], published.quotes_of(exchange, days[1], "610425")
        )

        items = body(client, "/index/GFI-D/revisions")["items"]

        assert [item["rev"] for item in items] == [0, 1]
        assert items[0]["value_points"] != items[1]["value_points"]
        assert items[1]["reason"] == "报价员报错规格，已撤回"


class TestQuotes:
    def test_the_day_is_told_only_after_the_cut_off(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        [day] = published.publish_gfi(exchange, clock, days=1)
        after = body(client, "/quotes")
        clock.move(hours=-3)
        before = body(client, "/quotes")

        assert after["day"] == day.isoformat()
        assert before["day"] is None

    def test_two_reporters_are_counted_but_not_quoted(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=1, plan=lambda _: Plan(thin=(THIN,)))

        lines = {line["cell"]: line for line in body(client, "/quotes")["lines"]}

        assert (lines[THIN]["contributors"], lines[THIN]["mostly_per_kg"]) == (2, None)
        assert lines["FJ-ZD-80-12-610425-L"]["mostly_per_kg"] is not None

    def test_an_outlier_that_the_index_dropped_moves_no_price_on_the_board(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        wild = "FJ-ZD-80-12-610430-L"
        published.publish_gfi(
            exchange, clock, days=6, plan=lambda n: Plan(wild=wild if n == 5 else "")
        )

        lines = {line["cell"]: line for line in body(client, "/quotes")["lines"]}

        assert lines[wild]["contributors"] == 2
        assert lines[wild]["high_per_kg"] is None


def test_the_definition_comes_whole_with_its_digest(client: FlaskClient) -> None:
    told = body(client, "/index/GFI-D/definition")

    assert len(told["digest_sm3"]) == 64
    assert told["document"]["filters"]["source"].startswith("[D]")
