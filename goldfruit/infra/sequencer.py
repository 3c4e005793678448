"""The sequencer (定序): one writer that takes all that has arrived, in the order of arrival.

Each command runs in its own SAVEPOINT, one commit serves the whole batch, then
all are answered: group commit, one writer, total order, the same services. A
batch that was not committed is run again, one command at a time; one that may
have been is not: its outcome is unknown, and whoever asks again brings the key.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from goldfruit.infra import facts
from goldfruit.infra.db import OutcomeUnknown, committed
from goldfruit.infra.work import Actor, Exchange, Work

T = TypeVar("T")

BATCH_MAX = 100
TRIES = 5
ANSWER_WITHIN_S = 30.0


@dataclass(slots=True)
class _Asked:
    command: Callable[[Work], Any]
    actor: Actor
    now: datetime | None
    answer: "Future[Any]"


class Sequencer:
    """Runs the commands of one process; ``perform`` is the only door."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._arrived: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="sequencer", daemon=True)
        self._started = threading.Lock()

    def perform(self, command: Callable[[Work], T], actor: Actor, now: datetime | None = None) -> T:
        """Run ``command`` in a transaction of its own and return what it returned, committed.

        Raises:
            Refusal: what the command refused; nothing of it was written.
            OutcomeUnknown: the commit's outcome could not be learned in time.
        """
        self._start()
        asked = _Asked(command, actor, now, Future())
        self._arrived.put(asked)
        try:
            result: T = asked.answer.result(timeout=ANSWER_WITHIN_S)
        except TimeoutError as late:
            raise OutcomeUnknown from late
        return result

    def alive(self) -> bool:
        """Return whether the writer runs, or has not been needed yet."""
        return self._writer.ident is None or self._writer.is_alive()

    def stop(self) -> None:
        """Answer what has arrived, then end the writer."""
        if self._writer.ident is not None:
            self._arrived.put(None)
            self._writer.join()

    def _start(self) -> None:
        with self._started:
            if self._writer.ident is None:
                self._writer.start()

    def _write(self) -> None:
        while (first := self._arrived.get()) is not None:
            batch = [first]
            ended = False
            while len(batch) < BATCH_MAX and not self._arrived.empty():
                following = self._arrived.get()
                if following is None:
                    ended = True
                    break
                batch.append(following)
            self._answer(batch)
            if ended:
                return

    def _answer(self, batch: Sequence[_Asked]) -> None:
        try:
            outcomes = self._commit(batch)
        except BaseException as broken:
            if len(batch) == 1:
                self._alone(batch[0], broken)
                return
            for asked in batch:
                self._answer([asked])
            return
        _tell(batch, outcomes)

    def _alone(self, asked: _Asked, broken: BaseException) -> None:
        """Try a single command again while the database says that it may work."""
        for _ in range(TRIES):
            if not _passing(broken):
                break
            try:
                outcomes = self._commit([asked])
            except BaseException as again:
                broken = again
                continue
            _tell([asked], outcomes)
            return
        lost = isinstance(broken, sa.exc.DBAPIError) and broken.connection_invalidated
        asked.answer.set_exception(OutcomeUnknown() if lost else broken)

    def _commit(self, batch: Sequence[_Asked]) -> list[Any]:
        """Run the batch and commit it; an exception says that nothing of it was written.

        A commit whose outcome nobody knows raises nothing: what may be done is not run again.
        """
        with self._exchange.engine.connect() as connection:
            connection.begin()
            outcomes, announced = [], []
            for asked in batch:
                outcome, said = self._run(connection, asked)
                outcomes.append(outcome)
                announced.extend(said)
            with Session(connection) as session:
                facts.append(session, announced)
                session.flush()
            if not committed(connection):
                return [OutcomeUnknown() for _ in batch]
        return outcomes

    def _run(self, connection: Connection, asked: _Asked) -> tuple[Any, list[facts.Announced]]:
        now = asked.now or self._exchange.clock()
        with Session(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            work = Work(session, now, asked.actor, self._exchange.reactions)
            try:
                outcome = asked.command(work)
                session.flush()
            except sa.exc.OperationalError:
                raise  # the whole transaction is in doubt, not this command alone
            except Exception as refused:
                session.rollback()
                return refused, []
            session.commit()
            return outcome, work.announced


def _tell(batch: Sequence[_Asked], outcomes: Sequence[Any]) -> None:
    for asked, outcome in zip(batch, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            asked.answer.set_exception(outcome)
        else:
            asked.answer.set_result(outcome)


def _passing(broken: BaseException) -> bool:
    """Return whether it may work again: a deadlock, a busy database, a serialization failure."""
    if not isinstance(broken, sa.exc.OperationalError) or broken.connection_invalidated:
        return False
    state = getattr(broken.orig, "sqlstate", None)
    return state in {"40001", "40P01", "55P03"} or "locked" in str(broken.orig)
