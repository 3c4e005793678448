"""One index series by name: which formula, which base, which options go together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from goldfruit.kernel.errors import RuleBroken
from goldfruit.prices.rules.bilateral import (
    BY_WEIGHTS_PERIOD,
    UNWEIGHTED,
    WEIGHTED,
    Compare,
    chained,
    direct,
    matched,
)
from goldfruit.prices.rules.multilateral import MULTILATERAL
from goldfruit.prices.rules.price_table import PriceTable
from goldfruit.prices.rules.splicing import SPLICES, spliced, whole

METHODS = (*WEIGHTED, *UNWEIGHTED, *BY_WEIGHTS_PERIOD, *MULTILATERAL)
WITHOUT_QUANTITIES = frozenset({*UNWEIGHTED, "geks-jevons", "tpd"})


@dataclass(eq=False)
class NoSuchFormula(RuleBroken):
    code = "no-such-formula"
    title = "没有这个指数公式"
    detail = "“{method}”不是可用的方法，请从以下选用：{known}。"

    method: str
    known: str


@dataclass(eq=False)
class OptionNotForFormula(RuleBroken):
    code = "option-not-for-formula"
    title = "选项与方法不符"
    detail = "{option} 不适用于 {method}：{reason}。请去掉该选项或更换方法。"

    option: str
    method: str
    reason: str


@dataclass(eq=False)
class IndexOutOfRange(RuleBroken):
    code = "index-out-of-range"
    title = "指数超出可表示的范围"
    detail = "用 {method} 算出的值过大或过小。请检查价格和数量的单位，或不要链接与拼接。"

    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """选择: a method and its options, not yet judged."""

    method: str
    base: str | None = None
    chained: bool = False
    window: int | None = None
    splice: str | None = None
    carry_forward: bool = False
    weights_period: str | None = None


def judge(choice: Choice) -> None:
    """Return nothing if the options suit the method, else raise what does not."""
    method = choice.method
    if method not in METHODS:
        raise NoSuchFormula(method[:60], "、".join(METHODS))
    several = method in MULTILATERAL
    misfits: Sequence[tuple[bool, str, str]] = (
        (choice.chained and several, "--chained", "多边指数本身可传递，无须链接"),
        (choice.window is not None and not several, "--window", "只有多边指数使用窗口"),
        (
            choice.splice is not None and choice.window is None,
            "--splice",
            "没有 --window 就无从拼接",
        ),
        (
            choice.weights_period is not None and method not in BY_WEIGHTS_PERIOD,
            "--weights-period",
            "只有 lowe 与 young 另取权数时期",
        ),
    )
    for misfit, option, reason in misfits:
        if misfit:
            raise OptionNotForFormula(option, method, reason)


def series(table: PriceTable, choice: Choice) -> tuple[str, dict[str, float | None]]:
    """Return the base period and the index of every period, 1 at the base (the first).

    None stands where nothing can be compared; the base is 1 by definition, always. The
    periods are those that have at least one price. ``--weights-period`` is the first
    period unless said otherwise, also when the base is another.

    Raises:
        NoSuchFormula, OptionNotForFormula, NoSuchPeriod.
        IndexOutOfRange: drift, or wild prices, left the range of doubles.
    """
    judge(choice)
    base, weights = (
        0 if period is None else table.place(period, option=option)
        for period, option in (
            (choice.base, "--base"),
            (choice.weights_period, "--weights-period"),
        )
    )
    if choice.carry_forward:
        table = table.carried_forward()
    try:
        values = _values(table, choice, base, weights)
    except (ArithmeticError, ValueError) as error:
        raise IndexOutOfRange(choice.method) from error
    if not all(value is None or 0 < value < inf for value in values):
        raise IndexOutOfRange(choice.method)
    return table.periods[base], dict(zip(table.periods, values, strict=True))


def _values(table: PriceTable, choice: Choice, base: int, weights: int) -> list[float | None]:
    count = len(table.periods)
    if choice.method not in MULTILATERAL:
        series_of = chained if choice.chained else direct
        return series_of(count, base, _compare(table, choice.method, weights))
    levels_of = MULTILATERAL[choice.method](table)
    if choice.window is None:
        return whole(count, base, levels_of)
    return spliced(count, base, levels_of, choice.window, SPLICES[choice.splice or "movement"])


def _compare(table: PriceTable, method: str, weights: int) -> Compare:
    def compare(earlier: int, later: int) -> float | None:
        items = matched(table.sales[earlier], table.sales[later])
        if method in BY_WEIGHTS_PERIOD:
            return BY_WEIGHTS_PERIOD[method](items, table.sales[weights])
        return (WEIGHTED | UNWEIGHTED)[method](items)

    return compare
