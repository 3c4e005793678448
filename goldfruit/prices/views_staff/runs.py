"""指数运行: freeze and calculate, look at what came out, review, approve, publish, correct."""

import json
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.infra.work import Work
from goldfruit.members.rules.acts import Act
from goldfruit.prices import calculating
from goldfruit.prices.models import IndexRun
from goldfruit.prices.queries import definitions, runs, values
from goldfruit.prices.rules.publication import RunState, hundredths
from goldfruit.prices.schemas_staff import CorrectionIn, RunIn
from goldfruit.prices.services import publishing
from goldfruit.prices.services import runs as running
from goldfruit.prices.views_staff.blueprint import (
    TOLD_ON_PAGE,
    beside,
    blueprint,
    done_or_told,
    needs_either,
    read_form,
)
from goldfruit.prices.views_staff.words import (
    ALARMS,
    ANSWERS,
    CAUSES,
    REASONS,
    RUN_KINDS,
    RUN_STATES,
)
from goldfruit.web import formats, guard, languages
from goldfruit.web.exchange import reading
from goldfruit.web.forms import submit

PAGE = 50
DAYS = 60
LINE = (
    ("frozen", RunState.FROZEN),
    ("calculated", RunState.CALCULATED),
    ("review", RunState.REVIEW),
    ("approved", RunState.APPROVED),
    ("published", RunState.PUBLISHED),
)


@blueprint.get("/index/runs")
@needs_either(Act.RUN_INDEX, Act.APPROVE_INDEX)
def list_runs() -> ResponseReturnValue:
    """Show the runs, newest first, and the way to a new one."""
    return _list({}, 200)


@blueprint.post("/index/runs")
@guard.needs(Act.RUN_INDEX)
def run_index() -> ResponseReturnValue:
    """Freeze a run of a day or a range; a long one is calculated beside the writer."""
    given, errors = read_form(RunIn)
    if given and given["last"] < given["first"]:
        errors = {"last": _("结束日期须不早于开始日期。")}
    if not errors:
        try:
            number = submit("run-index", lambda work: calculating.start(work, **given).id)
        except TOLD_ON_PAGE as refusal:
            errors = beside(refusal)
    if errors:
        return _list(errors, 422)
    calculating.go_on(number)
    return redirect(url_for("prices_staff.show_run", run_id=number), code=303)


@blueprint.get("/index/runs/<int:run_id>")
@needs_either(Act.RUN_INDEX, Act.APPROVE_INDEX)
def show_run(run_id: int) -> ResponseReturnValue:
    """Show where a run stands, what it found, and what may be done with it."""
    wanted, after = _asked_day("day"), _asked_day("after")
    with reading() as work:
        run = runs.by_id(work.session, run_id)
        if run.state == RunState.FROZEN.value:
            calculating.go_on(run_id)
        days = runs.result_days(work.session, run_id)
        day = wanted or (days[0] if len(days) == 1 else None)
        found = [] if day else runs.results_page(work.session, run_id, after=after, limit=DAYS + 1)
        return render_template(
            "prices/staff_run.html",
            run=run,
            days=days,
            rows=_rows(work, run, found[:DAYS], after or run.first_day),
            more=found[DAYS - 1]["day"] if len(found) > DAYS else None,
            detail=_detail(work, run, day) if day and days else None,
            steps=_steps(run),
            names=_names(work),
            level=_levels(work, run),
            correction=_correction(work, run),
            own=guard.actor().key in (run.made_by, run.reviewed_by),
            now=work.now,
            **_words(),
        )


@blueprint.post("/index/runs/<int:run_id>/review")
@guard.needs(Act.RUN_INDEX)
def review_run(run_id: int) -> ResponseReturnValue:
    """Put a run before the approver."""
    return _move("review", run_id, _("已提交审批，须由另一人批准。"), running.review)


