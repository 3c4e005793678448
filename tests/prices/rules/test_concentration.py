import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.prices.rules.concentration import capped, factors


def named(*volumes: float) -> dict[str, float]:
    return {f"g{place}": float(volume) for place, volume in enumerate(volumes)}


def test_one_large_group_is_capped_as_printed() -> None:
    after = capped(named(70, 10, 8, 7, 5), 0.35)

    assert after is not None
    assert [f"{value:.4f}" for value in after.values()] == [
        "16.1538",
        "10.0000",
        "8.0000",
        "7.0000",
        "5.0000",
    ]
    assert f"{math.fsum(after.values()):.4f}" == "46.1538"


def test_two_large_groups_are_capped_together_as_printed() -> None:
    after = capped(named(50, 30, 10, 5, 5), 0.35)

    assert after is not None
    assert [round(value, 4) for value in after.values()] == [23.3333, 23.3333, 10, 5, 5]
    assert f"{math.fsum(after.values()):.4f}" == "66.6667"


@pytest.mark.parametrize(("count", "cap"), [(1, 0.35), (2, 0.35), (1, 0.60), (3, 0.25), (0, 0.35)])
def test_too_few_groups_cannot_meet_the_cap(count: int, cap: float) -> None:
    assert capped(named(*[10] * count), cap) is None
    assert factors(named(*[10] * count), cap) is None


def test_as_many_groups_as_the_cap_allows_become_equal() -> None:
    assert capped(named(50, 30, 20, 10), 0.25) == named(10, 10, 10, 10)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9), st.sampled_from([0.25, 0.35, 0.6]))
@settings(deadline=None, max_examples=150)
def test_no_group_exceeds_the_cap_and_none_grows(volumes: list[int], cap: float) -> None:
    before = named(*volumes)
    after = capped(before, cap)

    if after is None:
        assert len(volumes) * cap < 1
        return
    whole = math.fsum(after.values())
    assert all(value <= cap * whole * (1 + 1e-9) for value in after.values())
    assert all(after[name] <= before[name] * (1 + 1e-9) for name in before)
