"""Digests: one text for one value, on every machine."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldfruit.kernel.digests import (
    NO_DIGEST,
    canonical,
    chain,
    chained,
    digest,
    digest_of_text,
    instant_text,
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_sm3_gives_the_vector_of_the_standard() -> None:
    assert digest_of_text("abc") == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_keys_are_sorted_and_chinese_stays_chinese() -> None:
    assert canonical({"b": 1, "a": ["苹果", None, True]}) == '{"a":["苹果",null,true],"b":1}'


@given(value=st.dictionaries(st.text(), values))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))

    assert digest(turned) == digest(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, {"a": 1.0}, [float("nan")], {1: 2}, b"x", {"a": object()}])
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)  # type: ignore[arg-type]


def test_a_chain_fixes_all_that_came_before() -> None:
    assert chain(["a", "b"]) == chained(chained(NO_DIGEST, "a"), "b")
    assert chain(["a", "b"]) != chain(["b", "a"])


def test_an_instant_is_the_same_text_in_every_zone() -> None:
    noon = datetime(2025, 10, 9, 12, tzinfo=timezone(timedelta(hours=8)))

    assert instant_text(noon) == instant_text(noon.astimezone(UTC)) == "2025-10-09T04:00:00.000000Z"


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        instant_text(datetime(2025, 10, 9))  # noqa: DTZ001 (that is the point)
