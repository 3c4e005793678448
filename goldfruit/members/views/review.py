"""The reviewer's queue and desk."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.kernel.errors import Clash, RuleBroken
from goldfruit.kernel.fruit.origins import name_of
from goldfruit.members import doors, queries
from goldfruit.members.rules.acts import Act
from goldfruit.members.rules.application import ITEM_TITLES, Item
from goldfruit.members.rules.membership import KIND_TITLES, STATE_TITLES, MemberKind, MemberState
from goldfruit.members.schemas import REASONS, ReviewIn
from goldfruit.members.services import membership
from goldfruit.members.views.blueprint import beside, blueprint, read_form
from goldfruit.web import guard
from goldfruit.web.exchange import perform, reading
from goldfruit.web.forms import submit

PAGE = 50


@blueprint.get("/members/review")
@guard.needs(Act.REVIEW_MEMBER)
def review_queue() -> ResponseReturnValue:
    """Show who waits for a decision, and whose data is to be looked at again."""
    after = request.args.get("after", 0, type=int)
    with reading() as work:
        waiting = queries.members_page(
            work.session, state=MemberState.KYC_PENDING, after=after, limit=PAGE + 1
        )
        return render_template(
            "members/review_queue.html",
            waiting=waiting[:PAGE],
            more=waiting[PAGE - 1].id if len(waiting) > PAGE else None,
            due=queries.due_for_review(work.session, work.now),
            kinds=KIND_TITLES,
            county=name_of,
            now=work.now,
        )


@blueprint.get("/members/review/<int:member_id>")
@guard.needs(Act.REVIEW_MEMBER)
def review(member_id: int) -> ResponseReturnValue:
    """Show one application with masked data."""
    return _desk(member_id, {}, 200)


@blueprint.post("/members/review/<int:member_id>")
@guard.needs(Act.REVIEW_MEMBER)
def decide(member_id: int) -> ResponseReturnValue:
    """Approve or reject an application."""
    given, errors = read_form(ReviewIn)
    if not errors:
        try:
            submit(
                "review",
                lambda work: (
                    membership.review(
                        work,
                        member_id=member_id,
                        approved=given["decision"] == "approve",
                        reason=given["reason"],
                        note=given["note"] or REASONS.get(given["reason"], ""),
                    ).id
                ),
            )
        except (RuleBroken, Clash) as refusal:
            errors = beside(refusal)
    if errors:
        return _desk(member_id, errors, 422)
    flash(_("审核结果已记录，申请人可以看到。"), "done")
    return redirect(url_for("members.review_queue"), code=303)


@blueprint.post("/members/review/<int:member_id>/again")
@guard.needs(Act.REVIEW_MEMBER)
def verify_again(member_id: int) -> ResponseReturnValue:
    """Note that an active member's data was looked at again."""
    submit("verify-again", lambda work: membership.verify_again(work, member_id=member_id).id)
    flash(_("复核已记录，六个月后再次提醒。"), "done")
    return redirect(url_for("members.review_queue"), code=303)


@blueprint.post("/members/review/<int:member_id>/identity")
@guard.needs(Act.REVIEW_MEMBER)
def show_identity(member_id: int) -> ResponseReturnValue:
    """Show the data in full, on this page only; who looked is recorded."""
    ring = doors.keys()
    full = perform(lambda work: membership.show_identity(work, ring, member_id=member_id))
    return _desk(member_id, {}, 200, full)


def _desk(
    member_id: int, errors: dict[str, str], status: int, full: dict[Item, str] | None = None
) -> ResponseReturnValue:
    ring = doors.keys()
    with reading() as work:
        member = queries.member(work.session, member_id)
        page = render_template(
            "members/review.html",
            member=member,
            kind=KIND_TITLES[MemberKind(member.kind)],
            county=name_of(member.county_code) or member.county_code,
            state=MemberState(member.state),
            state_title=STATE_TITLES[MemberState(member.state)],
            states=STATE_TITLES,
            moves=queries.moves_of(work.session, member.id),
            identity=full or membership.masked_identity(work, ring, member_id=member.id),
            in_full=full is not None,
            titles=ITEM_TITLES,
            reasons=list(REASONS.items()),
            given=request.form,
            errors=errors,
            due=member.next_review_at is not None and member.next_review_at <= work.now,
        )
    return page, status
