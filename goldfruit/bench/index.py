"""goldfruit bench index: years of trades recomputed, a rolling index, and a quote file read."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

import sqlalchemy as sa

from goldfruit.bench.frame import Figure, Sizes, seconds_of
from goldfruit.kernel.units import Price, Weight
from goldfruit.prices.definitions import seed_document
from goldfruit.prices.quote_reading import rows_of
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.definitions import Definition, parsed
from goldfruit.prices.rules.observations import Kind, Observation
from goldfruit.prices.rules.outcomes import DayInput, Inputs
from goldfruit.prices.rules.quote_files import read_quotes

TRADES, DAYS, CELLS = 200_000, 1_300, 24
QUOTE_DAYS, FILE_ROWS = 1_000, 7_574
GROUPED = "SELECT cell, day, sum(price * grams) * 1.0 / sum(grams) FROM bench_seen GROUP BY 1, 2"
FIRST = date(2021, 1, 4)
SEED = 20251009


def measure(sizes: Sizes) -> list[Figure]:
    """Return how long five years of trades, a rolling index and a quote file take."""
    return [rebuilt(sizes), rolled(sizes), read(sizes)]


def rebuilt(sizes: Sizes) -> Figure:
    """Return the seconds in which the Lowe index is recomputed from all its trades.

    The reference groups the same trades by cell and day for their volume-weighted mean, in the
    database alone; the calculation also filters, caps, imputes and says what it did.
    """
    definition, count = lowe_of_cells(CELLS), sizes.of(TRADES)
    days = tuple(trading(definition, sizes.of(DAYS), count))
    value = seconds_of(lambda: calculate(definition, Inputs(days)), sizes.repeats)
    name = f"{sizes.of(DAYS)} days, {count} trades, {CELLS} cells: recompute"
    return Figure(name, value, "s", "GROUP BY cell, day in the database", grouped(days, sizes))


def rolled(sizes: Sizes) -> Figure:
    """Return the seconds of the rolling time-product dummy with mean splice, day by day."""
    definition, count = parsed(seed_document("XFD-D")), sizes.of(QUOTE_DAYS)
    days = tuple(islice(quoted(), count))
    value = seconds_of(lambda: calculate(definition, Inputs(days)), sizes.repeats)
    name = f"{count} quote days, window {definition.window}: rolling TPD, mean splice"
    return Figure(name, value, "s", "GROUP BY cell, day in the database", grouped(days, sizes))


def read(sizes: Sizes) -> Figure:
    """Return the seconds in which a market's quote file is read, names and all."""
    count = sizes.of(FILE_ROWS)
    content = file_of(count)

    def alone() -> int:
        return sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8"))))

    value = seconds_of(lambda: read_quotes(rows_of(content, "quotes.csv")), sizes.repeats)
    beside = seconds_of(alone, sizes.repeats)
    return Figure(f"{count} rows of a quote file: read", value, "s", "csv.reader alone", beside)


