"""A market for each story, on SQLite and on PostgreSQL."""

import pytest

from goldfruit.infra.work import Exchange
from tests.conftest import Clock
from tests.journeys.market import Market


@pytest.fixture
def market(exchange: Exchange, database_url: str, clock: Clock) -> Market:
    """An empty market with its operator and its reviewer, at 09:00 of a trading day."""
    return Market(exchange, database_url, clock).founded()
