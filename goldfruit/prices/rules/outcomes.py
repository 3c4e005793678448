"""What goes into a calculation and what comes out (计算的输入与结果), as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from goldfruit.prices.rules.filters import PastTrade, Verdict
from goldfruit.prices.rules.observations import Observation

Prices = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CellState:
    """品类状态: a cell's last price, its price and weight at the link, and what it moved since.

    ``accrued`` is its part, in points, of the change since the last published day.
    """

    price: float
    link_price: float
    weight: float
    accrued: float = 0.0


@dataclass(frozen=True, slots=True)
class PastPrices:
    """往日价格: accepted prices of a cell on an earlier day, moved to the last calculated day."""

    day: date
    cell: str
    prices: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SubState:
    """分类状态: a sub-index's last value, and the headline on that day."""

    value: float
    headline: float


@dataclass(frozen=True, slots=True)
class State:
    """承前状态: all that a day needs to know of the days before it.

    ``value`` is the last calculated value in full precision, published or not; ``published``
    the published values that the formula links to; ``window`` the rolling formulas' prices;
    ``definition`` the digest of the rules it came from, so that a new version is linked on.
    """

    day: date | None = None
    value: float | None = None
    link_value: float = 0.0
    link_day: date | None = None
    cells: Mapping[str, CellState] = field(default_factory=dict)
    streaks: Mapping[str, int] = field(default_factory=dict)
    subs: Mapping[str, SubState] = field(default_factory=dict)
    recent: tuple[date, ...] = ()
    past: tuple[PastPrices, ...] = ()
    trades: tuple[PastTrade, ...] = ()
    window: tuple[tuple[date, Prices], ...] = ()
    published: tuple[tuple[date, float], ...] = ()
    definition: str = ""


@dataclass(frozen=True, slots=True)
class DayInput:
    """当日输入: one day of the index's calendar (or a week, under its last day)."""

    day: date
    observations: tuple[Observation, ...] = ()
    reinstated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """冻结输入: the state before the first day, and the days in order."""

    days: tuple[DayInput, ...]
    state: State = field(default_factory=State)

    def __post_init__(self) -> None:
        days = [given.day for given in self.days]
        if days != sorted(set(days)):
            raise ValueError("days must ascend, each once")
        if self.state.day is not None and days and days[0] <= self.state.day:
            raise ValueError("the first day must come after the state's")


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """品类结果: one cell on one day.

    ``price`` is what the index used, ``shown`` whether to tell it, ``contribution`` its part, in
    points, of the change since the last published day.
    ``imputed_by`` names the group whose movement was taken (family, county, basket), else empty.
    """

    cell: str
    grade: str
    share: float
    price: float | None
    shown: bool
    imputed_by: str = ""
    contributors: int = 0
    used: int = 0
    grams: int = 0
    low: float | None = None
    high: float | None = None
    contribution: float = 0.0
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class SubOutcome:
    """分类结果: a sub-index on one day; ``value`` is None where it may not be published."""

    code: str
    value: float | None
    level: str
    coverage: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """当日结果: everything that is published, or explains why nothing is.

    ``value`` is in points, full precision, None for NP; ``reason`` says why then. ``coverage``
    is the share of the weight at each grade A to E. ``alarms`` are codes, with a cell if any.
    """

    day: date
    value: float | None
    status: str
    reason: str
    level: str
    standard_error: float | None
    coverage: Mapping[str, float]
    cells: tuple[CellOutcome, ...]
    subs: tuple[SubOutcome, ...]
    verdicts: tuple[Verdict, ...]
    alarms: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many observations of each kind counted."""
        answer: dict[str, int] = {}
        for verdict in self.verdicts:
            if verdict.accepted:
                answer[verdict.seen.kind.value] = answer.get(verdict.seen.kind.value, 0) + 1
        return dict(sorted(answer.items()))

    @property
    def grams(self) -> int:
        """Return the weight traded in all cells, in grams."""
        return sum(cell.grams for cell in self.cells)

    @property
    def judgement(self) -> bool:
        """Return whether a person's judgement took part: something dropped was reinstated."""
        return any(verdict.note.startswith("reinstated") for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """计算结果: one outcome per day, and the state after the last."""

    days: tuple[DayOutcome, ...]
    state: State
