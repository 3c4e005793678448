"""Record client money: accounts, entries and legs, holds, cash movements and ledger days.

The common accounts are made here, so that the first entry finds them. Entries and legs are
append-only by trigger, not only by manners. All of it is evidence: the downgrade refuses to
discard any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_ledger"
down_revision = "0002_members"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
AT = sa.DateTime(timezone=True)

COMMON = (
    ("1001", "debit"),
    ("2108", "credit"),
    ("2109", "credit"),
    ("2190", "credit"),
)
APPEND_ONLY = ("entries", "legs")
TABLES = ("ledger_days", "cash_movements", "legs", "entries", "holds", "accounts")


def upgrade() -> None:
    accounts = op.create_table(
        "accounts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.String(4), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("side", sa.String(6), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_fen >= 0", name="ck_accounts_never_below_zero"),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_index("ix_accounts_member_id_name", "accounts", ["member_id", "name"])
    op.bulk_insert(
        accounts,
        [
            {"name": code, "code": code, "member_id": None, "side": side, "balance_fen": 0}
            for code, side in COMMON
        ],
    )
    _holds()
    _journal()
    _cash()
    _days()
    _append_only()


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("released_fen", sa.BigInteger(), nullable=False),
        sa.Column("applied_fen", sa.BigInteger(), nullable=False),
        sa.Column("forfeited_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("deadline", AT, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="ck_holds_amount_positive"),
        sa.CheckConstraint(
            "released_fen >= 0 AND applied_fen >= 0 AND forfeited_fen >= 0"
            " AND released_fen + applied_fen + forfeited_fen <= amount_fen",
            name="ck_holds_parts_fit",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
        sa.UniqueConstraint("cause", name="uq_holds_cause"),
    )
    op.create_index("ix_holds_member_id_state_id", "holds", ["member_id", "state", "id"])
    op.create_index("ix_holds_state_deadline", "holds", ["state", "deadline"])


def _journal() -> None:
    op.create_table(
        "entries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("hold_id", BIG_ID, nullable=True),
        sa.Column("reverses", BIG_ID, nullable=True),
        sa.Column("posted_at", AT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_entries_hold_id"),
        sa.ForeignKeyConstraint(["reverses"], ["entries.id"], name="fk_entries_reverses"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("cause", name="uq_entries_cause"),
        sa.UniqueConstraint("reverses", name="uq_entries_reverses"),
    )
    op.create_index("ix_entries_day_id", "entries", ["day", "id"])
    op.create_index("ix_entries_hold_id_id", "entries", ["hold_id", "id"])
    op.create_table(
        "legs",
        sa.Column("entry_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("side", sa.String(6), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="ck_legs_amount_positive"),
        sa.CheckConstraint("side IN ('debit', 'credit')", name="ck_legs_side_known"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_legs_entry_id"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_legs_account"),
        sa.PrimaryKeyConstraint("entry_id", "no", name="pk_legs"),
    )
    op.create_index("ix_legs_account_entry_id", "legs", ["account", "entry_id"])


def _cash() -> None:
    op.create_table(
        "cash_movements",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("origin_id", BIG_ID, nullable=True),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("applied_by", BIG_ID, nullable=True),
        sa.Column("applied_at", AT, nullable=True),
        sa.Column("prepared_by", BIG_ID, nullable=True),
        sa.Column("prepared_at", AT, nullable=True),
        sa.Column("approved_by", BIG_ID, nullable=True),
        sa.Column("approved_at", AT, nullable=True),
        sa.Column("decided_by", BIG_ID, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name="ck_cash_movements_amount_positive"),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["cash_movements.id"], name="fk_cash_movements_origin_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cash_movements"),
    )
    live = sa.text("serial IS NOT NULL AND state <> 'failed'")
    op.create_index(
        "uq_cash_movements_live_serial",
        "cash_movements",
        ["direction", "serial"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_cash_movements_state_id", "cash_movements", ["state", "id"])
    op.create_index("ix_cash_movements_member_id_id", "cash_movements", ["member_id", "id"])
    op.create_index("ix_cash_movements_origin_id", "cash_movements", ["origin_id"])


def _days() -> None:
    op.create_table(
        "ledger_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=True),
        sa.Column("opened_at", AT, nullable=True),
        sa.Column("entries", sa.Integer(), nullable=True),
        sa.Column("previous", sa.String(64), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("day", name="pk_ledger_days"),
    )


def _append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} are never changed; post a reversal'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% are never changed; post a reversal', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    bind = op.get_bind()
    for table in ("entries", "cash_movements", "holds", "ledger_days"):
        if bind.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).scalar():  # noqa: S608
            raise RuntimeError("the ledger is evidence; export it before downgrading")
    for table in TABLES:
        op.drop_table(table)
    if bind.dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
