"""What the newsroom can be asked: lists, an article with its revisions, the editors' queue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.newsroom.models import Article, Move, Revision
from goldfruit.newsroom.rules.states import PUBLIC, NoSuchArticle, State
from goldfruit.newsroom.rules.text import Category, Text

PAGE = 20
FEED = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CURSOR = re.compile(r"(?P<micros>[0-9]{1,17})-(?P<id>[0-9]{1,18})")
QUEUE = (State.SUBMITTED, State.CORRECTING, State.DRAFT)


@dataclass(frozen=True, slots=True)
class Line:
    """One article as a list shows it."""

    article: Article
    text: Text


@dataclass(frozen=True, slots=True)
class Edition:
    """公开版本: a revision that was made public, when and why. The first has no reason."""

    no: int
    text: Text
    state: State
    reason: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """An article as everybody reads it, newest edition last; a withdrawn one has no text."""

    article: Article
    editions: tuple[Edition, ...]
    withdrawn: Move | None

    @property
    def shown(self) -> Edition:
        """Return the edition that is read now."""
        return next(e for e in self.editions if e.no == self.article.shown_revision)


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Where a page of the list ended: the instant of publication, then the id."""

    published_at: datetime
    article_id: int

    def __str__(self) -> str:
        return f"{(self.published_at - EPOCH) // MICROSECOND}-{self.article_id}"


def cursor(text: str | None) -> Cursor | None:
    """Return the place that ``text`` names; None for no text and for what names no place."""
    found = CURSOR.fullmatch(text or "")
    if found is None:
        return None
    return Cursor(EPOCH + int(found["micros"]) * MICROSECOND, int(found["id"]))


def published(
    session: Session,
    *,
    category: Category | None = None,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> tuple[list[Line], Cursor | None]:
    """Return public articles, newest first, and where the next page begins (None: no more)."""
    wanted = (
        sa.select(Article, Revision)
        .join(
            Revision,
            sa.and_(Revision.article_id == Article.id, Revision.no == Article.shown_revision),
        )
        .where(Article.state.in_(PUBLIC))
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(limit + 1)
    )
    if category:
        wanted = wanted.where(Article.category == category)
    if after:
        wanted = wanted.where(
            sa.or_(
                Article.published_at < after.published_at,
                sa.and_(Article.published_at == after.published_at, Article.id < after.article_id),
            )
        )
    lines = [Line(article, text_of(revision)) for article, revision in session.execute(wanted)]
    if len(lines) <= limit:
        return lines, None
    last = lines[limit - 1].article
    if last.published_at is None:
        raise RuntimeError(f"article {last.id} is public without a time of publication")
    return lines[:limit], Cursor(last.published_at, last.id)


def story(session: Session, article_id: int) -> Story:
    """Return an article as everybody may read it.

    Raises:
        NoSuchArticle: nothing was ever made public under that number.
    """
    article = session.get(Article, article_id)
    if article is None or article.shown_revision is None:
        raise NoSuchArticle(article_id=article_id)
    rows = session.execute(
        sa.select(Move, Revision)
        .join(
            Revision,
            sa.and_(Revision.article_id == Move.article_id, Revision.no == Move.revision),
        )
        .where(Move.article_id == article_id, Move.publishes)
        .order_by(Move.id)
    )
    editions = tuple(
        Edition(revision.no, text_of(revision), State(move.state), revision.reason, move.moved_at)
        for move, revision in rows
    )
    withdrawn = _last_move(session, article_id) if article.state == State.WITHDRAWN else None
    return Story(article, editions, withdrawn)


def queue(session: Session) -> list[Line]:
    """Return what the editors have to do: waiting for publication first, then the drafts."""
    order = sa.case({state.value: at for at, state in enumerate(QUEUE)}, value=Article.state)
    rows = session.execute(
        sa.select(Article, Revision)
        .join(
            Revision,
            sa.and_(Revision.article_id == Article.id, Revision.no == Article.newest_revision),
        )
        .where(Article.state.in_(QUEUE))
        .order_by(order, Article.id.desc())
        .limit(200)
    )
    return [Line(article, text_of(revision)) for article, revision in rows]


def article(session: Session, article_id: int, *, lock: bool = False) -> Article:
    """Return an article for those who work on it; ``lock`` holds its row until the commit.

    Raises:
        NoSuchArticle: nothing under that number.
    """
    found = session.get(Article, article_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NoSuchArticle(article_id=article_id)
    return found


def revision(session: Session, article_id: int, no: int) -> Revision:
    """Return one revision of an article.

    Raises:
        NoSuchArticle: there is no such revision.
    """
    found = session.get(Revision, (article_id, no))
    if found is None:
        raise NoSuchArticle(article_id=article_id)
    return found


def moves(session: Session, article_id: int) -> Sequence[Move]:
    """Return every move of an article, oldest first."""
    wanted = sa.select(Move).where(Move.article_id == article_id).order_by(Move.id)
    return session.scalars(wanted).all()


def writers(session: Session, article: Article) -> tuple[int | None, ...]:
    """Return who wrote what waits for publication; None stands for the machine.

    Before the first publication that is everybody who worked on the text, afterwards the one
    who wrote the correction.
    """
    wanted = sa.select(Revision.writer_id).where(Revision.article_id == article.id)
    if article.shown_revision is not None:
        wanted = wanted.where(Revision.no == article.newest_revision)
    return tuple(session.scalars(wanted.order_by(Revision.no)))


def report_of(session: Session, index_code: str, day: date) -> Article | None:
    """Return the daily report of an index and day, or None."""
    return session.scalar(
        sa.select(Article).where(Article.index_code == index_code, Article.report_day == day)
    )


def for_feed(session: Session, limit: int = FEED) -> list[tuple[Line, Move | None]]:
    """Return what the feed tells, newest change first; with its last move where withdrawn."""
    rows = session.execute(
        sa.select(Article, Revision)
        .join(
            Revision,
            sa.and_(Revision.article_id == Article.id, Revision.no == Article.shown_revision),
        )
        .order_by(Article.changed_at.desc(), Article.id.desc())
        .limit(limit)
    ).all()
    return [
        (
            Line(found, text_of(said)),
            _last_move(session, found.id) if found.state == State.WITHDRAWN else None,
        )
        for found, said in rows
    ]


def text_of(row: Revision) -> Text:
    """Return what a revision says, as the rules know it."""
    return Text(
        category=Category(row.category),
        title=row.title,
        body=row.body,
        pen_name=row.pen_name,
        source=row.source,
        license=row.license,
        origins=tuple(row.origins.split()),
        varieties=tuple(row.varieties.split()),
        price_sensitive=row.price_sensitive,
    )


def returns_to(session: Session, article_id: int) -> State:
    """Return the state that a refused correction falls back to."""
    state = session.scalar(
        sa.select(Move.state)
        .where(Move.article_id == article_id, Move.publishes)
        .order_by(Move.id.desc())
        .limit(1)
    )
    return State(state or State.PUBLISHED)


def _last_move(session: Session, article_id: int) -> Move | None:
    return session.scalar(
        sa.select(Move).where(Move.article_id == article_id).order_by(Move.id.desc()).limit(1)
    )