def lowe_of_cells(count: int) -> Definition:
    """Return GFI-D's rules over ``count`` equal cells, three families in each county."""
    document: Any = seed_document("GFI-D", 2)
    share, left = 10_000 // count, 10_000 % count
    cells: Any = [
        {
            "code": f"C{at:02d}",
            "name": f"C{at:02d}",
            "weight": f"{(share + (left if at == 0 else 0)) / 10_000:.4f}",
            "family": f"F{at % 3}",
            "county": f"K{at // 3}",
        }
        for at in range(count)
    ]
    subs: Any = [
        {"code": f"S{at}", "name": {"zh": "县", "en": "county"}, "by": "county", "group": f"K{at}"}
        for at in range((count + 2) // 3)
    ]
    basket = {"source": "synthetic", "cells": cells}
    return parsed({**document, "basket": basket, "sub_indices": subs})


def trading(definition: Definition, days: int, trades: int) -> Iterator[DayInput]:
    """Yield so many working days with so many trades in all, spread over the cells by lot."""
    luck, codes = Random(SEED), sorted(definition.basket)  # noqa: S311 (figures, no secrets)
    level = 6_000.0
    for number, day in enumerate(_working_days(days)):
        level *= 1 + luck.uniform(-0.01, 0.01)
        share = trades * (number + 1) // days - trades * number // days
        yield DayInput(day, tuple(_trade(luck, codes, day, level, at) for at in range(share)))


def quoted() -> Iterator[DayInput]:
    """Yield days of a wholesale market: seven or eight of twelve cells, moving together."""
    luck, level = Random(SEED), 6_000.0  # noqa: S311 (figures, no secrets)
    for number, day in enumerate(_working_days(1_000_000)):
        level *= 1 + luck.uniform(-0.01, 0.01)
        cells = [(number + at * 5) % 12 for at in range(7 + number % 2)]
        yield DayInput(day, tuple(_public(luck, day, level, at) for at in sorted(set(cells))))


def file_of(rows: int) -> bytes:
    """Return a quote file in the form of the wholesale markets, as UTF-8 CSV."""
    luck, out = Random(SEED), io.StringIO()  # noqa: S311 (figures, no secrets)
    names = [
        f"富士（{bag}Φ{size}）" for bag in ("纸袋", "膜袋") for size in ("85以上", "80<85", "75<80")
    ] + ["红星", "嘎啦", "黄元帅", "秦冠"]
    writer = csv.writer(out)
    writer.writerow(["品名", "最低价", "平均价", "最高价", "规格", "单位", "发布日期"])
    for at in range(rows):
        middle = 150 + luck.randrange(200)
        prices = (f"{(middle + step) / 100:.2f}" for step in (-20, 0, 20))
        day = FIRST + timedelta(days=at // len(names))
        writer.writerow([names[at % len(names)], *prices, "普通", "斤", day.isoformat()])
    return out.getvalue().encode("utf-8")


def grouped(days: tuple[DayInput, ...], sizes: Sizes) -> float:
    """Return the seconds of the reference: the same rows grouped by cell and day in SQL."""
    rows = [
        {
            "cell": seen.cell,
            "day": seen.day.isoformat(),
            "price": seen.mostly.yuan_per_tonne,
            "grams": seen.weight.grams if seen.weight else 1,
        }
        for given in days
        for seen in given.observations
    ]
    engine = sa.create_engine(sizes.database_url)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TEMPORARY TABLE bench_seen (cell TEXT, day TEXT, price BIGINT, grams BIGINT)"
        )
        connection.execute(
            sa.text("INSERT INTO bench_seen VALUES (:cell, :day, :price, :grams)"), rows
        )
        answer = seconds_of(_asking(connection), sizes.repeats)
        connection.rollback()
    engine.dispose()
    return answer


def _asking(connection: sa.Connection) -> Callable[[], object]:
    return lambda: connection.exec_driver_sql(GROUPED).all()


def _working_days(count: int) -> Iterator[date]:
    found, day = 0, FIRST
    while found < count:
        if day.weekday() < 5:
            yield day
            found += 1
        day += timedelta(days=1)


def _trade(luck: Random, codes: list[str], day: date, level: float, at: int) -> Observation:
    code = luck.choice(codes)
    paid = Price(round(level * (0.8 + codes.index(code) / 60) * luck.uniform(0.96, 1.04) / 20) * 20)
    return Observation(
        id=f"T{day:%Y%m%d}{at:04d}",
        kind=Kind.TRADE,
        day=day,
        cell=code,
        low=paid,
        mostly=paid,
        high=paid,
        weight=Weight(luck.randrange(500, 20_000) * 1_000),
        seller=f"s{luck.randrange(40)}",
        buyer=f"b{luck.randrange(25)}",
        source="xianyang",
        delivery_days=7,
    )


def _public(luck: Random, day: date, level: float, at: int) -> Observation:
    middle = round(level * (0.7 + at / 20) * luck.uniform(0.98, 1.02) / 20) * 20
    return Observation(
        id=f"X{day:%Y%m%d}{at:02d}",
        kind=Kind.EXTERNAL,
        day=day,
        cell=f"X{at:02d}",
        low=Price(middle - 200),
        mostly=Price(middle),
        high=Price(middle + 200),
        source="xinfadi",
    )
