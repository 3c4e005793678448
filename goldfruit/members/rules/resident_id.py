"""The resident identity number (公民身份号码), GB 11643-1999; domain.md §5.1.

Only what the number itself proves is judged: province, date of birth and check
digit. Whether a county existed in the year of birth is not asked, for growers
carry codes of counties that were renamed since.
"""

import re
from dataclasses import dataclass
from datetime import date

from goldfruit.kernel.errors import RuleBroken

ADULT_AT = 18
BORN_FROM = date(1800, 1, 1)
CHECK_DIGITS = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PROVINCE_RANGES = (
    range(11, 16),
    range(21, 24),
    range(31, 38),
    range(41, 47),
    range(50, 55),
    range(61, 66),
    range(71, 72),
    range(81, 84),
)
PROVINCES = frozenset(str(code) for codes in PROVINCE_RANGES for code in codes)

_SHAPE = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)


@dataclass(eq=False)
class IdNumberWrong(RuleBroken):
    """An identity number that cannot exist; the number itself is never repeated."""

    code = "id-number-wrong"
    title = "身份证号码有误"
    detail = "{reason}。请对照身份证重新填写 18 位号码。"

    reason: str


@dataclass(eq=False)
class TooYoung(RuleBroken):
    """A person who is not yet of age cannot become a member."""

    code = "too-young"
    title = "未满十八周岁"
    detail = "会员须年满 18 周岁。请由成年家庭成员或所在合作社申请入会。"


def id_check_digit(body: str) -> str:
    """Return the 18th character for the first 17 digits: ISO 7064, MOD 11-2."""
    weighed = zip(body, WEIGHTS, strict=True)
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in weighed) % 11]


def resident_id(text: str) -> str:
    """Return the number that ``text`` gives, with a capital X and without spaces around it.

    Raises:
        IdNumberWrong: wrong length or characters, no such province, no such date of birth, or
            a check digit that does not fit.
    """
    number = text.strip().upper()
    if not _SHAPE.fullmatch(number):
        raise IdNumberWrong(reason="号码应为 17 位半角数字加 1 位校验码")
    if number[:2] not in PROVINCES:
        raise IdNumberWrong(reason="前两位不是省级代码")
    if _date(number) is None:
        raise IdNumberWrong(reason="第 7–14 位不是有效的出生日期")
    if id_check_digit(number[:17]) != number[17]:
        raise IdNumberWrong(reason="校验码不符")
    return number


def birth_date(number: str) -> date:
    """Return the date of birth in a valid ``number``."""
    born = _date(number)
    if born is None:
        raise ValueError("not a valid identity number")
    return born


def age_on(number: str, day: date) -> int:
    """Return the completed years on ``day`` of the holder of a valid ``number``."""
    born = birth_date(number)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def require_adult(number: str, day: date) -> None:
    """Pass when the holder of a valid ``number`` is of age on ``day`` (民法典 17, 18).

    Raises:
        IdNumberWrong: born after ``day``.
        TooYoung: under eighteen.
    """
    if birth_date(number) > day:
        raise IdNumberWrong(reason="出生日期在今天之后")
    if age_on(number, day) < ADULT_AT:
        raise TooYoung


def _date(number: str) -> date | None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born >= BORN_FROM else None
