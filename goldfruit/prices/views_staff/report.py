"""我要报价: a reporter's quote, one thing a screen, by a sentence or by fields."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.infra.work import Work
from goldfruit.kernel.days import HOURS, instant_at, local_day
from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.fruit import Spec, SpecNotValid, phrase
from goldfruit.kernel.units import Price, PriceUnit
from goldfruit.members.rules.acts import Act
from goldfruit.prices.models import Quote
from goldfruit.prices.queries import quotes
from goldfruit.prices.quote_specs import KEYS, codes_of, spec_of
from goldfruit.prices.rules.said_quotes import said
from goldfruit.prices.schemas_staff import QuoteFormIn
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import reporting
from goldfruit.prices.views_staff.blueprint import (
    TOLD_ON_PAGE,
    beside,
    blueprint,
    done_or_told,
    read_form,
    told,
)
from goldfruit.prices.views_staff.words import QUOTE_STATES, size_word, spec_choices
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

OWN_SPECS = 8
REMIND_FROM = time(15, 0)
"""When the clock's first reminder is due (domain.md §3.4.9)."""


@blueprint.get("/quotes/new")
@guard.needs(Act.REPORT_QUOTE)
def new_quote() -> ResponseReturnValue:
    """Ask what is quoted: a sentence, a spec quoted before, or fields; show today's quotes."""
    with reading() as work:
        mine = quotes.of_reporter(work.session, _me())
        day = quoting.quote_day(work)
        return render_template(
            "prices/report_quote.html",
            text=request.args.get("text", ""),
            recent=_own_specs(mine),
            today=[(quote, _spoken(quote)) for quote in mine if quote.day == day],
            may_repeat=any(quote.day < day and quote.state in _LIVE for quote in mine),
            states=QUOTE_STATES,
            remind=work.now >= instant_at(local_day(work.now), REMIND_FROM),
            **_deadline(work),
        )


@blueprint.get("/quotes/new/price")
@guard.needs(Act.REPORT_QUOTE)
def price_quote() -> ResponseReturnValue:
    """Show what was read of a sentence or chosen by fields, and ask for the prices."""
    sentence = request.args.get("text", "").strip()[:400]
    if sentence:
        heard = said(sentence)
        typed = {
            **codes_of(heard.parsed.spec),
            **_figures(heard.low, heard.mostly, heard.high, heard.unit),
        }
        return _price_page(typed, {}, 200, sentence=sentence, unread=heard.parsed.unread)
    typed = {key: request.args.get(key, "") for key in KEYS}
    return _price_page({**typed, "unit": request.args.get("unit", "jin")}, {}, 200)


@blueprint.post("/quotes/new/price")
@guard.needs(Act.REPORT_QUOTE)
def report_quote() -> ResponseReturnValue:
    """Report the quote; what looks like a slip of the unit is asked about first."""
    typed = request.form.to_dict()
    given, errors = read_form(QuoteFormIn)
    prices: dict[str, Price] = {}
    spec = Spec()
    if not errors:
        prices, errors = _prices(given)
    if not errors:
        try:
            spec = spec_of(given)
        except SpecNotValid as refusal:
            errors = {refusal.field: told(refusal)}
    if not errors and not given["sure"] and (asked := _slip(spec, prices["mostly"])):
        return _price_page(typed, {}, 200, asked=asked)
    if not errors:
        try:
            submit("report-quote", lambda work: _report(work, spec, prices, given))
        except TOLD_ON_PAGE as refusal:
            errors = beside(refusal)
    if errors:
        return _price_page(typed, errors, 422)
    flash(_("报价已提交。"), "done")
    return redirect(url_for("prices_staff.new_quote"), code=303)


@blueprint.post("/quotes/new/repeat")
@guard.needs(Act.REPORT_QUOTE)
def repeat_quotes() -> ResponseReturnValue:
    """Report the quotes of the last day again."""
    return done_or_told(
        "repeat-quotes",
        lambda work: len(reporting.repeat_quotes(work, reporter_id=_actor(work))),
        _("已照上次价格报价。价格有变的，请逐条修改。"),
        url_for("prices_staff.new_quote"),
    )


@blueprint.get("/quotes/new/<int:quote_id>/withdraw")
@guard.needs(Act.REPORT_QUOTE)
def show_withdrawal(quote_id: int) -> ResponseReturnValue:
    """Ask why an own quote is withdrawn."""
    return _withdraw_page(quote_id, {}, 200)


