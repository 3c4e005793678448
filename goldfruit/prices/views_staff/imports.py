"""导入报价: a market's file, looked at before it is stored.

Between the look and the storing the file travels in the page, compressed, so that any process
may answer the second request; what is stored is read again from its bytes.
"""

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.infra.work import Work
from goldfruit.kernel.digests import digest_of_bytes
from goldfruit.kernel.errors import RuleBroken
from goldfruit.members.rules.acts import Act
from goldfruit.prices.imported import check_market, file_of, file_report, public_markets, store
from goldfruit.prices.queries import quotes
from goldfruit.prices.rules.quote_refusals import BYTES_MAX, QuoteFileEmpty, QuoteFileUnreadable
from goldfruit.prices.schemas_staff import FILE_CHARACTERS_MAX
from goldfruit.prices.views_staff.blueprint import beside, blueprint
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

SHOWN = 100


@blueprint.url_value_preprocessor
def let_a_file_through(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let the form that carries a file be as large as a file may be."""
    if endpoint == "prices_staff.store_import":
        request.max_form_memory_size = FILE_CHARACTERS_MAX


@blueprint.get("/quotes/import")
@guard.needs(Act.IMPORT_QUOTES)
def show_import() -> ResponseReturnValue:
    """Ask for a file, and list what was imported."""
    return _page({}, 200)


@blueprint.post("/quotes/import")
@guard.needs(Act.IMPORT_QUOTES)
def preview_import() -> ResponseReturnValue:
    """Show what would be read of the file; nothing is stored."""
    sent = request.files.get("file")
    market = request.form.get("market", "")
    try:
        _check_market(market)
        if sent is None or not sent.filename:
            raise QuoteFileEmpty
        name, content = sent.filename[:120], sent.read()
        found = file_of(content, name)
    except RuleBroken as refusal:
        return _page(
            {"market" if refusal.code == "market-unknown" else "file": _said(refusal)}, 422
        )
    days = [quote.day for quote in found.quotes]
    return render_template(
        "prices/staff_import_preview.html",
        market=market,
        file_name=name,
        found=found,
        shown=SHOWN,
        days=(min(days), max(days)) if days else None,
        carried=base64.b64encode(zlib.compress(content, 9)).decode(),
    )


@blueprint.post("/quotes/import/store")
@guard.needs(Act.IMPORT_QUOTES)
def store_import() -> ResponseReturnValue:
    """Store what was looked at: the same bytes, read again."""
    market, name = request.form.get("market", ""), request.form.get("file_name", "")[:120]
    try:
        _check_market(market)
        content = _unpacked(request.form.get("carried", ""))
        found = file_of(content, name)
    except RuleBroken as refusal:
        return _page({"file": _said(refusal)}, 422)
    digest = digest_of_bytes(content)

    def command(work: Work) -> int:
        return store(work, market=market, name=name, digest=digest, found=found).id

    number = submit("import-quotes", command)
    flash(_("文件已导入。"), "done")
    return redirect(url_for("prices_staff.show_imported", number=number), code=303)


@blueprint.get("/quotes/imports/<int:number>")
@guard.needs(Act.IMPORT_QUOTES)
def show_imported(number: int) -> ResponseReturnValue:
    """Show what became of one file."""
    with reading() as work:
        made = quotes.import_by_id(work.session, number)
        return render_template(
            "prices/staff_imported.html", made=made, report=file_report(made), shown=SHOWN
        )


def _check_market(market: str) -> None:
    with reading() as work:
        check_market(work.session, market)


def _unpacked(carried: str) -> bytes:
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(base64.b64decode(carried, validate=True), BYTES_MAX + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise QuoteFileUnreadable(reason=_("预览已失效")) from error
    return content


def _said(refusal: RuleBroken) -> str:
    return next(iter(beside(refusal).values()))


def _page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    with reading() as work:
        made = quotes.imports(work.session)
        known = public_markets(work.session)
    page = render_template(
        "prices/staff_import.html",
        markets=[(code, code) for code in known],
        made=made,
        given=request.form,
        errors=errors,
        most_mb=5,
    )
    return page, status
