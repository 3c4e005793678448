"""Record users, their ways in, members, seats and roles.

Identity data stands here encrypted; tokens and sessions stand here as digests.
Rows are ended or withdrawn, never deleted: the downgrade refuses to discard any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_members"
down_revision = "0001_foundation"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
AT = sa.DateTime(timezone=True)

TABLES = (
    "consents",
    "grants",
    "invitations",
    "seats",
    "identity_items",
    "member_moves",
    "members",
    "sign_in_attempts",
    "api_tokens",
    "user_sessions",
    "users",
)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="ck_users_reachable"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("phone", name="uq_users_phone"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    _ways_in()
    _members()
    _rights()


def _ways_in() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_user_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_sessions_user_id"),
        sa.UniqueConstraint("token_digest", name="uq_user_sessions_token_digest"),
    )
    op.create_index("ix_user_sessions_user_id", "user_sessions", ["user_id"])
    op.create_table(
        "api_tokens",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id"),
        sa.UniqueConstraint("token_digest", name="uq_api_tokens_token_digest"),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_key", sa.String(64), nullable=False),
        sa.Column("address_key", sa.String(64), nullable=False),
        sa.Column("tried_at", AT, nullable=False),
        sa.Column("succeeded_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempts"),
    )
    for column in ("account_key", "address_key"):
        op.create_index(
            f"ix_sign_in_attempts_{column}_tried_at", "sign_in_attempts", [column, "tried_at"]
        )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("firm_key", sa.Text(), nullable=True),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("applicant_id", BIG_ID, nullable=False),
        sa.Column("applied_at", AT, nullable=False),
        sa.Column("next_review_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.ForeignKeyConstraint(["applicant_id"], ["users.id"], name="fk_members_applicant_id"),
        sa.UniqueConstraint("firm_key", name="uq_members_firm_key"),
    )
    op.create_index("ix_members_state_id", "members", ["state", "id"])
    op.create_index("ix_members_next_review_at", "members", ["next_review_at"])
    op.create_table(
        "member_moves",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("moved_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_member_moves"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_member_moves_member_id"),
    )
    op.create_index("ix_member_moves_member_id_id", "member_moves", ["member_id", "id"])
    op.create_table(
        "identity_items",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("lookup", sa.String(64), nullable=True),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identity_items"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_identity_items_member_id"),
        sa.UniqueConstraint("uid", name="uq_identity_items_uid"),
    )
    op.create_index("ix_identity_items_member_id", "identity_items", ["member_id"])
    _one_live(
        "identity_items",
        "uq_identity_items_live_lookup",
        ["lookup"],
        "lookup IS NOT NULL AND ended_at IS NULL",
    )


def _rights() -> None:
    op.create_table(
        "seats",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_seats"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_seats_member_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_seats_user_id"),
    )
    op.create_index("ix_seats_member_id", "seats", ["member_id"])
    _one_live("seats", "uq_seats_live_user", ["user_id"], "ended_at IS NULL")
    op.create_table(
        "invitations",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("login_key", sa.String(64), nullable=False),
        sa.Column("shown_as", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("accepted_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_invitations_member_id"),
    )
    op.create_index("ix_invitations_login_key", "invitations", ["login_key"])
    op.create_index("ix_invitations_member_id", "invitations", ["member_id"])
    op.create_table(
        "grants",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_grants_user_id"),
    )
    _one_live("grants", "uq_grants_live_role", ["user_id", "role"], "withdrawn_at IS NULL")
    op.create_table(
        "consents",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("member_id", BIG_ID, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_consents_user_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_consents_member_id"),
    )
    op.create_index("ix_consents_user_id", "consents", ["user_id"])


def _one_live(table: str, name: str, columns: list[str], live: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(live),
        postgresql_where=sa.text(live),
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM users LIMIT 1")).scalar():
        raise RuntimeError("users and members are evidence; export them before downgrading")
    for table in TABLES:
        op.drop_table(table)
