from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.digests import canonical
from goldfruit.kernel.units import Money, Price, Weight
from goldfruit.prices.rules.observations import (
    Differentials,
    Kind,
    Observation,
    from_plain,
    ineligible,
    reference_price,
    to_plain,
)
from tests.prices.rules.observed import DAY, firm, price, quote, trade

TABLE = Differentials("1", "[D]", {"owner_type=merchant": -400, "color_type=T": -300}, 365)


def test_a_price_without_terms_is_its_own_reference_price() -> None:
    assert reference_price(quote("2.62"), TABLE) == 2.62


def test_packing_freight_and_store_fee_are_taken_off_by_weight() -> None:
    seen = trade("3.00", 2, deductions=Money(40_000))

    assert reference_price(seen, Differentials()) == pytest.approx(2.80, rel=1e-12)


def test_differentials_bring_owner_and_colour_to_reference_terms() -> None:
    seen = quote("4.00", terms=(("color_type", "T"), ("owner_type", "merchant")))

    assert reference_price(seen, TABLE) == pytest.approx(3.30, rel=1e-12)


def test_a_term_outside_the_table_changes_nothing() -> None:
    assert reference_price(quote("4.00", terms=(("owner_type", "grower"),)), TABLE) == 4.0


def test_late_payment_costs_its_interest() -> None:
    seen = quote("4.00", payment_days=100)

    assert reference_price(seen, TABLE) == pytest.approx(4.00 * (1 - 0.0365 * 100 / 365))


def test_the_middle_may_be_the_price_of_an_observation() -> None:
    seen = quote("3.00", low=price("2.80"), high=price("3.40"))

    assert reference_price(seen, Differentials(), "middle") == 3.1


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (trade("3.00"), ""),
        (trade("3.00", delivery_days=30), ""),
        (trade("3.00", delivery_days=31), "delivery-too-late"),
        (trade("3.00", margin_frozen=False), "margin-not-frozen"),
        (firm(Kind.OFFER, "3.00", "a"), ""),
        (quote("3.00", kind=Kind.BID, live_minutes=29), "not-live-long-enough"),
        (quote("3.00", margin_frozen=False), ""),
    ],
)
def test_a_trade_needs_margins_and_a_firm_price_needs_time(seen: Observation, why: str) -> None:
    assert ineligible(seen) == why


def test_low_mostly_and_high_must_be_in_order() -> None:
    with pytest.raises(ValueError, match="not in order"):
        quote("3.00", low=price("3.10"))


observations = st.builds(
    lambda low, more, most, grams, score, kind, fen, flag: Observation(
        id="观测-1",
        kind=kind,
        day=DAY,
        cell="FJ-ZD-80",
        low=Price(low),
        mostly=Price(low + more),
        high=Price(low + more + most),
        weight=Weight(grams) if grams else None,
        seller="s",
        reporter="r" if flag else "",
        related=flag,
        score=score,
        margin_frozen=not flag,
        deductions=Money(fen),
        terms=(("color_type", "T"),) if flag else (),
    ),
    st.integers(1, 10**6),
    st.integers(0, 10**5),
    st.integers(0, 10**5),
    st.integers(0, 10**9),
    st.integers(1, 1000),
    st.sampled_from(Kind),
    st.integers(0, 10**6),
    st.booleans(),
)


@given(observations)
@settings(deadline=None, max_examples=80)
def test_the_plain_form_reads_back_as_the_same_observation(seen: Observation) -> None:
    plain = to_plain(seen)

    assert canonical(plain)
    assert from_plain(plain) == seen


def test_a_float_in_the_plain_form_is_refused() -> None:
    plain: dict[str, Any] = dict(to_plain(quote("3.00")))

    with pytest.raises(TypeError):
        from_plain(plain | {"price": [1, 2.5, 3]})
