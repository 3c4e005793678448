"""The newsroom's own fixtures."""

from collections.abc import Iterator

import pytest
from flask import Flask

from config import Config
from goldfruit.app import create_app
from goldfruit.infra.work import Exchange
from tests.newsroom.people import Editor, editor


@pytest.fixture
def anna(exchange: Exchange) -> Editor:
    return editor(exchange, "anna")


@pytest.fixture
def bella(exchange: Exchange) -> Editor:
    return editor(exchange, "bella")


@pytest.fixture
def app(exchange: Exchange, database_url: str) -> Iterator[Flask]:
    config = Config(database_url=database_url, secret_key="s" * 40, field_key="ab" * 32)
    made = create_app(config, exchange)
    made.config["TESTING"] = True
    yield made
    made.extensions["goldfruit"].sequencer.stop()
