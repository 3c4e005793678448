"""Passwords (密码): long enough, not among the commonest, not the member's own number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

from goldfruit.kernel.errors import RuleBroken

LENGTH_MIN = 8
LENGTH_MAX = 128
OWN_LEAST = 6

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/")


@dataclass(eq=False)
class PasswordWeak(RuleBroken):
    """A password that the first guesses would find; the password itself is not repeated."""

    code = "password-weak"
    title = "密码不够安全"
    detail = "{reason}。请换一个至少 8 位、他人猜不到的密码，可以用几个不相干的词连在一起。"

    reason: str


def check_password(password: str, *, own: Iterable[str] = ()) -> None:
    """Pass when ``password`` may be used.

    Args:
        password: as typed; every character counts, spaces too.
        own: the phone, e-mail or number of the person; none may be part of the password.

    Raises:
        PasswordWeak: shorter than 8 or longer than 128 characters, one of the commonest in any
            case of letters, or holding something of ``own`` of six characters or more.
    """
    if len(password) < LENGTH_MIN:
        raise PasswordWeak(reason=f"密码少于 {LENGTH_MIN} 位")
    if len(password) > LENGTH_MAX:
        raise PasswordWeak(reason=f"密码超过 {LENGTH_MAX} 位")
    folded = password.casefold()
    if folded in common_passwords() or len(set(folded)) <= 2:
        raise PasswordWeak(reason="这是最常见的密码之一")
    if any(word.casefold() in folded for word in own if len(word) >= OWN_LEAST):
        raise PasswordWeak(reason="密码包含您的手机号或邮箱")


@cache
def common_passwords() -> frozenset[str]:
    """Return the commonest passwords of 8 or more characters, in lower case, by their patterns.

    Keyboard runs in both directions, words with the usual tails in both
    orders, repeated groups, doubled words, and dates of birth in short form.
    """
    patterns = (*_runs(), *_worded(), *_repeated(), *_years())
    return frozenset(each for each in patterns if len(each) >= LENGTH_MIN)


def _runs() -> Iterator[str]:
    for row in _ROWS:
        for run in (row * 2, row[::-1] * 2):
            for length in range(LENGTH_MIN, len(row) + 5):
                yield from (run[start : start + length] for start in range(len(row)))
    for count in (2, 3, 4):
        for start in range(len(_COLUMNS) - count + 1):
            columns = _COLUMNS[start : start + count]
            yield "".join(columns)
            yield "".join(column[::-1] for column in columns)


def _worded() -> Iterator[str]:
    words, tails = _parts("words"), _parts("tails")
    yield from words
    for word, tail in product((*words, *tails), tails):
        yield word + tail
        yield tail + word


def _repeated() -> Iterator[str]:
    for group in (*_parts("words"), *_parts("tails")):
        yield from (group * 2, group * 3, group * 4)
    for number in range(1_000):
        yield from (f"{number:03d}" * 3, f"{number:04d}" * 2)


def _years() -> Iterator[str]:
    for year, day in product(range(1970, 2010), ("0101", "1001", "0501", "1010", "1111", "1212")):
        yield f"{year}{day}"


def _parts(kind: str) -> list[str]:
    lines = files(__package__).joinpath("password_parts.txt").read_text(encoding="utf-8")
    named = (line.partition(": ") for line in lines.splitlines())
    return [part for name, _, parts in named if name == kind for part in parts.split()]
