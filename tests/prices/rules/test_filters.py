import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.units import Weight
from goldfruit.prices.rules.filters import (
    Background,
    FilterRules,
    PastTrade,
    Reason,
    Verdict,
    judged,
    outlier_limits,
)
from goldfruit.prices.rules.observations import Differentials, Kind, Observation
from tests.prices.rules.observed import CELL, DAY, firm, quote, reasons, trade

PRINTED = ("2.55", "2.60", "2.62", "2.65", "2.58", "2.70", "4.90")


def judge(
    *observations: Observation, background: Background | None = None, **given: object
) -> tuple[Verdict, ...]:
    rules = FilterRules()
    return judged(
        observations,
        rules,
        background or Background(),
        Differentials(),
        reinstated=given.get("reinstated", ()),  # type: ignore[arg-type]
    )


class TestR06:
    def test_the_printed_vector_has_the_printed_median_deviation_and_limits(self) -> None:
        middle, deviation, limit = outlier_limits([float(p) for p in PRINTED], FilterRules())

        assert math.exp(middle) == pytest.approx(2.62, rel=1e-12)
        assert f"{deviation / 1.4826:.6f}" == "0.015385"
        assert f"{deviation:.6f}" == "0.022810"
        assert f"{3.5 * deviation:.4f}" == "0.0798"
        assert f"{limit:.4f}" == "0.1398"
        assert f"{abs(math.log(4.90) - middle):.4f}" == "0.6261"

    def test_of_the_printed_vector_only_the_last_is_dropped(self) -> None:
        verdicts = judge(*(trade(p, seller=p, buyer=f"b{p}") for p in PRINTED))

        [dropped] = [verdict for verdict in verdicts if not verdict.accepted]
        assert (dropped.price, dropped.reason) == (4.9, Reason.OUTLIER)
        figures = dict(dropped.figures)
        assert figures["median"] == pytest.approx(2.62)
        assert f"{figures['distance']:.4f}" == "0.6261"

    def test_with_few_prices_the_last_price_decides(self) -> None:
        background = Background(last={CELL: 2.60})
        near, far = quote(2.60 * 1.299, "r1"), quote(2.60 * 1.302, "r2")

        verdicts = judge(near, far, background=background)

        assert reasons(verdicts) == {near.id: None, far.id: Reason.OUTLIER}

    def test_with_few_prices_and_no_last_price_nothing_is_an_outlier(self) -> None:
        assert all(verdict.accepted for verdict in judge(quote("2.00"), quote("3.00", "r2")))

    def test_earlier_days_help_to_find_the_median(self) -> None:
        background = Background(past={CELL: (2.58, 2.60, 2.61, 2.63)})

        [verdict] = judge(quote("3.10"), background=background)

        assert verdict.reason is Reason.OUTLIER

    def test_an_analyst_may_reinstate_it_and_that_is_kept(self) -> None:
        trades = [trade(p, seller=p, buyer=f"b{p}") for p in PRINTED]

        verdicts = judge(*trades, reinstated=[trades[-1].id])

        assert all(verdict.accepted for verdict in verdicts)
        assert [verdict.note for verdict in verdicts if verdict.note] == ["reinstated-R06"]


class TestR01:
    @pytest.mark.parametrize("slipped", ["5.20", "1.30", "5.70", "1.20"])
    def test_about_twice_or_half_is_asked_about_and_not_mended(self, slipped: str) -> None:
        quotes = [quote("2.60", f"r{n}") for n in range(5)]

        verdicts = judge(*quotes, quote(slipped, "slip"))

        [asked] = [verdict for verdict in verdicts if verdict.suspect]
        assert (asked.seen.reporter, asked.price) == ("slip", float(slipped))
        assert dict(asked.figures)["median"] == 2.6

    def test_who_entered_it_may_confirm_it_but_r06_still_judges(self) -> None:
        quotes = [quote("2.60", f"r{n}") for n in range(2)]
        double = quote("5.20", "slip")
        background = Background(last={CELL: 2.60})

        asked = judge(*quotes, double, background=background)
        confirmed = judge(*quotes, double, background=background, reinstated=[double.id])

        assert reasons(asked)[double.id] is Reason.UNIT_SLIP
        assert {v.note for v in confirmed if v.seen == double} == {"reinstated-R06"}

    def test_a_trade_has_its_unit_from_the_exchange_and_is_not_asked_about(self) -> None:
        trades = [trade("2.60", seller=f"s{n}", buyer=f"b{n}") for n in range(5)]

        verdicts = judge(*trades, trade("5.20", seller="z", buyer="y"))

        assert Reason.UNIT_SLIP not in {verdict.reason for verdict in verdicts}
        assert Reason.OUTLIER in {verdict.reason for verdict in verdicts}


