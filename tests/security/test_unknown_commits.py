"""A COMMIT whose outcome nobody knows: what may be done is neither acknowledged nor done twice."""

import queue
import threading

import psycopg
import pytest
import sqlalchemy as sa

from goldfruit.infra import facts
from goldfruit.infra.db import OutcomeUnknown
from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import SYSTEM, Exchange, Work
from goldfruit.kernel.events import UserSignedUp


class CutCommits:
    """A line that breaks just after the server carried out a COMMIT."""

    def __init__(self, exchange: Exchange, nth: int = 1) -> None:
        self.nth = nth
        sa.event.listen(exchange.engine, "connect", self._wrap)
        exchange.engine.dispose()

    def _wrap(self, connection: object, _record: object) -> None:
        class Cut(type(connection)):  # type: ignore[misc]
            cut = self

            def commit(self) -> None:
                super().commit()
                self.cut.nth -= 1
                if self.cut.nth == 0:
                    self.close()
                    raise psycopg.OperationalError("server closed the connection unexpectedly")

        connection.__class__ = Cut


def told(exchange: Exchange) -> list[int]:
    with exchange.reading() as work:
        return [int(str(body["user_id"])) for body in facts.bodies(work.session, "user-signed-up")]


@pytest.fixture
def exchange_on_a_line(exchange: Exchange) -> Exchange:
    if exchange.engine.dialect.name != "postgresql":
        pytest.skip("no line to SQLite that could break")
    return exchange


def test_a_batch_whose_commit_was_cut_is_not_run_again(exchange_on_a_line: Exchange) -> None:
    CutCommits(exchange_on_a_line, nth=2)
    sequencer = Sequencer(exchange_on_a_line)
    ended: queue.SimpleQueue[str] = queue.SimpleQueue()
    first_is_in, all_asked = threading.Event(), threading.Event()

    def hold_up(work: Work) -> None:
        first_is_in.set()
        all_asked.wait(5)
        raise ZeroDivisionError  # its commit is the first and empty; the others make one batch

    def ask(number: int) -> None:
        try:
            sequencer.perform(lambda work: work.announce(UserSignedUp(user_id=number)), SYSTEM)
        except OutcomeUnknown:
            ended.put("unknown")
        else:
            ended.put("done")

    def block() -> None:
        with pytest.raises(ZeroDivisionError):
            sequencer.perform(hold_up, SYSTEM)

    blocker = threading.Thread(target=block)
    blocker.start()
    first_is_in.wait(5)
    askers = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for asker in askers:
        asker.start()
    while sequencer._arrived.qsize() < len(askers):
        pass
    all_asked.set()
    for thread in (blocker, *askers):
        thread.join()
    sequencer.stop()

    assert sorted(told(exchange_on_a_line)) == list(range(5))
    assert ended.qsize() == 5
    assert {ended.get() for _ in range(5)} == {"unknown"}


def test_the_command_line_is_not_told_that_all_is_well(exchange_on_a_line: Exchange) -> None:
    CutCommits(exchange_on_a_line)

    with pytest.raises(OutcomeUnknown), exchange_on_a_line.begin() as work:
        work.announce(UserSignedUp(user_id=1))

    assert told(exchange_on_a_line) == [1]


def test_a_commit_on_one_disk_only_is_unknown_to_the_command_line_too(
    exchange_on_a_line: Exchange,
) -> None:
    said = "canceling wait for synchronous replication due to user request"

    with pytest.raises(OutcomeUnknown), exchange_on_a_line.begin() as work:
        work.session.execute(sa.text(f"DO $$ BEGIN RAISE WARNING '{said}'; END $$"))
    with exchange_on_a_line.begin() as work:
        work.announce(UserSignedUp(user_id=2))

    assert told(exchange_on_a_line) == [2]


def test_an_error_of_a_statement_shows_nothing_that_was_given_to_it(exchange: Exchange) -> None:
    with pytest.raises(sa.exc.DBAPIError) as broken, exchange.begin() as work:
        work.session.execute(
            sa.text("INSERT INTO users (phone) VALUES (:phone)"), {"phone": "+8613800138000"}
        )

    assert "13800138000" not in str(broken.value)
