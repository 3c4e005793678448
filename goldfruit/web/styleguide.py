"""The style page (样张): every part of ``_ui.html`` with invented figures, for developers.

It exists only in debug, in tests and where STYLE_PAGE is set; the tests of looks and of
accessibility read it.
"""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from goldfruit.kernel.units import Price
from goldfruit.web.formats import Change, change

_FIRST_DAY = date(2023, 9, 4)
_DAYS = 800


@dataclass(frozen=True, slots=True)
class Row:
    """One invented day; ``value`` is None on a gap."""

    day: date
    value: float | None
    low: float | None
    high: float | None
    volume: int


def show() -> ResponseReturnValue:
    """Show the style page; with ``?board`` the dark board of the hall."""
    name = "styleguide_board" if "board" in request.args else "styleguide"
    return render_template(f"pages/{name}.html", sample=_sample())


def _sample() -> dict[str, object]:
    up, down, flat = change(71235, 71110), change(320, 325), change(285, 285)
    return {
        "at": datetime(2025, 11, 3, 9, 0, tzinfo=UTC),
        "up": up,
        "down": down,
        "price": Price(6400),
        "rows": _spec_rows(up, down, flat),
        "series": [_row(number) for number in range(_DAYS) if number % 7 != 6],
    }


def _spec_rows(up: Change, down: Change, flat: Change) -> list[tuple[object, ...]]:
    nothing = change(0, None)
    return [
        ("纸袋晚富士 80# 一二级", "旬邑县", "3.00", "3.40", "3.20", up, "12", "已核", "ok"),
        ("纸袋晚富士 75# 一二级", "礼泉县", "2.60", "3.00", "2.85", down, "9", "已核", "ok"),
        ("膜袋晚富士 70# 统货", "淳化县", "1.80", "2.20", "2.00", flat, "5", "待核", "wait"),
        ("嘎啦 70# 半商品", "彬州市", "2.20", "12.60", "2.40", up, "3", "可疑", "warn"),
        ("秦冠 75# 统货", "永寿县", "—", "—", None, nothing, "1", "未计入", "plain"),
    ]


def _row(number: int) -> Row:
    day = _FIRST_DAY + timedelta(days=number)
    volume = 40 + round(30 * math.sin(number / 9) ** 2) + number * 7 % 23
    if 300 <= number < 330:
        return Row(day, None, None, None, 0)
    wave = 60 * math.sin(number / 58) + 14 * math.sin(number / 7) + number % 5
    value = round(660 + wave + number / 16, 2)
    return Row(day, value, round(value - 12 - number % 4, 2), round(value + 11, 2), volume)