class TestTheOthers:
    @pytest.mark.parametrize(
        ("per_kg", "reason"),
        [
            ("0.399", Reason.OUT_OF_RANGE),
            ("0.40", None),
            ("30", None),
            ("30.001", Reason.OUT_OF_RANGE),
        ],
    )
    def test_r02_keeps_prices_within_the_hard_range(
        self, per_kg: str, reason: Reason | None
    ) -> None:
        [verdict] = judge(quote(per_kg))
        assert verdict.reason is reason

    def test_r03_drops_related_parties_and_one_group_on_both_sides(self) -> None:
        verdicts = judge(trade("2.60", related=True), trade("2.61", seller="g", buyer="g"))
        assert {verdict.reason for verdict in verdicts} == {Reason.RELATED}

    def test_r03_drops_what_goes_there_and_back_on_one_day(self) -> None:
        there, back = trade("2.60", seller="a", buyer="b"), trade("2.61", seller="b", buyer="a")
        other = trade("2.62", seller="a", buyer="c")

        verdicts = reasons(judge(there, back, other))

        assert verdicts == {there.id: Reason.RELATED, back.id: Reason.RELATED, other.id: None}

    def test_r03_remembers_the_trades_of_earlier_days(self) -> None:
        background = Background(trades=(PastTrade(DAY, CELL, "b", "a"),))
        [verdict] = judge(trade("2.60", seller="a", buyer="b"), background=background)
        assert verdict.reason is Reason.RELATED

    def test_r04_drops_a_trade_below_100_kg_but_no_quote(self) -> None:
        small = trade("2.60", weight=Weight(99_999))
        enough = trade("2.60", seller="c", weight=Weight(100_000))

        verdicts = reasons(judge(small, enough, quote("2.60")))

        assert verdicts[small.id] is Reason.TOO_SMALL
        assert list(verdicts.values()).count(None) == 2

    def test_r05_counts_a_reporter_once_per_cell_and_day(self) -> None:
        first, second = quote("2.60", id="1"), quote("2.65", id="2")
        elsewhere = quote("2.60", id="3", cell="other")

        verdicts = reasons(judge(second, elsewhere, first))

        assert verdicts == {"1": None, "2": Reason.DUPLICATE, "3": None}

    def test_a_kind_that_is_not_accepted_is_kept_with_its_reason(self) -> None:
        [verdict] = judged(
            [quote("2.60", kind=Kind.EXTERNAL)],
            FilterRules(),
            Background(),
            Differentials(),
            kinds={Kind.TRADE},
        )
        assert (verdict.reason, verdict.note) == (Reason.INELIGIBLE, "kind")

    def test_a_firm_offer_that_has_not_lived_long_enough_does_not_count(self) -> None:
        [verdict] = judge(quote("2.60", kind=Kind.OFFER, live_minutes=5))
        assert (verdict.reason, verdict.note) == (Reason.INELIGIBLE, "not-live-long-enough")

    def test_firm_prices_pass(self) -> None:
        assert all(v.accepted for v in judge(firm(Kind.BID, "2.50", "a")))


prices = st.lists(st.integers(2_400, 2_800), min_size=5, max_size=12)


@given(prices, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_the_order_of_observations_changes_no_verdict(found: list[int], chance: "object") -> None:
    quotes = [quote(figure / 1_000, f"r{n}") for n, figure in enumerate(found)]
    mixed = list(quotes)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert judge(*mixed) == judge(*quotes)


calm = st.lists(st.integers(2_550, 2_650), min_size=5, max_size=12)


@given(calm, st.sampled_from([0.3, 0.65, 1.5, 3.0]))
@settings(deadline=None, max_examples=60)
def test_a_planted_outlier_never_counts(found: list[int], factor: float) -> None:
    quotes = [quote(figure / 1_000, f"r{n}") for n, figure in enumerate(found)]
    planted = quote(2.6 * factor, "planted")

    verdicts = judge(*quotes, planted)

    assert reasons(verdicts)[planted.id] is not None
    assert len(verdicts) == len(quotes) + 1


def test_every_observation_has_exactly_one_verdict() -> None:
    seen = [quote("2.60"), quote("99"), trade("2.60", related=True), quote("2.6", "r2")]
    assert sorted(v.seen.id for v in judge(*seen)) == sorted(s.id for s in seen)
