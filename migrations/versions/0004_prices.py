"""Record quotes, index definitions, runs with their frozen inputs, and published values.

Additive. Frozen inputs and published values are evidence: nothing cascades, and
the downgrade refuses to discard any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_prices"
down_revision = "0003_ledger"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime(timezone=True)
LIVE_QUOTE = "kind = 'S' AND state IN ('ACCEPTED', 'SUSPECT')"
PUBLIC_ROW = "kind = 'X'"


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _digest(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=null)


def upgrade() -> None:
    op.create_table(
        "quote_imports",
        sa.Column("id", BIG_ID, nullable=False),
        _text("market"),
        _text("file_name"),
        _digest("file_digest"),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("rows", "read", "refused", "duplicates", "suspects", "stored")
        ),
        _text("report"),
        sa.Column("imported_at", INSTANT, nullable=False),
        _text("imported_by"),
        sa.PrimaryKeyConstraint("id", name="pk_quote_imports"),
        sa.UniqueConstraint("market", "file_digest", name="uq_quote_imports_market_file_digest"),
    )
    op.create_table(
        "quotes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(1), nullable=False),
        _text("market"),
        _text("place"),
        sa.Column("day", sa.Date(), nullable=False),
        _text("name"),
        _text("spec"),
        _text("spec_code"),
        sa.Column("low_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("mostly_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("high_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("weight_g", sa.BigInteger(), nullable=True),
        _text("unit_read"),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("reporter_id", "seller_id", "buyer_id")
        ),
        _text("cause", null=True),
        sa.Column("related", sa.Boolean(), nullable=False),
        _text("tone"),
        _text("note"),
        sa.Column("import_id", BIG_ID, nullable=True),
        sa.Column("row_no", sa.Integer(), nullable=True),
        _text("state"),
        _text("code"),
        _text("reason"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("0 < low_per_tonne", name="ck_quotes_low_positive"),
        sa.CheckConstraint("low_per_tonne <= mostly_per_tonne", name="ck_quotes_low_to_mostly"),
        sa.CheckConstraint("mostly_per_tonne <= high_per_tonne", name="ck_quotes_mostly_to_high"),
        sa.ForeignKeyConstraint(["import_id"], ["quote_imports.id"], name="fk_quotes_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
        sa.UniqueConstraint("cause", name="uq_quotes_cause"),
    )
    op.create_index("ix_quotes_market_day", "quotes", ["market", "day"])
    op.create_index("ix_quotes_state", "quotes", ["state"])
    op.create_index(
        "uq_quotes_one_live_quote",
        "quotes",
        ["reporter_id", "day", "spec_code"],
        unique=True,
        sqlite_where=sa.text(LIVE_QUOTE),
        postgresql_where=sa.text(LIVE_QUOTE),
    )
    op.create_index(
        "uq_quotes_one_public_row",
        "quotes",
        ["market", "place", "day", "name", "low_per_tonne", "mostly_per_tonne", "high_per_tonne"],
        unique=True,
        sqlite_where=sa.text(PUBLIC_ROW),
        postgresql_where=sa.text(PUBLIC_ROW),
    )
    op.create_table(
        "quote_judgements",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("quote_id", BIG_ID, nullable=False),
        _text("verdict"),
        _text("code"),
        _text("reason"),
        _text("judged_by"),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name="fk_quote_judgements_quote_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quote_judgements"),
    )
    op.create_index("ix_quote_judgements_quote_id", "quote_judgements", ["quote_id"])
    op.create_table(
        "index_definitions",
        _text("code"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        _text("document"),
        _digest("digest"),
        sa.Column("effective_from", sa.Date(), nullable=False),
        _text("state"),
        _text("proposed_by"),
        sa.Column("proposed_at", INSTANT, nullable=False),
        _text("decided_by", null=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        _text("note"),
        sa.PrimaryKeyConstraint("code", "version", name="pk_index_definitions"),
    )
    op.create_table(
        "index_runs",
        sa.Column("id", BIG_ID, nullable=False),
        _text("index_code"),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        _digest("definition_digest"),
        _text("kind"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _text("state"),
        _text("code_version"),
        sa.Column("inputs", sa.Integer(), nullable=False),
        _digest("inputs_digest"),
        _digest("results_digest", null=True),
        _text("made_by"),
        _text("reviewed_by", null=True),
        _text("checked_by", null=True),
        _text("reason"),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=False),
        sa.Column("calculated_at", INSTANT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_index_runs"),
    )
    op.create_index("ix_index_runs_index_code_last_day", "index_runs", ["index_code", "last_day"])
    op.create_table(
        "index_inputs",
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        _text("body"),
        _digest("digest"),
        sa.ForeignKeyConstraint(["run_id"], ["index_runs.id"], name="fk_index_inputs_run_id"),
        sa.PrimaryKeyConstraint("run_id", "seq", name="pk_index_inputs"),
    )
    op.create_table(
        "index_results",
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _text("body"),
        _digest("digest"),
        sa.ForeignKeyConstraint(["run_id"], ["index_runs.id"], name="fk_index_results_run_id"),
        sa.PrimaryKeyConstraint("run_id", "day", name="pk_index_results"),
    )
    op.create_table(
        "index_values",
        sa.Column("id", BIG_ID, nullable=False),
        _text("index_code"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("value_e2", sa.BigInteger(), nullable=True),
        _text("status"),
        _text("level"),
        sa.Column("run_id", BIG_ID, nullable=False),
        _text("reason"),
        sa.Column("published_at", INSTANT, nullable=False),
        _text("published_by"),
        sa.Column("final_at", INSTANT, nullable=True),
        _digest("digest"),
        sa.CheckConstraint("rev >= 0", name="ck_index_values_rev_counts_up"),
        sa.ForeignKeyConstraint(["run_id"], ["index_runs.id"], name="fk_index_values_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_index_values"),
        sa.UniqueConstraint("index_code", "day", "rev", name="uq_index_values_index_code_day_rev"),
    )


def downgrade() -> None:
    for table in ("index_values", "index_inputs", "quotes"):
        if op.get_bind().execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).scalar():  # noqa: S608
            raise RuntimeError(f"{table} are evidence; export them before downgrading")
    for table in (
        "index_values",
        "index_results",
        "index_inputs",
        "index_runs",
        "index_definitions",
        "quote_judgements",
        "quotes",
        "quote_imports",
    ):
        op.drop_table(table)