@blueprint.post("/index/runs/<int:run_id>/approve")
@guard.needs(Act.APPROVE_INDEX)
def approve_run(run_id: int) -> ResponseReturnValue:
    """Approve a run, as a second person."""
    return _move("approve", run_id, _("已批准，可以发布。"), running.approve)


@blueprint.post("/index/runs/<int:run_id>/publish")
@guard.needs(Act.PUBLISH_INDEX)
def publish_run(run_id: int) -> ResponseReturnValue:
    """Publish an approved run."""
    return _move("publish", run_id, _("已发布。"), publishing.publish)


@blueprint.post("/index/runs/<int:run_id>/discard")
@needs_either(Act.RUN_INDEX, Act.APPROVE_INDEX)
def discard_run(run_id: int) -> ResponseReturnValue:
    """Send a run back, with a reason."""
    reason = request.form.get("reason", "").strip()[:200]
    here = url_for("prices_staff.show_run", run_id=run_id)
    if not reason:
        flash(_("请填写作废的原因。"), "refusal")
        return redirect(here, code=303)
    return done_or_told(
        "discard-run",
        lambda work: running.discard(work, run_id=run_id, reason=reason).id,
        _("已作废，输入和结果仍可查看。"),
        here,
    )


@blueprint.get("/index/corrections/new")
@guard.needs(Act.CORRECT_INDEX)
def new_correction() -> ResponseReturnValue:
    """Ask which published day was wrong, and why."""
    return _correction_page({}, 200)


@blueprint.post("/index/corrections/new")
@guard.needs(Act.CORRECT_INDEX)
def correct_index() -> ResponseReturnValue:
    """Prepare a correction; it goes through review, approval and publication."""
    given, errors = read_form(CorrectionIn)
    if not errors:
        try:
            number = submit("correct-index", lambda work: publishing.correct(work, **given).id)
        except TOLD_ON_PAGE as refusal:
            errors = beside(refusal)
    if errors:
        return _correction_page(errors, 422)
    return redirect(url_for("prices_staff.show_run", run_id=number), code=303)


@blueprint.get("/index/approvals")
@guard.needs(Act.APPROVE_INDEX)
def approvals() -> ResponseReturnValue:
    """Show what waits for the approver: runs, corrections and definitions."""
    with reading() as work:
        return render_template(
            "prices/staff_approvals.html",
            waiting=runs.waiting(work.session),
            proposals=definitions.proposals(work.session),
            names=_names(work),
            now=work.now,
            **_words(),
        )


def _move(name: str, run_id: int, said: str, step: Any) -> ResponseReturnValue:
    return done_or_told(
        f"{name}-run",
        lambda work: step(work, run_id=run_id).id,
        said,
        url_for("prices_staff.show_run", run_id=run_id),
    )


def _words() -> dict[str, Any]:
    return {
        "states": RUN_STATES,
        "kinds": RUN_KINDS,
        "causes": CAUSES,
        "answers": ANSWERS,
        "reasons": REASONS,
        "may": guard.may,
    }


def _list(errors: dict[str, str], status: int) -> ResponseReturnValue:
    before = request.args.get("before", 0, type=int)
    with reading() as work:
        found = runs.page(work.session, before=before, limit=PAGE + 1)
        names = _names(work)
        page = render_template(
            "prices/staff_runs.html",
            runs=found[:PAGE],
            more=found[PAGE - 1].id if len(found) > PAGE else None,
            names=names,
            codes=_choices(names),
            given=request.form,
            errors=errors,
            now=work.now,
            **_words(),
        )
    return page, status


def _names(work: Work) -> dict[str, str]:
    """Return what the indices are called, by code, as their newest versions say."""
    english = languages.language() is formats.Language.EN
    return {
        each.code: each.name_en if english else each.name_zh
        for each in sorted(definitions.all_versions(work.session), key=lambda each: each.version)
    }


def _levels(work: Work, run: IndexRun) -> dict[str, str]:
    """Return what the levels of a run's days are called, as its definition says."""
    known = {(each.code, each.version): each for each in definitions.all_versions(work.session)}
    found = known.get((run.index_code, run.definition_version))
    said = found.publication.status_words if found else {}
    return {"N": _("不分级"), **{code: _(word) for code, word in said.items()}}


