"""Two at once where only one may: freezes, approvals, publications, corrections, payments out."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import make_transient

from goldfruit import jobs
from goldfruit.infra import jobruns
from goldfruit.infra.work import SYSTEM, Actor, Exchange, Work
from goldfruit.ledger import services as ledger
from goldfruit.ledger.rules.cash import ApprovalNeeded
from goldfruit.prices.models import IndexRun, IndexValue
from goldfruit.prices.rules.publication import RunState
from goldfruit.prices.services import publishing
from goldfruit.prices.services import runs as running
from tests.conftest import Clock
from tests.ledger import people
from tests.ledger.people import yuan
from tests.ledger.test_races import race
from tests.prices.staff import ANALYST, APPROVER, SECOND, quote_the_basket, run

DAY = date(2025, 10, 9)


def at_once(*deeds: Callable[[], object]) -> dict[str, int]:
    return dict(race(list(deeds)))


def in_work(exchange: Exchange, actor: Actor, deed: Callable[[Work], object]) -> Callable[[], None]:
    def go() -> None:
        with exchange.begin(actor) as work:
            deed(work)

    return go


def states(exchange: Exchange) -> list[str]:
    with exchange.reading() as work:
        return list(work.session.scalars(sa.select(IndexRun.state).order_by(IndexRun.id)))


def test_of_freezes_at_once_one_stands(exchange: Exchange) -> None:
    quote_the_basket(exchange, DAY)

    def freeze(work: Work) -> None:
        made = running.freeze(work, index_code="GFI-D", first=DAY, last=DAY, as_of=work.now)
        running.calculate(work, made)

    ended = at_once(*(in_work(exchange, ANALYST, freeze) for _ in range(4)))

    assert ended == {"done": 4}
    assert sorted(states(exchange)) == ["calculated", "discarded", "discarded", "discarded"]


def test_of_approvals_and_publications_at_once_one_counts(exchange: Exchange) -> None:
    quote_the_basket(exchange, DAY)
    made = run(exchange, "GFI-D", DAY)
    with exchange.begin(ANALYST) as work:
        running.review(work, run_id=made.id)

    approved = at_once(
        *(
            in_work(exchange, actor, lambda work: running.approve(work, run_id=made.id))
            for actor in (APPROVER, SECOND, APPROVER)
        )
    )
    published = at_once(
        *(
            in_work(exchange, APPROVER, lambda work: publishing.publish(work, run_id=made.id))
            for _ in range(3)
        )
    )

    assert approved == {"done": 1, "index-run-cannot-move": 2}
    assert published == {"done": 1, "index-run-cannot-move": 2}


def test_a_second_run_of_a_published_day_is_refused_in_words(exchange: Exchange) -> None:
    quote_the_basket(exchange, DAY)
    first = run(exchange, "GFI-D", DAY)
    with exchange.begin(ANALYST) as work:
        running.review(work, run_id=first.id)
    with exchange.begin(APPROVER) as work:
        running.approve(work, run_id=first.id)
        publishing.publish(work, run_id=first.id)
        twin = work.session.get_one(IndexRun, first.id)
        work.session.expunge(twin)
        make_transient(twin)
        twin.id, twin.state = None, RunState.APPROVED.value  # type: ignore[assignment]
        work.session.add(twin)
        work.session.flush()
        number = twin.id

    with pytest.raises(running.AlreadyPublished), exchange.begin(APPROVER) as work:
        publishing.publish(work, run_id=number)


def test_a_newer_correction_takes_the_place_of_one_that_waits(exchange: Exchange) -> None:
    quote_the_basket(exchange, DAY)
    first = run(exchange, "GFI-D", DAY)
    with exchange.begin(ANALYST) as work:
        running.review(work, run_id=first.id)
    with exchange.begin(APPROVER) as work:
        running.approve(work, run_id=first.id)
        publishing.publish(work, run_id=first.id)

    def correct(work: Work) -> None:
        publishing.correct(
            work, index_code="GFI-D", day=DAY, cause="wrong-input", reason="录入有误" * 200
        )

    ended = at_once(*(in_work(exchange, ANALYST, correct) for _ in range(3)))

    assert ended == {"done": 3}
    assert sorted(states(exchange)) == ["calculated", "discarded", "discarded", "published"]
    with exchange.reading() as work:
        waiting = work.session.scalars(
            sa.select(IndexRun).where(IndexRun.state == "calculated")
        ).one()
        assert publishing.judged(work, waiting).reason.startswith("录入有误")


def test_finalizations_at_once_make_each_value_final_once(exchange: Exchange, clock: Clock) -> None:
    quote_the_basket(exchange, DAY)
    first = run(exchange, "GFI-D", DAY)
    with exchange.begin(ANALYST) as work:
        running.review(work, run_id=first.id)
    with exchange.begin(APPROVER) as work:
        running.approve(work, run_id=first.id)
        publishing.publish(work, run_id=first.id)
    clock.move(days=1)
    done: list[date] = []

    def finalize(work: Work) -> None:
        done.extend(publishing.finalize(work, index_code="GFI-D", before=DAY + timedelta(days=1)))

    assert at_once(*(in_work(exchange, SYSTEM, finalize) for _ in range(3))) == {"done": 3}
    assert done == [DAY]
    with exchange.reading() as work:
        assert work.session.scalar(sa.select(sa.func.max(IndexValue.rev))) == 0


def test_payments_confirmed_at_once_do_not_pass_the_days_limit_unapproved(
    exchange: Exchange,
) -> None:
    people.settle_in(exchange)
    with exchange.begin() as work:
        people.fund(work, people.BUYER, "2000000.00")
    numbers = []
    with exchange.begin(people.CLERK) as work:
        for serial in ("B-0001", "B-0002", "B-0003", "B-0004"):
            numbers.append(
                ledger.prepare_out(
                    work, member=people.BUYER, amount=yuan("300000.00"), serial=serial
                )
            )

    ended = at_once(
        *(
            in_work(
                exchange,
                people.CHECKER,
                lambda work, number=number: ledger.confirm(work, movement_id=number),  # type: ignore[misc]
            )
            for number in numbers
        )
    )

    assert ended == {"done": 1, ApprovalNeeded.code: 3}


class TestTheClocksJobs:
    def test_one_that_breaks_does_not_hold_up_the_others(
        self, exchange: Exchange, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(work: Work, as_of: datetime) -> str:
            raise KeyError("a bug")

        good = jobs.Job("b", "b", jobs.JOBS[-1].at, lambda work, as_of: "done")
        bad = jobs.Job("a", "a", jobs.JOBS[-1].at, broken)
        monkeypatch.setattr(jobs, "JOBS", (bad, good))

        assert jobs.catch_up(exchange, clock.now, clock.now - timedelta(days=2)) == 2
        with exchange.reading() as work:
            assert {each.job for each in jobruns.newest(work.session)} == {"b"}

    @pytest.mark.parametrize(
        "as_of",
        [
            datetime(2025, 10, 9, 0, 59, tzinfo=UTC),
            datetime(2025, 10, 10, 8, 30, tzinfo=UTC),
            datetime(2031, 1, 2, 8, 30, tzinfo=UTC),
        ],
    )
    def test_by_hand_none_uses_up_a_day_before_its_time(
        self, as_of: datetime, clock: Clock
    ) -> None:
        with pytest.raises(jobs.NotDueThen):
            jobs.check_due(jobs.find("freeze-inputs"), as_of, clock.now)

    def test_by_hand_it_may_be_run_from_its_time_on(self, clock: Clock) -> None:
        clock.move(hours=8)

        jobs.check_due(
            jobs.find("freeze-inputs"), datetime(2025, 10, 9, 8, 30, tzinfo=UTC), clock.now
        )


def test_two_processes_ask_for_one_slot_and_one_does_it(exchange: Exchange, clock: Clock) -> None:
    did: list[int] = []
    lock = threading.Lock()

    def deed(work: Work, as_of: datetime) -> str:
        with lock:
            did.append(1)
        return "done"

    job = jobs.Job("once", "once", jobs.JOBS[0].at, deed)

    ended = at_once(*(lambda: jobs.run(exchange, job, clock.now) for _ in range(6)))

    assert ended == {"done": 6}
    assert did == [1]
