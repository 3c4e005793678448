"""The console's pages: the chain of facts, the clock's jobs, the trading calendar."""

import json
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.console import queries, services, words
from goldfruit.infra import calendar
from goldfruit.infra.work import Work
from goldfruit.kernel.days import DayRow, statutory_rows
from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

console = Blueprint("console", __name__)


@console.get("/audit")
@guard.needs("read_audit")
def audit() -> ResponseReturnValue:
    """Show the chain of facts, newest first."""
    before = request.args.get("before", type=int)
    name = request.args.get("name") or None
    with reading() as work:
        facts = queries.facts_before(work.session, before, name)
        names = queries.fact_names(work.session)
    return render_template(
        "console/audit.html",
        facts=[(fact, _told(fact.body)) for fact in facts],
        names=names,
        said=words.fact,
        name=name,
        older=facts[-1].no if len(facts) == queries.PAGE else None,
    )


@console.get("/console/jobs")
@guard.needs("load_calendar")
def show_jobs() -> ResponseReturnValue:
    """Show what the clock does, when, and how it went last."""
    with reading() as work:
        last = queries.last_runs(work.session)
        as_of = work.now
    jobs: list[tuple[str, str, str]] = current_app.extensions["goldfruit_jobs"]
    return render_template("console/jobs.html", jobs=jobs, last=last, as_of=as_of)


@console.get("/console/calendar")
@guard.needs("load_calendar")
def show_calendar() -> ResponseReturnValue:
    """Show the notices that are known, and the form to load the next."""
    return _calendar_page()


@console.post("/console/calendar")
@guard.needs("load_calendar")
def load_calendar() -> ResponseReturnValue:
    """Load the notice of a year; what is wrong with it is told on the page."""
    text = request.form.get("rows", "")[:20_000]

    def load(work: Work) -> str:
        return "、".join(map(str, services.load_notice(work, services.rows_of(text))))

    try:
        years = submit("load-calendar", load)
    except (RuleBroken, Clash) as refusal:
        flash(str(refusal), "refusal")
        return _calendar_page(text), refusal.status
    flash(_("已载入，现有年份：%(years)s", years=years), "done")
    return redirect(url_for(".show_calendar"), code=303)


def _calendar_page(text: str = "") -> str:
    with reading() as work:
        loaded = calendar.loaded_rows(work.session)
        known = calendar.load(work.session)
    rows: list[DayRow] = [*statutory_rows(), *loaded]
    newest = max(known.years)
    return render_template(
        "console/calendar.html",
        rows=[row for row in rows if row.year >= newest - 1],
        years=sorted(known.years),
        text=text,
    )


def _told(body: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(body)
    return told
