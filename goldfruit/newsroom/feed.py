"""The feed (订阅): news and index values as Atom, newest change first.

An entry's id is made from what never changes, so a reader that saw it knows it again when it is
corrected, when the site moves, and when the title is another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from feedgenerator import Atom1Feed
from sqlalchemy.orm import Session

from goldfruit.newsroom import queries
from goldfruit.newsroom.models import Move
from goldfruit.newsroom.rendering import as_html, as_words

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
ENTRIES_MAX = 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_IDS = UUID("6f1c5b0a-7b5f-4f0e-9a55-2f0a6d1f5f10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """订阅条目: one thing that the feed tells.

    ``key`` names it for ever, e.g. ``index:GFI-D:2025-10-10``; ``path`` is its page on the site;
    ``content`` is HTML that is safe already, or None.
    """

    key: str
    title: str
    path: str
    summary: str
    published_at: datetime
    updated_at: datetime
    author: str
    category: str
    content: str | None = None


IndexEntries = Callable[[Session], Sequence[Entry]]


def entries(session: Session, index_entries: IndexEntries) -> list[Entry]:
    """Return the newest entries of news and indices, newest change first."""
    found = [*_news(session), *index_entries(session)]
    return sorted(found, key=lambda entry: (entry.updated_at, entry.key), reverse=True)[
        :ENTRIES_MAX
    ]


def atom(found: Sequence[Entry], *, root: str, title: str, author: str) -> str:
    """Return ``found`` as an Atom document.

    Args:
        root: the site's address with its last slash, e.g. ``https://example.org/``.
    """
    feed = _Feed(
        title,
        root,
        "",
        language="zh-CN",
        author_name=author,
        feed_url=f"{root}feed.xml",
        feed_guid=entry_id("feed"),
    )
    feed.newest = max((entry.updated_at for entry in found), default=EPOCH)
    for entry in found:
        feed.add_item(
            entry.title,
            root + entry.path.lstrip("/"),
            str(entry.summary),
            author_name=entry.author,
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            unique_id=entry_id(entry.key),
            categories=(entry.category,),
            content=entry.content,
        )
    return feed.writeString("utf-8")


def entry_id(key: str) -> str:
    """Return the absolute id of what ``key`` names; it is the same on every day."""
    return uuid5(_IDS, key).urn


class _Feed(Atom1Feed):
    """feedgenerator's Atom, whose own time is that of its newest entry and never the clock's."""

    newest: datetime = EPOCH

    def latest_post_date(self) -> datetime:
        return self.newest


def _news(session: Session) -> list[Entry]:
    return [_entry(line, withdrawn) for line, withdrawn in queries.for_feed(session)]


def _entry(line: queries.Line, withdrawn: Move | None) -> Entry:
    article, said = line.article, line.text
    if article.published_at is None or article.changed_at is None:
        raise RuntimeError(f"article {article.id} is public without its times")
    if withdrawn is not None:
        title, summary, content = f"（已撤回）{said.title}", f"已撤回：{withdrawn.reason}", None
    else:
        title, summary = said.title, as_words(said.body)
        content = str(as_html(said.body))
    return Entry(
        key=f"article:{article.id}:{article.written_at.isoformat()}",
        title=title,
        path=f"news/{article.id}",
        summary=summary,
        published_at=article.published_at,
        updated_at=article.changed_at,
        author=said.pen_name,
        category=said.category.value,
        content=content,
    )
