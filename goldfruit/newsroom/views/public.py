"""What everybody reads: the list, an article with its history, and the feed."""

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from goldfruit.newsroom import feed, queries
from goldfruit.newsroom.from_prices import index_entries
from goldfruit.newsroom.rendering import as_html, as_words
from goldfruit.newsroom.rules.diff import changes
from goldfruit.newsroom.rules.text import Category
from goldfruit.newsroom.views.frame import blueprint, tags
from goldfruit.web import guard
from goldfruit.web.exchange import reading
from goldfruit.web.languages import bare


@blueprint.get("/news")
def news() -> ResponseReturnValue:
    """List what is published, newest first, by category."""
    wanted = request.args.get("category", "")
    category = Category(wanted) if wanted in set(Category) else None
    after = queries.cursor(request.args.get("after"))
    with reading() as work:
        lines, following = queries.published(work.session, category=category, after=after)
    return render_template(
        "newsroom/news.html",
        lines=[(line, as_words(line.text.body, 80)) for line in lines],
        category=category,
        here=after,
        following=following,
        tags=tags,
        may_write=guard.may("write_article"),
    )


@blueprint.get("/news/<int:article_id>")
def article(article_id: int) -> ResponseReturnValue:
    """Show an article as it stands now, with its history."""
    with reading() as work:
        told = queries.story(work.session, article_id)
    if told.withdrawn:
        return render_template("newsroom/withdrawn.html", told=told), 410
    return render_template(
        "newsroom/article.html",
        told=told,
        edition=told.shown,
        body=as_html(told.shown.text.body, table_label=_("表格，可左右滑动")),
        summary=as_words(told.shown.text.body),
        tags=tags(told.shown.text),
        address=_address(article_id),
        may_write=guard.may("write_article"),
    )


@blueprint.get("/news/<int:article_id>/revisions/<int:no>")
def edition(article_id: int, no: int) -> ResponseReturnValue:
    """Show one public revision as it was read then, and what changed from the one before."""
    with reading() as work:
        told = queries.story(work.session, article_id)
    if told.withdrawn:
        return render_template("newsroom/withdrawn.html", told=told), 410
    at = next((i for i, each in enumerate(told.editions) if each.no == no), None)
    if at is None:
        abort(404)
    this, before = told.editions[at], told.editions[at - 1] if at else None
    return render_template(
        "newsroom/edition.html",
        told=told,
        edition=this,
        at=at,
        before=before,
        title_pieces=changes(before.text.title, this.text.title) if before else (),
        pieces=changes(before.text.body, this.text.body) if before else (),
        body=as_html(this.text.body, table_label=_("表格，可左右滑动")),
    )


@blueprint.get("/feed.xml")
def atom() -> ResponseReturnValue:
    """Give news and index values as Atom, with an ETag."""
    with reading() as work:
        found = feed.entries(work.session, index_entries)
    text = feed.atom(found, root=_root(), title="金果网 · 资讯与指数", author="金果网")
    response = Response(text, content_type=feed.CONTENT_TYPE)
    response.add_etag()
    response.cache_control.no_cache = True
    if found:
        response.last_modified = max(entry.updated_at for entry in found)
    return response.make_conditional(request)


def _root() -> str:
    """Return the site's address, the same for readers of every language."""
    return request.host_url + bare(url_for("newsroom.atom")).removesuffix("feed.xml").lstrip("/")


def _address(article_id: int) -> str:
    return request.host_url.rstrip("/") + bare(url_for("newsroom.article", article_id=article_id))
