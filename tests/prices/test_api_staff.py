"""The same acts for programs: keys, refusals, roles."""

import base64
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from goldfruit.infra.work import Exchange
from goldfruit.members.rules.acts import PERMISSIONS
from goldfruit.prices.api_staff import api
from goldfruit.prices.models import IndexValue, Quote
from tests.prices.staff import (
    ANALYST,
    APPROVER,
    GROWER,
    REPORTER,
    RIVAL,
    ROLES,
    SENTENCE,
    bearer,
    make_app,
    market_file,
    post,
    quote,
    settle_in,
    take_in,
)

PRICES = {"low_yuan_per_kg": "6.2", "mostly_yuan_per_kg": "6.4", "high_yuan_per_kg": "6.6"}


@pytest.fixture
def app(exchange: Exchange) -> Iterator[Flask]:
    settle_in(exchange)
    app = make_app(exchange)
    yield app
    app.extensions["goldfruit"].sequencer.stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def count(exchange: Exchange, table: Any) -> int:
    with exchange.reading() as work:
        return work.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


class TestQuotes:
    def test_a_quote_in_trade_language_is_reported_and_listed(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        me = bearer(exchange, REPORTER)
        made = post(client, "/quotes", me, "k1", text=SENTENCE, **PRICES)

        assert made.status_code == 201
        assert made.json is not None
        assert made.json["spec_code"] == "FJ-ZD-80-12-0-610425-L-00"
        assert made.json["mostly_yuan_per_kg"] == "6.400"
        assert "reporter_id" not in made.json
        listed = client.get("/api/v1/quotes/mine", headers=me).json
        assert listed is not None
        assert [each["id"] for each in listed["items"]] == [made.json["id"]]
        other = client.get("/api/v1/quotes/mine", headers=bearer(exchange, RIVAL)).json
        assert other == {"items": [], "next": None}

    def test_five_equal_posts_at_once_are_one_quote_and_one_answer(
        self, app: Flask, exchange: Exchange
    ) -> None:
        me = bearer(exchange, REPORTER)

        def once(_: int) -> tuple[int, str]:
            answer = post(app.test_client(), "/quotes", me, "same", text=SENTENCE, **PRICES)
            return answer.status_code, answer.text

        with ThreadPoolExecutor(5) as pool:
            answers = set(pool.map(once, range(5)))

        assert len(answers) == 1
        assert next(iter(answers))[0] == 201
        assert count(exchange, Quote) == 1

    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"mostly_yuan_per_kg": 6.4}, 400, "bad-input"),
            ({"mostly_yuan_per_kg": "-1"}, 400, "bad-input"),
            ({"mostly_yuan_per_kg": "NaN"}, 400, "bad-input"),
            ({"mostly_yuan_per_kg": "1e1"}, 400, "bad-input"),
            ({"mostly_yuan_per_kg": "６"}, 400, "bad-input"),
            ({"surprise": 1}, 400, "bad-input"),
            ({"mostly_yuan_per_kg": "7"}, 422, "quote-out-of-order"),
            ({"high_yuan_per_kg": "99"}, 422, "quote-out-of-range"),
            ({"text": "纸袋80#"}, 422, "spec-too-vague"),
            ({"text": "", "variety": "??"}, 422, "spec-not-valid"),
        ],
    )
    def test_a_bad_quote_is_refused_and_named(
        self,
        client: FlaskClient,
        exchange: Exchange,
        changed: dict[str, Any],
        status: int,
        code: str,
    ) -> None:
        body = {"text": SENTENCE, **PRICES, **changed}
        answer = post(client, "/quotes", bearer(exchange, REPORTER), "k", **body)

        assert answer.json is not None
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert count(exchange, Quote) == 0

    def test_a_command_needs_a_key_and_a_key_is_for_one_request(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        me = bearer(exchange, REPORTER)
        without = client.post("/api/v1/quotes", json={"text": SENTENCE, **PRICES}, headers=me)
        assert without.status_code == 400
        post(client, "/quotes", me, "k", text=SENTENCE, **PRICES)
        other = post(client, "/quotes", me, "k", text=SENTENCE + " 条红", **PRICES)

        assert (other.status_code, count(exchange, Quote)) == (422, 1)

    def test_an_own_quote_is_withdrawn_and_anothers_is_not_there(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        made = quote(exchange, "6.4")
        path = f"/quotes/{made.id}/withdrawals"

        assert post(client, path, bearer(exchange, RIVAL), "a", reason="x").status_code == 404
        done = post(client, path, bearer(exchange, REPORTER), "b", reason="报错")
        assert done.json is not None
        assert done.json["state"] == "WITHDRAWN"

    def test_a_suspect_is_listed_and_judged(self, client: FlaskClient, exchange: Exchange) -> None:
        quote(exchange, "6.4")
        asked = quote(exchange, "12.8", RIVAL)
        me = bearer(exchange, ANALYST)
        listed = client.get("/api/v1/quotes/suspects", headers=me).json
        assert listed is not None
        assert [each["code"] for each in listed["items"]] == ["R01"]
        path = f"/quotes/{asked.id}/judgements"
        done = post(client, path, me, "k", verdict="confirm", reason="电话核实")
        again = post(client, path, me, "l", verdict="drop", reason="x")

        assert done.json is not None
        assert done.json["state"] == "ACCEPTED"
        assert again.status_code == 409


class TestFiles:
    def send(self, client: FlaskClient, me: dict[str, str], content: bytes, **more: str) -> Any:
        body = {
            "market": "xinfadi",
            "file_name": "a.csv",
            "content_base64": base64.b64encode(content).decode(),
        }
        return post(client, "/quote-imports", me, f"k{len(content)}", **{**body, **more})

    def test_a_file_is_stored_and_told_of(self, client: FlaskClient, exchange: Exchange) -> None:
        me = bearer(exchange, ANALYST)
        made = self.send(client, me, market_file())

        assert made.status_code == 201
        assert (made.json["rows"], made.json["stored"]) == (48, 48)
        told = client.get(f"/api/v1/quote-imports/{made.json['id']}", headers=me).json
        assert told == made.json

    @pytest.mark.parametrize(
        ("content", "more", "code"),
        [
            (b"\x89PNG\r\n\x1a\n", {}, "quote-file-unreadable"),
            ("品名,平均价\n富士,3\n".encode(), {}, "quote-columns-missing"),
            (market_file(), {"market": "moon"}, "market-unknown"),
            (market_file(), {"content_base64": "!"}, "bad-input"),
        ],
    )
    def test_a_bad_file_is_refused(
        self,
        client: FlaskClient,
        exchange: Exchange,
        content: bytes,
        more: dict[str, str],
        code: str,
    ) -> None:
        answer = self.send(client, bearer(exchange, ANALYST), content, **more)

        assert answer.json["code"] == code
        assert count(exchange, Quote) == 0


class TestRuns:
    def test_a_range_goes_out_by_two_people(self, client: FlaskClient, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        maker, checker = bearer(exchange, ANALYST), bearer(exchange, APPROVER)
        span = {"index_code": "XFD-D", "first": "2013-06-10", "last": "2013-06-21"}
        made = post(client, "/index-runs", maker, "k", **span).json
        assert made is not None
        assert (made["state"], made["kind"]) == ("calculated", "BACKFILL")
        at = f"/index-runs/{made['id']}"
        assert post(client, f"{at}/approvals", maker, "k").status_code == 403
        assert post(client, f"{at}/publications", checker, "k0").status_code == 409
        post(client, f"{at}/reviews", maker, "k")
        assert post(client, f"{at}/approvals", checker, "k").status_code == 201
        for _ in range(5):
            assert post(client, f"{at}/publications", checker, "k").status_code == 201

        assert count(exchange, IndexValue) == 12
        late = post(client, "/index-runs", maker, "k2", **span).json
        assert late is not None
        assert late["code"] == "already-published"

    def test_a_long_range_is_answered_frozen_and_calculated_soon(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        take_in(exchange, market_file(60))
        me = bearer(exchange, ANALYST)
        span = {"index_code": "XFD-D", "first": "2013-06-10", "last": "2013-08-20"}
        made = post(client, "/index-runs", me, "k", **span).json
        assert made is not None
        assert made["state"] == "frozen"
        told: Any = None
        for _ in range(100):
            told = client.get(f"/api/v1/index-runs/{made['id']}", headers=me).json
            if told["state"] != "frozen":
                break
            time.sleep(0.1)

        assert told["state"] == "calculated"
        assert told["inputs_digest"] == made["inputs_digest"]

    def test_a_correction_needs_a_published_day(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        body = {"index_code": "GFI-D", "day": "2025-10-09", "cause": "wrong-input", "reason": "x"}
        answer = post(client, "/index-corrections", bearer(exchange, ANALYST), "k", **body)

        assert answer.status_code == 404


class TestDefinitions:
    def test_a_definition_is_proposed_and_approved(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        from tests.prices.test_definitions_service import changed

        body = {"document": changed(), "note": "按上季成交"}
        made = post(client, "/index-definitions", bearer(exchange, ANALYST), "k", **body).json
        assert made is not None
        assert made["state"] == "PROPOSED"
        checker = bearer(exchange, APPROVER)
        listed = client.get("/api/v1/index-proposals", headers=checker).json
        assert listed is not None
        assert len(listed["items"]) == 1
        path = f"/index-definitions/GFI-D/{made['version']}/approvals"
        done = post(client, path, checker, "k", approve=True, note="").json

        assert done is not None
        assert done["state"] == "APPROVED"

    @pytest.mark.parametrize("document", [{}, {"code": "GFI-D"}, {"code": []}])
    def test_what_is_no_definition_is_refused(
        self, client: FlaskClient, exchange: Exchange, document: dict[str, Any]
    ) -> None:
        me = bearer(exchange, ANALYST)
        answer = post(client, "/index-definitions", me, "k", document=document)

        assert answer.status_code in (400, 422)


def test_every_operation_is_for_its_roles_alone(client: FlaskClient, exchange: Exchange) -> None:
    people = {actor: bearer(exchange, actor) for actor in (REPORTER, ANALYST, APPROVER, GROWER)}
    for each in api.endpoints:
        path = "/api/v1" + re.sub(r"<string:\w+>", "GFI-D", re.sub(r"<int:\w+>", "99", each.rule))
        keyed = {"Idempotency-Key": "roles"}
        assert client.open(path, method=each.method, json={}, headers=keyed).status_code == 401, (
            path
        )
        for actor, headers in people.items():
            acts = PERMISSIONS[ROLES[actor]]
            allowed = each.act in acts if each.act else actor in (ANALYST, APPROVER)
            answer = client.open(
                path,
                method=each.method,
                headers={**headers, **keyed},
                json={} if each.method == "POST" else None,
            )
            assert (answer.status_code != 403) == allowed, (path, actor.name, answer.text)
            assert answer.status_code != 500, (path, answer.text)
