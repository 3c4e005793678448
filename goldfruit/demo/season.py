"""The demo season's prices: a random walk a family, a step a day, the same for a seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from goldfruit.demo.people import Reporter
from goldfruit.kernel.fruit import Spec
from goldfruit.kernel.units import Price
from goldfruit.prices.rules.definitions import Cell, Definition

FEN_A_JIN = {"ZD80": 320, "ZD70": 260, "MD": 190}
"""Where each family begins, in fen per jin; a fen per jin is 20 yuan per tonne."""

COUNTY_FEN = {"610425": 6, "610430": 8, "610429": 10, "610426": 2, "610482": 0, "610428": -2}
TONES = ("走货快", "走货一般", "走货慢", "客商增多", "果农惜售")


@dataclass(frozen=True, slots=True)
class Said:
    """报价: what a demo reporter says of one spec, and at which minute of the day."""

    minute: int
    spec: Spec
    low: Price
    mostly: Price
    high: Price
    tone: str


@dataclass(frozen=True, slots=True)
class Odd:
    """特别日: what is out of the ordinary on one day of the season, by its place."""

    slip: bool = False
    snow: bool = False
    late: bool = False
    wrong: bool = False


ODD_DAYS: Mapping[int, Odd] = {
    12: Odd(slip=True),
    25: Odd(snow=True),
    30: Odd(late=True),
    41: Odd(wrong=True),
    52: Odd(slip=True),
}
"""A slip of unit, a day of snow without value, a late approval, a figure corrected later."""


def levels(definition: Definition, days: int, seed: int) -> list[Mapping[str, float]]:
    """Return the level of every family, relative to its beginning, for each of ``days``."""
    random = Random(f"{seed}:levels")  # noqa: S311 (a demo, no secret)
    families = sorted({cell.family for cell in definition.cells})
    now = dict.fromkeys(families, 1.0)
    found: list[Mapping[str, float]] = []
    for _ in range(days):
        common = random.gauss(0.0006, 0.004)
        now = {name: now[name] * (1 + common + random.gauss(0, 0.003)) for name in families}
        found.append(dict(now))
    return found


def said_on(
    definition: Definition,
    reporter: Reporter,
    day: date,
    *,
    odd: Odd,
    level: Mapping[str, float],
    seed: int,
) -> list[Said]:
    """Return what ``reporter`` says on one day; nothing if the reporter is away."""
    random = Random(f"{seed}:{reporter.login}:{day}")  # noqa: S311
    away = 0.0 if odd.slip else 0.8 if odd.snow else 0.06
    if random.random() < away:
        return []
    minute = random.randint(9 * 60 + 20, 16 * 60 + 15)
    answers = []
    for cell in definition.cells:
        if cell.county != reporter.county_code or random.random() < 0.05:
            continue
        fen = FEN_A_JIN.get(cell.family, 240) + COUNTY_FEN.get(cell.county, -4)
        mostly = round(fen * level[cell.family]) + random.randint(-4, 4)
        if odd.wrong and reporter.county_code in ("610425", "610430"):
            mostly = round(mostly * 1.11)
        if odd.slip and reporter.login.startswith("reporter11@"):
            mostly *= 2
        spread = random.randint(8, 22)
        answers.append(
            Said(
                minute=minute,
                spec=spec_of(cell, day),
                low=Price(20 * (mostly - spread)),
                mostly=Price(20 * mostly),
                high=Price(20 * (mostly + spread)),
                tone=random.choice(TONES),
            )
        )
    return answers


def spec_of(cell: Cell, day: date) -> Spec:
    """Return the spec that stands for a cell of the basket in the season of ``day``."""
    variety, bagging, size, grade, origin, stage = cell.code.split("-")
    season = (day.year if day.month >= 9 else day.year - 1) % 100
    return Spec.from_code(f"{variety}-{bagging}-{size}-{grade}-P-{origin}-{stage}-{season:02d}")
