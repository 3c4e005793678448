"""The operations of members are described as they are."""

from flask import Flask
from openapi_spec_validator import validate

from goldfruit.members.api import api
from goldfruit.members.crypto import hash_password, password_fits
from goldfruit.web.openapi import describe


def test_the_description_is_valid_and_never_gives_a_password_back() -> None:
    document = describe([api])

    validate(document)
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith("Out"):
            assert not {"password", "password_hash", "id_number"} & set(schema["properties"])


def test_every_operation_is_mounted(app: Flask) -> None:
    mounted = {rule.rule for rule in app.url_map.iter_rules()}

    assert {f"/api/v1{endpoint.rule}" for endpoint in api.endpoints} <= mounted


def test_an_unknown_account_is_never_let_in_whatever_the_password() -> None:
    assert not password_fits(None, "")
    assert not password_fits("not a hash", "x")
    assert password_fits(hash_password("红果 商贸"), "红果 商贸")
