"""What programs see of a refused sign-in, and what `serve --json` says."""

import json

from click.testing import CliRunner

from goldfruit.cli import main
from goldfruit.cli.serve import greeting
from goldfruit.infra.work import Exchange
from tests.prices import published


def test_a_program_without_a_token_is_told_which_kind_is_wanted(exchange: Exchange) -> None:
    with published.guest(exchange) as client:
        answer = client.get("/api/v1/me")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="goldfruit"'


def test_serve_takes_json() -> None:
    said = CliRunner().invoke(main, ["serve", "--help"])

    assert "--json" in said.stdout


def test_the_greeting_is_one_json_document_with_the_address_and_the_sign_ins() -> None:
    said = json.loads(greeting("http://127.0.0.1:8000", ["a@b.cn editor"], as_json=True))

    assert said == {"address": "http://127.0.0.1:8000", "demo": ["a@b.cn editor"]}


def test_the_greeting_for_people_ends_with_the_address() -> None:
    said = greeting("http://127.0.0.1:8000", ["a@b.cn editor"], as_json=False)

    assert said.splitlines() == ["a@b.cn editor", "金果网 http://127.0.0.1:8000"]
