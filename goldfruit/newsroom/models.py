"""Tables of the newsroom: articles, what each revision says, and every move of an article.

Revisions and moves are evidence: rows are added, never changed, never deleted; the database
itself refuses (triggers of the migration).
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from goldfruit.infra.db import Base, BigId


class Article(Base):
    """稿件: where it stands. ``shown_revision`` is what everybody reads, None before that."""

    __tablename__ = "articles"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'report') = (report_day IS NOT NULL)"
            " AND (kind = 'report') = (index_code IS NOT NULL)",
            "report_has_its_day",
        ),
        sa.UniqueConstraint("index_code", "report_day"),
        sa.Index(None, "published_at", "id"),
        sa.Index(None, "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(BigId)
    written_at: Mapped[datetime]
    newest_revision: Mapped[int]
    shown_revision: Mapped[int | None]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    category: Mapped[str]
    price_sensitive: Mapped[bool]
    index_code: Mapped[str | None]
    report_day: Mapped[date | None]


class Revision(Base):
    """稿次: what an article says in one version. Never updated, never deleted."""

    __tablename__ = "article_revisions"

    article_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("articles.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    pen_name: Mapped[str]
    source: Mapped[str]
    license: Mapped[str]
    origins: Mapped[str]
    varieties: Mapped[str]
    price_sensitive: Mapped[bool]
    reason: Mapped[str]
    writer_id: Mapped[int | None] = mapped_column(BigId)
    written_at: Mapped[datetime]


class Move(Base):
    """稿件流转: one step of an article, by whom and why. Never updated, never deleted.

    A move into ``published`` or ``corrected`` makes its revision public, once.
    """

    __tablename__ = "article_moves"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["article_id", "revision"], ["article_revisions.article_id", "article_revisions.no"]
        ),
        sa.Index(
            "uq_article_moves_published_once",
            "article_id",
            "revision",
            unique=True,
            sqlite_where=sa.text("publishes"),
            postgresql_where=sa.text("publishes"),
        ),
        sa.Index(None, "article_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId)
    revision: Mapped[int]
    state: Mapped[str]
    publishes: Mapped[bool]
    reason: Mapped[str]
    actor: Mapped[str]
    moved_at: Mapped[datetime]
