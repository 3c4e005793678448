"""What editors do: write, edit, submit, publish, correct, withdraw; and the drafted report.

Every command locks the article's row first, so that two people act on it one after the other.
A command that is given ``seen`` acts only on the revision that the person looked at.
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from goldfruit.infra.work import Reaction, Work
from goldfruit.kernel.events import (
    ArticlePublished,
    Event,
    IndexCorrected,
    IndexPublished,
    ReportDrafted,
)
from goldfruit.kernel.fruit import origins, words
from goldfruit.newsroom import queries
from goldfruit.newsroom.models import Article, Move, Revision
from goldfruit.newsroom.rules import report, review, text
from goldfruit.newsroom.rules.states import Kind, State, move, same_revision
from goldfruit.newsroom.rules.text import Category, Text

PLATFORM = "金果网"
DESK = "金果网指数编辑部"
BACKFILL = "BACKFILL"
FactsOf = Callable[[Session, str, date], report.ReportFacts | None]


def write(work: Work, *, kind: Kind, said: Text) -> Article:
    """Begin an article of the present person and return it, as a draft.

    Raises:
        HiddenSigns, TextWrong: what it says is not fit to be read.
        ReportIsDrafted: reports come from published values alone.
    """
    if kind is Kind.REPORT:
        raise review.ReportIsDrafted
    return _begin(work, kind=kind, said=_clean(said), index_code=None, day=None)


def edit(work: Work, *, article_id: int, said: Text, seen: int | None = None) -> Article:
    """Save a new revision of a draft and return the article.

    Raises:
        NoSuchArticle, ArticleCannotMove, ArticleChanged, HiddenSigns, TextWrong
    """
    article = _locked(work, article_id, seen)
    move(State(article.state), State.DRAFT)
    _revise(work, article, _clean(said))
    return _moved(work, article, State.DRAFT)


def submit(work: Work, *, article_id: int, seen: int | None = None) -> Article:
    """Hand a draft to the editors for publication and return the article.

    Raises:
        NoSuchArticle, ArticleCannotMove, ArticleChanged
    """
    article = _locked(work, article_id, seen)
    move(State(article.state), State.SUBMITTED)
    return _moved(work, article, State.SUBMITTED)


def send_back(work: Work, *, article_id: int, reason: str, seen: int | None = None) -> Article:
    """Give a text back to its writer, with the reason; what is public stays as it is.

    Raises:
        NoSuchArticle, ArticleCannotMove, ArticleChanged, HiddenSigns, TextWrong
    """
    article = _locked(work, article_id, seen)
    why = text.reason(reason)
    if article.state == State.CORRECTING:
        return _moved(work, article, queries.returns_to(work.session, article.id), why)
    move(State(article.state), State.DRAFT)
    return _moved(work, article, State.DRAFT, why)


def publish(work: Work, *, article_id: int, seen: int | None = None) -> Article:
    """Make the newest revision public and return the article.

    Raises:
        NoSuchArticle, ArticleCannotMove, ArticleChanged
        SecondPersonNeeded: price-sensitive, and the present person wrote some of it.
    """
    article = _locked(work, article_id, seen)
    waiting = State(article.state)
    wanted = State.CORRECTED if waiting is State.CORRECTING else State.PUBLISHED
    move(waiting, wanted)
    review.second_editor(
        price_sensitive=article.price_sensitive,
        writers=queries.writers(work.session, article),
        publisher=_user(work),
    )
    return _published(work, article, wanted)


def correct(
    work: Work, *, article_id: int, said: Text, reason: str, seen: int | None = None
) -> Article:
    """Correct what is public, visibly and with a reason; return the article.

    A price-sensitive correction waits for a second editor, and until then readers see what they
    saw before; any other is public at once.

    Raises:
        NoSuchArticle, ArticleCannotMove, ArticleChanged, HiddenSigns, TextWrong
        NothingChanged: it says what is public already.
    """
    article = _locked(work, article_id, seen)
    move(State(article.state), State.CORRECTING)
    why = text.reason(reason)
    shown = queries.revision(work.session, article.id, article.shown_revision or 0)
    _revise(work, article, text.changed(queries.text_of(shown), _clean(said)), why)
    if article.price_sensitive:
        return _moved(work, article, State.CORRECTING, why)
    return _published(work, article, State.CORRECTED, why)


def withdraw(work: Work, *, article_id: int, reason: str) -> Article:
    """Take a published article back; readers find the reason in its place.

    Raises:
        NoSuchArticle, ArticleCannotMove, HiddenSigns, TextWrong
    """
    article = _locked(work, article_id, None)
    move(State(article.state), State.WITHDRAWN)
    article.changed_at = work.now
    return _moved(work, article, State.WITHDRAWN, text.reason(reason))


def drafting(facts_of: FactsOf) -> Reaction:
    """Return the reaction that drafts the daily report of a published index.

    ``facts_of(session, index_code, day)`` gives the facts, or None for an index without report.
    """

    def draft_report(event: Event, work: Work) -> None:
        if not isinstance(event, IndexPublished) or event.status == BACKFILL:
            return
        if event.first_day != event.last_day:
            return
        if queries.report_of(work.session, event.index_code, event.last_day):
            return
        facts = facts_of(work.session, event.index_code, event.last_day)
        if facts is not None:
            _draft(work, facts)

    return draft_report


def redrafting(facts_of: FactsOf) -> Reaction:
    """Return the reaction that corrects the report of a day whose index was corrected.

    The new text waits for an editor like the first one; until then readers see the old one.
    """

    def redraft_report(event: Event, work: Work) -> None:
        if not isinstance(event, IndexCorrected):
            return
        article = queries.report_of(work.session, event.index_code, event.day)
        facts = facts_of(work.session, event.index_code, event.day) if article else None
        if article is None or facts is None or article.state == State.WITHDRAWN:
            return
        article = _locked(work, article.id, None)
        why = f"指数修订：{event.reason}"[: text.REASON_MAX]
        waits = State.CORRECTING if article.shown_revision else State.SUBMITTED
        _revise(work, article, _clean(_report(facts)), why, by_machine=True)
        _moved(work, article, waits, why)
        work.announce(ReportDrafted(article_id=article.id, day=facts.day))

    return redraft_report


def _draft(work: Work, facts: report.ReportFacts) -> None:
    said = _clean(_report(facts))
    article = _begin(work, kind=Kind.REPORT, said=said, index_code=facts.index_code, day=facts.day)
    _moved(work, article, State.SUBMITTED)
    work.announce(ReportDrafted(article_id=article.id, day=facts.day))


def _report(facts: report.ReportFacts) -> Text:
    title, body = report.compose(facts)
    return Text(
        category=Category.DAILY,
        title=title,
        body=body,
        pen_name=DESK,
        source=f"{PLATFORM} {facts.index_code}",
        price_sensitive=True,
    )


def _begin(
    work: Work, *, kind: Kind, said: Text, index_code: str | None, day: date | None
) -> Article:
    author = None if kind is Kind.REPORT else _user(work)
    article = Article(
        kind=kind.value,
        state=State.DRAFT.value,
        author_id=author,
        written_at=work.now,
        newest_revision=0,
        category=said.category.value,
        price_sensitive=False,
        index_code=index_code,
        report_day=day,
    )
    work.session.add(article)
    work.session.flush()
    _revise(work, article, said, by_machine=kind is Kind.REPORT)
    return _moved(work, article, State.DRAFT)


def _revise(
    work: Work, article: Article, said: Text, reason: str = "", *, by_machine: bool = False
) -> None:
    article.newest_revision += 1
    article.price_sensitive = review.sensitive(said, before=article.price_sensitive)
    work.session.add(
        Revision(
            article_id=article.id,
            no=article.newest_revision,
            category=said.category.value,
            title=said.title,
            body=said.body,
            pen_name=said.pen_name,
            source=said.source,
            license=said.license,
            origins=" ".join(said.origins),
            varieties=" ".join(said.varieties),
            price_sensitive=article.price_sensitive,
            reason=reason,
            writer_id=None if by_machine else _user(work),
            written_at=work.now,
        )
    )
    work.session.flush()


def _published(work: Work, article: Article, state: State, reason: str = "") -> Article:
    shown = queries.revision(work.session, article.id, article.newest_revision)
    article.shown_revision = shown.no
    article.category = shown.category
    article.published_at = article.published_at or work.now
    article.changed_at = work.now
    _moved(work, article, state, reason, publishes=True)
    work.announce(ArticlePublished(article_id=article.id, revision=shown.no))
    return article


def _moved(
    work: Work, article: Article, state: State, reason: str = "", *, publishes: bool = False
) -> Article:
    article.state = state.value
    work.session.add(
        Move(
            article_id=article.id,
            revision=article.newest_revision,
            state=state.value,
            publishes=publishes,
            reason=reason,
            actor=work.actor.key,
            moved_at=work.now,
        )
    )
    work.session.flush()
    return article


def _locked(work: Work, article_id: int, seen: int | None) -> Article:
    article = queries.article(work.session, article_id, lock=True)
    same_revision(seen, article.newest_revision)
    return article


def _clean(said: Text) -> Text:
    return text.cleaned(
        said,
        origins=origins.divisions().keys(),
        varieties={term.code for term in words.words().varieties},
    )


def _user(work: Work) -> int:
    if work.actor.user_id is None:
        raise RuntimeError("an article is written and published by a person")
    return work.actor.user_id
