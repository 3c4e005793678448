"""Fields (字段): money, price and weight on the wire are decimal text with the unit in the name."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.units import Money, Price, PriceUnit, Weight

_ASK_FOR_TEXT = '请以文本形式填写数字，例如 "3.20"。'


class DecimalText(fields.Field[Any]):
    """A decimal carried as text; a JSON number is refused, it may have lost digits."""

    pattern = r"^[0-9]{1,12}(\.[0-9]{1,4})?$"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"pattern": self.pattern, **self.metadata}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else self.write(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> Any:
        if not isinstance(value, str):
            raise ValidationError(_ASK_FOR_TEXT)
        try:
            return self.read(value.strip())
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal

    def read(self, text: str) -> Any:
        """Return the value that ``text`` writes."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return ``value`` as decimal text."""
        return str(value)


class AmountYuan(DecimalText):
    """Money in yuan with two decimals."""

    def read(self, text: str) -> Money:
        """Return the amount; finer than a fen is refused."""
        return Money.from_yuan(text)


class PriceYuanPerKg(DecimalText):
    """A price in yuan per kilogram with three decimals."""

    def read(self, text: str) -> Price:
        """Return the price; what has no whole yuan per tonne is refused with its neighbors."""
        return Price.of(text, PriceUnit.KG)


class PriceYuanPerJin(DecimalText):
    """A price in yuan per jin (500 g), as traders say it."""

    def read(self, text: str) -> Price:
        """Return the price; what has no whole yuan per tonne is refused with its neighbors."""
        return Price.of(text, PriceUnit.JIN)

    def write(self, value: Any) -> str:
        """Return the price in yuan per jin, exact."""
        return str(value.exact(PriceUnit.JIN))


class WeightKg(DecimalText):
    """A weight in kilograms with three decimals."""

    def read(self, text: str) -> Weight:
        """Return the weight; finer than a gram is refused."""
        return Weight.from_kg(text)


class Hundredths(DecimalText):
    """A published statistic, kept as whole hundredths and written with two decimals."""

    def read(self, text: str) -> int:
        """Return the hundredths."""
        return Money.from_yuan(text).fen

    def write(self, value: Any) -> str:
        """Return the figure with two decimals."""
        return str(Money(value))
