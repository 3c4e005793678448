"""The frame of every page (页面): what templates may use, and what a reader may choose.

A reader chooses language, unit of price and 长辈版 by plain links; each choice is a cookie, so
nobody signs in for it and nothing needs JavaScript. Templates extend ``base.html`` and take
their parts from ``_ui.html``; figures are written by ``goldfruit.web.formats``.
"""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.units import Money, Price, PriceUnit, Weight
from goldfruit.web import formats, guard, languages, narrow, nav, styleguide
from goldfruit.web.formats import Language

UNIT_COOKIE = "unit"
ELDER_COOKIE = "elder"
CHOICES: dict[str, frozenset[str]] = {
    languages.LANGUAGE_COOKIE: frozenset({"zh", "en"}),
    UNIT_COOKIE: frozenset({"jin", "kg", "tonne", "piece"}),
    ELDER_COOKIE: frozenset({"0", "1"}),
}
ONE_YEAR_S = 365 * 24 * 3600
SOON = frozenset({"listings", "publish", "deals", "me"})

blueprint = Blueprint("pages", __name__)
log = structlog.get_logger()


def register(app: Flask) -> None:
    """Give ``app`` the page frame: languages, filters, context, switches and standing pages.

    The footer names the operator of ``app.config["GOLDFRUIT"]``. In debug, in tests and with
    STYLE_PAGE there is ``/styleguide``, the page of all parts.
    """
    languages.set_up(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce,
        asset=asset,
        formats=formats,
        choose_url=choose_url,
        address_in=languages.address_in,
    )
    app.context_processor(_context)
    app.after_request(_for_caches)
    app.register_blueprint(blueprint)


def unit() -> PriceUnit:
    """Return the unit in which this reader wants prices; 斤 unless chosen otherwise."""
    chosen = request.cookies.get(UNIT_COOKIE, "")
    return PriceUnit(chosen) if chosen in CHOICES[UNIT_COOKIE] else PriceUnit.JIN


def elder() -> bool:
    """Return whether this reader wants 长辈版, large type and large targets."""
    return request.cookies.get(ELDER_COOKIE) == "1"


def csp_nonce() -> str:
    """Return the nonce of this response, which whoever sets the headers left in ``g``."""
    return str(g.get("csp_nonce", ""))


def asset(name: str) -> str:
    """Return the address of a static file, one for all languages, changing with its content."""
    folder = Path(str(current_app.static_folder))
    address = languages.bare(url_for("static", filename=name))
    return f"{address}?v={_fingerprint(folder / name, (folder / name).stat().st_mtime_ns)}"


def choose_url(name: str, value: str) -> str:
    """Return the link that remembers a choice and comes back to this page."""
    here = request.full_path if request.query_string else request.path
    return url_for("pages.choose", name=name, value=value, next=f"{request.script_root}{here}")


def safe_next(wanted: str | None, otherwise: str = "/") -> str:
    """Return ``wanted`` if it is a path on this site, else ``otherwise``."""
    if not wanted or not wanted.isprintable() or not wanted.startswith("/"):
        return otherwise
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or wanted[1:2] in {"/", "\\"} or "\\" in wanted:
        return otherwise
    return wanted


