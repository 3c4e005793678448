"""Amounts (报价) as traders write them: 3.2, 3块2, 三块二, 8毛, and what they are paid for."""

import re
from decimal import Decimal

from goldfruit.kernel.units import PriceUnit, Weight

CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_DIGIT = "[0-9零一二两三四五六七八九]"
_CHINESE = "[零一二两三四五六七八九十]"
_WEIGHED = r"市?斤|500克|500g|公斤|千克|kg|吨|t|件|箱|筐|盒"
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,7}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})"
DASH = r"(?:[-–—−‐~〜∼]+|至|到)"
# What makes a figure something else than money: 5吨, 10公斤, 30%, 10-11月, 0.64万.
_NO_MONEY = rf"\s*(?:[个粒枚]|吨)|市?斤|公斤|千克|(?:{DASH}[0-9]{{1,2}})?[%月万亩车]"
# A digit after 块 or 毛 is its tenth, unless it begins a weight: 2元一斤.
_TENTH = rf"{_DIGIT}(?!\s*(?:{_WEIGHED}|[0-9.]))"
AMOUNT = (
    rf"(?:(?:{NUMBER}|{_CHINESE}{{1,3}}(?:点{_CHINESE}{{1,2}})?(?=\s*[块元毛角]))"
    rf"(?:\s*(?:元|块钱?|[毛角])(?:{_TENTH}(?:[毛角](?:{_TENTH}分?)?)?)?)?)"
)
PRICE = re.compile(
    rf"[¥￥≈约]*\s*(?:(?:每|一)(?P<before>{_WEIGHED})\s*)?[¥￥≈约]*\s*(?P<low>{AMOUNT})"
    rf"(?:\s*{DASH}\s*[¥￥]?(?P<high>{AMOUNT}))?"
    rf"(?:\s*(?:/|每|一|1)\s*(?P<after>{_WEIGHED})(?![a-z]))?"
    rf"(?![0-9a-z]|\.[0-9]|,[0-9]{{3}}(?![0-9])|{_NO_MONEY})",
    re.ASCII | re.IGNORECASE,
)
PIECE = re.compile(
    rf"(?P<net>净重|每[件箱筐盒]|净)?\s*(?P<number>{NUMBER})\s*(?P<weight>市?斤|公斤|千克|kg)"
    r"\s*(?:(?:/|每|一)?\s*(?P<piece>[件箱筐盒装袋]|(?=(?:纸|泡沫|塑料)箱|[大塑木]筐|[套礼]盒)))?",
    re.ASCII | re.IGNORECASE,
)
_SAID = re.compile(
    rf"(?P<whole>{NUMBER}|{_CHINESE}+(?:点{_CHINESE}+)?)\s*"
    rf"(?:(?P<currency>元|块|[毛角])钱?(?P<tenth>{_DIGIT})?(?:[毛角](?P<fen>{_DIGIT})?分?)?)?",
    re.ASCII,
)
_UNITS = {
    **dict.fromkeys(("斤", "市斤", "500克", "500g"), PriceUnit.JIN),
    **dict.fromkeys(("公斤", "千克", "kg"), PriceUnit.KG),
    **dict.fromkeys(("吨", "t"), PriceUnit.TONNE),
    **dict.fromkeys(("件", "箱", "筐", "盒"), PriceUnit.PIECE),
}


def unit_named(word: str) -> PriceUnit | None:
    """Return the unit that ``word`` names (斤, 公斤, 吨, 件 …), or None."""
    return _UNITS.get(word.lower())


def amount(text: str, otherwise: str = "") -> tuple[str, str]:
    """Return the yuan that ``text`` says as a plain decimal, and the currency word in it.

    ``otherwise`` is the currency word to use where the text has none: in 8-9毛 the first
    figure is in 毛 as well. ``("", "")`` where the text is no amount.
    """
    match = _SAID.fullmatch(text.strip())
    if not match:
        return "", ""
    currency = match["currency"] or otherwise
    value = _decimal(match["whole"])
    step = Decimal("0.1")
    if currency in {"毛", "角"}:
        value, step = value * step, Decimal("0.01")
    value += step * _digit(match["tenth"]) + step / 10 * _digit(match["fen"])
    return f"{value.normalize():f}", match["currency"] or ""


def piece_weight(number: str, word: str) -> Weight | None:
    """Return the net weight of a piece, e.g. 20 斤; None where it is none or too fine."""
    grams = Decimal(number.replace(",", "")) * (500 if unit_named(word) is PriceUnit.JIN else 1_000)
    if grams != grams.to_integral_value() or not 0 < grams <= 1_000_000:
        return None
    return Weight(int(grams))


def _decimal(text: str) -> Decimal:
    if text[0] in "0123456789.":
        return Decimal(text.replace(",", ""))
    whole, _, part = text.partition("点")
    digits = "".join(str(CHINESE.get(char, 0)) for char in part)
    return Decimal(f"{_tens(whole)}.{digits or 0}")


def _tens(text: str) -> int:
    """Return a Chinese number below 100, or its digits one after the other."""
    if "十" not in text:
        return int("".join(str(CHINESE[char]) for char in text))
    tens, _, ones = text.partition("十")
    return 10 * CHINESE.get(tens, 1) + CHINESE.get(ones, 0)


def _digit(text: str | None) -> int:
    if not text:
        return 0
    return CHINESE[text] if text in CHINESE else int(text)
