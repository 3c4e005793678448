"""The parser (行话解析): trade language in, a spec and a price out (domain.md §2.5).

Nothing is guessed in silence: what cannot be read is handed back as ``unread`` words, and what
was only assumed makes the reading not ``certain``. Two things are assumed, as the trade does:
bagging, size, grade or color without a variety speak of 富士, and a price without a unit is
yuan per 斤.
"""

from dataclasses import dataclass, field

from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.fruit import origins
from goldfruit.kernel.fruit.amounts import amount, piece_weight, unit_named
from goldfruit.kernel.fruit.phrase import phrase, price_phrase
from goldfruit.kernel.fruit.scanner import TEXT_MAX, Token, normal, tokens
from goldfruit.kernel.fruit.sizes import Band, bare_size
from goldfruit.kernel.fruit.spec import Spec
from goldfruit.kernel.fruit.words import words
from goldfruit.kernel.units import Price, PriceUnit, Weight

YUAN_PER_JIN_MAX = 50
_IMPLIES_FUJI = ("bagging", "size", "grade", "color_type")


@dataclass(frozen=True, slots=True)
class Parsed:
    """解析结果: what was read from ``text``, and what was not.

    Prices are None together with ``unit_read`` if no price was read; one price stands in both.
    ``notes`` are known words that are not part of a spec. It was read fully if the variety is
    set and ``unread`` is empty.
    """

    text: str
    spec: Spec
    price_low: Price | None
    price_high: Price | None
    unit_read: PriceUnit | None
    piece: Weight | None
    unread: tuple[str, ...]
    notes: tuple[str, ...]
    certain: bool

    @property
    def fully(self) -> bool:
        """Return whether nothing is left to ask."""
        return self.spec.variety is not None and not self.unread

    @property
    def phrase(self) -> str:
        """Return what was read, said back in trade language, the price with its unit."""
        said = phrase(self.spec)
        if self.price_low is None or self.price_high is None or self.unit_read is None:
            return said
        price = price_phrase(self.price_low, self.price_high, self.unit_read, self.piece)
        return f"{said} {price}".strip()


def parse(text: str) -> Parsed:
    """Return what ``text`` says in trade language. Never refuses: see ``unread``.

    Of a text longer than TEXT_MAX characters, the rest is one unread word.
    """
    reading = _Reading()
    whole = normal(text)
    for token in tokens(whole[:TEXT_MAX]):
        reading.take(token)
    if rest := whole[TEXT_MAX:]:
        reading.unread.append(rest[:40])
    return reading.parsed(text)


@dataclass
class _Reading:
    """What has been read so far; a second, different word for one attribute stays unread."""

    said: dict[str, str] = field(default_factory=dict)
    band: Band | None = None
    prices: Token | None = None
    piece: Weight | None = None
    implied_origin: str = ""
    implied_packing: str = ""
    assumed: bool = False
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, token: Token) -> None:
        """Take one token in."""
        match token.means:
            case "noise":
                self.notes.append(token.text)
            case "unread":
                self.unread.append(token.text)
            case "size":
                self._take_size(token)
            case "price":
                self._take_price(token)
            case "piece":
                self._take_piece(token)
            case "origin":
                self._take_origin(token)
            case "implied":
                self._take_implied(token)
            case attribute:
                self._take_word(attribute, token)

    def _take_word(self, attribute: str, token: Token) -> None:
        if self.said.setdefault(attribute, token.value) != token.value:
            self.unread.append(token.text)

    def _take_size(self, token: Token) -> None:
        if self.band is None:
            self.band = token.band
        elif self.band != token.band:
            self.unread.append(token.text)

    def _take_implied(self, token: Token) -> None:
        [meant] = [each for each in words().implied if each.word == token.value]
        self._take_word("variety", Token("variety", token.text, meant.variety))
        self.implied_origin = meant.origin_code

    def _take_origin(self, token: Token) -> None:
        """Keep the narrower of two origins of which one lies in the other."""
        new = origins.divisions()[token.value]
        old = origins.divisions()[self.said.get("origin", token.value)]
        if old == new or old.holds(new):
            self.said["origin"] = new.code
        elif not new.holds(old):
            self.unread.append(token.text)

    def _take_piece(self, token: Token) -> None:
        assert token.match is not None  # noqa: S101
        weight = piece_weight(token.match["number"], token.match["weight"])
        if weight is None or self.piece not in (None, weight):
            self.unread.append(token.text)
            return
        self.piece = weight
        if token.match["piece"] == "箱":
            self.implied_packing = "XZ"

    def _take_price(self, token: Token) -> None:
        assert token.match is not None  # noqa: S101
        if self.band is None and (band := bare_size(token.text.strip())):
            self.band, self.assumed = band, True
        elif self.prices is None:
            self.prices = token
        else:
            self.unread.append(token.text)

    def parsed(self, text: str) -> Parsed:
        """Return the reading; assumptions are made here, and counted."""
        said = self.said
        if "variety" not in said and (self.band or any(key in said for key in _IMPLIES_FUJI)):
            said["variety"] = "FJ"
            self.assumed = True
        low, high, unit = self._price()
        grade = words().grade_in_cell(said["grade"]) if "grade" in said else None
        spec = Spec(
            variety=said.get("variety"),
            bagging=said.get("bagging"),
            size_min_mm=self.band.least if self.band else None,
            size_max_mm=self.band.most if self.band else None,
            grade_scheme=grade.scheme if grade else None,
            grade=grade.code if grade else None,
            color_type=said.get("color_type"),
            owner_type=said.get("owner_type"),
            stage=said.get("stage"),
            origin_code=self._origin(),
            season=said.get("season"),
            packing=said.get("packing") or self.implied_packing or None,
        )
        return Parsed(
            text=text,
            spec=spec,
            price_low=low,
            price_high=high,
            unit_read=unit,
            piece=self.piece,
            unread=tuple(self.unread),
            notes=tuple(self.notes),
            certain=not self.unread and not self.assumed and spec.variety is not None,
        )

    def _origin(self) -> str | None:
        """Return the origin said, narrowed to an implied one that lies in it."""
        said, implied = self.said.get("origin"), self.implied_origin
        if not said or not implied:
            return said or implied or None
        known = origins.divisions()
        return implied if known[said].holds(known[implied]) else said

    def _price(self) -> tuple[Price | None, Price | None, PriceUnit | None]:
        """Return low, high and unit; a price that cannot be exact goes to the unread words."""
        if self.prices is None or self.prices.match is None:
            return None, None, None
        match = self.prices.match
        named = match["after"] or match["before"]
        unit = unit_named(named) if named else PriceUnit.JIN
        _, currency = amount(match["high"] or match["low"])
        first, _ = amount(match["low"], otherwise=currency)
        second = amount(match["high"])[0] if match["high"] else first
        if not first or not second or unit is None:
            return self._no_price()
        try:
            low = Price.of(first, unit, self.piece)
            high = Price.of(second, unit, self.piece)
        except (Refusal, ValueError):
            return self._no_price()
        if low > high or (not named and high.yuan_per_tonne > 2_000 * YUAN_PER_JIN_MAX):
            return self._no_price()
        self.assumed = self.assumed or not named
        return low, high, unit

    def _no_price(self) -> tuple[None, None, None]:
        assert self.prices is not None  # noqa: S101
        self.unread.append(self.prices.text.strip())
        return None, None, None
