"""How figures are written for people (格式): prices, money, weights, days, index points.

Pure functions of a value and a language; the page chooses unit and language. Dates and times
are those of Asia/Shanghai, in 24 hours. A missing figure is a dash with its reason, never 0.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from goldfruit.kernel.units import Money, Price, PriceUnit, Weight

SHANGHAI = ZoneInfo("Asia/Shanghai")
DASH = "—"
MINUS = "−"

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


class Language(StrEnum):
    """The languages of the pages: Simplified Chinese first, English beside it."""

    ZH = "zh"
    EN = "en"


STANDARD_PIECE = Weight(20_000)
"""What a piece (件) is where no lot says: a crate or carton of 20 kg net (domain.md §2.10 [K])."""

_UNIT_WORDS = {
    Language.ZH: {
        PriceUnit.JIN: "斤",
        PriceUnit.KG: "公斤",
        PriceUnit.TONNE: "吨",
        PriceUnit.PIECE: "件({weight})",
    },
    Language.EN: {
        PriceUnit.JIN: "jin",
        PriceUnit.KG: "kg",
        PriceUnit.TONNE: "tonne",
        PriceUnit.PIECE: "{weight} box",
    },
}

_ACTOR_WORDS = {
    Language.ZH: {"system": "系统", "guest": "访客", "user": "用户"},
    Language.EN: {"system": "System", "guest": "Guest", "user": "User"},
}


def unit_word(
    unit: PriceUnit, language: Language = Language.ZH, piece: Weight | None = None
) -> str:
    """Return what a reader calls the unit, e.g. 公斤; of a piece also how heavy it is."""
    return _UNIT_WORDS[language][unit].format(weight=weight_text(piece or STANDARD_PIECE, language))


def price_unit(unit: PriceUnit, language: Language = Language.ZH) -> str:
    """Return the unit of a price, e.g. 元/斤 or yuan/jin."""
    return f"{'元' if language is Language.ZH else 'yuan'}/{unit_word(unit, language)}"


def other_unit(unit: PriceUnit) -> PriceUnit:
    """Return the unit that stands in brackets: 公斤 beside 斤, 斤 beside all others."""
    return PriceUnit.KG if unit is PriceUnit.JIN else PriceUnit.JIN


def price_number(price: Price, unit: PriceUnit = PriceUnit.JIN, piece: Weight | None = None) -> str:
    """Return the bare figure in yuan per ``unit``, e.g. ``3.20`` or ``6,400``."""
    return grouped(price.shown(unit, piece or STANDARD_PIECE))


def price_per(price: Price, unit: PriceUnit) -> Decimal:
    """Return yuan per ``unit``, exact; a piece is the standard one."""
    return price.per(unit, STANDARD_PIECE)


def price_text(
    price: Price,
    unit: PriceUnit = PriceUnit.JIN,
    language: Language = Language.ZH,
    piece: Weight | None = None,
) -> str:
    """Return a price in the reader's unit with the other in brackets.

    For example ``¥3.20/斤 (6.40元/公斤)``, or ``¥3.20/jin (6.40 yuan/kg)`` in English.
    """
    beside = other_unit(unit)
    space = "" if language is Language.ZH else " "
    return (
        f"¥{price_number(price, unit, piece)}/{unit_word(unit, language, piece)} "
        f"({price_number(price, beside)}{space}{price_unit(beside, language)})"
    )


def money_text(amount: Money) -> str:
    """Return an amount in yuan with two decimals, e.g. ``¥10,400.00`` or ``−¥5.00``."""
    sign = MINUS if amount.fen < 0 else ""
    return f"{sign}¥{grouped(str(Money(abs(amount.fen))))}"


def money_number(amount: Money) -> str:
    """Return an amount in yuan without its sign of currency, for table columns under 元."""
    return grouped(str(amount))


def money_large(amount: Money, language: Language = Language.ZH) -> str:
    """Return a big total in 万元 (or thousands of yuan in English), rounded to two decimals."""
    if language is Language.ZH:
        return f"{number(Decimal(amount.fen) / 1_000_000, 2)}万元"
    return f"¥{number(Decimal(amount.fen) / 100_000, 2)} thousand"


def weight_text(weight: Weight, language: Language = Language.ZH) -> str:
    """Return a weight in kilograms below a tonne, else in tonnes; no digit is lost.

    For example ``850公斤``, ``12.5吨``; ``12.5 t`` in English.
    """
    if abs(weight.grams) < 1_000_000:
        shown, word = Decimal(weight.grams) / 1_000, ("公斤", " kg")
    else:
        shown, word = Decimal(weight.grams) / 1_000_000, ("吨", " t")
    return f"{grouped(f'{shown.normalize():f}')}{word[language is Language.EN]}"


def weight_tonnes(weight: Weight, places: int = 1) -> str:
    """Return a weight in tonnes, rounded half up, for columns under 吨."""
    return number(Decimal(weight.grams) / 1_000_000, places)


def number(value: Decimal | int | float, places: int = 0) -> str:
    """Return a figure with thousands separators, rounded half up to ``places`` decimals."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return grouped(f"{abs(rounded) if rounded == 0 else rounded:f}")


