"""Runs: frozen, calculated, discarded, approved by another, and the same on every database."""

import json
from datetime import date

import pytest
import sqlalchemy as sa

from goldfruit.infra.work import Exchange
from goldfruit.prices.models import IndexInput, IndexRun, IndexValue, Quote
from goldfruit.prices.queries import runs, values
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.frozen import FrozenInputsDamaged
from goldfruit.prices.rules.publication import IndexRunCannotMove, hundredths
from goldfruit.prices.services import publishing
from goldfruit.prices.services import runs as running
from tests.conftest import Clock
from tests.places import SHARED_DATA, needs_shared_data
from tests.prices.staff import (
    ANALYST,
    APPROVER,
    SECOND,
    market_file,
    publish,
    quote_the_basket,
    run,
    settle_in,
    take_in,
)

FIRST, LAST = date(2013, 6, 10), date(2013, 6, 21)
DAY = date(2025, 10, 9)


@pytest.fixture(autouse=True)
def people(exchange: Exchange) -> None:
    settle_in(exchange)


def state(exchange: Exchange, made: IndexRun) -> str:
    with exchange.reading() as work:
        return runs.by_id(work.session, made.id).state


class TestFreezing:
    def test_what_was_frozen_thaws_to_the_same_calculation(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)

        with exchange.reading() as work:
            found = runs.by_id(work.session, made.id)
            outcome = calculate(
                runs.definition_of(work.session, found), runs.inputs(work.session, found)
            )
            stored = list(runs.results(work.session, made.id))
        assert [day.day.isoformat() for day in outcome.days] == [row["day"] for row in stored]
        assert [None if day.value is None else repr(day.value) for day in outcome.days] == [
            row["value"] for row in stored
        ]

    def test_a_quote_that_comes_later_is_not_in_it(self, exchange: Exchange, clock: Clock) -> None:
        take_in(exchange, market_file(5))
        made = run(exchange, "XFD-D", FIRST, LAST)
        clock.move(minutes=1)
        take_in(exchange, market_file(12))

        with exchange.begin(ANALYST) as work:
            again = running.freeze(
                work,
                index_code="XFD-D",
                first=FIRST,
                last=date(2013, 6, 14),
                as_of=made.frozen_at,
            )
        assert again.inputs_digest == made.inputs_digest

    def test_an_altered_row_is_named(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)
        with exchange.begin() as work:
            row = work.session.get_one(IndexInput, (made.id, 7))
            row.body = row.body.replace("2013", "2014")

        with exchange.reading() as work, pytest.raises(FrozenInputsDamaged) as refusal:
            runs.inputs(work.session, runs.by_id(work.session, made.id))
        assert refusal.value.row == 7

    def test_no_days_is_a_refusal(self, exchange: Exchange) -> None:
        with pytest.raises(running.NoDaysToRun):
            run(exchange, "XFD-D", FIRST, LAST)


