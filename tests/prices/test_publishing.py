"""Publication: unattended or held, final, restated before it is, corrected after by the policy."""

from datetime import date

import pytest
import sqlalchemy as sa

from goldfruit.infra.work import Exchange
from goldfruit.kernel.units import Price
from goldfruit.prices.models import IndexRun, IndexValue, Quote
from goldfruit.prices.queries import runs, values
from goldfruit.prices.queries.values import NotPublishedYet
from goldfruit.prices.rules.publication import Answer
from goldfruit.prices.services import publishing
from goldfruit.prices.services import runs as running
from tests.conftest import Clock
from tests.prices.staff import (
    ANALYST,
    APPROVER,
    REPORTER,
    RIVAL,
    THIRD,
    publish,
    quote,
    quote_the_basket,
    run,
    settle_in,
)

DAY, NEXT = date(2025, 10, 9), date(2025, 10, 10)


@pytest.fixture(autouse=True)
def people(exchange: Exchange) -> None:
    settle_in(exchange)


@pytest.fixture
def published(exchange: Exchange) -> IndexRun:
    quote_the_basket(exchange, DAY)
    made = run(exchange, "GFI-D", DAY)
    publish(exchange, made)
    return made


def cut_prices(exchange: Exchange, day: date, share: float) -> None:
    """Alter what was quoted, as an analyst who mends an error would have it altered."""
    with exchange.begin() as work:
        for quote in work.session.scalars(sa.select(Quote).where(Quote.day == day)).all():
            figure = Price(round(quote.mostly.yuan_per_tonne * share))
            quote.low = quote.mostly = quote.high = figure


def revisions(exchange: Exchange, code: str = "GFI-D", day: date = DAY) -> list[tuple[int, object]]:
    with exchange.reading() as work:
        rows = work.session.scalars(
            sa.select(IndexValue)
            .where(IndexValue.index_code == code, IndexValue.day == day)
            .order_by(IndexValue.rev)
        )
        return [(row.rev, row.value_e2) for row in rows]


class TestUnattended:
    def test_a_first_value_has_no_change_to_judge_by_and_is_held(self, exchange: Exchange) -> None:
        quote_the_basket(exchange, DAY)
        made = run(exchange, "GFI-D", DAY)
        with exchange.begin() as work:
            said = publishing.publish_unattended(work, running.locked(work, made.id))

        assert said.startswith("held")
        assert revisions(exchange) == []

    def test_a_held_run_is_published_once_somebody_approves(self, exchange: Exchange) -> None:
        quote_the_basket(exchange, DAY)
        made = run(exchange, "GFI-D", DAY)
        with exchange.begin() as work:
            publishing.publish_unattended(work, running.locked(work, made.id))
        with exchange.begin(APPROVER) as work:
            running.approve(work, run_id=made.id)
            publishing.publish(work, run_id=made.id)

        assert revisions(exchange) == [(0, 100_000)]

    def test_an_approved_run_goes_out(self, exchange: Exchange) -> None:
        quote_the_basket(exchange, DAY)
        made = run(exchange, "GFI-D", DAY)
        with exchange.begin(ANALYST) as work:
            running.review(work, run_id=made.id)
        with exchange.begin(APPROVER) as work:
            running.approve(work, run_id=made.id)
        with exchange.begin() as work:
            said = publishing.publish_unattended(work, running.locked(work, made.id))

        assert said == "published"
        assert revisions(exchange) == [(0, 100_000)]

    def test_a_day_without_a_value_goes_out_as_such(
        self, exchange: Exchange, published: IndexRun
    ) -> None:
        made = run(exchange, "GFI-D", NEXT)
        with exchange.begin() as work:
            said = publishing.publish_unattended(work, running.locked(work, made.id))

        assert said == "published unattended"
        assert revisions(exchange, day=NEXT) == [(0, None)]


