"""可疑报价: quotes that a filter asks about, each with the figures that decided."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.fruit import phrase
from goldfruit.members.rules.acts import Act
from goldfruit.prices.models import Quote
from goldfruit.prices.queries import quotes
from goldfruit.prices.schemas_staff import JudgementIn
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import reporting
from goldfruit.prices.views_staff.blueprint import TOLD_ON_PAGE, beside, blueprint, read_form
from goldfruit.prices.views_staff.words import QUOTE_STATES, REASONS
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

PAGE = 50


@blueprint.get("/quotes/suspects")
@guard.needs(Act.JUDGE_SUSPECT)
def suspects() -> ResponseReturnValue:
    """Show what waits for a judgement, oldest first."""
    after = request.args.get("after", 0, type=int)
    with reading() as work:
        found = quotes.suspects(work.session, after=after, limit=PAGE + 1)
        return render_template(
            "prices/staff_suspects.html",
            waiting=[(quote, spoken(quote)) for quote in found[:PAGE]],
            more=found[PAGE - 1].id if len(found) > PAGE else None,
            reasons=REASONS,
            now=work.now,
        )


@blueprint.get("/quotes/suspects/<int:quote_id>")
@guard.needs(Act.JUDGE_SUSPECT)
def suspect(quote_id: int) -> ResponseReturnValue:
    """Show one quote with its neighbours and what was judged of it."""
    return _page(quote_id, {}, 200)


@blueprint.post("/quotes/suspects/<int:quote_id>")
@guard.needs(Act.JUDGE_SUSPECT)
def judge_suspect(quote_id: int) -> ResponseReturnValue:
    """Confirm or drop a suspect, with a reason."""
    given, errors = read_form(JudgementIn)
    if not errors:
        try:
            submit(
                "judge-suspect",
                lambda work: quoting.judge_quote(work, quote_id=quote_id, **given).id,
            )
        except TOLD_ON_PAGE as refusal:
            errors = beside(refusal)
    if errors:
        return _page(quote_id, errors, 422)
    flash(_("判定已记录，理由随报价公开。"), "done")
    return redirect(url_for("prices_staff.suspects"), code=303)


def spoken(quote: Quote) -> str:
    """Return what a quote is about: the name its market gave it, or its spec said back."""
    return quote.name or phrase(reporting.spec_of(quote))


def _page(quote_id: int, errors: dict[str, str], status: int) -> ResponseReturnValue:
    with reading() as work:
        quote = quotes.by_id(work.session, quote_id)
        page = render_template(
            "prices/staff_suspect.html",
            quote=quote,
            spoken=spoken(quote),
            phrase=phrase(reporting.spec_of(quote)),
            around=quotes.neighbours(work.session, quote),
            judged=quotes.judgements(work.session, quote.id),
            states=QUOTE_STATES,
            reasons=REASONS,
            given=request.form,
            errors=errors,
        )
    return page, status
