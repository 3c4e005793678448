"""The scanner (分词): trade language cut into tokens, the longest known word first."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from goldfruit.kernel.fruit import origins
from goldfruit.kernel.fruit.amounts import NUMBER, PIECE, PRICE
from goldfruit.kernel.fruit.sizes import Band, size_at
from goldfruit.kernel.fruit.words import words

TEXT_MAX = 500
SEPARATORS = set(" \t\r\n　,，、;；。.:：()（）[]【】{}<>《》/|+-–—_*\"'“”‘’!！?？≈·~…#=&")
_SEASON = re.compile(
    r"(?<![0-9])(?:(?P<from>(?:20)?[0-9]{2})[/-](?P<to>(?:20)?[0-9]{2})(?:年?产?季|年度)?"
    r"|(?P<year>(?:20)?[0-9]{2})年?(?:产季|产|季|新季|新果))(?![0-9月])",
    re.ASCII,
)
_RED = re.compile(
    r"(?:(?:红度|着色度?|上色|色面|红)(?:面积)?[:\s]*[0-9]{1,3}\s*%(?:以上)?|红度[0-9]{1,3}(?![0-9])"
    r"|[0-9]{1,3}(?:-[0-9]{1,3})?\s*%(?:以上)?(?:的)?\s*(?:红度|着色|上色|红))",
    re.ASCII,
)
_DATE = re.compile(
    r"(?<![0-9])20[0-9]{2}[-/.年](?:1[0-2]|0?[1-9])(?:[-/.月](?:[12][0-9]|3[01]|0?[1-9]))?[日号月]?"
    r"(?![0-9.])"
    r"|(?<![0-9.])(?:0[1-9]-[0-3][0-9]|1[0-2]-0[1-9]|1?[0-9]月[0-3]?[0-9][日号])(?![0-9.])",
    re.ASCII,
)
_INSIDE = re.compile(r"[0-9A-Za-z.]$|(?:^|[\s0-9])[-−+]$", re.ASCII)

Means = Literal[
    "variety", "bagging", "color_type", "owner_type", "stage", "packing", "grade", "origin",
    "implied", "noise", "season", "size", "piece", "price", "unread",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """词: a stretch of text, what kind of thing it says, and its value where it has one code."""

    means: Means
    text: str
    value: str = ""
    band: Band | None = None
    match: re.Match[str] | None = None


def normal(text: str) -> str:
    """Return ``text`` in one form: full-width letters, digits and signs as half-width ones."""
    return unicodedata.normalize("NFKC", text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a normal text; what nothing reads comes as ``unread`` words."""
    start, at = 0, 0
    while at < len(text):
        found = _token_at(text, at)
        if found is None and text[at] not in SEPARATORS:
            at += 1
            continue
        if start < at:
            yield Token("unread", text[start:at])
        if found:
            yield found
        at += len(found.text) if found else 1
        start = at
    if start < at:
        yield Token("unread", text[start:at])


def _token_at(text: str, at: int) -> Token | None:
    if text[at].isspace():
        return None
    if season := _season_at(text, at):
        return season
    if match := _RED.match(text, at) or _DATE.match(text, at):
        return Token("noise", match[0])
    price = PRICE.match(text, at)
    if price and _begins_inside_a_number(text, price.start("low")):
        price = None
    if price and (price["after"] or price["before"]):
        return Token("price", price[0], match=price)
    if (match := PIECE.match(text, at)) and (match["net"] or match["piece"] is not None):
        return Token("piece", match[0], match=match)
    if size := size_at(text, at):
        return Token("size", text[at : size[1]], band=size[0])
    if price and re.search("[元块毛角¥￥]", price[0]):
        return Token("price", price[0], match=price)
    if word := _word_at(text, at):
        return word
    return Token("price", price[0], match=price) if price else None


def _begins_inside_a_number(text: str, at: int) -> bool:
    """Return whether the figure at ``at`` is the tail of a longer one, or has a minus sign."""
    return bool(_INSIDE.search(text[max(0, at - 2) : at]))


def _season_at(text: str, at: int) -> Token | None:
    match = _SEASON.match(text, at)
    if not match:
        return None
    first = int((match["from"] or match["year"])[-2:])
    if match["to"] and int(match["to"][-2:]) != (first + 1) % 100:
        return None
    if not 1 <= first <= 39:
        return None
    return Token("season", match[0], value=f"20{first:02d}/{(first + 1) % 100:02d}")


def _word_at(text: str, at: int) -> Token | None:
    match = _any_word().match(text, at)
    if not match:
        return None
    if match[0].isascii() and re.match("[0-9A-Za-z.]", text[match.end() : match.end() + 1]):
        return None
    means, value = _lexicon()[match[0].lower()]
    return Token(means, match[0], value=value)


@cache
def _any_word() -> re.Pattern[str]:
    longest_first = sorted(_lexicon(), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


@cache
def _lexicon() -> dict[str, tuple[Means, str]]:
    """Return each known word with what it says; where words clash, the spec's own win."""
    known: dict[str, tuple[Means, str]] = dict.fromkeys(words().noise, ("noise", ""))
    for name, division in origins.names().items():
        known[name] = ("origin", division.code)
    attributes: tuple[Means, ...] = (
        "variety", "bagging", "color_type", "owner_type", "stage", "packing",
    )  # fmt: skip
    tables = dict(words().tables())
    for attribute in attributes:
        known |= {
            word.lower(): (attribute, term.code)
            for term in tables[attribute]
            for word in term.words
        }
    for term in words().grades:
        known |= dict.fromkeys(term.words, ("grade", term.cell))
    for implied in words().implied:
        known[implied.word] = ("implied", implied.word)
    return known


__all__ = ["NUMBER", "SEPARATORS", "TEXT_MAX", "Token", "normal", "tokens"]
