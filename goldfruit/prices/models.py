"""The tables of quotes and of the index. What a run has frozen is never updated."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from goldfruit.infra.db import Base, BigId
from goldfruit.kernel.units import Price, Weight


class QuoteImport(Base):
    """行情导入: one file of a market's public quotes, and what became of its rows."""

    __tablename__ = "quote_imports"
    __table_args__ = (sa.UniqueConstraint("market", "file_digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    market: Mapped[str]
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    rows: Mapped[int]
    read: Mapped[int]
    refused: Mapped[int]
    duplicates: Mapped[int]
    suspects: Mapped[int]
    stored: Mapped[int]
    report: Mapped[str]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]


class Quote(Base):
    """观测: a quote, offer, bid or trade of one spec on one day.

    A quote is never deleted: a later one of the same reporter supersedes it, a judgement
    confirms or drops it, and both stay readable. Prices are whole units of the market's
    currency per tonne.
    """

    __tablename__ = "quotes"
    __table_args__ = (
        sa.CheckConstraint("0 < low_per_tonne", "low_positive"),
        sa.CheckConstraint("low_per_tonne <= mostly_per_tonne", "low_to_mostly"),
        sa.CheckConstraint("mostly_per_tonne <= high_per_tonne", "mostly_to_high"),
        sa.Index(None, "market", "day"),
        sa.Index(None, "state"),
        sa.Index(
            "uq_quotes_one_live_quote",
            "reporter_id",
            "day",
            "spec_code",
            unique=True,
            sqlite_where=sa.text("kind = 'S' AND state IN ('ACCEPTED', 'SUSPECT')"),
            postgresql_where=sa.text("kind = 'S' AND state IN ('ACCEPTED', 'SUSPECT')"),
        ),
        sa.Index(
            "uq_quotes_one_public_row",
            "market",
            "place",
            "day",
            "name",
            "low_per_tonne",
            "mostly_per_tonne",
            "high_per_tonne",
            unique=True,
            sqlite_where=sa.text("kind = 'X'"),
            postgresql_where=sa.text("kind = 'X'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(1))
    market: Mapped[str]
    place: Mapped[str]
    day: Mapped[date]
    name: Mapped[str]
    spec: Mapped[str]
    spec_code: Mapped[str]
    low: Mapped[Price] = mapped_column("low_per_tonne")
    mostly: Mapped[Price] = mapped_column("mostly_per_tonne")
    high: Mapped[Price] = mapped_column("high_per_tonne")
    weight: Mapped[Weight | None] = mapped_column("weight_g")
    unit_read: Mapped[str]
    reporter_id: Mapped[int | None]
    seller_id: Mapped[int | None]
    buyer_id: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(unique=True)
    related: Mapped[bool]
    tone: Mapped[str]
    note: Mapped[str]
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quote_imports.id"))
    row_no: Mapped[int | None]
    state: Mapped[str]
    code: Mapped[str]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]


class QuoteJudgement(Base):
    """判定: somebody confirmed, dropped or withdrew a quote, and why. Never updated."""

    __tablename__ = "quote_judgements"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    quote_id: Mapped[int] = mapped_column(sa.ForeignKey("quotes.id"), index=True)
    verdict: Mapped[str]
    code: Mapped[str]
    reason: Mapped[str]
    judged_by: Mapped[str]
    judged_at: Mapped[datetime]


class IndexDefinition(Base):
    """指数定义: one version of an index's rules and basket, proposed and approved by two people."""

    __tablename__ = "index_definitions"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))
    effective_from: Mapped[date]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str]


class IndexRun(Base):
    """指数运行: one calculation of an index over a day or a range, from frozen inputs."""

    __tablename__ = "index_runs"
    __table_args__ = (sa.Index(None, "index_code", "last_day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    index_code: Mapped[str]
    definition_version: Mapped[int]
    definition_digest: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[str]
    code_version: Mapped[str]
    inputs: Mapped[int]
    inputs_digest: Mapped[str] = mapped_column(sa.String(64))
    results_digest: Mapped[str | None] = mapped_column(sa.String(64))
    made_by: Mapped[str]
    reviewed_by: Mapped[str | None]
    checked_by: Mapped[str | None]
    reason: Mapped[str]
    as_of: Mapped[datetime]
    frozen_at: Mapped[datetime]
    calculated_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]


class IndexInput(Base):
    """冻结输入: one row of what a run was calculated from. Never updated."""

    __tablename__ = "index_inputs"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("index_runs.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))


class IndexResult(Base):
    """计算结果: what a run found for one day, to the last digit, with its parts. Never updated."""

    __tablename__ = "index_results"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("index_runs.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    body: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))


class IndexValue(Base):
    """指数值: one published figure. A correction is a new revision, never an update.

    ``value_e2`` is in hundredths of an index point, None where the day is not published.
    Only ``final_at`` is set later, once.
    """

    __tablename__ = "index_values"
    __table_args__ = (
        sa.UniqueConstraint("index_code", "day", "rev"),
        sa.CheckConstraint("rev >= 0", "rev_counts_up"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    index_code: Mapped[str]
    day: Mapped[date]
    rev: Mapped[int]
    value_e2: Mapped[int | None] = mapped_column(sa.BigInteger)
    status: Mapped[str]
    level: Mapped[str]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("index_runs.id"))
    reason: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    final_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(sa.String(64))


class ReporterScore(Base):
    """报价员评分: how much a reporter's quotes weigh, made once for a month. Never updated.

    ``month`` is the first day of the month that was scored; a score counts from ``made_at`` on.
    """

    __tablename__ = "reporter_scores"
    __table_args__ = (
        sa.UniqueConstraint("reporter_id", "month"),
        sa.CheckConstraint("score BETWEEN 1 AND 100", "score_in_points"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reporter_id: Mapped[int]
    month: Mapped[date]
    score: Mapped[int]
    quotes: Mapped[int]
    median_gap_bp: Mapped[int]
    made_at: Mapped[datetime]
