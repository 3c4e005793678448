"""Filters R01 to R06 (过滤), in order (§3.4.2): nothing is lost, every observation has a verdict.

Each verdict keeps the reason code and the figures that decided, so that a reader can check it by
hand. R01 is a question to whoever entered the figure, never a correction.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from goldfruit.prices.rules.numbers import median
from goldfruit.prices.rules.observations import (
    Differentials,
    Kind,
    Observation,
    ineligible,
    reference_price,
)

MAD_TO_SD = 1.4826


class Reason(StrEnum):
    """过滤原因: why an observation does not count."""

    INELIGIBLE = "R00"
    UNIT_SLIP = "R01"
    OUT_OF_RANGE = "R02"
    RELATED = "R03"
    TOO_SMALL = "R04"
    DUPLICATE = "R05"
    OUTLIER = "R06"


@dataclass(frozen=True, slots=True)
class FilterRules:
    """过滤参数: the thresholds of §3.4.2; versioned data of a definition.

    ``enabled`` names the rules that apply; ``slip_kinds`` the kinds whose unit a person chose, so
    that R01 asks about them; prices are in currency per kilogram.
    """

    enabled: frozenset[Reason] = frozenset(Reason)
    slip_kinds: frozenset[Kind] = frozenset({Kind.SURVEY, Kind.EXTERNAL})
    slip_double: tuple[float, float] = (1.8, 2.2)
    slip_half: tuple[float, float] = (0.45, 0.55)
    price_min: float = 0.4
    price_max: float = 30.0
    grams_min: int = 100_000
    spread: float = 3.5
    ratio_least: float = 1.15
    ratio_few: float = 1.30
    few: int = 5
    source: str = "[D] §3.4.2"


@dataclass(frozen=True, slots=True)
class PastTrade:
    """往日成交: who sold to whom in one cell on one day, for the round trips of R03."""

    day: date
    cell: str
    seller: str
    buyer: str


@dataclass(frozen=True, slots=True)
class Background:
    """过滤背景: what earlier days say about a cell.

    ``past`` are accepted prices of the last five trading days per cell, already moved to the last
    calculated day by the family's index; ``last`` the cell's last price; ``trades`` the trades of
    the last five trading days.
    """

    past: Mapping[str, Sequence[float]] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)
    trades: tuple[PastTrade, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """过滤结论: one observation, its price in reference terms, and what the filters said.

    ``reason`` is None when it counts. ``figures`` are the numbers that decided, by name. A
    reinstated one counts and keeps the reason it was dropped for in ``note``.
    """

    seen: Observation
    price: float
    reason: Reason | None = None
    note: str = ""
    figures: tuple[tuple[str, float], ...] = ()

    @property
    def accepted(self) -> bool:
        """Return whether the observation counts."""
        return self.reason is None

    @property
    def suspect(self) -> bool:
        """Return whether somebody should be asked, rather than told."""
        return self.reason is Reason.UNIT_SLIP


def judged(
    observations: Iterable[Observation],
    rules: FilterRules,
    background: Background,
    differentials: Differentials,
    *,
    kinds: Collection[Kind] = frozenset(Kind),
    price: str = "mostly",
    reinstated: Collection[str] = frozenset(),
) -> tuple[Verdict, ...]:
    """Return one verdict per observation of one day, in the order of cell, kind and id.

    The answer does not depend on the order of ``observations``. ``reinstated`` are ids that
    somebody confirmed when R01 asked, or an analyst took back with evidence after R06 (§3.4.2).
    """
    verdicts = [
        Verdict(seen, reference_price(seen, differentials, price))
        for seen in sorted(observations, key=lambda seen: seen.order)
    ]
    verdicts = [_of_accepted_kind(verdict, kinds) for verdict in verdicts]
    verdicts = _each_cell(verdicts, lambda group: _slips(group, rules, background, reinstated))
    verdicts = [_within_range(verdict, rules) for verdict in verdicts]
    verdicts = _unrelated(verdicts, rules, background)
    verdicts = [_large_enough(verdict, rules) for verdict in verdicts]
    verdicts = _once(verdicts, rules)
    verdicts = _each_cell(verdicts, lambda group: _outliers(group, rules, background))
    return tuple(_reinstated(verdict, reinstated) for verdict in verdicts)


def outlier_limits(prices: Sequence[float], rules: FilterRules) -> tuple[float, float, float]:
    """Return the median of ln p, 1.4826 times the MAD, and the limit of R06, all in logarithms."""
    logs = [math.log(price) for price in prices]
    middle = median(logs)
    deviation = MAD_TO_SD * median(abs(value - middle) for value in logs)
    return middle, deviation, max(rules.spread * deviation, math.log(rules.ratio_least))


def _of_accepted_kind(verdict: Verdict, kinds: Collection[Kind]) -> Verdict:
    why = "kind" if verdict.seen.kind not in kinds else ineligible(verdict.seen)
    return _dropped(verdict, Reason.INELIGIBLE, note=why) if why else verdict


def _slips(
    group: list[Verdict], rules: FilterRules, background: Background, confirmed: Collection[str]
) -> list[Verdict]:
    """R01: ask where a price is about twice or half of its cell's median (元/斤 v 元/kg)."""
    if Reason.UNIT_SLIP not in rules.enabled or not group:
        return group
    cell = group[0].seen.cell
    pool = [verdict.price for verdict in group if verdict.price > 0]
    pool += background.past.get(cell, ())
    if len(pool) >= rules.few:
        middle = median(pool)
    elif cell in background.last:
        middle = background.last[cell]
    else:
        return group
    asked = [_asked_if_slipped(verdict, middle, rules) for verdict in group]
    return [_reinstated(verdict, confirmed) for verdict in asked]


