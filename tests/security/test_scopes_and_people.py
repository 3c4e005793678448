"""A token does no more than its scopes, and nobody does what two people must do."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from goldfruit.infra.work import Actor, Exchange
from goldfruit.members.crypto import token_digest
from goldfruit.members.models import ApiToken
from tests.ledger import people
from tests.ledger.web import browser, make_app

APPLICATION = {"kind": "out", "member": people.BUYER, "amount_yuan": "1.00"}
RECEIPT = {**APPLICATION, "kind": "in", "serial": "B2025-0001"}


def token(exchange: Exchange, actor: Actor, scopes: str) -> dict[str, str]:
    secret = f"{actor.user_id}-{scopes}".ljust(32, "x")
    with exchange.begin() as work:
        work.session.add(
            ApiToken(
                user_id=actor.user_id,
                name="narrow",
                token_digest=token_digest(secret),
                scopes=scopes,
                created_at=work.now,
                expires_at=work.now + timedelta(days=1),
            )
        )
    return {"Authorization": f"Bearer {secret}", "Idempotency-Key": "a-key"}


@pytest.fixture
def client(exchange: Exchange) -> FlaskClient:
    people.settle_in(exchange)
    with exchange.begin() as work:
        people.fund(work, people.BUYER, "100.00")
    return make_app(exchange).test_client()


@pytest.mark.parametrize("scopes", ["account", "read_ledger", "close_day"])
def test_a_clerks_token_for_something_else_prepares_no_cash(
    exchange: Exchange, client: FlaskClient, scopes: str
) -> None:
    headers = token(exchange, people.CLERK, scopes)

    answer = client.post("/api/v1/cash-movements", json=RECEIPT, headers=headers)

    assert answer.status_code == 403


def test_a_clerks_token_for_cash_prepares_it(exchange: Exchange, client: FlaskClient) -> None:
    headers = token(exchange, people.CLERK, "prepare_cash")

    answer = client.post("/api/v1/cash-movements", json=RECEIPT, headers=headers)

    assert answer.status_code == 201, answer.text


def test_a_members_token_for_something_else_asks_for_no_payment_and_sees_no_money(
    exchange: Exchange, client: FlaskClient
) -> None:
    headers = token(exchange, people.BUYER_USER, "trade")

    assert (
        client.post("/api/v1/cash-movements", json=APPLICATION, headers=headers).status_code == 403
    )
    for path in ("entries", "accounts", "holds"):
        assert client.get(f"/api/v1/ledger/{path}", headers=headers).status_code == 403, path


def test_a_members_token_for_the_account_asks_for_a_payment(
    exchange: Exchange, client: FlaskClient
) -> None:
    headers = token(exchange, people.BUYER_USER, "account")

    answer = client.post("/api/v1/cash-movements", json=APPLICATION, headers=headers)

    assert answer.status_code == 201, answer.text
    assert client.get("/api/v1/ledger/accounts", headers=headers).status_code == 200


def test_an_ended_session_opens_nothing(exchange: Exchange, client: FlaskClient) -> None:
    signed_in = browser(client.application, exchange, people.CLERK)
    assert signed_in.get("/me").status_code == 200

    with exchange.begin() as work:
        from goldfruit.members.models import UserSession

        for found in work.session.query(UserSession):
            found.ended_at = work.now

    assert signed_in.get("/me").status_code == 303


def test_a_key_of_one_user_is_nothing_to_another(exchange: Exchange, client: FlaskClient) -> None:
    first = token(exchange, people.CLERK, "prepare_cash")
    second = token(exchange, people.CHECKER, "prepare_cash")

    one = client.post("/api/v1/cash-movements", json=RECEIPT, headers=first)
    other = client.post("/api/v1/cash-movements", json=RECEIPT, headers=second)

    assert one.status_code == 201
    assert other.status_code == 409, "the answer kept for the first user is not the second's"


def test_a_key_whose_role_was_withdrawn_tells_nothing(
    exchange: Exchange, client: FlaskClient
) -> None:
    headers = token(exchange, people.CLERK, "prepare_cash")
    assert client.post("/api/v1/cash-movements", json=RECEIPT, headers=headers).status_code == 201
    with exchange.begin() as work:
        from goldfruit.members.models import Grant

        for grant in work.session.query(Grant).filter(Grant.user_id == people.CLERK.user_id):
            grant.withdrawn_at = work.now

    again = client.post("/api/v1/cash-movements", json=RECEIPT, headers=headers)

    assert again.status_code == 403
    assert "B2025" not in again.text
