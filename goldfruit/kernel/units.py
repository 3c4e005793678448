"""Units (单位): money in fen, price in yuan per tonne, weight in grams.

Each is a type of its own and a whole number, so nothing is lost and
``Money + Weight`` does not type-check. The one place where price times weight
is rounded is :meth:`Price.for_weight`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from goldfruit.kernel.errors import RuleBroken

FEN_MAX = 10**15
GRAMS_MAX = 10**13
YUAN_PER_TONNE_MAX = 10**8

_PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)


def rounded_half_away(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded half away from zero; the denominator is > 0."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


@dataclass(eq=False)
class NotANumber(RuleBroken):
    """A figure that is not a plain decimal number."""

    code = "not-a-number"
    title = "不是有效数字"
    detail = "您填的是“{text}”。请用半角数字填写，例如 3.20。"

    text: str


@dataclass(eq=False)
class OutOfRange(RuleBroken):
    """A figure outside what the exchange can hold."""

    code = "out-of-range"
    title = "数值超出范围"
    detail = "“{text}”超出允许范围（{least} 至 {most}）。请检查小数点和单位。"

    text: str
    least: str
    most: str


@dataclass(eq=False)
class PriceNotExact(RuleBroken):
    """A price that has no whole number of yuan per tonne."""

    code = "price-not-exact"
    title = "价格无法精确换算"
    detail = "“{text}”不能换算成整数元/吨，最接近的价格是 {below} 和 {above}，请任选其一。"

    text: str
    below: str
    above: str


def plain_decimal(text: str) -> Decimal:
    """Return the decimal number that ``text`` writes in plain ASCII digits.

    Raises:
        NotANumber: anything else, among it exponents, full-width digits, NaN and signs other
            than one leading minus.
    """
    if not _PLAIN_DECIMAL.fullmatch(text):
        raise NotANumber(text=text[:40])
    return Decimal(text)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of money (金额) in whole fen (分); may be negative in a sum."""

    fen: int

    @classmethod
    def from_yuan(cls, text: str) -> "Money":
        """Return the amount that ``text`` gives in yuan, at most two decimals.

        Raises:
            NotANumber: not a plain decimal, or finer than a fen.
            OutOfRange: more than the exchange can hold.
        """
        fen = plain_decimal(text) * 100
        if fen != fen.to_integral_value():
            raise NotANumber(text=text[:40])
        if abs(fen) > FEN_MAX:
            raise OutOfRange(text=text[:40], least="0", most=str(FEN_MAX // 100))
        return cls(int(fen))

    @classmethod
    def sum(cls, amounts: Iterable["Money"]) -> "Money":
        """Return the sum of ``amounts``; zero for none."""
        return cls(sum(amount.fen for amount in amounts))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen)

    def __neg__(self) -> "Money":
        return Money(-self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    def share(self, numerator: int, denominator: int) -> "Money":
        """Return ``numerator/denominator`` of this, rounded half away from zero to the fen."""
        return Money(rounded_half_away(self.fen * numerator, denominator))

    def __str__(self) -> str:
        return f"{Decimal(self.fen) / 100:.2f}"


@dataclass(frozen=True, slots=True, order=True)
class Weight:
    """A weight (重量) in whole grams."""

    grams: int

    @classmethod
    def from_kg(cls, text: str) -> "Weight":
        """Return the weight that ``text`` gives in kilograms, at most three decimals.

        Raises:
            NotANumber: not a plain decimal, or finer than a gram.
            OutOfRange: negative, or more than the exchange can hold.
        """
        grams = plain_decimal(text) * 1_000
        if grams != grams.to_integral_value():
            raise NotANumber(text=text[:40])
        if not 0 <= grams <= GRAMS_MAX:
            raise OutOfRange(text=text[:40], least="0", most=str(GRAMS_MAX // 1_000))
        return cls(int(grams))

    @classmethod
    def sum(cls, weights: Iterable["Weight"]) -> "Weight":
        """Return the sum of ``weights``; zero for none."""
        return cls(sum(weight.grams for weight in weights))

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.grams + other.grams)

    def __sub__(self, other: "Weight") -> "Weight":
        return Weight(self.grams - other.grams)

    def __bool__(self) -> bool:
        return self.grams != 0

    def __str__(self) -> str:
        return f"{Decimal(self.grams) / 1_000:.3f}"


class PriceUnit(StrEnum):
    """The units in which traders name a price: 元/斤, 元/公斤, 元/吨, 元/件."""

    JIN = "jin"
    KG = "kg"
    TONNE = "tonne"
    PIECE = "piece"


JIN = Weight(500)
_WEIGHT_OF = {PriceUnit.JIN: JIN, PriceUnit.KG: Weight(1_000), PriceUnit.TONNE: Weight(1_000_000)}
_DECIMALS = {PriceUnit.JIN: 4, PriceUnit.KG: 3, PriceUnit.TONNE: 0, PriceUnit.PIECE: 2}


@dataclass(frozen=True, slots=True, order=True)
class Price:
    """A price (价格) in whole yuan per tonne, which is exact for every unit traders quote in."""

    yuan_per_tonne: int

    @classmethod
    def of(cls, text: str, unit: PriceUnit, piece: Weight | None = None) -> "Price":
        """Return the price that ``text`` names in yuan per ``unit``.

        Args:
            text: a plain decimal, e.g. ``3.20``.
            unit: what the yuan are paid for; PIECE needs ``piece``.
            piece: the net weight of a piece (件).

        Raises:
            NotANumber: ``text`` is not a plain decimal.
            OutOfRange: zero, negative, or beyond what the exchange can hold.
            PriceNotExact: no whole number of yuan per tonne; names the two nearest that are.
        """
        weight = piece if unit is PriceUnit.PIECE else _WEIGHT_OF[unit]
        if weight is None or weight.grams <= 0:
            raise ValueError("a price per piece needs the weight of a piece")
        per_tonne = plain_decimal(text) * 1_000_000
        whole, rest = divmod(per_tonne, weight.grams)
        if per_tonne <= 0 or whole > YUAN_PER_TONNE_MAX:
            raise OutOfRange(text=text[:40], least="0", most=str(YUAN_PER_TONNE_MAX))
        if rest:
            below, above = cls(int(whole)), cls(int(whole) + 1)
            raise PriceNotExact(
                text=text[:40], below=below.exact(unit, piece), above=above.exact(unit, piece)
            )
        return cls(int(whole))

    def per(self, unit: PriceUnit, piece: Weight | None = None) -> Decimal:
        """Return yuan per ``unit``: exact for 斤, 公斤, 吨; for 件 as far as decimals allow."""
        weight = piece if unit is PriceUnit.PIECE else _WEIGHT_OF[unit]
        if weight is None:
            raise ValueError("a price per piece needs the weight of a piece")
        return Decimal(self.yuan_per_tonne * weight.grams) / 1_000_000

    def exact(self, unit: PriceUnit, piece: Weight | None = None) -> str:
        """Return yuan per ``unit`` as text without losing a digit, e.g. ``3.2`` or ``13.00005``."""
        return f"{self.per(unit, piece).normalize():f}"

    def shown(self, unit: PriceUnit, piece: Weight | None = None) -> str:
        """Return yuan per ``unit`` for a reader: two decimals, more only where they matter."""
        value = self.per(unit, piece)
        places = 2 if unit is not PriceUnit.TONNE else 0
        while places < _DECIMALS[unit] and value != round(value, places):
            places += 1
        return f"{value:.{places}f}"

    def for_weight(self, weight: Weight) -> Money:
        """Return what ``weight`` costs, rounded half away from zero to the fen.

        This is the only place where price times weight is rounded, so two
        sides of a trade can never disagree by a fen.
        """
        # yuan/t x g = 1e-6 yuan = 1e-4 fen
        return Money(rounded_half_away(self.yuan_per_tonne * weight.grams, 10_000))

    def __str__(self) -> str:
        return f"{Decimal(self.yuan_per_tonne) / 1_000:.3f}"
