"""Sizes (果径) as traders write them: 80#以上, 75#起步不封顶, 70-75#, 70<85, Φ85, 80/85, 65#."""

import re
from dataclasses import dataclass

LEAST_MM, BELOW_MM = 40, 130
BAND_MM = 5

_PHI = r"[φΦфФøØ∅⌀]"
_LEAD = rf"(?:{_PHI}|果径|直径)?\s*"
_MARK = r"\s*(?:#|号|mm|毫米)"
_NO_DIGIT_BEFORE = r"(?<![0-9.])"
_NO_DIGIT_AFTER = r"(?![0-9]|\.[0-9])"
_NOT_MONEY = r"(?!\s*(?:元|块|毛|角|%|个))"
_UP = r"(?:及以上|含以上|以上|起步价?|起|往上|不封顶|\+|上(?![下色]))"
_SPAN = re.compile(
    rf"{_LEAD}{_NO_DIGIT_BEFORE}(?P<least>[0-9]{{2,3}})(?:{_MARK})?\s*"
    rf"(?:[-–—−‐~〜∼/至到]+|[<≤]\s*(?:{_PHI}\s*[<≤])?)\s*{_LEAD}"
    rf"(?P<most>[0-9]{{2,3}}){_NO_DIGIT_AFTER}(?:{_MARK})?{_NOT_MONEY}",
    re.ASCII | re.IGNORECASE,
)
_OPEN = re.compile(
    rf"(?:{_LEAD}[>≥]=?\s*(?P<over>[0-9]{{2,3}}){_NO_DIGIT_AFTER}(?:{_MARK})?"
    rf"|{_LEAD}{_NO_DIGIT_BEFORE}(?P<least>[0-9]{{2,3}}){_NO_DIGIT_AFTER}(?:{_MARK})?"
    rf"\s*{_UP}(?:[,、\s]*(?:{_UP}))*)",
    re.ASCII | re.IGNORECASE,
)
_UNDER = re.compile(
    rf"(?:{_LEAD}[<≤]\s*(?P<below>[0-9]{{2,3}}){_NO_DIGIT_AFTER}(?:{_MARK})?"
    rf"|{_LEAD}{_NO_DIGIT_BEFORE}(?P<most>[0-9]{{2,3}}){_NO_DIGIT_AFTER}(?:{_MARK})?"
    r"\s*(?:及?以下|以内))",
    re.ASCII | re.IGNORECASE,
)
_MARKED = re.compile(
    rf"{_LEAD}{_NO_DIGIT_BEFORE}(?P<least>[0-9]{{2,3}}){_NO_DIGIT_AFTER}\s*(?:#|号)",
    re.ASCII | re.IGNORECASE,
)
_DIAMETER = re.compile(
    rf"(?:(?:{_PHI}|果径|直径)\s*(?P<least>[0-9]{{2,3}}){_NO_DIGIT_AFTER}(?:\s*(?:mm|毫米))?"
    rf"|{_NO_DIGIT_BEFORE}(?P<mm>[0-9]{{2,3}})\s*(?:mm|毫米)){_NOT_MONEY}",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Band:
    """果径范围: least inclusive, most as said, both in mm; None is open."""

    least: int | None
    most: int | None


def size_at(text: str, at: int) -> tuple[Band, int] | None:
    """Return the band said at ``at`` and where it ends, or None.

    A number with # and nothing else is the band of 5 mm that begins there (75# is 75 to 80,
    §2.5). A diameter with nothing else (Φ85, 70mm) has no upper end: a public market
    named its top class Φ85 and Φ85以上 by turns, never both at once.
    """
    if match := _SPAN.match(text, at):
        band = Band(int(match["least"]), int(match["most"]))
        return (band, match.end()) if _is_size(band) else None
    if match := _OPEN.match(text, at):
        band = Band(int(match["over"] or match["least"]), None)
        return (band, match.end()) if _is_size(band) else None
    if match := _UNDER.match(text, at):
        band = Band(None, int(match["below"] or match["most"]))
        return (band, match.end()) if _is_size(band) else None
    if match := _MARKED.match(text, at):
        least = int(match["least"])
        band = Band(least, least + BAND_MM)
        return (band, match.end()) if _is_size(band) else None
    if match := _DIAMETER.match(text, at):
        band = Band(int(match["least"] or match["mm"]), None)
        return (band, match.end()) if _is_size(band) else None
    return None


def bare_size(text: str) -> Band | None:
    """Return the band of a bare 65, 70 … 95, which nobody would take for a price; else None."""
    if text.isascii() and text.isdigit() and len(text) == 2 and text[1] in "05":
        least = int(text)
        return Band(least, least + BAND_MM) if least >= 60 else None
    return None


def _is_size(band: Band) -> bool:
    least, most = band.least, band.most
    if least is not None and not LEAST_MM <= least < 100:
        return False
    if most is not None and not LEAST_MM <= most <= BELOW_MM:
        return False
    return least is None or most is None or least < most
