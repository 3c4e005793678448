"""Tools for fruit: trade language to fields, and a market's quote file to observations."""

import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, BinaryIO

import click

from goldfruit.cli.frame import command
from goldfruit.kernel.fruit import Parsed, parse
from goldfruit.prices.rules.quote_refusals import BYTES_MAX

_SHOWN = 20


def _specs_told(document: dict[str, Any]) -> str:
    rows = [["原文", "读作", "未读", "确定"]]
    for member in document["specs"]:
        unread = "、".join(member["unread"]) or "—"
        rows.append([member["text"], member["phrase"] or "—", unread, _yes(member["certain"])])
    return _aligned(rows)


def _quotes_told(document: dict[str, Any]) -> str:
    """Return the counts, then the first notes of each kind."""
    counts = [len(document[key]) for key in ("refused", "duplicates", "suspect")]
    lines = [
        f"共 {document['rows']} 行：读入 {document['read']}，拒绝 {counts[0]}，"
        f"重复 {counts[1]}；其中待核 {counts[2]}。"
    ]
    for title, key in (("拒绝", "refused"), ("待核", "suspect")):
        notes = [[f"第 {n['row']} 行", n["code"], n["text"]] for n in document[key][:_SHOWN]]
        lines += [f"\n{title}：", _aligned(notes)] if notes else []
        lines += ["……"] if len(document[key]) > _SHOWN else []
    if pairs := document["duplicates"]:
        shown = "，".join(f"{pair['row']}={pair['same_as']}" for pair in pairs[:_SHOWN])
        lines += ["\n重复（行=相同的行）：", shown + ("……" if len(pairs) > _SHOWN else "")]
    return "\n".join(lines)


def _yes(certain: bool) -> str:
    return "是" if certain else "否"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as text whose columns line up on a terminal; controls are taken out."""
    clean = [["".join(c if c.isprintable() else " " for c in cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*clean, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in clean
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@command("parse", tell=_specs_told)
@click.argument("texts", metavar="TEXT...", nargs=-1, required=True)
def spec_parse(texts: Sequence[str]) -> dict[str, Any]:
    """Read each TEXT in trade language and say it back; - reads lines from standard input.

    What cannot be read stands under "unread". A price without a unit is taken for yuan per 斤,
    and bagging, size, grade or color without a variety speak of 富士; either is not certain.

    \b
    Example:
      goldfruit spec parse --json "纸袋80#以上一二级 3.2" "洛川 嘎啦 光果 70#起步 2.8元/斤"
    """
    said: list[str] = []
    for text in texts:
        said += _standard_input() if text == "-" else [_storable(text)]
    return {"specs": [_spec_member(parse(text)) for text in said]}


@command("read", tell=_quotes_told)
@click.argument("file", type=click.File("rb"))
@click.option("--market", metavar="CODE", help="The market, where no column names it.")
def quotes_read(file: BinaryIO, market: str | None) -> dict[str, Any]:
    """Read FILE, a market's quotes as CSV (UTF-8, GB18030) or XLSX; - is standard input.

    Every row is read, refused with its reason, or known as a duplicate. A price of about twice
    or half of its cell's last 20 is suspect (R01): it is among the read, to be confirmed.

    \b
    Example:
      goldfruit quotes read --json --market xinfadi xinfadi_apple_raw.csv
    """
    from goldfruit.prices.quote_reading import rows_of
    from goldfruit.prices.rules.quote_files import read_quotes

    name = getattr(file, "name", "")
    content = file.read(BYTES_MAX + 1)
    found = read_quotes(rows_of(content, name if isinstance(name, str) else ""), market)
    return {
        "rows": found.rows,
        "read": len(found.quotes),
        "refused": [_note(note) for note in found.refused],
        "duplicates": [{"row": row, "same_as": same_as} for row, same_as in found.duplicates],
        "suspect": [_note(note) for note in found.suspects],
        "observations": [_observation(quote) for quote in found.quotes],
    }


def _storable(text: str) -> str:
    """Return ``text`` with bytes that are not UTF-8 replaced, so that it can be printed."""
    return text.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")


def _standard_input() -> list[str]:
    text = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    return [line for line in text.splitlines() if line.strip()]


def _spec_member(read: Parsed) -> dict[str, Any]:
    priced = {
        "price_low_yuan_per_kg": str(read.price_low) if read.price_low else None,
        "price_high_yuan_per_kg": str(read.price_high) if read.price_high else None,
        "unit_read": read.unit_read.value if read.unit_read else None,
    }
    return {
        "text": read.text,
        "spec": {**read.spec.to_json(), **priced},
        "phrase": read.phrase,
        "unread": list(read.unread),
        "certain": read.certain,
    }


def _note(note: Any) -> dict[str, Any]:
    return {"row": note.row, "code": note.code, "text": note.text}


def _observation(quote: Any) -> dict[str, Any]:
    """Return one quote; the currency stands in the names of its prices."""
    currency = "yuan" if quote.currency == "CNY" else quote.currency.lower()
    return {
        "row": quote.row,
        "date": quote.day.isoformat(),
        "market": quote.market,
        "name": quote.name,
        "said": quote.said,
        "spec": quote.parsed.spec.to_json(),
        "unread": list(quote.parsed.unread),
        f"low_{currency}_per_kg": str(quote.low),
        f"mid_{currency}_per_kg": str(quote.mid),
        f"high_{currency}_per_kg": str(quote.high),
        "unit_read": quote.unit.value,
    }
