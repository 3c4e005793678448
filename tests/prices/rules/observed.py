"""Observations and definitions for tests: what a test is not about is supplied here."""

import copy
from datetime import date
from typing import Any

from goldfruit.kernel.units import Price, Weight
from goldfruit.prices.definitions import seed_document
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.definitions import Definition, parsed
from goldfruit.prices.rules.filters import Reason, Verdict
from goldfruit.prices.rules.observations import (
    Differentials,
    Kind,
    Observation,
    reference_price,
)
from goldfruit.prices.rules.outcomes import DayInput, Inputs, Outcome

DAY = date(2025, 10, 9)
CELL = "FJ-ZD-80-12-610425-L"


def price(per_kg: str | float) -> Price:
    return Price(round(float(per_kg) * 1_000))


def quote(per_kg: str | float, reporter: str = "r1", **given: Any) -> Observation:
    facts: dict[str, Any] = {
        "id": f"s-{given.get('cell', CELL)}-{given.get('day', DAY)}-{reporter}",
        "kind": Kind.SURVEY,
        "day": DAY,
        "cell": CELL,
        "reporter": reporter,
    }
    single = price(per_kg)
    facts |= {"low": single, "mostly": single, "high": single}
    return Observation(**(facts | given))


def trade(
    per_kg: str | float, tonnes: float = 1, seller: str = "a", buyer: str = "x", **given: Any
) -> Observation:
    facts: dict[str, Any] = {
        "id": f"t-{per_kg}-{tonnes}-{seller}-{buyer}",
        "kind": Kind.TRADE,
        "reporter": "",
        "seller": seller,
        "buyer": buyer,
        "weight": Weight(round(tonnes * 1_000_000)),
    }
    return quote(per_kg, **(facts | given))


def firm(side: Kind, per_kg: str, firm: str, tonnes: float = 1) -> Observation:
    return quote(
        per_kg,
        id=f"{side.value}-{firm}-{per_kg}",
        kind=side,
        reporter="",
        seller=firm if side is Kind.OFFER else "",
        buyer=firm if side is Kind.BID else "",
        weight=Weight(round(tonnes * 1_000_000)),
        live_minutes=30,
    )


def accepted(*observations: Observation) -> list[Verdict]:
    return [Verdict(seen, reference_price(seen, Differentials())) for seen in observations]


def reasons(verdicts: tuple[Verdict, ...]) -> dict[str, Reason | None]:
    return {verdict.seen.id: verdict.reason for verdict in verdicts}


def document(code: str = "GFI-D", version: int = 1) -> Any:
    return copy.deepcopy(seed_document(code, version))


def small_definition(**changes: Any) -> Definition:
    """Return a Lowe index of the three cells of the worked example in §3.4.4."""
    content = document()
    cells = [
        ("A", "0.275862069", "3.20", "610425"),
        ("B", "0.336206897", "2.60", "610425"),
        ("C", "0.387931034", "1.80", "610430"),
    ]
    content["basket"]["cells"] = [
        {
            "code": code,
            "name": code,
            "weight": weight,
            "family": "F",
            "county": county,
            "base_price": base,
        }
        for code, weight, base, county in cells
    ]
    content["base"] |= {"kind": "prices"}
    content["sub_indices"] = [
        {
            "code": "S-610425",
            "name": {"zh": "礼泉", "en": "Liquan"},
            "by": "county",
            "group": "610425",
        }
    ]
    return parsed(content | changes)


THREE = ("r1", "r2", "r3")


def quotes(day: date, **prices: float) -> list[Observation]:
    """Return three reporters' equal quotes of each cell, prices in yuan per kilogram."""
    return [
        quote(per_kg, name, day=day, cell=cell) for cell, per_kg in prices.items() for name in THREE
    ]


def day(when: date, **prices: float) -> DayInput:
    return DayInput(when, tuple(quotes(when, **prices)))


def run(definition: Definition, *days: DayInput) -> Outcome:
    return calculate(definition, Inputs(days))


def market_day(when: date, **prices: float) -> DayInput:
    rows = [
        Observation(
            id=f"{when}-{cell}",
            kind=Kind.EXTERNAL,
            day=when,
            cell=cell,
            low=Price(round(p * 900)),
            mostly=Price(round(p * 1000)),
            high=Price(round(p * 1100)),
            source="xinfadi",
        )
        for cell, p in prices.items()
    ]
    return DayInput(when, tuple(rows))
