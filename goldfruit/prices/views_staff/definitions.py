"""篮子与权重: proposed as a table by an analyst, looked at and decided by an approver."""

import json
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.days import local_day
from goldfruit.kernel.digests import Json
from goldfruit.members.rules.acts import Act
from goldfruit.prices.queries import definitions
from goldfruit.prices.rules.basket_forms import FIELDS, cells_of, differences, rows_of, summed
from goldfruit.prices.rules.definitions import CELLS_MAX, Definition
from goldfruit.prices.services import definitions as defining
from goldfruit.prices.views_staff.blueprint import (
    TOLD_ON_PAGE,
    beside,
    blueprint,
    done_or_told,
    needs_either,
)
from goldfruit.prices.views_staff.words import PROPOSAL_STATES
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

SPARE_ROWS = 3


@blueprint.get("/index/definitions")
@needs_either(Act.DEFINE_INDEX, Act.APPROVE_INDEX)
def list_definitions() -> ResponseReturnValue:
    """Show every version of every index, and the proposals."""
    with reading() as work:
        return render_template(
            "prices/staff_definitions.html",
            versions=definitions.all_versions(work.session),
            recorded=definitions.recorded(work.session),
            states=PROPOSAL_STATES,
            may_define=guard.may(Act.DEFINE_INDEX),
            now=work.now,
        )


@blueprint.get("/index/definitions/<code>/new")
@guard.needs(Act.DEFINE_INDEX)
def new_definition(code: str) -> ResponseReturnValue:
    """Show the basket in force as a table to change."""
    current = _in_force(code)
    return _form(current, rows_of(current.document), {}, {}, 200)


@blueprint.post("/index/definitions/<code>/new")
@guard.needs(Act.DEFINE_INDEX)
def propose_definition(code: str) -> ResponseReturnValue:
    """Add the weights up, or propose the basket as a new version."""
    current = _in_force(code)
    rows, given = _sent_rows(), request.form
    if given.get("step") != "propose":
        return _form(current, rows, given, {}, 200)
    basket = current.document["basket"]
    source = given.get("source", "").strip()[:200]
    errors: dict[str, str] = {}
    if not source:
        errors = {"source": _("此项必填")}
    document: dict[str, Json] = {
        **current.document,
        "effective_from": given.get("effective_from", ""),
        "basket": {
            **(basket if isinstance(basket, dict) else {}),
            "source": source,
            "cells": cells_of(rows),
        },
    }
    if not errors:
        try:
            made = submit(
                "propose-definition",
                lambda work: (
                    defining.propose_definition(
                        work, document=document, note=given.get("note", "").strip()
                    ).version
                ),
            )
        except TOLD_ON_PAGE as refusal:
            errors = beside(refusal)
    if errors:
        return _form(current, rows, given, errors, 422)
    flash(_("提案已提交，须由指数审批人批准后按日期生效。"), "done")
    return redirect(url_for("prices_staff.show_proposal", code=code, version=made), code=303)


@blueprint.get("/index/definitions/<code>/<int:version>")
@needs_either(Act.DEFINE_INDEX, Act.APPROVE_INDEX)
def show_proposal(code: str, version: int) -> ResponseReturnValue:
    """Show one version, and what it changes against the one in force."""
    with reading() as work:
        record = definitions.record(work.session, code, version)
        document = (
            json.loads(record.document)
            if record
            else definitions.version(work.session, code, version).document
        )
        current = definitions.in_force(work.session, code, local_day(work.now))
        return render_template(
            "prices/staff_definition.html",
            code=code,
            version=version,
            record=record,
            document=document,
            rows=rows_of(document),
            current=current,
            changed=differences(rows_of(current.document), rows_of(document)),
            other=_other_changes(current.document, document),
            states=PROPOSAL_STATES,
            fields=FIELDS,
            may_decide=guard.may(Act.APPROVE_INDEX),
        )


@blueprint.post("/index/definitions/<code>/<int:version>")
@guard.needs(Act.APPROVE_INDEX)
def decide_definition(code: str, version: int) -> ResponseReturnValue:
    """Approve or reject a proposal, as a second person."""
    approve = request.form.get("decision") == "approve"
    note = request.form.get("note", "").strip()[:200]
    here = url_for("prices_staff.show_proposal", code=code, version=version)
    if not approve and not note:
        flash(_("请填写退回的原因。"), "refusal")
        return redirect(here, code=303)
    return done_or_told(
        "decide-definition",
        lambda work: (
            defining.decide_definition(
                work, code=code, version=version, approve=approve, note=note
            ).version
        ),
        _("已批准。") if approve else _("已退回。"),
        here,
    )


def _in_force(code: str) -> Definition:
    with reading() as work:
        return definitions.in_force(work.session, code, local_day(work.now))


def _sent_rows() -> list[dict[str, str]]:
    columns = {key: request.form.getlist(key) for key in FIELDS}
    count = min(CELLS_MAX + 10, max((len(column) for column in columns.values()), default=0))
    rows = [
        {
            key: (column[n].strip()[:80] if n < len(column) else "")
            for key, column in columns.items()
        }
        for n in range(count)
    ]
    return [row for row in rows if any(row.values())]


def _form(
    current: Definition,
    rows: list[dict[str, str]],
    given: Mapping[str, str],
    errors: dict[str, str],
    status: int,
) -> ResponseReturnValue:
    blank = dict.fromkeys(FIELDS, "")
    page = render_template(
        "prices/staff_basket.html",
        current=current,
        rows=[*rows, *([blank] * SPARE_ROWS)],
        added=summed(rows),
        changed=differences(rows_of(current.document), rows),
        given=given,
        errors=errors,
        status=status,
    )
    return page, status


def _other_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the keys beside the basket that differ between two documents."""
    silent = {"basket", "version", "effective_from"}
    return sorted(key for key in {*old, *new} - silent if old.get(key) != new.get(key))
