from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.units import Money, Price, PriceUnit, Weight
from goldfruit.web import formats
from goldfruit.web.formats import Language

HUANG_HUN = datetime(2025, 11, 3, 7, 4, tzinfo=UTC)


class TestPrice:
    def test_a_price_shows_the_readers_unit_and_the_other_in_brackets(self) -> None:
        assert formats.price_text(Price(6400)) == "¥3.20/斤 (6.40元/公斤)"

    def test_a_price_per_kilogram_has_jin_in_brackets(self) -> None:
        assert formats.price_text(Price(6400), PriceUnit.KG) == "¥6.40/公斤 (3.20元/斤)"

    def test_a_price_per_tonne_has_thousands_and_no_decimals(self) -> None:
        assert formats.price_text(Price(6400), PriceUnit.TONNE) == "¥6,400/吨 (3.20元/斤)"

    def test_a_price_per_piece_uses_the_weight_of_the_piece(self) -> None:
        shown = formats.price_text(Price(6400), PriceUnit.PIECE, piece=Weight(20_000))

        assert shown == "¥128.00/件(20公斤) (3.20元/斤)"

    def test_a_price_in_english_says_yuan(self) -> None:
        shown = formats.price_text(Price(6400), PriceUnit.JIN, Language.EN)

        assert shown == "¥3.20/jin (6.40 yuan/kg)"

    def test_a_price_finer_than_a_fen_keeps_its_digits(self) -> None:
        assert formats.price_text(Price(6410)) == "¥3.205/斤 (6.41元/公斤)"


class TestMoneyAndWeight:
    @pytest.mark.parametrize(
        ("fen", "shown"),
        [(1_040_000, "¥10,400.00"), (5, "¥0.05"), (-500, "−¥5.00"), (0, "¥0.00")],
    )
    def test_money_has_two_decimals_and_separators(self, fen: int, shown: str) -> None:
        assert formats.money_text(Money(fen)) == shown

    def test_a_big_total_is_told_in_wan(self) -> None:
        assert formats.money_large(Money(123_456_700)) == "123.46万元"

    def test_a_big_total_in_english_is_the_same_money(self) -> None:
        assert formats.money_large(Money(123_456_700), Language.EN) == "¥1,234.57 thousand"

    @pytest.mark.parametrize(
        ("grams", "shown"),
        [
            (850_000, "850公斤"),
            (12_500_000, "12.5吨"),
            (1, "0.001公斤"),
            (1_234_567_000, "1,234.567吨"),
        ],
    )
    def test_weight_is_in_kilograms_then_tonnes(self, grams: int, shown: str) -> None:
        assert formats.weight_text(Weight(grams)) == shown

    @given(st.integers(-(10**15), 10**15))
    @settings(deadline=None, max_examples=100)
    def test_no_fen_is_lost_on_the_way_to_the_reader(self, fen: int) -> None:
        shown = formats.money_number(Money(fen))

        assert Decimal(shown.replace(",", "").replace("−", "-")) * 100 == fen


class TestChange:
    def test_a_rise_has_arrow_and_plus(self) -> None:
        assert formats.change(71235, 71110) == formats.Change("up", "▲ +1.25 (+0.18%)")

    def test_a_fall_has_arrow_and_minus(self) -> None:
        assert formats.change(71110, 71235) == formats.Change("down", "▼ −1.25 (−0.18%)")

    def test_no_change_is_flat_and_unsigned(self) -> None:
        assert formats.change(71110, 71110) == formats.Change("flat", "0.00 (0.00%)")

    def test_nothing_before_is_a_dash_and_not_a_zero(self) -> None:
        assert formats.change(71110, None) == formats.Change("flat", "—")

    @given(st.integers(1, 10**7), st.integers(1, 10**7))
    @settings(deadline=None, max_examples=100)
    def test_the_arrow_agrees_with_the_figures(self, now: int, before: int) -> None:
        shown = formats.change(now, before)

        assert ("▲" in shown.text, "▼" in shown.text) == (now > before, now < before)


class TestTime:
    def test_a_time_is_that_of_shanghai_in_24_hours(self) -> None:
        assert formats.moment(HUANG_HUN) == "11月3日 周一 15:04"

    def test_a_day_after_sixteen_utc_is_the_next_day_for_people(self) -> None:
        late = datetime(2025, 11, 3, 16, 30, tzinfo=UTC)

        assert formats.moment(late, Language.EN, year=True) == "Tue 4 Nov 2025 00:30"

    def test_a_time_without_zone_is_a_bug(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            formats.clock(HUANG_HUN.replace(tzinfo=None))

    def test_a_day_can_carry_its_year(self) -> None:
        assert formats.day(date(2025, 11, 3), year=True) == "2025年11月3日 周一"


class TestOthers:
    def test_a_missing_figure_is_a_dash_with_its_reason(self) -> None:
        assert formats.missing("无成交") == "—（无成交）"

    @pytest.mark.parametrize(
        ("value", "places", "shown"),
        [(0.125, 2, "0.13"), (-0.001, 2, "0.00"), (1234567, 0, "1,234,567"), (2.675, 2, "2.68")],
    )
    def test_a_statistic_is_rounded_half_up(self, value: float, places: int, shown: str) -> None:
        assert formats.number(value, places) == shown

    def test_index_points_come_from_hundredths(self) -> None:
        assert formats.points(71235) == "712.35"

    def test_a_share_is_a_percentage(self) -> None:
        assert formats.percent(Decimal("0.125")) == "12.5%"


def test_a_price_per_piece_is_that_of_a_box_of_twenty_kilograms() -> None:
    price, lighter = Price(6_400), Weight(10_000)

    assert formats.price_text(price, PriceUnit.PIECE) == "¥128.00/件(20公斤) (3.20元/斤)"
    assert "64.00/件(10公斤)" in formats.price_text(price, PriceUnit.PIECE, piece=lighter)
    assert formats.price_number(Price(6_401), PriceUnit.PIECE) == "128.02"
    assert formats.price_number(price, PriceUnit.PIECE, Weight(10_000)) == "64.00"
