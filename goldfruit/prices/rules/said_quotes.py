"""A quote in one sentence (一句话报价): the spec, low to high, and the 主流 price beside them."""

import re
from dataclasses import dataclass

from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.fruit import Parsed, parse
from goldfruit.kernel.units import Price, PriceUnit

_MOSTLY = re.compile(
    r"(?:主流|大宗|主要)价?\s*[:：]?\s*([0-9]+(?:\.[0-9]+)?)(?![0-9.]*\s*[-–~到至])"
)


@dataclass(frozen=True, slots=True)
class Said:
    """读出的报价: what a sentence says; prices are None where none was read.

    ``mostly`` is the price that was named 主流, else the middle of low and high.
    """

    parsed: Parsed
    low: Price | None
    mostly: Price | None
    high: Price | None
    unit: PriceUnit


def said(text: str) -> Said:
    """Return what ``text`` says in trade language; nothing is refused, see ``parsed.unread``.

    The 主流 price is taken out first and is in the unit of the range beside it. Without a range
    it is all there is, and the parser reads it as the price.
    """
    found = _MOSTLY.search(text)
    rest = text if found is None else f"{text[: found.start()]} {text[found.end() :]}"
    parsed = parse(rest)
    if found is None or parsed.price_low is None:
        parsed = parse(text)
        found = None
    unit = parsed.unit_read or PriceUnit.JIN
    low, high = parsed.price_low, parsed.price_high
    if low is None or high is None:
        return Said(parsed, None, None, None, unit)
    mostly = _named(found[1], unit) if found else None
    return Said(parsed, low, mostly or middle(low, high), high, unit)


def middle(low: Price, high: Price) -> Price:
    """Return the middle of two prices, rounded down to 20 yuan per tonne (0.01 yuan/jin)."""
    return Price(max(low.yuan_per_tonne, (low.yuan_per_tonne + high.yuan_per_tonne) // 40 * 20))


def _named(figure: str, unit: PriceUnit) -> Price | None:
    try:
        return Price.of(figure, unit)
    except (Refusal, ValueError):
        return None
