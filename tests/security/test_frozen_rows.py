"""Frozen inputs, results and values altered by hand: verify names the row, wherever it lies."""

# ruff: noqa: S608 (the statements are ours; altering rows is what this file is for)

import pytest
import sqlalchemy as sa

from goldfruit.infra.work import Exchange
from goldfruit.prices.verification import verify_index
from tests.conftest import Clock
from tests.prices.published import publish_gfi

BODY = "substr(body, 1, length(body) - 1) || ' }'"
DIGEST = "'0' || substr(digest, 2, 62) || 'z'"
HEADLINE = "run_id = 1 AND index_code = 'GFI-D'"

ALTERED = {
    **{
        f"input {seq} {column}": (
            f"UPDATE index_inputs SET {column} = {value} WHERE run_id = 1 AND seq = {seq}",
            f"input {seq} of run 1",
        )
        for seq in (1, 2, 3, 40)
        for column, value in (("body", BODY), ("digest", DIGEST))
    },
    "input gone": ("DELETE FROM index_inputs WHERE run_id = 1 AND seq = 40", "input 41 of run 1"),
    "result body": (f"UPDATE index_results SET body = {BODY} WHERE run_id = 1", "result of GFI-D"),
    "result digest": (
        f"UPDATE index_results SET digest = {DIGEST} WHERE run_id = 1",
        "result of GFI-D",
    ),
    "result gone": ("DELETE FROM index_results WHERE run_id = 1", "result of GFI-D"),
    "value": (
        f"UPDATE index_values SET value_e2 = value_e2 + 1 WHERE {HEADLINE}",
        "value of GFI-D",
    ),
    "level": (f"UPDATE index_values SET level = 'H1' WHERE {HEADLINE}", "value of GFI-D"),
    "run inputs": ("UPDATE index_runs SET inputs_digest = 'x' WHERE id = 1", "run 1 "),
    "run results": ("UPDATE index_runs SET results_digest = 'x' WHERE id = 1", "run 1 "),
    "run state": ("UPDATE index_runs SET state = 'final' WHERE id = 1", "run 1 "),
}


@pytest.mark.parametrize("deed", ALTERED)
def test_the_altered_row_is_named(exchange: Exchange, clock: Clock, deed: str) -> None:
    statement, wanted = ALTERED[deed]
    publish_gfi(exchange, clock, days=1)

    with exchange.engine.begin() as connection:
        assert connection.execute(sa.text(statement)).rowcount == 1

    with exchange.reading() as work:
        named = [str(fault) for fault in verify_index(work.session)[1]]
    assert any(fault.startswith(wanted) for fault in named), named
