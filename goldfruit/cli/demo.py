"""goldfruit demo: fill the market with a season that never was, through the public services."""

from typing import Any

import click

from goldfruit import demo
from goldfruit.cli.edge import opened, settings
from goldfruit.cli.frame import command
from goldfruit.demo.make import SEED


@command("demo")
@click.option("--season", type=int, help="Stay in the season that begins in this year.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="What chance grows from.")
def make_demo(season: int | None, seed: int) -> dict[str, Any]:
    """Make the demo market, or what is missing of it up to now. Safe to run twice.

    Example: goldfruit demo --season 2025 --seed 7
    """
    config = settings()
    with opened() as exchange:
        made = demo.make(exchange, config, now=exchange.clock(), begins_in=season, seed=seed)
        return {"trading_days": made, "seed": seed}
