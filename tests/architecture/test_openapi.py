"""The description of the API: valid, complete, and true to what the site answers."""

import re
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from config import Config
from goldfruit.app import APIS, create_app
from goldfruit.infra.work import Exchange

Operations = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def app(exchange: Exchange, database_url: str) -> Flask:
    """The site on an empty market."""
    config = Config(database_url=database_url, secret_key="s" * 40, field_key="ab" * 32)
    return create_app(config, exchange)


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """The description as a reader gets it."""
    found: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()
    return found


@pytest.fixture
def operations(document: dict[str, Any]) -> Operations:
    """What can be asked: method and path, and what is said of it."""
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_operation_is_described_and_every_description_is_of_one(
    app: Flask, operations: Operations
) -> None:
    answered = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi.openapi"
    }

    assert answered == set(operations)


def test_every_operation_says_in_a_sentence_what_it_does(operations: Operations) -> None:
    assert [key for key, said in operations.items() if not said.get("summary", "").strip()] == []
    ids = [said["operationId"] for said in operations.values()]
    assert len(ids) == len(set(ids))


def test_every_command_asks_for_its_key_and_says_what_it_answers(operations: Operations) -> None:
    for (method, path), said in operations.items():
        headers = {each["name"] for each in said["parameters"] if each["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (method != "GET"), (method, path)
        assert {"400", "429"} <= said["responses"].keys(), (method, path)
        assert any(status.startswith("2") for status in said["responses"]), (method, path)


def test_every_refusal_of_an_operation_stands_in_its_description(operations: Operations) -> None:
    for api in APIS:
        for endpoint in api.endpoints:
            path = "/api/v1" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.rule)
            responses = operations[endpoint.method, path]["responses"]
            for refusal in endpoint.refuses:
                told = responses[str(refusal.status)]["description"].split(" · ")
                assert refusal.code in told, (path, refusal.code)


def test_a_guest_gets_only_described_answers(app: Flask, operations: Operations) -> None:
    for (method, path), said in operations.items():
        real = re.sub(r"\{day\}", "2025-10-09", re.sub(r"\{\w*(code|name)\}", "GFI-D", path))
        real = re.sub(r"\{\w+\}", "1", real)
        answer = app.test_client().open(real, method=method, headers={"Idempotency-Key": "k"})

        assert str(answer.status_code) in said["responses"], (method, path, answer.status_code)
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"
            problem = answer.get_json()
            told = said["responses"][str(answer.status_code)]["description"].split(" · ")
            assert problem["code"] in told, (method, path, problem["code"])
            assert problem["status"] == answer.status_code
