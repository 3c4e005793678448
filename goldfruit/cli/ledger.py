"""goldfruit cash and goldfruit day: the clerk's desk on the command line."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from goldfruit.cli.edge import by_option, clocked, day_type, opened
from goldfruit.cli.frame import command
from goldfruit.infra.work import Work
from goldfruit.kernel.units import Money
from goldfruit.ledger import services
from goldfruit.members import queries as members

member_option = click.option("--member", type=int, required=True, help="The member's number.")
amount_option = click.option("--amount", required=True, help="Yuan with two decimals, 130000.00.")
serial_option = click.option("--serial", required=True, help="The bank's serial.")


def _done(by: str | None, deed: Callable[[Work], Any]) -> Any:
    with opened() as exchange:
        now = clocked(exchange, None)
        with exchange.reading() as work:
            actor = members.actor_of(work.session, by)
        with exchange.begin(actor, now) as work:
            return deed(work)


@command("in")
@click.option("--member", type=int, help="The member's number; absent, nobody knows whose it is.")
@amount_option
@serial_option
@click.option("--memo", default="", help="A few words; no personal data.")
@by_option
def cash_in(
    member: int | None, amount: str, serial: str, memo: str, by: str | None
) -> dict[str, Any]:
    """Prepare money that the bank says came in. Another person confirms it.

    Example: goldfruit cash in --member 1 --amount 130000.00 --serial B2025-0001 --by a@b.cn
    """
    value = Money.from_yuan(amount)

    def deed(work: Work) -> int:
        if member is None:
            return services.prepare_unknown(work, amount=value, serial=serial, memo=memo)
        return services.prepare_in(work, member=member, amount=value, serial=serial, memo=memo)

    return {"movement": _done(by, deed), "state": "prepared", "amount_yuan": str(value)}


@command("out")
@member_option
@amount_option
@serial_option
@click.option("--memo", default="", help="A few words; no personal data.")
@by_option
def cash_out(member: int, amount: str, serial: str, memo: str, by: str | None) -> dict[str, Any]:
    """Prepare a payment out; it leaves the free balance now. Another person confirms it.

    Example: goldfruit cash out --member 1 --amount 500.00 --serial B2025-0002 --by a@b.cn
    """
    value = Money.from_yuan(amount)
    made = _done(
        by,
        lambda work: services.prepare_out(
            work, member=member, amount=value, serial=serial, memo=memo
        ),
    )
    return {"movement": made, "state": "prepared", "amount_yuan": str(value)}


@command("identify")
@click.argument("movement", type=int)
@member_option
@by_option
def cash_identify(movement: int, member: int, by: str | None) -> dict[str, Any]:
    """Propose that a receipt in suspense is a member's. Another person confirms it.

    Example: goldfruit cash identify 7 --member 1 --by clerk@example.com
    """
    made = _done(by, lambda work: services.prepare_identified(work, origin=movement, member=member))
    return {"movement": made, "state": "prepared", "origin": movement}


@command("return")
@click.argument("movement", type=int)
@serial_option
@by_option
def cash_return(movement: int, serial: str, by: str | None) -> dict[str, Any]:
    """Propose to send a receipt in suspense back. Another person confirms it.

    Example: goldfruit cash return 7 --serial B2025-0009 --by clerk@example.com
    """
    made = _done(by, lambda work: services.prepare_returned(work, origin=movement, serial=serial))
    return {"movement": made, "state": "prepared", "origin": movement}


@command("approve")
@click.argument("movement", type=int)
@by_option
def cash_approve(movement: int, by: str | None) -> dict[str, Any]:
    """Approve cash out above what two clerks may pay in a day.

    Example: goldfruit cash approve 7 --by operator@example.com
    """
    _done(by, lambda work: services.approve(work, movement_id=movement))
    return {"movement": movement, "approved": True}


@command("confirm")
@click.argument("movement", type=int)
@by_option
def cash_confirm(movement: int, by: str | None) -> dict[str, Any]:
    """Confirm a prepared movement and post it. Safe to run twice.

    Example: goldfruit cash confirm 7 --by checker@example.com
    """
    entry = _done(by, lambda work: services.confirm(work, movement_id=movement))
    return {"movement": movement, "state": "confirmed", "entry": entry}


@command("fail")
@click.argument("movement", type=int)
@click.option("--reason", required=True, help="Why it did not happen.")
@by_option
def cash_fail(movement: int, reason: str, by: str | None) -> dict[str, Any]:
    """Record that a movement did not happen; cash out comes back. Safe to run twice.

    Example: goldfruit cash fail 7 --reason 账号有误 --by checker@example.com
    """
    entry = _done(by, lambda work: services.fail(work, movement_id=movement, reason=reason))
    return {"movement": movement, "state": "failed", "entry": entry}


@command("open")
@click.option("--date", "day", type=day_type, required=True, help="The ledger day.")
@by_option
def day_open(day: datetime, by: str | None) -> dict[str, Any]:
    """Open a ledger day. Safe to run twice.

    Example: goldfruit day open --date 2025-10-09
    """
    _done(by, lambda work: services.open_day(work, day=day.date()))
    return {"day": day.date().isoformat(), "state": "open"}


@command("close")
@click.option("--date", "day", type=day_type, required=True, help="The ledger day.")
@by_option
def day_close(day: datetime, by: str | None) -> dict[str, Any]:
    """Close a ledger day and chain its digest to the day before. Safe to run twice.

    Example: goldfruit day close --date 2025-10-09
    """
    closed = _done(by, lambda work: services.close_day(work, day=day.date()))
    return {
        "day": closed.day.isoformat(),
        "state": "closed",
        "entries": closed.entries,
        "digest": closed.digest,
    }
