"""Tools for indices: try a formula on a file, without a database."""

import unicodedata
from typing import Any, BinaryIO

import click

from goldfruit.cli.frame import command
from goldfruit.prices.rules.formula import WITHOUT_QUANTITIES, Choice, judge, series
from goldfruit.prices.rules.price_table import PriceTableUnreadable, read_price_table
from goldfruit.prices.rules.splicing import SPLICES


def _table(document: dict[str, Any]) -> str:
    """Return the index as an aligned table, six decimals, a dash where there is no value."""
    index: dict[str, float | None] = document["index"]
    width = max(map(_cells, [*index, document["base"]]))
    rows = [
        f"{period}{' ' * (width - _cells(period))}  {'—' if v is None else f'{v:.6f}':>14}"
        for period, v in index.items()
    ]
    return "\n".join([f"{document['method']}, {document['base']} = 1", *rows])


def _cells(text: str) -> int:
    """Return how many terminal cells the text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@command("formula", tell=_table)
@click.argument("method")
@click.argument("file", type=click.File("rb"))
@click.option("--base", metavar="PERIOD", help="The period that is 1 (default: the first).")
@click.option("--chained", is_flag=True, help="Chain neighboring periods (bilateral methods).")
@click.option("--window", type=click.IntRange(min=2), help="Periods per window (multilateral).")
@click.option(
    "--splice",
    type=click.Choice(list(SPLICES)),
    help="Where a new window is linked onto the published series (default: movement).",
)
@click.option(
    "--carry-forward", is_flag=True, help="A missing price is the item's last one, quantity 0."
)
@click.option(
    "--weights-period", metavar="PERIOD", help="Weights of lowe and young (default: the first)."
)
def index_formula(
    *,
    method: str,
    file: BinaryIO,
    base: str | None,
    chained: bool,
    window: int | None,
    splice: str | None,
    carry_forward: bool,
    weights_period: str | None,
) -> dict[str, Any]:
    """Compute a price index by METHOD from FILE (CSV, UTF-8; - is standard input).

    Columns period,item,price,quantity; the quantity column may be absent for jevons, dutot,
    carli, harmonic, geks-jevons and tpd. Rows of one item and period become their unit value;
    an empty price means that the row is absent. Periods are ordered as numbers if all are.

    \b
    Bilateral: laspeyres paasche fisher tornqvist walsh
               jevons dutot carli harmonic lowe young
    Multilateral: geks-fisher geks-tornqvist geks-jevons geks-walsh
                  tpd geary-khamis

    \b
    Example:
      goldfruit index formula geks-tornqvist prices.csv --window 13 --splice mean --json
    """
    choice = Choice(
        method=method,
        base=base,
        chained=chained,
        window=window,
        splice=splice,
        carry_forward=carry_forward,
        weights_period=weights_period,
    )
    judge(choice)
    table = read_price_table(
        _text(file.read()),
        method=method,
        weighs=method not in WITHOUT_QUANTITIES,
        may_weigh=method == "tpd",
    )
    named, index = series(table, choice)
    return {"method": method, "base": named, "index": index}


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PriceTableUnreadable(f"第 {error.start + 1} 字节不是 UTF-8") from error
