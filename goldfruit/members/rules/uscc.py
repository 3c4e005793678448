"""The unified social credit code (统一社会信用代码), GB 32100-2015; domain.md §5.1."""

import re
from dataclasses import dataclass

from goldfruit.kernel.errors import RuleBroken

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
COOPERATIVE_PREFIX = "93"

_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}", re.ASCII)


@dataclass(eq=False)
class UsccWrong(RuleBroken):
    """A unified social credit code that cannot exist; the code itself is not repeated."""

    code = "uscc-wrong"
    title = "统一社会信用代码有误"
    detail = "{reason}。请对照营业执照重新填写 18 位代码。"

    reason: str


def uscc_check_character(body: str) -> str:
    """Return the 18th character for the first 17: (31 − Σ Cᵢ·3^(i−1) mod 31) mod 31."""
    total = sum(_VALUE[letter] * pow(3, place, 31) for place, letter in enumerate(body))
    return ALPHABET[-total % 31]


def uscc(text: str) -> str:
    """Return the code that ``text`` gives, in capitals and without spaces around it.

    Raises:
        UsccWrong: not 18 characters of the standard's alphabet (no I, O, S, V, Z), or the check
            character does not fit.
    """
    wanted = text.strip().upper()
    if len(wanted) != 18:
        raise UsccWrong(reason="代码应为 18 位")
    if not _SHAPE.fullmatch(wanted):
        raise UsccWrong(reason="代码含有不允许的字符（不使用 I、O、S、V、Z，第 3–8 位为数字）")
    if uscc_check_character(wanted[:17]) != wanted[17]:
        raise UsccWrong(reason="校验位不符")
    return wanted


def is_cooperative(code: str) -> bool:
    """Return whether a valid ``code`` is a farmers' cooperative's (类别 93)."""
    return code.startswith(COOPERATIVE_PREFIX)