def _asked_if_slipped(verdict: Verdict, middle: float, rules: FilterRules) -> Verdict:
    ratio = verdict.price / middle
    spans = (rules.slip_double, rules.slip_half)
    if verdict.seen.kind in rules.slip_kinds and any(low <= ratio <= top for low, top in spans):
        return _dropped(verdict, Reason.UNIT_SLIP, median=middle, ratio=ratio)
    return verdict


def _within_range(verdict: Verdict, rules: FilterRules) -> Verdict:
    """R02: a price outside the hard range is no price. Zero and below never is one."""
    least = rules.price_min if Reason.OUT_OF_RANGE in rules.enabled else 0.0
    most = rules.price_max if Reason.OUT_OF_RANGE in rules.enabled else math.inf
    if verdict.accepted and not (least <= verdict.price <= most and verdict.price > 0):
        return _dropped(verdict, Reason.OUT_OF_RANGE, least=least, most=most)
    return verdict


def _unrelated(
    verdicts: list[Verdict], rules: FilterRules, background: Background
) -> list[Verdict]:
    """R03: drop related parties, and trades that went A to B and came back B to A."""
    if Reason.RELATED not in rules.enabled:
        return verdicts
    trades = {(past.cell, past.seller, past.buyer) for past in background.trades}
    trades |= {
        (verdict.seen.cell, verdict.seen.seller, verdict.seen.buyer)
        for verdict in verdicts
        if verdict.accepted and verdict.seen.kind is Kind.TRADE
    }
    return [_at_arms_length(verdict, trades) for verdict in verdicts]


def _at_arms_length(verdict: Verdict, trades: set[tuple[str, str, str]]) -> Verdict:
    seen = verdict.seen
    if not verdict.accepted:
        return verdict
    if seen.related or (seen.seller and seen.seller == seen.buyer):
        return _dropped(verdict, Reason.RELATED, note="related")
    if seen.kind is Kind.TRADE and seen.seller and (seen.cell, seen.buyer, seen.seller) in trades:
        return _dropped(verdict, Reason.RELATED, note="round-trip")
    return verdict


