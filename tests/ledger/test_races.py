"""Thirty-two threads after one balance, and a journal that is asked everything twice."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import SYSTEM, Exchange, Work
from goldfruit.kernel.errors import Refusal
from goldfruit.ledger import queries, verification
from goldfruit.ledger import services as ledger
from goldfruit.ledger.rules.entries import FundsShort
from tests.ledger.people import fund, hold, yuan

THREADS, FIT = 32, 10
MEMBER, OTHER = 7, 8

Run = Callable[[Callable[[Work], object]], object]


def race(deeds: list[Callable[[], object]]) -> Counter[str]:
    """Start all at once and count how they ended: done, or the refusal's code."""
    ended: list[str] = []
    gate = threading.Barrier(len(deeds))

    def go(deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            deed()
        except Refusal as refusal:
            ended.append(refusal.code)
        except Exception as broken:
            ended.append(repr(broken))
        else:
            ended.append("done")

    threads = [threading.Thread(target=go, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)


def spending(run: Run, number: int) -> Callable[[], object]:
    """A hold, a fee or a payment out of 10.00, each under a cause of its own."""

    def deed(work: Work) -> object:
        if number % 3 == 0:
            return hold(work, MEMBER, "10.00", f"h:{number}")
        code = "E05" if number % 3 == 1 else "E02a"
        return ledger.post(work, code, cause=f"c:{number}", member=MEMBER, amount=yuan("10.00"))

    return lambda: run(deed)


def left(exchange: Exchange) -> str:
    with exchange.reading() as work:
        assert verification.verify(work.session).faults == []
        return str(queries.money_of(work.session, MEMBER).free)


def alone(exchange: Exchange) -> Run:
    def run(deed: Callable[[Work], object]) -> object:
        with exchange.begin() as work:
            return deed(work)

    return run


@pytest.mark.parametrize("way", ["sequencer", "transactions"])
def test_one_balance_is_spent_exactly_as_often_as_it_lasts(exchange: Exchange, way: str) -> None:
    with exchange.begin() as work:
        fund(work, MEMBER, "105.00")
    sequencer = Sequencer(exchange)
    run: Run = (
        (lambda deed: sequencer.perform(deed, SYSTEM)) if way == "sequencer" else alone(exchange)
    )

    ended = race([spending(run, number) for number in range(THREADS)])
    sequencer.stop()

    assert ended == {"done": FIT, FundsShort.code: THREADS - FIT}
    assert left(exchange) == "5.00"


@pytest.mark.parametrize("way", ["sequencer", "transactions"])
def test_one_cause_raced_is_one_entry(exchange: Exchange, way: str) -> None:
    with exchange.begin() as work:
        fund(work, MEMBER, "105.00")
    sequencer = Sequencer(exchange)
    run: Run = (
        (lambda deed: sequencer.perform(deed, SYSTEM)) if way == "sequencer" else alone(exchange)
    )

    ended = race([spending(run, 3) for _ in range(16)] + [spending(run, 4) for _ in range(16)])
    sequencer.stop()

    assert ended == {"done": THREADS}
    assert left(exchange) == "85.00"


def test_one_hold_is_taken_exactly_as_often_as_it_lasts(exchange: Exchange) -> None:
    with exchange.begin() as work:
        fund(work, MEMBER, "100.00")
        number = hold(work, MEMBER, "100.00", "h")
    run = alone(exchange)

    def take(part: int) -> Callable[[], object]:
        return lambda: run(
            lambda work: ledger.release(
                work, hold_id=number, amount=yuan("10.00"), cause=f"part:{part}"
            )
        )

    ended = race([take(part) for part in range(THREADS)])

    assert ended == {"done": 10, "hold-over": THREADS - 10}
    assert left(exchange) == "100.00"


def test_money_that_crosses_does_not_stand_in_each_others_way(exchange: Exchange) -> None:
    with exchange.begin() as work:
        fund(work, MEMBER, "100.00")
        fund(work, OTHER, "100.00")
        mine, theirs = hold(work, MEMBER, "100.00", "a"), hold(work, OTHER, "100.00", "b")
    run = alone(exchange)

    def pay(number: int) -> Callable[[], object]:
        forth = number % 2 == 0
        payer, payee = (MEMBER, OTHER) if forth else (OTHER, MEMBER)
        return lambda: run(
            lambda work: ledger.forfeit(
                work,
                hold_id=mine if forth else theirs,
                code="E13",
                buyer=payer,
                seller=payee,
                amount=yuan("1.00"),
                cause=f"penalty:{number}",
            )
        )

    assert race([pay(number) for number in range(THREADS)]) == {"done": THREADS}
    assert left(exchange) == "16.00"


def test_no_entry_slips_into_a_day_that_is_being_closed(exchange: Exchange) -> None:
    with exchange.begin() as work:
        today = queries.posting_day(work.session, work.now)
    run = alone(exchange)

    def pay(number: int) -> Callable[[], object]:
        return lambda: run(lambda work: fund(work, 100 + number, "1.00"))

    deeds = [pay(number) for number in range(15)]
    deeds.insert(7, lambda: run(lambda work: ledger.close_day(work, day=today)))

    assert race(deeds) == {"done": 16}
    assert left(exchange) == "0.00"
