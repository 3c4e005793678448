"""Units: nothing is lost, and what cannot be exact is refused with its neighbors."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.units import (
    Money,
    NotANumber,
    OutOfRange,
    Price,
    PriceNotExact,
    PriceUnit,
    Weight,
    plain_decimal,
    rounded_half_away,
)

prices = st.integers(1, 10**8).map(Price)
weights = st.integers(0, 10**13).map(Weight)


class TestRounding:
    @pytest.mark.parametrize(
        ("numerator", "denominator", "rounded"),
        [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (15, 10, 2), (-15, 10, -2), (0, 7, 0)],
    )
    def test_goes_half_away_from_zero(self, numerator: int, denominator: int, rounded: int) -> None:
        assert rounded_half_away(numerator, denominator) == rounded

    @given(n=st.integers(-(10**20), 10**20), d=st.integers(1, 10**9))
    def test_is_never_more_than_half_off(self, n: int, d: int) -> None:
        assert 2 * abs(rounded_half_away(n, d) * d - n) <= d


class TestWhatIsANumber:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            " 1",
            "1 ",
            "1e3",
            "０１",
            "①",
            "NaN",
            "-",
            "+1",
            "1.",
            ".5",
            "1,000",
            "0x1",
            "٣",
            "--1",
        ],
    )
    def test_refuses_everything_but_plain_decimals(self, text: str) -> None:
        with pytest.raises(NotANumber):
            plain_decimal(text)

    def test_reads_a_plain_decimal(self) -> None:
        assert plain_decimal("-12.50") == Decimal("-12.50")


class TestMoney:
    def test_reads_yuan_to_the_fen(self) -> None:
        assert Money.from_yuan("98862.40") == Money(9_886_240)
        assert str(Money(9_886_240)) == "98862.40"

    def test_refuses_what_is_finer_than_a_fen(self) -> None:
        with pytest.raises(NotANumber):
            Money.from_yuan("0.001")

    def test_refuses_more_than_the_exchange_can_hold(self) -> None:
        with pytest.raises(OutOfRange):
            Money.from_yuan("999999999999999")

    @given(fen=st.integers(-(10**15), 10**15))
    def test_reads_back_what_it_writes(self, fen: int) -> None:
        assert Money.from_yuan(str(Money(fen))) == Money(fen)


class TestPrice:
    @pytest.mark.parametrize(
        ("text", "unit", "yuan_per_tonne"),
        [
            ("3.20", PriceUnit.JIN, 6400),
            ("0.01", PriceUnit.JIN, 20),
            ("0.01", PriceUnit.KG, 10),
            ("6.401", PriceUnit.KG, 6401),
            ("6400", PriceUnit.TONNE, 6400),
        ],
    )
    def test_is_exact_in_every_unit_traders_use(
        self, text: str, unit: PriceUnit, yuan_per_tonne: int
    ) -> None:
        assert Price.of(text, unit) == Price(yuan_per_tonne)

    def test_a_price_per_piece_is_exact_for_that_piece(self) -> None:
        assert Price.of("64", PriceUnit.PIECE, Weight.from_kg("10")) == Price(6400)

    def test_names_the_two_nearest_prices_where_a_piece_does_not_divide(self) -> None:
        with pytest.raises(PriceNotExact) as refusal:
            Price.of("50", PriceUnit.PIECE, Weight.from_kg("7"))

        piece = Weight.from_kg("7")
        below = Price.of(refusal.value.below, PriceUnit.PIECE, piece)
        above = Price.of(refusal.value.above, PriceUnit.PIECE, piece)
        assert above.yuan_per_tonne - below.yuan_per_tonne == 1
        assert below.per(PriceUnit.PIECE, piece) < 50 < above.per(PriceUnit.PIECE, piece)

    @pytest.mark.parametrize("text", ["0", "-3.2", "100000.01"])
    def test_refuses_nothing_negative_and_too_much(self, text: str) -> None:
        with pytest.raises(OutOfRange):
            Price.of(text, PriceUnit.KG)

    @settings(max_examples=1000, deadline=None)
    @given(price=prices, unit=st.sampled_from([PriceUnit.JIN, PriceUnit.KG, PriceUnit.TONNE]))
    def test_a_thousand_prices_go_through_every_unit_and_back(
        self, price: Price, unit: PriceUnit
    ) -> None:
        assert Price.of(price.exact(unit), unit) == price
        assert Decimal(price.shown(unit)) == price.per(unit)

    @settings(max_examples=1000, deadline=None)
    @given(fen=st.integers(1, 10**7), grams=st.integers(1, 100_000))
    def test_a_piece_price_is_exact_or_refused_with_exact_neighbors(
        self, fen: int, grams: int
    ) -> None:
        piece, text = Weight(grams), str(Money(fen))
        try:
            price = Price.of(text, PriceUnit.PIECE, piece)
        except PriceNotExact as refusal:
            low, high = Decimal(refusal.below), Decimal(refusal.above)
            assert low < Decimal(text) < high
        except OutOfRange:
            assert fen * 10_000 > 10**8 * grams
        else:
            assert price.per(PriceUnit.PIECE, piece) == Decimal(text)

    def test_the_vector_of_the_settlement(self) -> None:
        price = Price.of("5.20", PriceUnit.KG)

        assert price.for_weight(Weight.from_kg("20000")) == Money.from_yuan("104000.00")
        assert price.for_weight(Weight.from_kg("19600")) == Money.from_yuan("101920.00")

    @given(price=prices, weight=weights)
    def test_cost_is_within_half_a_fen(self, price: Price, weight: Weight) -> None:
        exact = Decimal(price.yuan_per_tonne) * weight.grams / 10_000

        assert abs(price.for_weight(weight).fen - exact) <= Decimal("0.5")


class TestWeight:
    @given(weight=weights)
    def test_reads_back_what_it_writes(self, weight: Weight) -> None:
        assert Weight.from_kg(str(weight)) == weight

    @pytest.mark.parametrize("text", ["-1", "10000000001", "0.0001"])
    def test_refuses_what_no_scale_shows(self, text: str) -> None:
        with pytest.raises((OutOfRange, NotANumber)):
            Weight.from_kg(text)
