"""Reading versioned data strictly: each key is known, each figure is a plain decimal as text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goldfruit.kernel.digests import Json
from goldfruit.kernel.errors import RuleBroken
from goldfruit.kernel.units import NotANumber, plain_decimal


@dataclass(eq=False)
class DefinitionNotValid(RuleBroken):
    """指数定义有误: a definition that cannot be read; names the place and what is wanted."""

    code = "definition-not-valid"
    title = "指数定义有误"
    detail = "“{place}”有误：{wanted}。请改正后重新提交。"

    place: str
    wanted: str


class Block:
    """数据块: a JSON object whose keys are asked for one by one; what nobody asked is refused."""

    def __init__(self, content: Json, place: str) -> None:
        if not isinstance(content, Mapping):
            raise DefinitionNotValid(place=place or "/", wanted="须为对象")
        self._content = content
        self._place = place
        self._asked: set[str] = set()

    def __enter__(self) -> "Block":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            for key in sorted(set(self._content) - self._asked):
                raise DefinitionNotValid(place=self.at(key), wanted="没有这一项，请删除")

    def at(self, key: str) -> str:
        """Return the place of ``key`` in the document, for people."""
        return f"{self._place}.{key}" if self._place else key

    def has(self, key: str) -> bool:
        """Return whether ``key`` is there and not null."""
        self._asked.add(key)
        return self._content.get(key) is not None

    def names(self) -> list[str]:
        """Return the keys that are there, in alphabetical order."""
        return sorted(self._content)

    def raw(self, key: str) -> Json:
        """Return what stands under ``key``, whatever it is; refuse if nothing does."""
        if not self.has(key):
            raise DefinitionNotValid(place=self.at(key), wanted="不能缺少")
        return self._content[key]

    def text(self, key: str, choices: tuple[str, ...] = ()) -> str:
        """Return the text under ``key``, not empty, one of ``choices`` if any are given."""
        value = self.raw(key)
        if not isinstance(value, str) or not value.strip() or len(value) > 20_000:
            raise DefinitionNotValid(place=self.at(key), wanted="须为非空文字")
        if choices and value not in choices:
            raise DefinitionNotValid(place=self.at(key), wanted=f"须为 {'、'.join(choices)} 之一")
        return value

    def whole(self, key: str, least: int = 0, most: int = 10**9) -> int:
        """Return the whole number under ``key``, within its bounds."""
        value = self.raw(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise DefinitionNotValid(place=self.at(key), wanted=f"须为 {least} 至 {most} 的整数")
        return value

    def number(self, key: str, least: str = "0", most: str = "1000000") -> Decimal:
        """Return the decimal written as text under ``key``, within its bounds."""
        value = self.raw(key)
        wanted = f'须为 {least} 至 {most} 的小数，以文字书写，例如 "0.35"'
        try:
            figure = plain_decimal(value) if isinstance(value, str) else None
        except NotANumber:
            figure = None
        if figure is None or not Decimal(least) <= figure <= Decimal(most):
            raise DefinitionNotValid(place=self.at(key), wanted=wanted)
        return figure

    def real(self, key: str, least: str = "0", most: str = "1000000") -> float:
        """Return the decimal under ``key`` as a double: a statistic's parameter, never money."""
        return float(self.number(key, least, most))

    def day(self, key: str) -> date:
        """Return the day under ``key``, written as 2025-10-09."""
        try:
            return date.fromisoformat(self.text(key))
        except ValueError as error:
            raise DefinitionNotValid(
                place=self.at(key), wanted="须为日期，如 2025-10-09"
            ) from error

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list of texts under ``key``."""
        items = self.raw(key)
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise DefinitionNotValid(place=self.at(key), wanted="须为文字的列表")
        return tuple(str(item) for item in items)

    def block(self, key: str) -> "Block":
        """Return the object under ``key``."""
        return Block(self.raw(key), self.at(key))

    def blocks(self, key: str) -> Iterator["Block"]:
        """Yield the objects of the list under ``key``, each with its place."""
        items = self.raw(key)
        if not isinstance(items, list):
            raise DefinitionNotValid(place=self.at(key), wanted="须为列表")
        for number, item in enumerate(items, start=1):
            yield Block(item, f"{self.at(key)}[{number}]")
