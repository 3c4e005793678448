"""Concentration cap C01 (集中度上限): no group carries more than its share of a volume (§3.4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class ConcentrationRules:
    """集中度参数: the largest share of a seller, of a buyer, and of a group in the index."""

    seller: float = 0.35
    buyer: float = 0.60
    index: float = 0.25
    source: str = "[D] §3.4.2 C01"


def capped(volumes: Mapping[str, float], cap: float) -> dict[str, float] | None:
    """Return the volumes after water-filling, so that none exceeds ``cap`` of their sum.

    With m groups capped, ``T* = sum of the others / (1 - m cap)`` and each capped group gets
    ``cap T*``; repeated until no other group exceeds it. None when ``n cap < 1``: so few groups
    cannot meet the cap, and the minimum-data rule has failed.
    """
    names = [name for name in sorted(volumes) if volumes[name] > 0]
    if not names or len(names) * cap < 1 - TOLERANCE:
        return None
    over: set[str] = set()
    while True:
        rest = sorted(volumes[name] for name in names if name not in over)
        room = 1 - len(over) * cap
        if not rest or room <= TOLERANCE:
            return dict.fromkeys(names, float(min(volumes[name] for name in names)))
        total = sum(rest) / room
        more = {n for n in names if n not in over and volumes[n] > cap * total * (1 + TOLERANCE)}
        if not more:
            return {n: cap * total if n in over else float(volumes[n]) for n in names}
        over |= more


def factors(volumes: Mapping[str, float], cap: float) -> dict[str, float] | None:
    """Return by how much each group's volume is scaled under ``cap``; None as in ``capped``."""
    after = capped(volumes, cap)
    if after is None:
        return None
    return {name: after[name] / volumes[name] for name in after}
