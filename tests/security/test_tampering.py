"""Rows of the index put in, taken out or altered by hand: each is named."""

import pytest
import sqlalchemy as sa

from goldfruit.infra.work import Exchange
from goldfruit.prices.verification import verify_index
from tests.conftest import Clock
from tests.prices.published import correct_day, finalize, publish_gfi, quotes_of

DEEDS = {
    "approver": "UPDATE index_runs SET checked_by = 'user:9' WHERE id = 1",
    "maker": "UPDATE index_runs SET made_by = 'user:9' WHERE id = 1",
    "reviewer": "UPDATE index_runs SET reviewed_by = NULL WHERE id = 1",
    "main value": "DELETE FROM index_values WHERE index_code = 'GFI-D' AND day = '2025-10-09'",
    "sub value": "DELETE FROM index_values WHERE id ="
    " (SELECT min(id) FROM index_values WHERE index_code <> 'GFI-D')",
    "second revision": "INSERT INTO index_values (index_code, day, rev, value_e2, status, level,"
    " run_id, reason, published_at, published_by, digest) SELECT index_code, day, 1, value_e2,"
    " status, level, run_id, reason, published_at, published_by, digest FROM index_values"
    " WHERE index_code = 'GFI-D' AND day = '2025-10-09'",
    "quote altered": "UPDATE quotes SET mostly_per_tonne = mostly_per_tonne + 1 WHERE id = 1",
    "quote moved": "UPDATE quotes SET day = '2025-10-13' WHERE id = 1",
    "quote gone": "DELETE FROM quotes WHERE id = 1",
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_done_by_hand_is_named(exchange: Exchange, clock: Clock, deed: str) -> None:
    publish_gfi(exchange, clock, days=1)
    with exchange.reading() as work:
        assert verify_index(work.session)[1] == []

    with exchange.engine.begin() as connection:
        assert connection.execute(sa.text(DEEDS[deed])).rowcount == 1

    with exchange.reading() as work:
        assert verify_index(work.session)[1]


def test_a_series_corrected_and_made_final_is_in_order(exchange: Exchange, clock: Clock) -> None:
    first, *_ = publish_gfi(exchange, clock, days=3)
    correct_day(exchange, clock, first, quotes_of(exchange, first, "610422"))
    clock.move(days=1)
    finalize(exchange, clock)

    with exchange.reading() as work:
        assert verify_index(work.session)[1] == []