def _large_enough(verdict: Verdict, rules: FilterRules) -> Verdict:
    """R04: trades and firm prices below 100 kg do not count; quotes have no quantity."""
    weight = verdict.seen.weight
    binding = verdict.seen.kind in (Kind.TRADE, Kind.OFFER, Kind.BID)
    grams = weight.grams if weight else 0
    if not verdict.accepted or Reason.TOO_SMALL not in rules.enabled or not binding:
        return verdict
    if grams >= rules.grams_min:
        return verdict
    kg, least = grams / 1_000, rules.grams_min / 1_000
    return _dropped(verdict, Reason.TOO_SMALL, weight_kg=kg, least_kg=least)


def _once(verdicts: list[Verdict], rules: FilterRules) -> list[Verdict]:
    """R05: the same id counts once, and a reporter once per cell and day; the first stays."""
    known: set[tuple[str, ...]] = set()
    answer = []
    for verdict in verdicts:
        keys = _identities(verdict.seen)
        if verdict.accepted and Reason.DUPLICATE in rules.enabled and keys & known:
            answer.append(_dropped(verdict, Reason.DUPLICATE))
            continue
        known |= keys if verdict.accepted else set()
        answer.append(verdict)
    return answer


def _identities(seen: Observation) -> set[tuple[str, ...]]:
    keys: set[tuple[str, ...]] = {(seen.kind.value, seen.id)}
    if seen.kind is Kind.SURVEY and seen.reporter:
        keys.add(("reporter", seen.day.isoformat(), seen.cell, seen.reporter))
    return keys


def _outliers(group: list[Verdict], rules: FilterRules, background: Background) -> list[Verdict]:
    """R06: drop what is too far from the cell's median, or from its last price when few."""
    accepted = [verdict.price for verdict in group if verdict.accepted]
    if Reason.OUTLIER not in rules.enabled or not accepted:
        return group
    cell = group[0].seen.cell
    pool = [*accepted, *background.past.get(cell, ())]
    if len(pool) >= rules.few:
        middle, deviation, limit = outlier_limits(pool, rules)
    elif cell in background.last:
        middle, deviation = math.log(background.last[cell]), 0.0
        limit = math.log(rules.ratio_few)
    else:
        return group
    return [_unless_far(verdict, middle, deviation, limit) for verdict in group]


def _unless_far(verdict: Verdict, middle: float, deviation: float, limit: float) -> Verdict:
    if not verdict.accepted:
        return verdict
    distance = abs(math.log(verdict.price) - middle)
    if distance <= limit:
        return verdict
    return _dropped(
        verdict,
        Reason.OUTLIER,
        median=math.exp(middle),
        s=deviation,
        limit=limit,
        distance=distance,
    )


def _reinstated(verdict: Verdict, ids: Collection[str]) -> Verdict:
    """Return ``verdict`` as accepted where a person answered the question or took it back."""
    if verdict.reason in (Reason.UNIT_SLIP, Reason.OUTLIER) and verdict.seen.id in ids:
        note = f"reinstated-{verdict.reason.value}"
        return Verdict(verdict.seen, verdict.price, None, note, verdict.figures)
    return verdict


def _each_cell(
    verdicts: list[Verdict], rule: Callable[[list[Verdict]], list[Verdict]]
) -> list[Verdict]:
    """Return ``verdicts`` with ``rule`` applied to those of each cell that still count."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.seen.cell, []).append(verdict)
    answer: list[Verdict] = []
    for cell in sorted(groups):
        group = groups[cell]
        open_ones = rule([verdict for verdict in group if verdict.accepted])
        answer += open_ones
        answer += [verdict for verdict in group if not verdict.accepted]
    return sorted(answer, key=lambda verdict: verdict.seen.order)


def _dropped(verdict: Verdict, reason: Reason, note: str = "", **figures: float) -> Verdict:
    return Verdict(verdict.seen, verdict.price, reason, note, tuple(sorted(figures.items())))
