import pytest

from goldfruit.kernel.units import Weight
from goldfruit.prices.rules.cells import (
    CellPrice,
    GradeRules,
    blended,
    capped_volumes,
    priced,
)
from goldfruit.prices.rules.concentration import ConcentrationRules
from goldfruit.prices.rules.numbers import weighted_median
from goldfruit.prices.rules.observations import Kind, Observation
from tests.prices.rules.observed import CELL, accepted, firm, price, quote, trade

RULES, CAPS = GradeRules(), ConcentrationRules()


def cell(*observations: Observation, last: float | None = None) -> CellPrice:
    return priced(CELL, accepted(*observations), RULES, CAPS, last=last)


def three_trades(tonnes: float = 2) -> list[Observation]:
    return [
        trade("2.60", tonnes, "a", "x"),
        trade("2.70", tonnes, "b", "y"),
        trade("2.80", tonnes, "c", "x"),
    ]


class TestGradeA:
    def test_three_trades_of_three_sellers_and_two_buyers_make_it(self) -> None:
        found = cell(*three_trades())

        assert found.grade == "A"
        assert found.price == pytest.approx(2.70, rel=1e-12)
        assert (found.shown, found.contributors, found.grams) == (True, 3, 6_000_000)
        assert (found.low, found.high) == (2.6, 2.8)

    def test_one_buyer_is_not_enough(self) -> None:
        trades = [trade("2.60", 2, seller, "x") for seller in "abc"]
        assert cell(*trades).grade == "B"

    def test_less_than_five_tonnes_is_not_enough(self) -> None:
        assert cell(*three_trades(1.6)).grade == "B"

    def test_a_large_seller_weighs_no_more_than_the_cap(self) -> None:
        trades = [
            trade("3.00", 70, "a", "x"),
            trade("2.00", 10, "b", "y"),
            trade("2.00", 8, "c", "x"),
            trade("2.00", 7, "d", "y"),
            trade("2.00", 5, "e", "y"),
        ]
        volumes = capped_volumes(accepted(*trades), CAPS)

        assert volumes is not None
        assert f"{volumes[0] / 1e6:.4f}" == "16.1538"
        assert cell(*trades).price == pytest.approx(2.35, rel=1e-9)


class TestGradeB:
    def test_the_blend_is_the_printed_one(self) -> None:
        assert blended(2.70, 2.60, 3_000_000, 5_000_000) == pytest.approx(2.6375, rel=1e-12)

    def test_it_leans_on_the_survey(self) -> None:
        found = cell(trade("2.70", 3), *(quote("2.60", name) for name in ("r1", "r2", "r3")))

        assert (found.grade, found.shown) == ("B", True)
        assert found.price == pytest.approx(2.6375, rel=1e-12)

    def test_it_leans_on_the_last_price_and_is_hidden_with_one_seller(self) -> None:
        found = cell(trade("2.70", 3), last=2.60)

        assert (found.grade, found.shown) == ("B", False)
        assert found.price == pytest.approx(2.6375, rel=1e-12)

    def test_with_nothing_to_lean_on_the_trade_stands_alone(self) -> None:
        assert cell(trade("2.70", 3)).price == pytest.approx(2.70)


class TestGradeC:
    def test_it_is_the_middle_of_the_medians(self) -> None:
        found = cell(
            firm(Kind.BID, "2.50", "a"),
            firm(Kind.BID, "2.56", "b"),
            firm(Kind.OFFER, "2.60", "c"),
            firm(Kind.OFFER, "2.70", "d"),
        )

        assert found.grade == "C"
        assert found.price == pytest.approx((2.53 + 2.65) / 2)

    def test_it_is_clamped_between_the_best_bid_and_the_best_offer(self) -> None:
        found = cell(
            firm(Kind.BID, "2.00", "a", 9),
            firm(Kind.BID, "2.58", "b"),
            firm(Kind.OFFER, "2.60", "c"),
            firm(Kind.OFFER, "2.62", "d"),
        )

        assert found.price == pytest.approx(2.58)

    def test_two_firms_are_not_enough(self) -> None:
        sides = [
            firm(side, p, who)
            for side, who in ((Kind.BID, "a"), (Kind.OFFER, "b"))
            for p in ("2.50", "2.55")
        ]
        assert cell(*sides).grade == "E"


class TestGradeD:
    def test_it_is_the_median_weighted_by_the_reporters_scores(self) -> None:
        found = cell(
            quote("2.50", "r1", score=50),
            quote("2.60", "r2", score=60),
            quote("2.90", "r3", score=200),
        )

        assert (found.grade, found.price, found.contributors) == ("D", 2.9, 3)

    def test_the_range_is_the_reporters_own(self) -> None:
        spread = quote("2.60", "r1", low=price("2.40"), high=price("2.90"))
        found = cell(spread, quote("2.60", "r2"), quote("2.60", "r3"))

        assert found.low == pytest.approx(2.4)
        assert found.high == pytest.approx(2.9)

    def test_two_reporters_are_not_enough(self) -> None:
        found = cell(quote("2.50", "r1"), quote("2.60", "r2"))
        assert (found.grade, found.price, found.shown) == ("E", None, False)

    def test_one_public_source_is_enough_where_the_definition_says_so(self) -> None:
        rules = GradeRules(
            reporters=1, quote_kinds=frozenset({Kind.EXTERNAL}), quote_average="mean", shown_from=1
        )
        rows = accepted(
            quote("2.50", id="1", kind=Kind.EXTERNAL, reporter="", source="m"),
            quote("2.70", id="2", kind=Kind.EXTERNAL, reporter="", source="m"),
        )
        found = priced(CELL, rows, rules, CAPS)

        assert (found.grade, found.price, found.shown) == ("D", 2.6, True)


def test_half_of_the_weight_below_takes_the_mean_of_the_two_that_meet() -> None:
    assert weighted_median([(3.0, 1), (1.0, 1)]) == 2.0
    assert weighted_median([(1.0, 1), (2.0, 1), (9.0, 3)]) == 9.0


def test_the_effective_number_falls_when_one_trade_dominates() -> None:
    even = cell(*three_trades())
    trades = three_trades()
    trades[0] = trade("2.60", 20, "a", "x", weight=Weight(20_000_000))
    uneven = cell(*trades)

    assert uneven.n_effective < even.n_effective <= 3
