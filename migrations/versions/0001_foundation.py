"""Lay the foundation: the chain of facts, its head, idempotency keys and the clock's runs.

The head row is the lock of the chain; it is made here so that the first fact
finds it. Facts are evidence: the downgrade refuses to discard any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_foundation"
down_revision = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("no", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_facts"),
    )
    head = op.create_table(
        "fact_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", BIG_ID, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_fact_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_fact_head"),
    )
    op.bulk_insert(head, [{"id": 1, "no": 0, "digest": "0" * 64}])
    op.create_table(
        "idempotency_keys",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
        sa.UniqueConstraint(
            "scope", "endpoint", "key", name="uq_idempotency_keys_scope_endpoint_key"
        ),
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name="pk_job_runs"),
    )
    op.create_table(
        "calendar_spans",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_spans"),
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM facts LIMIT 1")).scalar():
        raise RuntimeError("facts are evidence; export them before downgrading")
    for table in ("calendar_spans", "job_runs", "idempotency_keys", "fact_head", "facts"):
        op.drop_table(table)
