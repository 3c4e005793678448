"""The editors' desk: what waits, and one page on which an article is written and let out."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import Clash, NotAllowed, RuleBroken
from goldfruit.members.rules.acts import Act, SecondPersonNeeded
from goldfruit.newsroom import queries, services
from goldfruit.newsroom.models import Article
from goldfruit.newsroom.rendering import as_html
from goldfruit.newsroom.rules import review
from goldfruit.newsroom.rules.diff import changes
from goldfruit.newsroom.rules.states import Kind, State
from goldfruit.newsroom.rules.text import TextWrong
from goldfruit.newsroom.views.draft import Draft, given, values_of
from goldfruit.newsroom.views.frame import blueprint, tags
from goldfruit.web import forms, guard
from goldfruit.web.exchange import reading

WRITE, PUBLISH = Act.WRITE_ARTICLE.value, Act.PUBLISH_ARTICLE.value
PEN_NAME = "金果网资讯"
Steps = dict[str, Callable[[Work, int, Draft], Article]]


NEEDS_PUBLISHER = frozenset({"publish", "return", "withdraw"})


@blueprint.get("/news/desk")
@guard.needs(WRITE)
def desk() -> ResponseReturnValue:
    """Show what waits for an editor, with who may let it out."""
    with reading() as work:
        lines = queries.queue(work.session)
        mine = {
            line.article.id: _blocked(queries.writers(work.session, line.article), line.article)
            for line in lines
        }
    return render_template("newsroom/desk.html", lines=lines, mine=mine)


@blueprint.route("/news/desk/new", methods=["GET", "POST"])
@guard.needs(WRITE)
def new_article() -> ResponseReturnValue:
    """Begin an article: write, look at it, save or hand it in."""
    draft = Draft(given(request.form))
    if request.method == "GET":
        draft.values = {"kind": Kind.NEWS.value, "pen_name": PEN_NAME}
        return _editor(None, draft)
    do = request.form.get("do", "")
    if do == "preview":
        return _editor(None, draft, preview=True)
    try:
        article_id = forms.submit("newsroom.new", lambda work: _begin(work, draft, do))
    except (RuleBroken, Clash, NotAllowed) as refusal:
        draft.tell(refusal)
        return _editor(None, draft), refusal.status
    flash(_("已提交，等待发布。") if do == "submit" else _("草稿已保存。"), "done")
    return redirect(url_for("newsroom.edit_article", article_id=article_id), code=303)


@blueprint.route("/news/desk/<int:article_id>", methods=["GET", "POST"])
@guard.needs(WRITE)
def edit_article(article_id: int) -> ResponseReturnValue:
    """Work on an article: edit, publish, send back, correct or withdraw it."""
    if request.method == "GET":
        return _editor(article_id, None)
    draft, do = Draft(given(request.form)), request.form.get("do", "")
    if do == "preview":
        return _editor(article_id, draft, preview=True)
    if do in NEEDS_PUBLISHER:
        guard.demand(PUBLISH)
    step = STEPS.get(do, STEPS["save"])
    try:
        state = forms.submit(f"newsroom.{do}", lambda work: step(work, article_id, draft).state)
    except (RuleBroken, Clash, NotAllowed) as refusal:
        draft.tell(refusal)
        return _editor(article_id, draft), refusal.status
    flash(_told(state), "done")
    return redirect(url_for("newsroom.edit_article", article_id=article_id), code=303)


def _editor(article_id: int | None, draft: Draft | None, *, preview: bool = False) -> str:
    if article_id is None:
        shown = draft or Draft({})
        return render_template(
            "newsroom/editor.html", article=None, draft=shown, **_preview(shown, preview)
        )
    with reading() as work:
        article = queries.article(work.session, article_id)
        newest = queries.text_of(
            queries.revision(work.session, article.id, article.newest_revision)
        )
        public = (
            queries.text_of(queries.revision(work.session, article.id, article.shown_revision))
            if article.shown_revision
            else None
        )
        moves = queries.moves(work.session, article.id)
        blocked = _blocked(queries.writers(work.session, article), article)
    waiting = article.state in {State.SUBMITTED, State.CORRECTING}
    base = newest if waiting or public is None else public
    shown = draft or Draft(values_of(article, base))
    return render_template(
        "newsroom/editor.html",
        article=article,
        newest=newest,
        draft=shown,
        moves=moves,
        blocked=blocked,
        waiting=waiting,
        rendered=as_html(newest.body) if waiting else "",
        pieces=changes(public.body, newest.body) if waiting and public else (),
        newest_tags=tags(newest),
        newest_forecasts=review.forecast_words(newest),
        **_preview(shown, preview),
    )


def _preview(draft: Draft, wanted: bool) -> dict[str, object]:
    if not wanted:
        return {"preview": None, "forecasts": (), "sounds_sensitive": False}
    try:
        said = draft.text()
    except TextWrong as refusal:
        draft.tell(refusal)
        return {"preview": None, "forecasts": (), "sounds_sensitive": False}
    return {
        "preview": as_html(said.body),
        "forecasts": review.forecast_words(said),
        "sounds_sensitive": review.sensitive(said),
    }


def _begin(work: Work, draft: Draft, do: str) -> int:
    kind = draft.values.get("kind", "")
    if kind not in set(Kind):
        raise TextWrong(field="kind", what="种类", problem="没有选择")
    article = services.write(work, kind=Kind(kind), said=draft.text())
    if do == "submit":
        services.submit(work, article_id=article.id)
    return article.id


def _save_and_submit(work: Work, article_id: int, draft: Draft) -> Article:
    """Hand in what the form says; a new revision is made only when it says something new."""
    article = queries.article(work.session, article_id)
    stored = queries.revision(work.session, article.id, article.newest_revision)
    seen = draft.seen
    if queries.text_of(stored) != draft.text():
        seen = services.edit(
            work, article_id=article_id, said=draft.text(), seen=seen
        ).newest_revision
    return services.submit(work, article_id=article_id, seen=seen)


def _blocked(writers: tuple[int | None, ...], article: Article) -> bool:
    """Return whether the present person needs a second editor to let ``article`` out."""
    try:
        review.second_editor(
            price_sensitive=article.price_sensitive,
            writers=writers,
            publisher=guard.person().user_id,
        )
    except SecondPersonNeeded:
        return True
    return False


def _told(state: str) -> str:
    return {
        State.DRAFT.value: _("草稿已保存。"),
        State.SUBMITTED.value: _("已提交，等待发布。"),
        State.PUBLISHED.value: _("现在公开的是这一版。"),
        State.CORRECTING.value: _("更正已提交，须由另一位编辑复核后公开。"),
        State.CORRECTED.value: _("更正已公开，旧文和理由都能看到。"),
        State.WITHDRAWN.value: _("已撤回，原处留有说明。"),
    }[state]


STEPS: Steps = {
    "save": lambda work, id_, d: services.edit(work, article_id=id_, said=d.text(), seen=d.seen),
    "submit": _save_and_submit,
    "publish": lambda work, id_, d: services.publish(work, article_id=id_, seen=d.seen),
    "return": lambda work, id_, d: services.send_back(
        work, article_id=id_, reason=d.reason, seen=d.seen
    ),
    "correct": lambda work, id_, d: services.correct(
        work, article_id=id_, said=d.text(), reason=d.reason, seen=d.seen
    ),
    "withdraw": lambda work, id_, d: services.withdraw(work, article_id=id_, reason=d.reason),
}
"""What the buttons of the editor's page do."""
