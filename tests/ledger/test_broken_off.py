"""A command that is broken off between any two of its statements leaves nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from goldfruit.infra import facts
from goldfruit.infra.work import Exchange, Work
from goldfruit.ledger import queries, verification
from goldfruit.ledger import services as ledger
from tests.ledger.people import CHECKER, CLERK, fund, hold, settle_in, yuan

STATEMENTS_MAX = 60


class PulledPlugError(Exception):
    """Somebody pulled the plug."""


@contextmanager
def pulled_after(exchange: Exchange, statements: int) -> Iterator[None]:
    """Let so many statements pass, then fail every further one."""
    passed = 0

    def count(*_: Any) -> None:
        nonlocal passed
        passed += 1
        if passed > statements:
            raise PulledPlugError

    sa.event.listen(exchange.engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        sa.event.remove(exchange.engine, "before_cursor_execute", count)


def state(exchange: Exchange) -> tuple[object, ...]:
    with exchange.reading() as work:
        assert verification.verify(work.session).faults == []
        return (
            facts.head_no(work.session),
            queries.money_of(work.session, 1),
            [line.id for line in queries.entries_page(work.session)],
            [row.state for row in queries.movements_page(work.session)],
            [row.state for row in queries.holds_page(work.session, member_id=1)],
        )


def place(work: Work) -> object:
    return hold(work, 1, "40.00", "new")


def release(work: Work) -> object:
    return ledger.release(work, hold_id=1, amount=yuan("5.00"), cause="part")


def confirm(work: Work) -> object:
    return ledger.confirm(work, movement_id=1)


@pytest.mark.parametrize("deed", [place, release, confirm])
def test_all_or_nothing(exchange: Exchange, deed: Callable[[Work], object]) -> None:
    settle_in(exchange)
    with exchange.begin(CLERK) as work:
        fund(work, 1, "100.00")
        hold(work, 1, "10.00", "old")
        ledger.prepare_out(work, member=1, amount=yuan("20.00"), serial="OUT-1")
    before = state(exchange)

    for statements in range(STATEMENTS_MAX):
        try:
            with pulled_after(exchange, statements), exchange.begin(CHECKER) as work:
                deed(work)
        except PulledPlugError:
            assert state(exchange) == before
            continue
        break

    assert 5 < statements < STATEMENTS_MAX - 1
    assert state(exchange) != before
