"""goldfruit db: bring the database to this release's shape, and check that it is."""

from typing import Any

from goldfruit.cli.edge import opened
from goldfruit.cli.frame import command
from goldfruit.infra import migrate


@command("upgrade")
def upgrade() -> dict[str, Any]:
    """Bring the database up to this release. Safe to run twice.

    Example: goldfruit db upgrade
    """
    with opened(migrated=False) as exchange:
        before = migrate.current(exchange.engine)
        if before != migrate.newest():
            migrate.upgrade(exchange.engine)
        return {"before": before, "now": migrate.current(exchange.engine)}


@command("check")
def check() -> dict[str, Any]:
    """Check that the database has this release's shape.

    Example: goldfruit db check
    """
    with opened(migrated=False) as exchange:
        now, wanted = migrate.current(exchange.engine), migrate.newest()
        faults = [] if now == wanted else [f"the database is at {now}, this release is {wanted}"]
        if not faults:
            faults = [str(difference) for difference in migrate.differences(exchange.engine)]
        return {"now": now, "wanted": wanted, "faults": faults}
