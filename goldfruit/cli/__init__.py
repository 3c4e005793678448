"""The command line: one module per group of commands; nothing is imported before it is wanted."""

import click

from goldfruit import __version__
from goldfruit.cli.frame import LazyGroup, group

main = LazyGroup(
    "goldfruit",
    help="金果网 (Goldfruit): the electronic exchange for apples. Every command has --help.",
    commands_in={
        "serve": "goldfruit.cli.serve:serve",
        "scheduler": "goldfruit.cli.clock:scheduler",
        "secrets": "goldfruit.cli.secrets:make_secrets",
        "bench": "goldfruit.cli.bench:bench",
        "demo": "goldfruit.cli.demo:make_demo",
    },
)
main.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=lambda ctx, _param, wanted: _say_version(ctx) if wanted else None,
        help="Print the version and exit.",
    )
)


def _say_version(ctx: click.Context) -> None:
    click.echo(f"goldfruit {__version__}")
    ctx.exit()


main.add_command(
    group(
        "spec",
        "Trade language to fields, and back. A tool: no database needed.",
        parse="goldfruit.cli.tools_fruit:spec_parse",
    )
)
main.add_command(
    group(
        "quotes",
        "Quote files of wholesale markets.",
        read="goldfruit.cli.tools_fruit:quotes_read",
        import_="goldfruit.cli.prices:quotes_import",
    )
)
main.add_command(
    group(
        "index",
        "Price indices: formulas to try, runs to make, approve and publish.",
        formula="goldfruit.cli.tools_index:index_formula",
        run="goldfruit.cli.prices:index_run",
        review="goldfruit.cli.prices:index_review",
        approve="goldfruit.cli.prices:index_approve",
        publish="goldfruit.cli.prices:index_publish",
        correct="goldfruit.cli.prices:index_correct",
    )
)
main.add_command(
    group(
        "db",
        "The database's shape.",
        upgrade="goldfruit.cli.db:upgrade",
        check="goldfruit.cli.db:check",
    )
)
main.add_command(
    group(
        "jobs",
        "What the clock does, by hand.",
        list="goldfruit.cli.clock:list_jobs",
        run="goldfruit.cli.clock:run_job",
    )
)
main.add_command(
    group(
        "members",
        "Users, members and their roles.",
        add="goldfruit.cli.members:add",
        approve="goldfruit.cli.members:approve",
        role="goldfruit.cli.members:role",
        password="goldfruit.cli.members:password",
    )
)
main.add_command(
    group(
        "cash",
        "Money in and out: a clerk prepares with the bank's serial, another person confirms.",
        in_="goldfruit.cli.ledger:cash_in",
        out="goldfruit.cli.ledger:cash_out",
        identify="goldfruit.cli.ledger:cash_identify",
        return_="goldfruit.cli.ledger:cash_return",
        approve="goldfruit.cli.ledger:cash_approve",
        confirm="goldfruit.cli.ledger:cash_confirm",
        fail="goldfruit.cli.ledger:cash_fail",
    )
)
main.add_command(
    group(
        "day",
        "Ledger days: opened, closed in order, chained.",
        open="goldfruit.cli.ledger:day_open",
        close="goldfruit.cli.ledger:day_close",
    )
)
main.add_command(
    group(
        "verify",
        "Recompute the records; exit 1 names each fault.",
        ledger="goldfruit.cli.verify:verify_ledger",
        facts="goldfruit.cli.verify:verify_facts",
        index="goldfruit.cli.verify:verify_index",
        all="goldfruit.cli.verify:verify_all",
    )
)
main.add_command(
    group(
        "calendar",
        "The trading calendar: the notices of holidays that are known.",
        load="goldfruit.cli.calendar:load",
        show="goldfruit.cli.calendar:show",
    )
)
