"""Quote files (报价文件): rows of a market's public quotes, read, refused, or known twice.

Pure: rows of text come in, and every one of them is accounted for. Numbers must be plain
half-width decimals: in a column of figures a full-width digit, an exponent or a sign comes from
a machine that is not trusted, and is refused (in trade language, which people type, full-width
digits are read). Names are text and nothing else, whatever they contain. Low and high must be
exact; an average is the market's own statistic, as is every figure in a foreign currency, and
these are rounded half up to the whole unit of currency per tonne.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.fruit import Parsed, parse
from goldfruit.kernel.fruit.amounts import unit_named
from goldfruit.kernel.units import Price, PriceNotExact, PriceUnit, plain_decimal, rounded_half_away
from goldfruit.prices.rules.quote_columns import Columns, columns_of
from goldfruit.prices.rules.quote_refusals import (
    CELL_CHARACTERS_MAX,
    ROWS_MAX,
    QuoteDateWrong,
    QuoteFieldMarkup,
    QuoteFieldMissing,
    QuoteFieldTooLong,
    QuoteFileEmpty,
    QuoteFileTooLarge,
    QuotePricesOutOfOrder,
    QuotePriceTooHigh,
    QuoteRowUneven,
    QuoteUnitUnknown,
)

CELL_KEYS = ("variety", "bagging", "size", "grade", "origin_code", "stage")
LAST = 20
FEWEST = 3
PER_KG_MAX = 1_000
YEARS = range(1990, 2100)
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月|(?=\d{4}\b)(\d{2}))(\d{1,2})日?"
    r"(?:[ T]00:00(?::00)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """报价: one row that was read. ``said`` is the name with what 规格 and 等级 add to it.

    Prices are whole units of ``currency`` per tonne; ``unit`` is the one they were written in.
    """

    row: int
    day: date
    market: str | None
    name: str
    said: str
    parsed: Parsed
    low: Price
    mid: Price
    high: Price
    unit: PriceUnit
    currency: str

    @property
    def cell(self) -> str:
        """Return the cell: by the spec where the name was read fully, else by the name."""
        if self.parsed.fully:
            return f"{self.market or ''}|{self.parsed.spec.cell(CELL_KEYS)}"
        return f"{self.market or ''}|{self.said}"


@dataclass(frozen=True, slots=True)
class RowNote:
    """逐行说明: a row that was refused or is suspect, why, and what to do about it."""

    row: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class QuoteFile:
    """读取结果: rows = read + refused + duplicates; suspects are among the read.

    ``duplicates`` are pairs of a row and the earlier row that says the same.
    """

    rows: int
    quotes: tuple[Quote, ...]
    refused: tuple[RowNote, ...]
    duplicates: tuple[tuple[int, int], ...]
    suspects: tuple[RowNote, ...]


def read_quotes(table: Iterable[Sequence[str]], market: str | None = None) -> QuoteFile:
    """Return what each row of ``table`` says; its first row is the header, row 1 the next.

    Empty rows keep their number but do not count. ``market`` stands where no column names one.

    Raises:
        QuoteFileEmpty: no row at all.
        QuoteFileTooLarge: more than ROWS_MAX rows.
        QuoteColumnsMissing, QuoteColumnsTwice: the header will not do.
    """
    lines = iter(table)
    header = next(lines, None)
    if header is None or not any(title.strip() for title in header):
        raise QuoteFileEmpty
    columns = columns_of(header)
    quotes: list[Quote] = []
    refused: list[RowNote] = []
    duplicates: list[tuple[int, int]] = []
    first_row: dict[tuple[object, ...], int] = {}
    for row, cells in enumerate(lines, start=1):
        if row > ROWS_MAX:
            raise QuoteFileTooLarge(what="行数", most=ROWS_MAX)
        if not any(cell.strip() for cell in cells):
            continue
        try:
            quote = _quote(row, cells, columns, market)
        except Refusal as refusal:
            where = getattr(refusal, "__notes__", [])
            refused.append(RowNote(row, refusal.code, "：".join([*where, str(refusal)])))
            continue
        earlier = first_row.setdefault(_content(quote), row)
        if earlier != row:
            duplicates.append((row, earlier))
        else:
            quotes.append(quote)
    rows = len(quotes) + len(refused) + len(duplicates)
    if not rows:
        raise QuoteFileEmpty
    return QuoteFile(rows, tuple(quotes), tuple(refused), tuple(duplicates), suspects(quotes))


def suspects(quotes: Iterable[Quote]) -> tuple[RowNote, ...]:
    """Return the quotes that look like a slip of 斤 and 公斤 (R01, §3.4.2), in order of rows.

    A quote is suspect if its average is 1.8 to 2.2 or 0.45 to 0.55 times the median of the last
    LAST quotes of its cell, of which there must be FEWEST. Suspects stay in that memory, so a
    lasting change of price stops being suspect once it has lasted.
    """
    memory: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=LAST))
    found = []
    for quote in sorted(quotes, key=lambda quote: (quote.day, quote.row)):
        past = memory[quote.cell]
        if len(past) >= FEWEST:
            ordered = sorted(past)
            twice_median = ordered[(len(past) - 1) // 2] + ordered[len(past) // 2]
            if _slipped(quote.mid.yuan_per_tonne, twice_median):
                found.append(_suspect(quote, twice_median, len(past)))
        past.append(quote.mid.yuan_per_tonne)
    return tuple(sorted(found, key=lambda note: note.row))


def _slipped(price: int, twice_median: int) -> bool:
    share = 200 * price
    return (
        180 * twice_median <= share <= 220 * twice_median
        or 45 * twice_median <= share <= 55 * twice_median
    )


def _suspect(quote: Quote, twice_median: int, of: int) -> RowNote:
    median = Price(rounded_half_away(twice_median, 2))
    ratio = rounded_half_away(200 * quote.mid.yuan_per_tonne, twice_median)
    text = (
        f"{quote.said} 折合每公斤 {quote.mid}，是同类最近 {of} 条报价中位数 {median} 的 "
        f"{ratio / 100:.2f} 倍。请核对单位是斤还是公斤，确认后才会使用。"
    )
    return RowNote(quote.row, "R01", text)


def _quote(row: int, cells: Sequence[str], columns: Columns, market: str | None) -> Quote:
    if len(cells) != columns.width:
        raise QuoteRowUneven(cells=len(cells), columns=columns.width)
    name = _text(cells, columns, "name")
    if not name:
        raise QuoteFieldMissing(field=columns.title("name"))
    unit = _unit(cells, columns)
    low, mid, high = _prices(cells, columns, unit)
    added = (_text(cells, columns, "specification"), _text(cells, columns, "grade"))
    said = " ".join([name, *(word for word in added if word and word != "普通")])
    return Quote(
        row=row,
        day=_day(columns.cell(cells, "date"), columns.title("date")),
        market=_text(cells, columns, "market") or market,
        name=name,
        said=said,
        parsed=_parse(said),
        low=low,
        mid=mid,
        high=high,
        unit=unit,
        currency=columns.currency,
    )


# 80<85 is a size; only a letter, / or ! right behind the sign makes it markup.
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>?")
_parse = lru_cache(maxsize=4_096)(parse)


def _text(cells: Sequence[str], columns: Columns, field: str) -> str:
    text = columns.cell(cells, field)
    if len(text) > CELL_CHARACTERS_MAX:
        raise QuoteFieldTooLong(field=columns.title(field), most=CELL_CHARACTERS_MAX)
    if tag := _TAG.search(text):
        raise QuoteFieldMarkup(field=columns.title(field), tag=tag[0][:20])
    return text


def _unit(cells: Sequence[str], columns: Columns) -> PriceUnit:
    if "unit" not in columns.at:
        assert columns.unit is not None  # noqa: S101
        return columns.unit
    text = columns.cell(cells, "unit")
    if not text:
        raise QuoteFieldMissing(field=columns.title("unit"))
    unit = unit_named(re.sub(r"^元\s*/\s*", "", text))
    if unit is None or unit is PriceUnit.PIECE:
        raise QuoteUnitUnknown(field=columns.title("unit"), text=text[:40])
    return unit


def _prices(cells: Sequence[str], columns: Columns, unit: PriceUnit) -> tuple[Price, Price, Price]:
    """Return low, average and high; without an average column it is the middle of the two."""
    foreign = columns.currency != "CNY"
    said: dict[str, Price] = {}
    for field in ("low", "mid", "high"):
        if field in columns.at:
            text, title = columns.cell(cells, field), columns.title(field)
            said[field] = _price(text, title, unit, rounded=foreign or field == "mid")
    if "mid" not in said:
        both = said["low"].yuan_per_tonne + said["high"].yuan_per_tonne
        said["mid"] = Price(rounded_half_away(both, 2))
    low, mid, high = said.get("low", said["mid"]), said["mid"], said.get("high", said["mid"])
    if not low <= mid <= high:
        raise QuotePricesOutOfOrder(low=low.shown(unit), mid=mid.shown(unit), high=high.shown(unit))
    return low, mid, high


def _price(text: str, title: str, unit: PriceUnit, *, rounded: bool) -> Price:
    if not text:
        raise QuoteFieldMissing(field=title)
    try:
        price = _nearest(text, unit) if rounded else Price.of(text, unit)
    except Refusal as refusal:
        refusal.add_note(title)
        raise
    if price.yuan_per_tonne > PER_KG_MAX * 1_000:
        raise QuotePriceTooHigh(field=title, text=text[:40], most=PER_KG_MAX)
    return price


def _nearest(text: str, unit: PriceUnit) -> Price:
    try:
        return Price.of(text, unit)
    except PriceNotExact as refusal:
        below = Price.of(refusal.below, unit)
        above = Price(below.yuan_per_tonne + 1)
        up = 2 * plain_decimal(text) >= below.per(unit) + above.per(unit)
        return above if up else below


def _day(text: str, title: str) -> date:
    """Return the day written as 2013-06-10, 2013/6/10, 2013.6.10, 2013年6月10日 or 20130610."""
    if not text:
        raise QuoteFieldMissing(field=title)
    match = _DAY.fullmatch(text)
    try:
        year, *months, day = match.groups() if match else ()
        found = date(int(year), int(next(filter(None, months))), int(day))
    except (ValueError, StopIteration) as error:
        raise QuoteDateWrong(field=title, text=text[:40]) from error
    if found.year not in YEARS:
        raise QuoteDateWrong(field=title, text=text[:40])
    return found


def _content(quote: Quote) -> tuple[object, ...]:
    """Return what makes two rows the same quote: all that they say, however it is written."""
    return (quote.market, quote.day, quote.said, quote.low, quote.mid, quote.high)