@blueprint.get("/choose/<name>/<value>")
def choose(name: str, value: str) -> ResponseReturnValue:
    """Remember a choice of language, unit or 长辈版, and go back to the page."""
    if value not in CHOICES.get(name, frozenset()):
        abort(404)
    back = safe_next(request.args.get("next"), request.script_root + "/")
    if name == languages.LANGUAGE_COOKIE:
        back = _in_language(back, Language(value))
    response = redirect(back, code=303)
    response.set_cookie(
        name,
        value,
        max_age=ONE_YEAR_S,
        samesite="Lax",
        secure=request.is_secure,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/soon/<what>")
def soon(what: str) -> ResponseReturnValue:
    """Say honestly what will stand here and what can be done meanwhile."""
    if what not in SOON:
        abort(404)
    return render_template("pages/soon.html", what=what)


@blueprint.get("/about")
def about() -> ResponseReturnValue:
    """Say who runs the platform and what it is not."""
    return render_template("pages/about.html")


@blueprint.get("/rules")
def rules() -> ResponseReturnValue:
    """Show the rules that hold now."""
    return render_template("pages/rules.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say which personal data is kept, why, and how long."""
    return render_template("pages/privacy.html")


@blueprint.get("/styleguide")
def style_page() -> ResponseReturnValue:
    """Show every part once, to developers only."""
    if not (current_app.debug or current_app.testing or current_app.config.get("STYLE_PAGE")):
        abort(404)
    return styleguide.show()


def _context() -> dict[str, Any]:
    chosen = languages.language()
    reader = _who()
    roles = reader.roles if reader else frozenset()
    config = current_app.config.get("GOLDFRUIT")
    return {
        "language": chosen,
        "language_tag": languages.TAGS[chosen],
        "unit": unit(),
        "elder": elder(),
        "roles": roles,
        "reader": reader,
        "tabs": nav.tabs(request.path),
        "rail": nav.rail(request.path, roles),
        "has_page": partial(nav.exists, current_app),
        "operator_name": getattr(config, "operator_name", "") or _("运营方未填写"),
        "operator_license": getattr(config, "operator_license", "") or _("营业执照未填写"),
    }


def _for_caches(response: Response) -> Response:
    """Let a file under a fingerprint be kept for good, and no page be shared across readers."""
    if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_S}, immutable"
    elif response.mimetype == "text/html":
        response.vary.update(["Cookie", "Accept-Language"])
    return response


def _who() -> guard.Person | None:
    """Return who reads; nobody where that cannot be found out, as on the page of a failure."""
    try:
        return guard.current()
    except Exception:
        log.warning("reader-unknown", exc_info=True)
        return None


def _in_language(path: str, wanted: Language) -> str:
    prefix = languages.PREFIX
    root = request.script_root.removesuffix(prefix)
    rest = path.removeprefix(root)
    if rest == prefix or rest.startswith(f"{prefix}/"):
        rest = rest[len(prefix) :] or "/"
    return f"{root}{prefix if wanted is Language.EN else ''}{rest}"


@lru_cache(maxsize=256)
def _fingerprint(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _price(value: Price | None, reason: str = "") -> str:
    chosen = languages.language()
    if value is None:
        return formats.missing(reason, chosen)
    return formats.price_text(value, unit(), chosen)


def _price_number(value: Price | None) -> str:
    return formats.DASH if value is None else formats.price_number(value, unit())


def _weight(value: Weight | None) -> str:
    return formats.DASH if value is None else formats.weight_text(value, languages.language())


def _large(value: Money) -> str:
    return formats.money_large(value, languages.language())


def _day(value: date | None, year: bool = False) -> str:
    return formats.DASH if value is None else formats.day(value, languages.language(), year=year)


def _moment(value: datetime | None, year: bool = False) -> str:
    chosen = languages.language()
    return formats.DASH if value is None else formats.moment(value, chosen, year=year)


def _plain_day(value: date | str | None) -> str:
    """Return a typed day in words, whatever the browser shows; nothing where it is no day."""
    try:
        typed = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return ""
    return formats.day(typed, languages.language(), year=True) if typed else ""


def _actor(key: str | None) -> str:
    return formats.DASH if not key else formats.actor_text(key, languages.language())


def _unit_of_price(value: PriceUnit) -> str:
    return formats.price_unit(value, languages.language())


FILTERS: dict[str, Callable[..., Any]] = {
    "digest": _digest,
    "price": _price,
    "price_number": _price_number,
    "price_unit": _unit_of_price,
    "money": formats.money_text,
    "money_number": formats.money_number,
    "money_large": _large,
    "weight": _weight,
    "tonnes": formats.weight_tonnes,
    "points": formats.points,
    "number": formats.number,
    "signed": formats.signed,
    "percent": formats.percent,
    "day": _day,
    "moment": _moment,
    "clock": formats.clock,
    "iso_moment": formats.iso_moment,
    "labelled": narrow.labelled,
    "actor": _actor,
    "plain_day": _plain_day,
}
