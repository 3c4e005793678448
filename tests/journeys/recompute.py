"""The index by a reader's own arithmetic, from what the site gives away, with none of its code.

The daily index is a Lowe index: the first day is 1000; from then on the weights are fixed, and the
price of a cell is the middle one of its reporters' main prices.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any


def sm3(text: str) -> str:
    """Return the SM3 of ``text``, by OpenSSL."""
    return hashlib.new("sm3", text.encode()).hexdigest()


def chained_digest(rows: Sequence[str]) -> str:
    """Return the digest of the rows: each is chained to those before, 64 zeros first."""
    digest = "0" * 64
    for row in rows:
        digest = sm3(digest + row)
    return digest


def download(text: str) -> tuple[list[str], dict[str, Any]]:
    """Return the frozen rows of a downloaded file, and its last line, which says what it is."""
    *rows, about = text.splitlines()
    return rows, json.loads(about)


def cell_prices(rows: Sequence[str]) -> dict[str, float]:
    """Return the price of each cell: the median of what its reporters said, yuan per tonne."""
    said: dict[str, dict[str, int]] = {}
    for row in map(json.loads, rows):
        if row["row"] == "observation":
            said.setdefault(row["cell"], {})[row["reporter"]] = row["price"][1]
    assert all(len(by_reporter) >= 3 for by_reporter in said.values())
    return {cell: median(by_reporter.values()) for cell, by_reporter in said.items()}


def lowe(
    weights: Mapping[str, str], at_base: Mapping[str, float], now: Mapping[str, float]
) -> Decimal:
    """Return the index with two decimals: 1000 times the weighted mean of price relatives."""
    moved = sum(float(weights[cell]) * now[cell] / at_base[cell] for cell in weights)
    whole = sum(float(weight) for weight in weights.values())
    return Decimal(repr(1000 * moved / whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
