"""The newsroom's JSON operations: everybody reads, editors write and publish."""

from typing import Any

from goldfruit.infra.work import Work
from goldfruit.members.rules.acts import Act, SecondPersonNeeded
from goldfruit.newsroom import queries, services
from goldfruit.newsroom.models import Article
from goldfruit.newsroom.rendering import as_html, as_words
from goldfruit.newsroom.rules.review import ReportIsDrafted
from goldfruit.newsroom.rules.states import (
    ArticleCannotMove,
    ArticleChanged,
    Kind,
    NoSuchArticle,
    State,
)
from goldfruit.newsroom.rules.text import Category, HiddenSigns, NothingChanged, Text, TextWrong
from goldfruit.newsroom.schemas import (
    ArticleCorrectionIn,
    ArticleIn,
    ArticleReturnIn,
    ArticleRevisionIn,
    ArticleSeenIn,
    ArticleStandingOut,
    ArticleStoryOut,
    ArticleWithdrawalIn,
    NewsAsked,
    NewsOut,
)
from goldfruit.web.endpoint import OPEN, Api

api = Api("newsroom")

WRITE, PUBLISH = Act.WRITE_ARTICLE.value, Act.PUBLISH_ARTICLE.value
WORDS = (HiddenSigns, TextWrong)
STANDING = (NoSuchArticle, ArticleCannotMove, ArticleChanged)


@api.endpoint("/news", takes=NewsAsked, gives=NewsOut, many=True, act=OPEN)
def news(
    work: Work, *, category: Category | None, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """List what is published, newest first."""
    lines, following = queries.published(
        work.session, category=category, after=queries.cursor(after), limit=limit
    )
    return [_line(line) for line in lines], str(following) if following else None


@api.endpoint("/news/<int:article_id>", gives=ArticleStoryOut, act=OPEN, refuses=[NoSuchArticle])
def article(work: Work, *, article_id: int) -> dict[str, Any]:
    """Show an article with all its public revisions."""
    return _story(queries.story(work.session, article_id))


@api.endpoint(
    "/news",
    method="POST",
    takes=ArticleIn,
    gives=ArticleStandingOut,
    status=201,
    act=WRITE,
    refuses=[*WORDS, ReportIsDrafted],
)
def write_article(work: Work, *, kind: str, **said: Any) -> Article:
    """Begin an article as a draft."""
    return services.write(work, kind=Kind(kind), said=_text(said))


@api.endpoint(
    "/news/<int:article_id>/revisions",
    method="POST",
    takes=ArticleRevisionIn,
    gives=ArticleStandingOut,
    status=201,
    act=WRITE,
    refuses=[*WORDS, *STANDING],
)
def edit_article(work: Work, *, article_id: int, seen: int | None, **said: Any) -> Article:
    """Save a draft's next revision."""
    return services.edit(work, article_id=article_id, said=_text(said), seen=seen)


@api.endpoint(
    "/news/<int:article_id>/submission",
    method="POST",
    takes=ArticleSeenIn,
    gives=ArticleStandingOut,
    act=WRITE,
    refuses=STANDING,
)
def submit_article(work: Work, *, article_id: int, seen: int | None) -> Article:
    """Hand a draft in for publication."""
    return services.submit(work, article_id=article_id, seen=seen)


@api.endpoint(
    "/news/<int:article_id>/return",
    method="POST",
    takes=ArticleReturnIn,
    gives=ArticleStandingOut,
    act=PUBLISH,
    refuses=[*WORDS, *STANDING],
)
def return_article(work: Work, *, article_id: int, reason: str, seen: int | None) -> Article:
    """Give a text back to its writer, with the reason."""
    return services.send_back(work, article_id=article_id, reason=reason, seen=seen)


@api.endpoint(
    "/news/<int:article_id>/publication",
    method="POST",
    takes=ArticleSeenIn,
    gives=ArticleStandingOut,
    act=PUBLISH,
    refuses=[*STANDING, SecondPersonNeeded],
)
def publish_article(work: Work, *, article_id: int, seen: int | None) -> Article:
    """Make the newest revision public; price-sensitive text needs a second editor."""
    return services.publish(work, article_id=article_id, seen=seen)


@api.endpoint(
    "/news/<int:article_id>/corrections",
    method="POST",
    takes=ArticleCorrectionIn,
    gives=ArticleStandingOut,
    status=201,
    act=WRITE,
    refuses=[*WORDS, *STANDING, NothingChanged],
)
def correct_article(
    work: Work, *, article_id: int, reason: str, seen: int | None, **said: Any
) -> Article:
    """Correct what is public, with a reason that readers see."""
    return services.correct(work, article_id=article_id, said=_text(said), reason=reason, seen=seen)


@api.endpoint(
    "/news/<int:article_id>/withdrawal",
    method="POST",
    takes=ArticleWithdrawalIn,
    gives=ArticleStandingOut,
    act=PUBLISH,
    refuses=[*WORDS, *STANDING],
)
def withdraw_article(work: Work, *, article_id: int, reason: str) -> Article:
    """Withdraw a published article; the reason stays in its place."""
    return services.withdraw(work, article_id=article_id, reason=reason)


def _text(said: dict[str, Any]) -> Text:
    origins, varieties = tuple(said.pop("origins")), tuple(said.pop("varieties"))
    return Text(**said, origins=origins, varieties=varieties)


def _line(line: queries.Line) -> dict[str, Any]:
    found, said = line.article, line.text
    return {
        "id": found.id,
        "kind": found.kind,
        "category": said.category.value,
        "title": said.title,
        "summary": as_words(said.body),
        "pen_name": said.pen_name,
        "source": said.source,
        "license": said.license,
        "origins": said.origins,
        "varieties": said.varieties,
        "price_sensitive": found.price_sensitive,
        "state": _public_state(found),
        "revision": found.shown_revision,
        "index_code": found.index_code,
        "report_day": found.report_day,
        "published_at": found.published_at,
        "changed_at": found.changed_at,
    }


def _story(told: queries.Story) -> dict[str, Any]:
    found = _line(queries.Line(told.article, told.shown.text))
    found["withdrawn_reason"] = told.withdrawn.reason if told.withdrawn else None
    found["state"] = State.WITHDRAWN.value if told.withdrawn else told.shown.state.value
    if told.withdrawn:
        return {**found, "summary": "", "revisions": []}
    found["revisions"] = [
        {
            "revision": edition.no,
            "state": edition.state.value,
            "reason": edition.reason,
            "published_at": edition.published_at,
            "title": edition.text.title,
            "body_markdown": edition.text.body,
            "body_html": str(as_html(edition.text.body)),
            "pen_name": edition.text.pen_name,
        }
        for edition in told.editions
    ]
    return found


def _public_state(found: Article) -> str:
    """Return the state that readers know: a correction that waits is no news to them."""
    first = found.changed_at == found.published_at
    return (State.PUBLISHED if first else State.CORRECTED).value
