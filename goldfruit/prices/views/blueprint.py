"""What the public price pages share: the blueprint, days in addresses, prices in their currency."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, request
from flask_babel import gettext as _

from goldfruit.kernel.units import Price
from goldfruit.prices.rules import publication
from goldfruit.prices.views import words
from goldfruit.web import formats, languages, pages
from goldfruit.web.formats import Change

blueprint = Blueprint("prices", __name__)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "price_words": words,
        "price_change": price_change,
        "changed": changed,
        "unit_of": unit_of,
    }


def day_in_path(text: str) -> date:
    """Return the day that an address names; anything else is no page."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return abort(404)


def day_in_query(name: str) -> date | None:
    """Return the day that the query names; None where there is none or it is not a day."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def unit_of(currency: str) -> str:
    """Return the unit of prices for the head of a column, e.g. 元/斤 or INR/斤."""
    chosen, language = pages.unit(), languages.language()
    if currency == "CNY":
        return formats.price_unit(chosen, language)
    return f"{currency}/{formats.unit_word(chosen, language)}"


def price_change(now: Price | None, before: Price | None) -> Change:
    """Return the change of a price in the reader's unit, with its percentage; a dash for none."""
    if now is None or before is None:
        return Change("flat", formats.DASH)
    found = formats.change(now.yuan_per_tonne, before.yuan_per_tonne, 0)
    if found.direction == "flat":
        return Change("flat", _("平"))
    arrow = "▲" if found.direction == "up" else "▼"
    moved = (
        formats.price_per(now, pages.unit()) - formats.price_per(before, pages.unit())
    ).copy_abs()
    places = 0 if pages.unit().value == "tonne" else 2
    sign = "+" if found.direction == "up" else formats.MINUS
    share = found.text.rpartition(" ")[2]
    return Change(found.direction, f"{arrow}\u00a0{sign}{formats.number(moved, places)} {share}")


def changed(found: publication.Change | None) -> Change:
    """Return a change between published values, ready to show; a dash for none."""
    if found is None:
        return Change("flat", formats.DASH)
    direction = "up" if found.points > 0 else "down" if found.points < 0 else "flat"
    arrow = {"up": "▲ ", "down": "▼ ", "flat": ""}[direction]
    percent = found.percent.replace("-", formats.MINUS)
    points = formats.signed(Decimal(found.points) / 100)
    return Change(direction, f"{arrow}{points} ({percent}%)")