def _choices(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, f"{name} {code}") for code, name in sorted(names.items())]


def _correction_page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    given = {**request.args.to_dict(), **request.form.to_dict()}
    with reading() as work:
        names = _names(work)
    page = render_template(
        "prices/staff_correction.html",
        codes=_choices(names),
        causes=list(CAUSES.items()),
        given=given,
        errors=errors,
    )
    return page, status


def _steps(run: IndexRun) -> list[dict[str, Any]]:
    """Return the line of steps: frozen, calculated, reviewed, approved, published."""
    at = {
        "frozen": run.frozen_at,
        "calculated": run.calculated_at,
        "approved": run.decided_at if run.checked_by else None,
        "published": run.published_at,
    }
    words = {
        "frozen": (_("冻结输入"), _who(run.made_by)),
        "calculated": (_("计算"), ""),
        "review": (_("复核"), _who(run.reviewed_by)),
        "approved": (_("审批"), _who(run.checked_by)),
        "published": (_("发布"), ""),
    }
    beyond = RunState(run.state) in runs.STANDING
    reached = {
        "frozen": True,
        "calculated": run.calculated_at is not None,
        "review": run.reviewed_by is not None or run.checked_by is not None or beyond,
        "approved": run.checked_by is not None or beyond,
        "published": beyond,
    }
    stopped = run.state in (RunState.DISCARDED.value, RunState.HELD.value)
    steps, open_step = [], True
    for name, _state in LINE:
        state = "done" if reached[name] else "todo"
        if state == "todo" and open_step:
            state, open_step = ("stopped" if stopped else "now"), False
        steps.append(
            {"label": words[name][0], "state": state, "at": at.get(name), "note": words[name][1]}
        )
    return steps


def _who(key: str | None) -> str:
    return formats.actor_text(key, languages.language()) if key else ""


def _rows(
    work: Work, run: IndexRun, found: list[dict[str, Any]], since: date
) -> list[dict[str, Any]]:
    """Return one row a day; each value with the one before it, of this run or published."""
    before = _published_before(work, run, since)
    rows = []
    for result in found:
        value = None if result["value"] is None else hundredths(float(result["value"]))
        rows.append(
            {
                "day": date.fromisoformat(result["day"]),
                "value": value,
                "before": before,
                "level": result["level"],
                "reason": result["reason"],
                "dropped": len(result["verdicts"]),
                "alarms": [_alarm(code) for code in result["alarms"]],
                "counts": sum(result["counts"].values()),
            }
        )
        before = before if value is None else value
    return rows


def _alarm(code: str) -> str:
    """Return what an alarm is called, with the cell that it concerns."""
    kind, _colon, cell = code.partition(":")
    said = str(ALARMS.get(kind, kind))
    return f"{said} {cell}" if cell else said


def _published_before(work: Work, run: IndexRun, day: date) -> int | None:
    earlier = [
        row
        for row in values.series(work.session, run.index_code, last=day)
        if row.day < day and row.value_e2 is not None
    ]
    return earlier[-1].value_e2 if earlier else None


def _detail(work: Work, run: IndexRun, day: date) -> dict[str, Any]:
    result = runs.result(work.session, run.id, day)
    return {"result": result, "row": _rows(work, run, [result], day)[0]}


def _correction(work: Work, run: IndexRun) -> Any:
    """Return what the policy says of a correction; None for other runs and broken reasons."""
    if run.kind != running.CORRECTION:
        return None
    if run.state in {state.value for state in (*runs.STANDING, RunState.FROZEN)}:
        return {"said": json.loads(run.reason.split("\n")[0]), "judged": None}
    found = publishing.judged(work, run)
    return {"said": {"cause": found.cause.value, "reason": found.reason}, "judged": found}


def _asked_day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
