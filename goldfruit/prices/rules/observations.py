"""Observations (观测): one trade, firm offer, firm bid, survey quote or public price of one cell.

All figures are whole numbers, so a frozen observation is the same text on every machine. What
becomes a double is only the price in reference terms (§3.4.1), and that is a statistic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from goldfruit.kernel.digests import Json
from goldfruit.kernel.units import Money, Price, Weight


class Kind(StrEnum):
    """观测种类: T 成交, O 卖盘, B 买盘, S 报价员报价, X 外部公开价 (§3.4.1)."""

    TRADE = "T"
    OFFER = "O"
    BID = "B"
    SURVEY = "S"
    EXTERNAL = "X"


@dataclass(frozen=True, slots=True)
class Observation:
    """观测: what somebody paid, asked, bid or reported for one cell on one day.

    A single price stands in all of ``low``, ``mostly`` and ``high``. Prices are whole units of
    the index's currency per tonne (yuan, unless the definition says otherwise). Groups and the
    reporter are keys, never names. ``terms`` are pairs such as ``("owner_type", "merchant")``.
    """

    id: str
    kind: Kind
    day: date
    cell: str
    low: Price
    mostly: Price
    high: Price
    weight: Weight | None = None
    seller: str = ""
    buyer: str = ""
    reporter: str = ""
    related: bool = False
    score: int = 100
    source: str = ""
    margin_frozen: bool = True
    delivery_days: int = 0
    live_minutes: int = 0
    payment_days: int = 0
    deductions: Money = field(default_factory=lambda: Money(0))
    terms: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.low <= self.mostly <= self.high:
            raise ValueError(f"{self.id}: low, mostly, high are not in order")
        if self.score <= 0:
            raise ValueError(f"{self.id}: a score is at least one point")

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Return the place of this observation wherever observations stand in a row."""
        return (self.day.isoformat(), self.cell, self.kind.value, self.id)


@dataclass(frozen=True, slots=True)
class Differentials:
    """差价表: what a term adds to a price to bring it to reference terms; versioned data.

    ``amounts`` maps ``"owner_type=merchant"`` and the like to whole yuan per tonne, signed.
    ``annual_rate_bp`` is the yearly interest of late payment in basis points (万分之一).
    """

    version: str = "none"
    source: str = ""
    amounts: Mapping[str, int] = field(default_factory=dict)
    annual_rate_bp: int = 0


def reference_price(seen: Observation, table: Differentials, of: str = "mostly") -> float:
    """Return the price in reference terms, in currency per kilogram, as a double.

    ``(amount - packing - freight - store fee) / net weight + sum of differentials``, where late
    payment costs ``rate x days / 365`` of the price. Not rounded. ``of`` is ``mostly``, or
    ``middle`` for half of low plus high. Source: §3.4.1.
    """
    per_tonne = float(seen.mostly.yuan_per_tonne)
    if of == "middle":
        per_tonne = (seen.low.yuan_per_tonne + seen.high.yuan_per_tonne) / 2
    if seen.deductions and seen.weight:
        net = seen.mostly.yuan_per_tonne * seen.weight.grams - seen.deductions.fen * 10_000
        per_tonne = net / seen.weight.grams
    added = sum(table.amounts.get(f"{name}={value}", 0) for name, value in seen.terms)
    interest = per_tonne * table.annual_rate_bp * seen.payment_days / (10_000 * 365)
    return (per_tonne + added - interest) / 1_000


def ineligible(seen: Observation, *, delivery_days_max: int = 30, live_minutes: int = 30) -> str:
    """Return why ``seen`` is no observation of its kind, or an empty text. Source: §3.4.1.

    A trade needs both margins frozen and delivery within 30 days; a firm offer or bid needs a
    frozen margin and 30 minutes of life at the cut-off. Quotes and public prices need neither.
    """
    if seen.kind in (Kind.SURVEY, Kind.EXTERNAL):
        return ""
    if not seen.margin_frozen:
        return "margin-not-frozen"
    if seen.kind is Kind.TRADE:
        return "delivery-too-late" if seen.delivery_days > delivery_days_max else ""
    return "not-live-long-enough" if seen.live_minutes < live_minutes else ""


def to_plain(seen: Observation) -> dict[str, Json]:
    """Return ``seen`` as whole numbers and text under short stable keys; defaults are left out."""
    plain: dict[str, Json] = {
        "id": seen.id,
        "kind": seen.kind.value,
        "day": seen.day.isoformat(),
        "cell": seen.cell,
        "price": [seen.low.yuan_per_tonne, seen.mostly.yuan_per_tonne, seen.high.yuan_per_tonne],
    }
    optional: dict[str, Json] = {
        "weight_g": seen.weight.grams if seen.weight else None,
        "seller": seen.seller,
        "buyer": seen.buyer,
        "reporter": seen.reporter,
        "related": seen.related,
        "source": seen.source,
        "delivery_days": seen.delivery_days,
        "live_minutes": seen.live_minutes,
        "payment_days": seen.payment_days,
        "deductions_fen": seen.deductions.fen,
        "terms": [list(pair) for pair in seen.terms],
    }
    plain |= {name: value for name, value in optional.items() if value}
    plain |= {"score": seen.score} if seen.score != 100 else {}
    plain |= {} if seen.margin_frozen else {"margin_frozen": False}
    return plain


def from_plain(plain: Mapping[str, Json]) -> Observation:
    """Return the observation that ``to_plain`` wrote.

    Raises:
        KeyError, TypeError, ValueError: the row was not written by ``to_plain``.
    """
    low, mostly, high = (Price(_whole(figure)) for figure in _items(plain["price"]))
    grams = _whole(plain.get("weight_g", 0))
    return Observation(
        id=str(plain["id"]),
        kind=Kind(str(plain["kind"])),
        day=date.fromisoformat(str(plain["day"])),
        cell=str(plain["cell"]),
        low=low,
        mostly=mostly,
        high=high,
        weight=Weight(grams) if grams else None,
        seller=str(plain.get("seller", "")),
        buyer=str(plain.get("buyer", "")),
        reporter=str(plain.get("reporter", "")),
        related=bool(plain.get("related", False)),
        score=_whole(plain.get("score", 100)),
        source=str(plain.get("source", "")),
        margin_frozen=bool(plain.get("margin_frozen", True)),
        delivery_days=_whole(plain.get("delivery_days", 0)),
        live_minutes=_whole(plain.get("live_minutes", 0)),
        payment_days=_whole(plain.get("payment_days", 0)),
        deductions=Money(_whole(plain.get("deductions_fen", 0))),
        terms=tuple(_pair(pair) for pair in _items(plain.get("terms", []))),
    )


def _whole(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _items(value: Json) -> list[Json]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is not a list")
    return list(value)


def _pair(value: Json) -> tuple[str, str]:
    name, text = _items(value)
    return str(name), str(text)
