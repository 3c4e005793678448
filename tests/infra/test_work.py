"""The unit of work: all or nothing, and its facts in an unbroken chain."""

import threading
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from goldfruit.infra import facts, migrate
from goldfruit.infra.db import OutcomeUnknown
from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import SYSTEM, Exchange, Work
from goldfruit.kernel.errors import Clash
from goldfruit.kernel.events import JobDone, UserSignedUp


@dataclass(eq=False)
class Refused(Clash):
    code = "refused-in-a-test"
    title = "拒绝"


def facts_of(exchange: Exchange) -> list[tuple[int, str]]:
    with exchange.reading() as work:
        return [(fact.no, fact.name) for fact in facts.after(work.session, 0, limit=1000)]


def test_a_committed_work_leaves_its_facts_in_order(exchange: Exchange) -> None:
    with exchange.begin() as work:
        work.announce(UserSignedUp(user_id=7))
        work.announce(UserSignedUp(user_id=8))

    assert facts_of(exchange) == [(1, "user-signed-up"), (2, "user-signed-up")]


def test_a_refused_work_leaves_nothing(exchange: Exchange) -> None:
    with pytest.raises(Refused), exchange.begin() as work:
        work.announce(UserSignedUp(user_id=7))
        raise Refused

    assert facts_of(exchange) == []


def test_a_reaction_happens_in_the_same_transaction(exchange: Exchange) -> None:
    def react(event: object, work: Work) -> None:
        raise Refused

    reacting = Exchange(exchange.engine, {UserSignedUp: (react,)}, exchange.clock)

    with pytest.raises(Refused), reacting.begin() as work:
        work.announce(UserSignedUp(user_id=7))

    assert facts_of(exchange) == []


def test_an_altered_fact_is_named(exchange: Exchange) -> None:
    with exchange.begin() as work:
        for user_id in range(3):
            work.announce(UserSignedUp(user_id=user_id))
    with exchange.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE facts SET actor = 'user:9' WHERE no = 2")

    with exchange.reading() as work:
        checked, faults = facts.verify(work.session)

    assert checked == 3
    assert [fault.where for fault in faults] == ["fact 2"]


def test_a_cut_tail_is_named(exchange: Exchange) -> None:
    with exchange.begin() as work:
        work.announce(UserSignedUp(user_id=1))
        work.announce(UserSignedUp(user_id=2))
    with exchange.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM facts WHERE no = 2"))

    with exchange.reading() as work:
        _, faults = facts.verify(work.session)

    assert faults


class TestSequencer:
    def test_answers_each_command_and_rolls_back_only_the_refused(self, exchange: Exchange) -> None:
        sequencer = Sequencer(exchange)
        outcomes: dict[int, object] = {}

        def ask(number: int) -> None:
            def command(work: Work) -> int:
                work.announce(UserSignedUp(user_id=number))
                if number % 3 == 0:
                    raise Refused
                return number

            try:
                outcomes[number] = sequencer.perform(command, SYSTEM)
            except Refused:
                outcomes[number] = "refused"

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sequencer.stop()

        assert outcomes == {n: "refused" if n % 3 == 0 else n for n in range(30)}
        assert [no for no, _ in facts_of(exchange)] == list(range(1, 21))
        with exchange.reading() as work:
            assert facts.verify(work.session) == (20, [])

    def test_passes_on_what_nobody_expected(self, exchange: Exchange) -> None:
        sequencer = Sequencer(exchange)

        def command(work: Work) -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            sequencer.perform(command, SYSTEM)
        assert sequencer.alive()
        sequencer.stop()

    def test_two_writers_on_one_database_keep_one_chain(self, exchange: Exchange) -> None:
        writers = [Sequencer(exchange), Sequencer(exchange)]

        def ask(writer: Sequencer, number: int) -> None:
            writer.perform(lambda work: work.announce(UserSignedUp(user_id=number)), SYSTEM)

        threads = [threading.Thread(target=ask, args=(writers[n % 2], n)) for n in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for writer in writers:
            writer.stop()

        with exchange.reading() as work:
            assert facts.verify(work.session) == (40, [])


def test_the_tables_and_the_migrations_agree(exchange: Exchange) -> None:
    assert migrate.current(exchange.engine) == migrate.newest()
    assert migrate.differences(exchange.engine) == []


def test_a_fact_holds_no_float_and_no_naive_time(exchange: Exchange) -> None:
    event = JobDone(job="x", as_of=exchange.clock().replace(tzinfo=None), outcome="")

    with pytest.raises(ValueError, match="naive"), exchange.begin() as work:
        work.announce(event)


class TestACommitOnOneDiskOnly:
    """What PostgreSQL says when its wait for the standby was cancelled (reliability, §2.4)."""

    def test_is_not_acknowledged(self, exchange: Exchange) -> None:
        if exchange.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no standby to wait for")
        sequencer = Sequencer(exchange)

        def command(work: Work) -> None:
            work.announce(UserSignedUp(user_id=1))
            said = "canceling wait for synchronous replication due to user request"
            work.session.execute(sa.text(f"DO $$ BEGIN RAISE WARNING '{said}'; END $$"))

        with pytest.raises(OutcomeUnknown):
            sequencer.perform(command, SYSTEM)
        sequencer.perform(lambda work: work.announce(UserSignedUp(user_id=2)), SYSTEM)
        sequencer.stop()

        assert len(facts_of(exchange)) == 2
