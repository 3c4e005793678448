"""Fixtures of the pages' tests: a running application, and browsers of those who work there."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from goldfruit.infra.db import Base
from goldfruit.infra.work import Exchange
from goldfruit.web.exchange import Running
from tests.prices.staff import (
    ANALYST,
    APPROVER,
    REPORTER,
    Browser,
    browser,
    make_app,
    settle_in,
)


@pytest.fixture
def app(exchange: Exchange) -> Iterator[Flask]:
    settle_in(exchange)
    app = make_app(exchange)
    yield app
    running: Running = app.extensions["goldfruit"]
    running.sequencer.stop()


@pytest.fixture
def reporter(app: Flask, exchange: Exchange) -> Browser:
    return browser(app, exchange, REPORTER)


@pytest.fixture
def analyst(app: Flask, exchange: Exchange) -> Browser:
    return browser(app, exchange, ANALYST)


@pytest.fixture
def approver(app: Flask, exchange: Exchange) -> Browser:
    return browser(app, exchange, APPROVER)


def rows(exchange: Exchange) -> dict[str, int]:
    """How many rows every table has, but for what only says that somebody looked."""
    silent = {"user_sessions", "idempotency_keys", "sign_in_attempts"}
    with exchange.reading() as work:
        return {
            table.name: work.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in silent
        }
