"""Endpoints: one effect, one answer, whoever asks how often."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from marshmallow import Schema, fields

from config import Config
from goldfruit.app import create_app
from goldfruit.infra import facts
from goldfruit.infra.idempotency import IdempotencyKey
from goldfruit.infra.work import Exchange, Work
from goldfruit.kernel.errors import RuleBroken
from goldfruit.kernel.events import UserSignedUp
from goldfruit.web.endpoint import OPEN, Api


class NumberIn(Schema):
    number = fields.Integer(required=True, strict=True)


class NumberOut(Schema):
    number = fields.Integer()
    seq = fields.Integer()


@dataclass(eq=False)
class Unlucky(RuleBroken):
    code = "unlucky-in-a-test"
    title = "不吉利"
    detail = "不要 {number}。"

    number: int


@pytest.fixture
def app(exchange: Exchange) -> Iterator[Flask]:
    config = Config(database_url="sqlite:///", secret_key="k" * 40, field_key="0" * 64)
    made = create_app(config, exchange)
    api = Api("numbers")

    @api.endpoint("/numbers", method="POST", takes=NumberIn, gives=NumberOut, status=201, act=OPEN)
    def add_number(work: Work, *, number: int) -> dict[str, int]:
        """Add a number."""
        work.announce(UserSignedUp(user_id=number))
        if number == 13:
            raise Unlucky(number=number)
        return {"number": number, "seq": facts.head_no(work.session) + 1}

    made.register_blueprint(api.blueprint)
    yield made
    made.extensions["goldfruit"].sequencer.stop()


def post(app: Flask, number: object, key: str | None = "k1") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return app.test_client().post("/api/v1/numbers", json={"number": number}, headers=headers)


def count(exchange: Exchange) -> int:
    with exchange.reading() as work:
        return facts.head_no(work.session)


def test_a_replay_gets_the_first_answer_and_has_no_effect(app: Flask, exchange: Exchange) -> None:
    first, second = post(app, 7), post(app, 7)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert count(exchange) == 1


def test_a_replay_writes(app: Flask, exchange: Exchange) -> None:
    for _ in range(3):
        post(app, 7)

    with exchange.reading() as work:
        assert work.session.scalar(sa.select(IdempotencyKey.seen)) == 3


def test_five_at_once_have_one_effect_and_one_answer(app: Flask, exchange: Exchange) -> None:
    answers: list[tuple[int, bytes]] = []

    def send() -> None:
        response = post(app, 7)
        answers.append((response.status_code, response.data))

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 5
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert count(exchange) == 1


def test_the_key_of_another_request_is_refused(app: Flask, exchange: Exchange) -> None:
    post(app, 7)

    second = post(app, 8)

    assert (second.status_code, second.json["code"]) == (422, "idempotency-key-reused")
    assert count(exchange) == 1


@pytest.mark.parametrize("key", [None, "", "k" * 201])
def test_a_command_needs_a_key(app: Flask, key: str | None) -> None:
    answer = post(app, 7, key)

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-missing")


def test_a_refusal_is_an_answer_too_and_leaves_nothing(app: Flask, exchange: Exchange) -> None:
    first, second = post(app, 13), post(app, 13)

    assert first.status_code == 422
    assert first.content_type == "application/problem+json"
    assert first.json == second.json
    assert first.json["detail"] == "不要 13。"
    assert count(exchange) == 0


@pytest.mark.parametrize("number", ["7", 7.5, None, [7]])
def test_a_misshapen_body_names_the_field(app: Flask, number: object) -> None:
    answer = post(app, number)

    assert (answer.status_code, answer.json["code"]) == (400, "bad-input")
    assert "number" in json.dumps(answer.json["errors"])


def test_an_unknown_field_is_named(app: Flask) -> None:
    answer = app.test_client().post(
        "/api/v1/numbers", json={"number": 7, "admin": True}, headers={"Idempotency-Key": "a"}
    )

    assert answer.status_code == 400
    assert "admin" in json.dumps(answer.get_json()["errors"])


def test_broken_json_is_a_problem_document(app: Flask) -> None:
    answer = app.test_client().post(
        "/api/v1/numbers",
        data="{",
        headers={"Idempotency-Key": "a", "Content-Type": "application/json"},
    )

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
