"""Apply for membership: first who one is, then the papers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.kernel.fruit.origins import Division, name_of
from goldfruit.members import doors
from goldfruit.members.rules.application import ITEM_TITLES, NEEDED, OPTIONAL, Item, counties
from goldfruit.members.rules.membership import KIND_TITLES, ORGANISATIONS, MemberKind
from goldfruit.members.schemas import ApplicationIn
from goldfruit.members.services import membership
from goldfruit.members.views.blueprint import beside, blueprint, read_form
from goldfruit.web import guard
from goldfruit.web.forms import submit

SECRET = frozenset({Item.ID_NUMBER, Item.BANK_ACCOUNT})
"""What a form never shows again; it is typed anew after an error."""


@blueprint.get("/members/apply")
@guard.needs()
def show_application() -> ResponseReturnValue:
    """Ask who applies, and then for what that kind of member gives."""
    chosen = request.args.get("kind", "")
    if chosen not in {kind.value for kind in MemberKind}:
        return render_template("members/apply_kind.html", kinds=KIND_TITLES)
    return _page(MemberKind(chosen), {}, 200)


@blueprint.post("/members/apply")
@guard.needs()
def apply_for_membership() -> ResponseReturnValue:
    """Send the application, or say beside each field what is wrong."""
    given, errors = read_form(ApplicationIn)
    if not errors:
        ring = doors.keys()
        items = {item.value: given[item.value] for item in Item}
        try:
            submit(
                "apply",
                lambda work: (
                    membership.apply_for_membership(
                        work,
                        ring,
                        kind=MemberKind(given["kind"]),
                        county_code=given["county_code"],
                        given=items,
                    ).id
                ),
            )
        except (RuleBroken, Clash) as refusal:
            errors = beside(refusal)
    if not errors:
        flash(_("申请已提交，审核结果会显示在这里。"), "done")
        return redirect(url_for("members.me"), code=303)
    chosen = request.form.get("kind", "")
    if chosen not in {kind.value for kind in MemberKind}:
        return redirect(url_for("members.show_application"), code=303)
    return _page(MemberKind(chosen), errors, 422)


def _page(kind: MemberKind, errors: dict[str, str], status: int) -> ResponseReturnValue:
    if "name" in errors:  # a name refused: the firm's if there is one, else the person's
        named = Item.FIRM_NAME if kind in ORGANISATIONS else Item.PERSON_NAME
        errors[named.value] = errors.pop("name")
    typed = {key: value for key, value in request.form.items() if key not in SECRET}
    page = render_template(
        "members/apply.html",
        kind=kind,
        kind_title=KIND_TITLES[kind],
        needed=NEEDED[kind],
        optional=OPTIONAL[kind],
        titles=ITEM_TITLES,
        counties=[(each.code, _place(each)) for each in counties()],
        organisation=kind in ORGANISATIONS,
        typed=typed,
        errors=errors,
        retype=bool(request.form),
    )
    return page, status


def _place(county: Division) -> str:
    """Return a county with its prefecture, or its province where the prefecture is not known."""
    above = name_of(county.code[:4] + "00") or name_of(county.code[:2] + "0000") or ""
    return f"{above} {county.name}"
