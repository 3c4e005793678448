"""Record the monthly scores of quote reporters.

Additive. A score weighs quotes in published indices, so it is written once per reporter and
month; the downgrade refuses to discard any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_reporter_scores"
down_revision = "0005_newsroom"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "reporter_scores",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("quotes", sa.Integer(), nullable=False),
        sa.Column("median_gap_bp", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 100", name="ck_reporter_scores_score_in_points"),
        sa.PrimaryKeyConstraint("id", name="pk_reporter_scores"),
        sa.UniqueConstraint("reporter_id", "month", name="uq_reporter_scores_reporter_id_month"),
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM reporter_scores LIMIT 1")).scalar():
        raise RuntimeError("reporter_scores are evidence; export them before downgrading")
    op.drop_table("reporter_scores")
