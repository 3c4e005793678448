"""Record articles, their revisions and their moves.

Additive. What was once said stays readable: triggers refuse to change or delete a
revision or a move, and the downgrade refuses to discard any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_newsroom"
down_revision = "0004_prices"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime(timezone=True)
KEPT = ("article_revisions", "article_moves")


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_id", BIG_ID, nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("newest_revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("price_sensitive", sa.Boolean(), nullable=False),
        sa.Column("index_code", sa.Text(), nullable=True),
        sa.Column("report_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'report') = (report_day IS NOT NULL)"
            " AND (kind = 'report') = (index_code IS NOT NULL)",
            name="ck_articles_report_has_its_day",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("index_code", "report_day", name="uq_articles_index_code_report_day"),
    )
    op.create_index("ix_articles_published_at_id", "articles", ["published_at", "id"])
    op.create_index("ix_articles_state_id", "articles", ["state", "id"])
    op.create_table(
        "article_revisions",
        sa.Column("article_id", BIG_ID, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("pen_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("varieties", sa.Text(), nullable=False),
        sa.Column("price_sensitive", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("writer_id", BIG_ID, nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_article_revisions_article_id"
        ),
        sa.PrimaryKeyConstraint("article_id", "no", name="pk_article_revisions"),
    )
    op.create_table(
        "article_moves",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("article_id", BIG_ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("publishes", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"],
            ["article_revisions.article_id", "article_revisions.no"],
            name="fk_article_moves_article_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_moves"),
    )
    op.create_index("ix_article_moves_article_id_id", "article_moves", ["article_id", "id"])
    op.create_index(
        "uq_article_moves_published_once",
        "article_moves",
        ["article_id", "revision"],
        unique=True,
        sqlite_where=sa.text("publishes"),
        postgresql_where=sa.text("publishes"),
    )
    _keep()


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM articles LIMIT 1")).scalar():
        raise RuntimeError("articles are evidence; export them before downgrading")
    for table in ("article_moves", "article_revisions", "articles"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION newsroom_keeps()")


def _keep() -> None:
    """Let the database refuse to change or delete what was said."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION newsroom_keeps() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '% is never changed', TG_TABLE_NAME; END $$"
        )
        for table in KEPT:
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION newsroom_keeps()"
            )
        return
    for table in KEPT:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
