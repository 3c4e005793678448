"""The ledger's operations, as programs use them."""

import threading
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from goldfruit.infra.work import Exchange
from goldfruit.ledger import queries
from goldfruit.ledger import services as ledger
from tests.ledger.people import (
    AUDITOR,
    BUYER,
    BUYER_USER,
    CHECKER,
    CLERK,
    SELLER,
    fund,
    hold,
    pay_in,
    settle_in,
    yuan,
)
from tests.ledger.web import bearer, make_app


@pytest.fixture
def app(exchange: Exchange) -> Flask:
    settle_in(exchange)
    return make_app(exchange)


def said(answer: TestResponse) -> Any:
    return answer.get_json()


def slip(**other: Any) -> dict[str, Any]:
    return {"kind": "in", "member": BUYER, "amount_yuan": "130000.00", "serial": "B-0001", **other}


def test_a_movement_is_prepared_by_one_and_confirmed_by_another(
    app: Flask, exchange: Exchange
) -> None:
    client = app.test_client()
    clerk, checker = bearer(exchange, CLERK), bearer(exchange, CHECKER)

    made = client.post(
        "/api/v1/cash-movements", json=slip(), headers={**clerk, "Idempotency-Key": "1"}
    )
    path = f"/api/v1/cash-movements/{said(made)['id']}/confirmations"
    own = client.post(path, headers={**clerk, "Idempotency-Key": "2"})
    done = [
        client.post(path, headers={**checker, "Idempotency-Key": key}) for key in ("3", "3", "4")
    ]

    assert (made.status_code, said(made)["state"]) == (201, "prepared")
    assert (own.status_code, said(own)["code"]) == (403, "second-person-needed")
    assert [said(answer)["state"] for answer in done] == ["confirmed"] * 3
    with exchange.reading() as work:
        assert queries.money_of(work.session, BUYER).free == yuan("130000.00")


def test_the_same_post_five_times_at_once_has_one_effect_and_one_answer(
    app: Flask, exchange: Exchange
) -> None:
    headers = {**bearer(exchange, CLERK), "Idempotency-Key": "same"}
    answers: list[tuple[int, str]] = []

    def send() -> None:
        answer = app.test_client().post("/api/v1/cash-movements", json=slip(), headers=headers)
        answers.append((answer.status_code, answer.text))

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 5
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    with exchange.reading() as work:
        assert len(queries.movements_page(work.session)) == 1


@pytest.mark.parametrize(
    "amount", ["1e3", "０１", "①", "-0", "-5.00", "NaN", "0", "0.001", "92233720368547758.08", 5]
)
def test_an_amount_that_is_none_is_refused(app: Flask, exchange: Exchange, amount: Any) -> None:
    headers = {**bearer(exchange, CLERK), "Idempotency-Key": "1"}

    answer = app.test_client().post(
        "/api/v1/cash-movements", json=slip(amount_yuan=amount), headers=headers
    )

    assert answer.status_code in {400, 422}
    with exchange.reading() as work:
        assert queries.movements_page(work.session) == []


def test_a_member_sees_its_own_money_and_no_other_member(app: Flask, exchange: Exchange) -> None:
    pay_in(exchange, BUYER, "100.00", "IN-1")
    pay_in(exchange, SELLER, "100.00", "IN-2")
    with exchange.begin() as work:
        number = hold(work, BUYER, "50.00", "h")
        ledger.forfeit(
            work, hold_id=number, code="E13", buyer=BUYER, seller=SELLER, cause="penalty"
        )
    client, headers = app.test_client(), bearer(exchange, BUYER_USER)

    entries = said(client.get("/api/v1/ledger/entries", headers=headers))["items"]
    accounts = said(client.get("/api/v1/ledger/accounts", headers=headers))["items"]
    holds = said(client.get("/api/v1/ledger/holds", headers=headers))["items"]

    assert [entry["code"] for entry in entries] == ["E13", "E03", "E01"]
    assert "2101:2" not in str(entries)
    assert {each["name"]: each["balance_yuan"] for each in accounts} == {
        "2101:1": "50.00",
        "2102:1": "0.00",
    }
    assert [(each["forfeited_yuan"], each["state"]) for each in holds] == [("50.00", "forfeited")]


def test_a_list_goes_on_page_by_page(app: Flask, exchange: Exchange) -> None:
    with exchange.begin() as work:
        for number in range(1, 6):
            fund(work, number, "1.00")
    client, headers = app.test_client(), bearer(exchange, AUDITOR)
    seen: list[int] = []
    path: str | None = "/api/v1/ledger/entries?limit=2"
    while path:
        page = said(client.get(path, headers=headers))
        seen += [entry["id"] for entry in page["items"]]
        path = page["next"]

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


def test_a_stranger_gets_the_numbers_of_all_facts_and_no_members_business(
    app: Flask, exchange: Exchange
) -> None:
    pay_in(exchange, BUYER, "100.00", "IN-1")
    client = app.test_client()

    public = said(client.get("/api/v1/facts"))["items"]
    whole = said(client.get("/api/v1/facts", headers=bearer(exchange, AUDITOR)))["items"]

    assert [fact["no"] for fact in public] == [1, 2, 3]
    assert {(fact["actor"], fact["body"]) for fact in public} == {(None, None)}
    assert all(fact["body"] and fact["actor"] for fact in whole)


def test_a_guest_reads_no_ledger(app: Flask) -> None:
    for path in ("ledger/entries", "ledger/accounts", "ledger/holds", "cash-movements"):
        assert app.test_client().get(f"/api/v1/{path}").status_code == 401
