"""Tables of the members stage: users, their ways in, members, seats and roles.

Rows are evidence: they are ended or withdrawn, never deleted.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from goldfruit.infra.db import Base, BigId


class User(Base):
    """用户: one person with one sign-in. The password is kept as an Argon2 hash only."""

    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", "reachable"),
        sa.UniqueConstraint("phone"),
        sa.UniqueConstraint("email"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    phone: Mapped[str | None]
    email: Mapped[str | None]
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]


class UserSession(Base):
    """登录会话: its token is with the browser; here is only the token's digest."""

    __tablename__ = "user_sessions"
    __table_args__ = (sa.UniqueConstraint("token_digest"), sa.Index(None, "user_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    token_digest: Mapped[str] = mapped_column(sa.String(64))
    device: Mapped[str]
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiToken(Base):
    """接口令牌: shown once, then only its digest is here; ``scopes`` are acts between spaces."""

    __tablename__ = "api_tokens"
    __table_args__ = (sa.UniqueConstraint("token_digest"), sa.Index(None, "user_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    name: Mapped[str]
    token_digest: Mapped[str] = mapped_column(sa.String(64))
    scopes: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """登录尝试: written as failed before the password is looked at, so that none goes uncounted."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        sa.Index(None, "account_key", "tried_at"),
        sa.Index(None, "address_key", "tried_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_key: Mapped[str] = mapped_column(sa.String(64))
    address_key: Mapped[str] = mapped_column(sa.String(64))
    tried_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]


class Member(Base):
    """会员: an organisation or a grower. ``name`` is what others see; a person's is masked."""

    __tablename__ = "members"
    __table_args__ = (
        sa.UniqueConstraint("firm_key"),
        sa.Index(None, "state", "id"),
        sa.Index(None, "next_review_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    firm_key: Mapped[str | None]
    county_code: Mapped[str] = mapped_column(sa.String(6))
    state: Mapped[str]
    applicant_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    applied_at: Mapped[datetime]
    next_review_at: Mapped[datetime | None]


class MemberMove(Base):
    """会员状态变更: one step of a member's life, by whom and why."""

    __tablename__ = "member_moves"
    __table_args__ = (sa.Index(None, "member_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("members.id"))
    state: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    moved_at: Mapped[datetime]


class IdentityItem(Base):
    """实名资料: one datum, encrypted; ``lookup`` is its keyed hash where it must be one of a kind.

    ``uid`` and ``item`` are bound into the encryption, so a value moved to another
    row cannot be opened there.
    """

    __tablename__ = "identity_items"
    __table_args__ = (
        sa.UniqueConstraint("uid"),
        sa.Index(None, "member_id"),
        sa.Index(
            "uq_identity_items_live_lookup",
            "lookup",
            unique=True,
            sqlite_where=sa.text("lookup IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("lookup IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(32))
    member_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("members.id"))
    item: Mapped[str]
    sealed: Mapped[str]
    lookup: Mapped[str | None] = mapped_column(sa.String(64))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Seat(Base):
    """席位: a user who may act for a member; a user has one seat at a time."""

    __tablename__ = "seats"
    __table_args__ = (
        sa.Index(None, "member_id"),
        sa.Index(
            "uq_seats_live_user",
            "user_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("members.id"))
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    given_by: Mapped[str]
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Invitation(Base):
    """邀请: a member asks whoever signs in under a phone or e-mail to take a seat."""

    __tablename__ = "invitations"
    __table_args__ = (sa.Index(None, "login_key"), sa.Index(None, "member_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("members.id"))
    login_key: Mapped[str] = mapped_column(sa.String(64))
    shown_as: Mapped[str]
    given_by: Mapped[str]
    given_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Grant(Base):
    """授权: a role for a user. It holds from ``confirmed_at`` until ``withdrawn_at``."""

    __tablename__ = "grants"
    __table_args__ = (
        sa.Index(
            "uq_grants_live_role",
            "user_id",
            "role",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    role: Mapped[str]
    given_by: Mapped[str]
    given_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


class Consent(Base):
    """同意: what a user agreed to, in which version of the text, and when."""

    __tablename__ = "consents"
    __table_args__ = (sa.Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    member_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("members.id"))
    subject: Mapped[str]
    version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