def grouped(plain: str) -> str:
    """Return a plain decimal text with thousands separators and a true minus sign."""
    sign = MINUS if plain.startswith("-") else ""
    whole, point, rest = plain.lstrip("-").partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"


def percent(share: Decimal | int | float, places: int = 1) -> str:
    """Return a share of one as a percentage, e.g. 0.125 as ``12.5%``."""
    exact = Decimal(repr(share)) if isinstance(share, float) else Decimal(share)
    return f"{number(exact * 100, places)}%"


def points(hundredths: int) -> str:
    """Return an index value that is kept in hundredths, e.g. 71235 as ``712.35``."""
    return number(Decimal(hundredths) / 100, 2)


@dataclass(frozen=True, slots=True)
class Change:
    """A change (涨跌) against an earlier figure, ready to show.

    ``direction`` is up, down or flat; ``text`` carries arrow and sign, so that color never
    speaks alone.
    """

    direction: str
    text: str


def change(now: int, before: int | None, places: int = 2) -> Change:
    """Return the change from ``before`` to ``now``, both in units of 10 ** -``places``.

    The percentage is rounded half up to two decimals; it is left out where ``before`` is zero.
    Without a figure before, the text is a dash.
    """
    if before is None:
        return Change("flat", DASH)
    difference = now - before
    direction = "up" if difference > 0 else "down" if difference < 0 else "flat"
    arrow = {"up": "▲ ", "down": "▼ ", "flat": ""}[direction]
    text = arrow + signed(Decimal(difference).scaleb(-places), places)
    if before:
        text += f" ({signed(Decimal(difference) * 100 / abs(before), 2)}%)"
    return Change(direction, text)


def signed(value: Decimal | int | float, places: int = 2) -> str:
    """Return a figure that always carries its sign; zero carries none."""
    shown = number(value, places)
    return shown if shown.startswith(MINUS) or not shown.strip("0.,") else f"+{shown}"


def day(value: date, language: Language = Language.ZH, *, year: bool = False) -> str:
    """Return a day with its weekday, e.g. ``11月3日 周一``; with the year where asked."""
    if language is Language.EN:
        shown = f"{_WEEKDAYS_EN[value.weekday()]} {value.day} {_MONTHS_EN[value.month - 1]}"
        return f"{shown} {value.year}" if year else shown
    shown = f"{value.month}月{value.day}日 周{_WEEKDAYS_ZH[value.weekday()]}"
    return f"{value.year}年{shown}" if year else shown


def clock(value: datetime) -> str:
    """Return the time of day in Asia/Shanghai, e.g. ``15:04``. Needs an aware time."""
    return f"{_local(value):%H:%M}"


def moment(value: datetime, language: Language = Language.ZH, *, year: bool = False) -> str:
    """Return day and time in Asia/Shanghai, e.g. ``11月3日 周一 15:04``. Needs an aware time."""
    return f"{day(_local(value).date(), language, year=year)} {clock(value)}"


def actor_text(key: str, language: Language = Language.ZH) -> str:
    """Return who acted as people say it, e.g. ``用户 33`` for ``user:33``."""
    kind, _, number = key.partition(":")
    words = _ACTOR_WORDS[language]
    if kind not in words:
        return key
    return f"{words[kind]} {number}" if number else words[kind]


def iso_moment(value: datetime) -> str:
    """Return RFC 3339 with the offset of Asia/Shanghai, for ``<time datetime>``."""
    return _local(value).isoformat(timespec="seconds")


def missing(reason: str = "", language: Language = Language.ZH) -> str:
    """Return a dash, with the reason in brackets where there is one."""
    if not reason:
        return DASH
    return f"{DASH}（{reason}）" if language is Language.ZH else f"{DASH} ({reason})"


def _local(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time for people must be aware")
    return value.astimezone(SHANGHAI)
