"""Quotes in: the cut-off, one live quote, suspects, and files that say everything once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from goldfruit.infra.work import Exchange
from goldfruit.kernel.days import HOURS, instant_at
from goldfruit.kernel.fruit import parse
from goldfruit.prices.imported import file_of
from goldfruit.prices.models import Quote, QuoteImport, QuoteJudgement
from goldfruit.prices.queries import quotes
from goldfruit.prices.rules.said_quotes import said
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import reporting
from goldfruit.prices.services import runs as running
from tests.conftest import Clock
from tests.places import SHARED_DATA, needs_shared_data
from tests.prices.staff import (
    ANALYST,
    HEADER,
    REPORTER,
    RIVAL,
    SENTENCE,
    market_file,
    price,
    quote,
    settle_in,
    take_in,
)

TODAY, TOMORROW = date(2025, 10, 9), date(2025, 10, 10)


@pytest.fixture(autouse=True)
def people(exchange: Exchange) -> None:
    settle_in(exchange)


def states(exchange: Exchange) -> list[str]:
    with exchange.reading() as work:
        return list(work.session.scalars(sa.select(Quote.state).order_by(Quote.id)))


class TestTheCutOff:
    def test_a_quote_at_the_cut_off_is_of_that_day(self, exchange: Exchange, clock: Clock) -> None:
        clock.move(hours=7.5)  # 16:30

        assert quote(exchange, "6.4").day == TODAY

    def test_a_quote_after_the_cut_off_is_of_the_next_trading_day(
        self, exchange: Exchange, clock: Clock
    ) -> None:
        clock.move(hours=7.5, seconds=1)

        assert quote(exchange, "6.4").day == TOMORROW

    def test_a_quote_in_a_holiday_waits_for_the_first_trading_day(
        self, exchange: Exchange, clock: Clock
    ) -> None:
        clock.move(days=-5)  # 4 October, in the national holiday

        assert quote(exchange, "6.4").day == TODAY

    def test_what_is_frozen_is_frozen_even_for_a_quote_stamped_before(
        self, exchange: Exchange, clock: Clock
    ) -> None:
        quote(exchange, "6.4")
        cut_off = instant_at(TODAY, HOURS.cut_off)
        with exchange.begin() as work:
            running.freeze(work, index_code="GFI-D", first=TODAY, last=TODAY, as_of=cut_off)

        assert quote(exchange, "6.6", RIVAL).day == TOMORROW

    def test_a_run_by_hand_before_the_cut_off_closes_nothing(
        self, exchange: Exchange, clock: Clock
    ) -> None:
        quote(exchange, "6.4")
        with exchange.begin() as work:
            running.freeze(work, index_code="GFI-D", first=TODAY, last=TODAY, as_of=clock.now)

        assert quote(exchange, "6.6", RIVAL).day == TODAY


class TestOneLiveQuote:
    def test_a_later_quote_supersedes_the_first_and_both_stay(self, exchange: Exchange) -> None:
        quote(exchange, "6.4")
        quote(exchange, "6.6")

        assert states(exchange) == ["SUPERSEDED", "ACCEPTED"]

    def test_two_reporters_and_two_specs_do_not_touch_each_other(self, exchange: Exchange) -> None:
        quote(exchange, "6.4")
        quote(exchange, "6.6", RIVAL)
        quote(exchange, "5.6", what="礼泉 富士 纸袋 70#以上 一二级 冷库")

        assert states(exchange) == ["ACCEPTED"] * 3

    def test_two_quotes_at_once_leave_one_live(self, exchange: Exchange) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: quote(exchange, f"6.{n}"), range(4)))

        assert sorted(states(exchange)) == ["ACCEPTED", *["SUPERSEDED"] * 3]

    def test_a_race_won_by_another_process_is_superseded(self, exchange: Exchange) -> None:
        """What the other committed between our look and our insert gives way to ours."""
        if exchange.engine.dialect.name == "sqlite":
            pytest.skip("one writer at a time on SQLite")
        with exchange.begin(REPORTER) as first:
            other = ThreadPoolExecutor(1)
            spec = parse(SENTENCE).spec
            quoting.report_quote(
                first,
                reporter_id=REPORTER.user_id or 0,
                spec=spec,
                low=price("6.1"),
                mostly=price("6.1"),
                high=price("6.1"),
            )
            later = other.submit(quote, exchange, "6.2")
            with pytest.raises(TimeoutError):
                later.result(timeout=0.5)  # it waits for our commit

        assert later.result(timeout=10).state == "ACCEPTED"
        assert states(exchange) == ["SUPERSEDED", "ACCEPTED"]


class TestWhatIsRefused:
    def test_a_quote_says_what_fruit_it_is_about(self, exchange: Exchange) -> None:
        with pytest.raises(quoting.SpecTooVague) as refusal:
            quote(exchange, "6.4", what="纸袋80#以上")

        assert refusal.value.missing == "产地、货源位置（地头/冷库）"
        assert states(exchange) == []

    @pytest.mark.parametrize("figure", ["0.39", "30.02", "64"])
    def test_a_price_out_of_the_hard_range_is_refused(
        self, exchange: Exchange, figure: str
    ) -> None:
        with pytest.raises(quoting.QuoteOutOfRange):
            quote(exchange, figure)

    @pytest.mark.parametrize("figure", ["0.40", "30.00"])
    def test_the_ends_of_the_range_are_in_it(self, exchange: Exchange, figure: str) -> None:
        assert quote(exchange, figure).state == "ACCEPTED"

    def test_low_mostly_and_high_stand_in_that_order(self, exchange: Exchange) -> None:
        with pytest.raises(quoting.QuoteOutOfOrder), exchange.begin(REPORTER) as work:
            quoting.report_quote(
                work,
                reporter_id=4,
                spec=parse(SENTENCE).spec,
                low=price("6.6"),
                mostly=price("6.4"),
                high=price("6.8"),
            )

        assert states(exchange) == []


class TestSlipsOfTheUnit:
    @pytest.mark.parametrize(
        ("per_kg", "state"),
        [
            ("11.50", "ACCEPTED"),
            ("11.52", "SUSPECT"),
            ("14.08", "SUSPECT"),
            ("14.10", "ACCEPTED"),
            ("3.52", "SUSPECT"),
            ("2.88", "SUSPECT"),
            ("2.86", "ACCEPTED"),
        ],
    )
    def test_about_twice_or_half_of_the_last_waits_for_a_person(
        self, exchange: Exchange, per_kg: str, state: str
    ) -> None:
        quote(exchange, "6.4")

        found = quote(exchange, per_kg, RIVAL)

        assert found.state == state
        assert found.mostly == price(per_kg), "asked about, never corrected"

    def test_a_suspect_is_confirmed_once_with_a_reason(self, exchange: Exchange) -> None:
        quote(exchange, "6.4")
        asked = quote(exchange, "12.8", RIVAL)
        with pytest.raises(quoting.ReasonNeeded), exchange.begin(ANALYST) as work:
            quoting.judge_quote(work, quote_id=asked.id, verdict="confirm", reason=" ")
        with exchange.begin(ANALYST) as work:
            quoting.judge_quote(work, quote_id=asked.id, verdict="confirm", reason="电话核实")
        with pytest.raises(quoting.AlreadyJudged), exchange.begin(ANALYST) as work:
            quoting.judge_quote(work, quote_id=asked.id, verdict="drop", reason="再想想")

        with exchange.reading() as work:
            [judged] = work.session.scalars(sa.select(QuoteJudgement)).all()
        assert states(exchange) == ["ACCEPTED", "ACCEPTED"]
        assert (judged.verdict, judged.reason, judged.judged_by) == (
            "confirm",
            "电话核实",
            "user:1",
        )

    def test_an_accepted_quote_is_not_for_the_analyst_to_drop(self, exchange: Exchange) -> None:
        accepted = quote(exchange, "6.4")

        with pytest.raises(quoting.AlreadyJudged), exchange.begin(ANALYST) as work:
            quoting.judge_quote(work, quote_id=accepted.id, verdict="drop", reason="不喜欢")


class TestTheReportersDay:
    def test_withdraws_the_own_quote_and_nobody_elses(self, exchange: Exchange) -> None:
        mine = quote(exchange, "6.4")
        with pytest.raises(quotes.NoSuchQuote), exchange.begin(RIVAL) as work:
            reporting.withdraw_quote(work, quote_id=mine.id, reporter_id=5, reason="看错")
        with exchange.begin(REPORTER) as work:
            reporting.withdraw_quote(work, quote_id=mine.id, reporter_id=4, reason="看错")

        assert states(exchange) == ["WITHDRAWN"]

    def test_repeats_the_last_day_once(self, exchange: Exchange, clock: Clock) -> None:
        quote(exchange, "6.4")
        quote(exchange, "5.6", what="礼泉 富士 纸袋 70#以上 一二级 冷库")
        clock.move(days=1)
        with exchange.begin(REPORTER) as work:
            again = reporting.repeat_quotes(work, reporter_id=4)
        assert [(each.day, each.mostly) for each in again] == [
            (TOMORROW, price("6.4")),
            (TOMORROW, price("5.6")),
        ]

        with pytest.raises(reporting.NothingToRepeat), exchange.begin(REPORTER) as work:
            reporting.repeat_quotes(work, reporter_id=4)

    def test_repeating_leaves_what_was_quoted_anew_today(
        self, exchange: Exchange, clock: Clock
    ) -> None:
        quote(exchange, "6.4")
        quote(exchange, "5.6", what="礼泉 富士 纸袋 70#以上 一二级 冷库")
        clock.move(days=1)
        quote(exchange, "6.8")

        with exchange.begin(REPORTER) as work:
            [again] = reporting.repeat_quotes(work, reporter_id=4)

        assert again.mostly == price("5.6")
        assert states(exchange).count("ACCEPTED") == 4


class TestSaidInOneSentence:
    def test_the_mostly_price_stands_beside_the_range(self) -> None:
        heard = said("礼泉 纸袋富士80#以上一二级 冷库 3.10-3.40 主流3.25")

        assert (heard.low, heard.mostly, heard.high) == (price("6.2"), price("6.5"), price("6.8"))
        assert heard.parsed.unread == ()

    def test_without_one_it_is_the_middle(self) -> None:
        heard = said("礼泉 富士 3.1-3.4")

        assert heard.mostly == price("6.5")

    def test_a_mostly_price_alone_is_the_price(self) -> None:
        heard = said("礼泉 富士 主流3.2")

        assert heard.low == heard.mostly == heard.high == price("6.4")

    def test_nothing_said_is_nothing_read(self) -> None:
        assert said("今天天气不错").mostly is None


class TestFiles:
    def test_the_same_file_twice_is_one_import(self, exchange: Exchange) -> None:
        first = take_in(exchange, market_file())
        second = take_in(exchange, market_file())

        assert (first.id, first.stored) == (second.id, 48)
        assert len(states(exchange)) == 48

    def test_of_overlapping_files_only_what_is_new_is_stored(self, exchange: Exchange) -> None:
        take_in(exchange, market_file(10))
        second = take_in(exchange, market_file(12))

        assert (second.read, second.stored) == (48, 8)
        assert len(states(exchange)) == 48

    def test_refused_duplicate_and_suspect_rows_are_named(self, exchange: Exchange) -> None:
        more = (
            "富士,3.50,4.00,4.50,普通,公斤,2013-06-10\n"
            "富士,7.50,8.10,8.50,普通,公斤,2013-06-23\n"
            "富士,-1,2,3,普通,公斤,2013-06-23\n"
            "富士,1,NaN,3,普通,公斤,2013-06-23\n"
            "富士,1,1e3,3,普通,公斤,2013-06-23\n"
            "富士,１,２,３,普通,公斤,2013-06-23\n"
            "富士,1,99999999,3,普通,公斤,2013-06-23\n"
            "富士,3,2,1,普通,公斤,2013-06-23\n"
            "富士,1,2,3,普通,公斤,2013-13-23\n"
        )
        made = take_in(exchange, market_file(more=more))

        assert (made.rows, made.read, made.refused, made.duplicates, made.suspects) == (
            *(57, 49, 7, 1),
            1,
        )
        with exchange.reading() as work:
            [suspect] = quotes.suspects(work.session)
        assert (suspect.row_no, suspect.code) == (50, "R01")

    def test_a_name_with_html_is_refused_and_stored_nowhere(self, exchange: Exchange) -> None:
        line = '"<script>alert(1)</script>富士",3,4,5,普通,公斤,2013-06-10\n'
        made = take_in(exchange, (HEADER + line).encode())

        assert (made.read, made.refused) == (0, 1)
        with exchange.reading() as work:
            assert work.session.scalar(sa.select(Quote.name)) is None

    @needs_shared_data
    def test_the_real_market_file_is_read_and_stored(self, exchange: Exchange) -> None:
        content = (SHARED_DATA / "quotes" / "xinfadi_apple_raw.csv").read_bytes()

        made = take_in(exchange, content)

        assert (made.rows, made.duplicates) == (7574, 39)
        with exchange.reading() as work:
            count = work.session.scalar(sa.select(sa.func.count()).select_from(Quote))
            assert count == made.stored
            assert work.session.scalar(sa.select(sa.func.count()).select_from(QuoteImport)) == 1


def test_what_a_file_says_does_not_depend_on_its_encoding() -> None:
    utf8 = file_of(market_file(), "a.csv")
    gb18030 = file_of(market_file().decode().encode("gb18030"), "a.csv")

    assert utf8 == gb18030
