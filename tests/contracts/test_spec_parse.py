"""`spec parse` on texts whose figures are no prices: weights, quantities, months, shares."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from goldfruit.cli import main


def parsed(text: str) -> dict[str, Any]:
    """Return what the command prints of ``text``, its price and size beside its unread words."""
    answer = CliRunner().invoke(main, ["spec", "parse", "--json", text])
    assert answer.exit_code == 0
    [said] = json.loads(answer.stdout)["specs"]
    return {**said["spec"], "unread": said["unread"]}


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("富士 5吨", ["5吨"]),
        ("富士 30 吨 库存", ["30", "吨"]),
        ("富士 20%", ["20%"]),
        ("富士 10月", ["10月"]),
        ("富士 10-11月", ["10", "11月"]),
        ("富士 5000斤", ["5000斤"]),
        ("富士 10公斤纸箱", []),
        ("富士 10kg 纸箱 80#", []),
    ],
)
def test_a_weight_a_month_and_a_share_are_no_price(text: str, unread: list[str]) -> None:
    spec = parsed(text)
    assert spec["price_low_yuan_per_kg"] is None
    assert spec["season"] is None
    assert spec["unread"] == unread


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("富士 100吨 3.2元/斤", "6.400"),
        ("富士 15公斤大筐 80#以上 3.2元/斤", "6.400"),
        ("礼泉 富士 纸袋 5吨 3.2", "6.400"),
        ("富士 3.2元/500克", "6.400"),
        ("富士 3.2元一斤 5000斤", "6.400"),
        ("富士 20斤/件 60元/件", "6.000"),
    ],
)
def test_the_price_beside_a_quantity_is_the_price(text: str, price: str) -> None:
    assert parsed(text)["price_low_yuan_per_kg"] == price


def test_ten_thousand_yuan_are_not_read_as_yuan() -> None:
    assert parsed("富士 0.64万元/吨")["price_low_yuan_per_kg"] is None


@pytest.mark.parametrize("text", ["富士 75mm以内", "富士 75#及以下", "富士 75以下"])
def test_an_upper_size_is_no_lower_one(text: str) -> None:
    spec = parsed(text)
    assert (spec["size_min_mm"], spec["size_max_mm"]) == (None, 75)