@blueprint.post("/quotes/new/<int:quote_id>/withdraw")
@guard.needs(Act.REPORT_QUOTE)
def withdraw_quote(quote_id: int) -> ResponseReturnValue:
    """Withdraw an own quote, with a reason."""
    reason = request.form.get("reason", "")
    try:
        submit(
            "withdraw-quote",
            lambda work: (
                reporting.withdraw_quote(
                    work, quote_id=quote_id, reporter_id=_actor(work), reason=reason
                ).id
            ),
        )
    except quoting.ReasonNeeded as refusal:
        return _withdraw_page(quote_id, beside(refusal), 422)
    flash(_("报价已撤回，原因已留存。"), "done")
    return redirect(url_for("prices_staff.new_quote"), code=303)


_LIVE = (quotes.ACCEPTED, quotes.SUSPECT)


def _me() -> int:
    return guard.person().user_id


def _actor(work: Work) -> int:
    """Return who acts, in a command: there the request is out of reach."""
    return work.actor.user_id or 0


def _spoken(quote: Quote) -> str:
    return phrase(reporting.spec_of(quote))


def _own_specs(mine: list[Quote]) -> list[dict[str, Any]]:
    """Return the specs quoted before, the newest first, each with its last quote."""
    newest: dict[str, Quote] = {}
    for quote in mine:
        if quote.state in _LIVE:
            newest.setdefault(quote.spec_code, quote)
    return [
        {
            "quote": quote,
            "spoken": _spoken(quote),
            "url": _price_url(quote),
        }
        for quote in list(newest.values())[:OWN_SPECS]
    ]


def _price_url(quote: Quote) -> str:
    codes = {key: code for key, code in codes_of(reporting.spec_of(quote)).items() if code}
    query = urlencode({**codes, "unit": quote.unit_read})
    return f"{url_for('prices_staff.price_quote')}?{query}"


def _deadline(work: Work) -> dict[str, Any]:
    day = quoting.quote_day(work)
    return {
        "day": day,
        "cut_off": instant_at(day, HOURS.cut_off),
        "for_today": day == local_day(work.now),
        "now": work.now,
    }


def _figures(
    low: Price | None, mostly: Price | None, high: Price | None, unit: PriceUnit
) -> dict[str, str]:
    shown = unit if unit in (PriceUnit.JIN, PriceUnit.KG) else PriceUnit.JIN
    named = {"low": low, "mostly": mostly, "high": high}
    figures = {name: price.exact(shown) for name, price in named.items() if price}
    return {**figures, "unit": shown.value}


def _prices(given: Mapping[str, str]) -> tuple[dict[str, Price], dict[str, str]]:
    """Return low, mostly and high, and what is wrong by field; an empty one is as mostly."""
    prices: dict[str, Price] = {}
    errors: dict[str, str] = {}
    for name in ("mostly", "low", "high"):
        try:
            prices[name] = Price.of(
                (given[name] or given["mostly"]).strip(), PriceUnit(given["unit"])
            )
        except Refusal as refusal:
            errors[name] = told(refusal)
    return prices, errors


def _slip(spec: Spec, mostly: Price) -> str:
    with reading() as work:
        recent = quotes.recent_mostly(work.session, quoting.HOME_MARKET, spec.code())
    return quoting.slip(mostly, recent)


def _report(work: Work, spec: Spec, prices: Mapping[str, Price], given: Mapping[str, str]) -> int:
    return quoting.report_quote(
        work,
        reporter_id=_actor(work),
        spec=spec,
        low=prices["low"],
        mostly=prices["mostly"],
        high=prices["high"],
        unit_read=given["unit"],
        note=given["note"],
    ).id


def _price_page(
    typed: Mapping[str, str],
    errors: dict[str, str],
    status: int,
    *,
    asked: str = "",
    sentence: str = "",
    unread: tuple[str, ...] = (),
) -> ResponseReturnValue:
    choices = spec_choices()
    size = typed.get("size", "")
    if size and size not in dict(choices["size"]):
        choices["size"].append((size, size_word(size)))
    try:
        spec = spec_of(typed)
    except SpecNotValid as refusal:
        spec, errors = Spec(), {refusal.field: told(refusal), **errors}
    missing = [key for key in ("variety", "origin_code", "stage") if not getattr(spec, key)]
    with reading() as work:
        page = render_template(
            "prices/report_quote_price.html",
            typed=typed,
            errors=errors,
            choices=choices,
            spoken=phrase(spec),
            missing=missing,
            last=quotes.last_of_spec(work.session, _me(), spec.code()),
            asked=asked,
            sentence=sentence,
            unread=unread,
            **_deadline(work),
        )
    return page, status


def _withdraw_page(quote_id: int, errors: dict[str, str], status: int) -> ResponseReturnValue:
    with reading() as work:
        quote = quotes.by_id(work.session, quote_id)
        if quote.reporter_id != _me():
            raise quotes.NoSuchQuote(quote=quote_id)
        page = render_template(
            "prices/report_quote_withdraw.html", quote=quote, spoken=_spoken(quote), errors=errors
        )
    return page, status
