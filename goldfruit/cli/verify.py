"""goldfruit verify: what anyone may recompute; exit 1 names each fault.

A stage adds its check by one line in ``CHECKS``: a name, and the function that answers a
session with (how many of each were checked, the faults).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, TypeAlias

import click
from sqlalchemy.orm import Session

from goldfruit.cli.edge import day_type, opened
from goldfruit.cli.frame import command
from goldfruit.infra.work import Exchange
from goldfruit.prices.verification import verify_index as recomputed

Outcome: TypeAlias = tuple[Mapping[str, int], Sequence[object]]

CHECKS: dict[str, str] = {
    "facts": "goldfruit.infra.facts:verify",
    "ledger": "goldfruit.ledger.verification:outcome",
    "index": "goldfruit.prices.verification:verify_index",
}
"""What ``verify all`` runs, in order: name and ``module:function(session)``."""


def run_check(exchange: Exchange, name: str) -> Outcome:
    """Return what a check of ``CHECKS`` counted and found, read from one snapshot."""
    module, _, attribute = CHECKS[name].partition(":")
    check: Callable[[Session], tuple[Any, Sequence[object]]]
    check = getattr(import_module(module), attribute)
    with exchange.reading() as work:
        if exchange.engine.dialect.name == "postgresql":
            work.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        checked, faults = check(work.session)
    return ({name: checked} if isinstance(checked, int) else checked), faults


def _tell(document: dict[str, Any]) -> str:
    lines = [
        f"{name}: checked " + ", ".join(f"{n} {what}" for what, n in checked.items())
        for name, checked in document["checked"].items()
    ]
    lines += [f"FAULT {fault}" for fault in document["faults"]]
    return "\n".join([*lines, "faults found" if document["faults"] else "all in order"])


def _verified(*names: str) -> dict[str, Any]:
    checked, named = {}, []
    with opened() as exchange:
        for name in names:
            counts, faults = run_check(exchange, name)
            checked[name] = dict(counts)
            named += [f"{name}: {fault}" for fault in faults]
    return {"checked": checked, "faults": named}


@command("ledger", tell=_tell)
def verify_ledger() -> dict[str, Any]:
    """Recompute the ledger: sums, balances, bank, digests, holds, cash, days.

    Example: goldfruit verify ledger
    """
    return _verified("ledger")


@command("facts", tell=_tell)
def verify_facts() -> dict[str, Any]:
    """Check that the facts are numbered without gaps and chained.

    Example: goldfruit verify facts
    """
    return _verified("facts")


@command("index", tell=_tell)
@click.option("--index", "index_code", help="One index, e.g. GFI-D; absent, every index.")
@click.option("--date", "day", type=day_type, help="Only what covers this day.")
@click.option("--all", "everything", is_flag=True, help="Every day, the default.")
def verify_index(index_code: str | None, day: datetime | None, everything: bool) -> dict[str, Any]:
    """Recompute an index from its frozen inputs, to 1e-9 relative, and compare.

    Example: goldfruit verify index --index XFD-D --all
    """
    if day and everything:
        raise click.UsageError("give --date D or --all, not both")
    with opened() as exchange, exchange.reading() as work:
        checked, faults = recomputed(work.session, code=index_code, day=day.date() if day else None)
    return {"checked": {"index": checked}, "faults": [str(fault) for fault in faults]}


@command("all", tell=_tell)
def verify_all() -> dict[str, Any]:
    """Run every check that the exchange has.

    Example: goldfruit verify all
    """
    return _verified(*CHECKS)