class TestFinal:
    def test_nothing_changed_makes_the_value_final_as_it_was(
        self, exchange: Exchange, clock: Clock, published: IndexRun
    ) -> None:
        clock.move(days=1, hours=1)
        with exchange.begin() as work:
            assert publishing.finalize(work, index_code="GFI-D", before=NEXT) == [DAY]

        with exchange.reading() as work:
            assert values.on(work.session, "GFI-D", DAY).final_at is not None
            assert runs.by_id(work.session, published.id).state == "final"
        assert revisions(exchange) == [(0, 100_000)]

    def test_what_left_the_inputs_restates_the_value_before_it_is_final(
        self, exchange: Exchange, clock: Clock, published: IndexRun
    ) -> None:
        clock.move(days=1)
        quote_the_basket(exchange, NEXT)
        lies = [quote(exchange, "6.30", by).id for by in (REPORTER, RIVAL, THIRD)]
        publish(exchange, run(exchange, "GFI-D", NEXT))
        assert revisions(exchange, day=NEXT) == [(0, 100_430)], "0.086 of the basket by 5 %"
        with exchange.begin() as work:
            work.session.execute(sa.update(Quote).where(Quote.id.in_(lies)).values(state="DROPPED"))
        clock.move(days=1)
        with exchange.begin() as work:
            publishing.finalize(work, index_code="GFI-D", before=date(2025, 10, 11))

        assert revisions(exchange, day=NEXT) == [(0, 100_430), (1, 100_000)]
        with exchange.reading() as work:
            assert values.on(work.session, "GFI-D", NEXT).status == "REST"


class TestCorrections:
    def corrected(self, exchange: Exchange, cause: str = "wrong-input") -> IndexRun:
        with exchange.begin(ANALYST) as work:
            return publishing.correct(
                work, index_code="GFI-D", day=NEXT, cause=cause, reason="录入错位"
            )

    @pytest.fixture
    def second_day(self, exchange: Exchange, clock: Clock, published: IndexRun) -> IndexRun:
        clock.move(days=1)
        quote_the_basket(exchange, NEXT, "6.00")
        made = run(exchange, "GFI-D", NEXT)
        publish(exchange, made)
        clock.move(days=3, hours=1)
        with exchange.begin() as work:
            publishing.finalize(work, index_code="GFI-D", before=date(2025, 10, 11))
        return made

    def test_a_large_error_found_in_time_is_restated_with_both_values(
        self, exchange: Exchange, second_day: IndexRun
    ) -> None:
        cut_prices(exchange, NEXT, 0.95)
        made = self.corrected(exchange)
        with exchange.reading() as work:
            told = publishing.judged(work, runs.by_id(work.session, made.id))
        assert (told.before.value_e2, told.after, told.answer) == (100_000, 95_000, Answer.RESTATE)
        assert revisions(exchange, day=NEXT) == [(0, 100_000)], "not before two people say so"
        publish(exchange, made)

        assert revisions(exchange, day=NEXT) == [(0, 100_000), (1, 95_000)]
        with exchange.reading() as work:
            subs = {sub.code for sub in runs.definition_of(work.session, made).sub_indices}
            value = values.on(work.session, "GFI-D", NEXT)
        assert (value.status, value.reason) == ("REST", "录入错位")
        assert all(len(revisions(exchange, code, NEXT)) == 2 for code in subs)

    def test_a_small_error_after_final_is_disclosed_and_not_restated(
        self, exchange: Exchange, second_day: IndexRun
    ) -> None:
        cut_prices(exchange, NEXT, 0.998)
        made = self.corrected(exchange)
        with exchange.reading() as work:
            told = publishing.judged(work, runs.by_id(work.session, made.id))
        assert told.answer is Answer.DISCLOSE
        publish(exchange, made)

        assert revisions(exchange, day=NEXT) == [(0, 100_000)]

    def test_late_data_restates_nothing(self, exchange: Exchange, second_day: IndexRun) -> None:
        cut_prices(exchange, NEXT, 0.9)
        publish(exchange, self.corrected(exchange, "late-data"))

        assert revisions(exchange, day=NEXT) == [(0, 100_000)]

    def test_the_maker_of_a_correction_does_not_approve_it(
        self, exchange: Exchange, second_day: IndexRun
    ) -> None:
        made = self.corrected(exchange)
        with exchange.begin(ANALYST) as work:
            running.review(work, run_id=made.id)
        with pytest.raises(running.MakerApproves), exchange.begin(ANALYST) as work:
            running.approve(work, run_id=made.id)

    @pytest.mark.parametrize(("cause", "reason"), [("mood", "x"), ("wrong-input", " ")])
    def test_a_correction_says_what_was_wrong(
        self, exchange: Exchange, published: IndexRun, cause: str, reason: str
    ) -> None:
        with pytest.raises(publishing.CauseUnknown), exchange.begin(ANALYST) as work:
            publishing.correct(work, index_code="GFI-D", day=DAY, cause=cause, reason=reason)

    def test_only_a_published_day_is_corrected(self, exchange: Exchange) -> None:
        with pytest.raises(NotPublishedYet), exchange.begin(ANALYST) as work:
            publishing.correct(
                work, index_code="GFI-D", day=DAY, cause="wrong-input", reason="没有"
            )
