"""The books: trial balance, the accounts behind it and the entries behind those."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from goldfruit.kernel.units import Money
from goldfruit.ledger import queries
from goldfruit.ledger.reading import told
from goldfruit.ledger.rules.accounts import BANK, CODES, Account
from goldfruit.ledger.services.posting import NoSuchEntry
from goldfruit.ledger.views.blueprint import PAGE, blueprint
from goldfruit.members.rules.acts import Act
from goldfruit.web import guard
from goldfruit.web.exchange import reading


@blueprint.get("/ledger")
@guard.needs(Act.READ_LEDGER)
def trial_balance() -> ResponseReturnValue:
    """Show the balance of every code, the bank against all it owes, and the last days."""
    with reading() as work:
        rows = queries.trial_balance(work.session)
        return render_template(
            "ledger/trial_balance.html",
            rows=rows,
            bank=next(row[3] for row in rows if row[0] == BANK.code),
            owed=Money.sum(row[3] for row in rows if row[0] != BANK.code),
            days=queries.days_page(work.session, limit=10),
            today=queries.posting_day(work.session, work.now),
            now=work.now,
        )


@blueprint.get("/ledger/codes/<code>")
@guard.needs(Act.READ_LEDGER)
def accounts_of_code(code: str) -> ResponseReturnValue:
    """Show the accounts of one code."""
    if code not in CODES:
        raise NoSuchEntry
    after = request.args.get("after", "")
    with reading() as work:
        rows = queries.accounts_page(work.session, code=code, after=after, limit=PAGE + 1)
        return render_template(
            "ledger/accounts.html",
            code=CODES[code],
            rows=rows[:PAGE],
            more=rows[PAGE - 1].name if len(rows) > PAGE else None,
            now=work.now,
        )


@blueprint.get("/ledger/accounts/<name>")
@guard.needs(Act.READ_LEDGER)
def account_page(name: str) -> ResponseReturnValue:
    """Show one account and its entries, newest first, each with all of its legs."""
    try:
        account = Account.named(name)
    except ValueError:
        raise NoSuchEntry from None
    before = request.args.get("before", None, type=int)
    with reading() as work:
        lines = queries.entries_page(work.session, account=name, before=before, limit=PAGE + 1)
        return render_template(
            "ledger/account.html",
            account=account,
            balance=queries.balance(work.session, account),
            entries=[told(line, None) for line in lines[:PAGE]],
            more=lines[PAGE - 1].id if len(lines) > PAGE else None,
            now=work.now,
        )