class TestStaleRuns:
    def test_a_new_run_discards_what_was_not_published(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        old = run(exchange, "XFD-D", FIRST, LAST)
        new = run(exchange, "XFD-D", FIRST, LAST)

        assert (state(exchange, old), state(exchange, new)) == ("discarded", "calculated")

    def test_a_published_day_is_not_run_again(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        publish(exchange, run(exchange, "XFD-D", FIRST, LAST))

        with pytest.raises(running.AlreadyPublished) as refusal:
            run(exchange, "XFD-D", date(2013, 6, 15), date(2013, 6, 16))
        assert refusal.value.day == "2013-06-15"


class TestTwoPeople:
    def test_the_maker_does_not_approve(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)
        with exchange.begin(APPROVER) as work:
            running.review(work, run_id=made.id)

        for same in (ANALYST, APPROVER):
            with pytest.raises(running.MakerApproves), exchange.begin(same) as work:
                running.approve(work, run_id=made.id)
        with exchange.begin(SECOND) as work:
            assert running.approve(work, run_id=made.id).state == "approved"

    def test_the_machine_approves_nothing(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)
        with pytest.raises(running.MakerApproves), exchange.begin() as work:
            running.approve(work, run_id=made.id)

    @pytest.mark.parametrize("reviewed", [False, True])
    def test_nothing_unapproved_is_published(self, exchange: Exchange, reviewed: bool) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)
        if reviewed:
            with exchange.begin(ANALYST) as work:
                running.review(work, run_id=made.id)

        with pytest.raises(IndexRunCannotMove), exchange.begin(APPROVER) as work:
            publishing.publish(work, run_id=made.id)
        with exchange.reading() as work:
            assert values.codes(work.session) == []

    def test_a_run_is_published_once(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)
        publish(exchange, made)

        with pytest.raises(IndexRunCannotMove), exchange.begin(APPROVER) as work:
            publishing.publish(work, run_id=made.id)

    def test_what_is_discarded_stays_readable_and_goes_no_further(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)
        with exchange.begin(ANALYST) as work:
            running.discard(work, run_id=made.id, reason="文件不全")

        with pytest.raises(IndexRunCannotMove), exchange.begin(ANALYST) as work:
            running.review(work, run_id=made.id)
        with exchange.reading() as work:
            assert runs.by_id(work.session, made.id).reason == "文件不全"
            assert len(list(runs.results(work.session, made.id))) == 12


class TestTheMarketIndex:
    def test_a_made_up_market_goes_from_file_to_published_series(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)
        publish(exchange, made)

        with exchange.reading() as work:
            series = values.series(work.session, "XFD-D")
        assert [value.status for value in series] == ["BACKFILL"] * 12
        assert series[0].value_e2 == 100_000
        found = [value.value_e2 or 0 for value in series]
        assert found == sorted(found)
        assert found[-1] > 100_000

    def test_both_databases_give_one_digest(self, exchange: Exchange) -> None:
        take_in(exchange, market_file())
        made = run(exchange, "XFD-D", FIRST, LAST)

        assert made.inputs_digest == DIGESTS.setdefault("inputs", made.inputs_digest)
        assert made.results_digest == DIGESTS.setdefault("results", made.results_digest)

    @needs_shared_data
    def test_the_real_file_gives_the_whole_series(self, exchange: Exchange) -> None:
        take_in(exchange, (SHARED_DATA / "quotes" / "xinfadi_apple_raw.csv").read_bytes())
        made = run(exchange, "XFD-D", date(2013, 6, 10), date(2016, 5, 5))
        publish(exchange, made)

        with exchange.reading() as work:
            latest = values.latest(work.session, "XFD-D")
        assert latest is not None
        assert 68_000 <= (latest.value_e2 or 0) <= 74_000


DIGESTS: dict[str, str | None] = {}
"""What the first database said; the second must agree."""


class TestTheOriginIndex:
    def test_the_first_day_is_the_base_and_every_sub_index_goes_out(
        self, exchange: Exchange
    ) -> None:
        quote_the_basket(exchange, DAY)
        made = run(exchange, "GFI-D", DAY)
        publish(exchange, made)

        with exchange.reading() as work:
            subs = [sub.code for sub in runs.definition_of(work.session, made).sub_indices]
            rows = work.session.scalars(sa.select(IndexValue)).all()
        assert subs
        assert {row.index_code for row in rows} == {"GFI-D", *subs}
        assert {(row.value_e2, row.status) for row in rows} == {(100_000, "PROV")}

    def test_a_day_without_quotes_is_not_published_and_not_zero(self, exchange: Exchange) -> None:
        quote_the_basket(exchange, DAY)
        publish(exchange, run(exchange, "GFI-D", DAY))
        following = date(2025, 10, 10)
        publish(exchange, run(exchange, "GFI-D", following))

        with exchange.reading() as work:
            value = values.on(work.session, "GFI-D", following)
        assert (value.value_e2, value.status) == (None, "NP")
        assert value.reason

    def test_a_second_day_moves_with_the_prices(self, exchange: Exchange, clock: Clock) -> None:
        quote_the_basket(exchange, DAY, "6.00")
        publish(exchange, run(exchange, "GFI-D", DAY))
        clock.move(days=1)
        quote_the_basket(exchange, date(2025, 10, 10), "6.06")
        made = run(exchange, "GFI-D", date(2025, 10, 10))

        with exchange.reading() as work:
            body = runs.result(work.session, made.id, date(2025, 10, 10))
        assert hundredths(float(body["value"])) == 101_000

    def test_a_wild_quote_is_dropped_with_its_figures_and_asked_about(
        self, exchange: Exchange
    ) -> None:
        quote_the_basket(exchange, DAY)
        with exchange.begin() as work:
            wild = work.session.scalars(sa.select(Quote).order_by(Quote.id)).first()
            assert wild is not None
            wild.low = wild.mostly = wild.high = type(wild.mostly)(9_000)
            wild_id = wild.id
        made = run(exchange, "GFI-D", DAY)

        with exchange.reading() as work:
            dropped = runs.result(work.session, made.id, DAY)["verdicts"]
        assert [each["id"] for each in dropped] in ([], [f"S{wild_id}"])
        assert json.dumps(dropped)
