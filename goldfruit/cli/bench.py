"""goldfruit bench NAME: measure this machine, with a reference of the same run beside."""

from datetime import UTC, datetime
from typing import Any

import click

from goldfruit.bench import Report, Sizes
from goldfruit.bench import bench as bench_named
from goldfruit.cli.frame import command


def told(document: dict[str, Any]) -> str:
    """Return the report for people: a line of the machine, then a line for each figure."""
    machine = ", ".join(f"{key} {value}" for key, value in document["machine"].items())
    lines = [f"bench {document['bench']}, {document['at']}", machine]
    return "\n".join([*lines, *(_line(figure) for figure in document["figures"])])


@command("bench", tell=told)
@click.argument("name")
@click.option("--database-url", help="Where the reference runs (default: SQLite in memory).")
@click.option("--seconds", type=float, default=3.0, show_default=True, help="For each page.")
@click.option("--repeats", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option("--scale", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True)
def bench(
    name: str, database_url: str | None, seconds: float, repeats: int, scale: float
) -> dict[str, Any]:
    """Measure NAME (index, pages) and print its figures beside their references.

    Medians of --repeats runs. --scale makes everything smaller, to try it out. Nothing is
    asserted about time.

    Example: goldfruit bench index
    """
    measure = bench_named(name)
    sizes = Sizes(scale, repeats, seconds, database_url or "sqlite://")
    at = datetime.now(UTC)
    return Report(name, at, tuple(measure(sizes))).plain()


def _line(figure: dict[str, Any]) -> str:
    text = f"{figure['name']}: {figure['value']:.4g} {figure['unit']}"
    if figure["beside"] is not None:
        text += f" | {figure['reference']}: {figure['beside']:.4g} {figure['unit']}"
        text += f" | ratio {figure['ratio']:.3g}"
    return f"{text} | {figure['note']}" if figure["note"] else text
