"""Index definitions (指数定义): a basket and its rules, proposed by one and approved by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from goldfruit.infra.work import Work
from goldfruit.kernel.days import local_day
from goldfruit.kernel.digests import Json, canonical
from goldfruit.kernel.errors import Clash, NotAllowed, NotFound, RuleBroken
from goldfruit.kernel.events import IndexDefined
from goldfruit.prices.models import IndexDefinition, IndexValue
from goldfruit.prices.queries import definitions
from goldfruit.prices.rules.definitions import parsed


@dataclass(eq=False)
class NoSuchProposal(NotFound):
    """No proposed definition of that code and version."""

    code = "no-such-proposal"
    title = "没有这份定义提案"
    detail = "没有找到 {what} 的待批定义。它可能已被处理，请刷新列表。"

    what: str


@dataclass(eq=False)
class ProposerApproves(NotAllowed):
    """Whoever proposed a definition may not approve it."""

    code = "proposer-approves"
    title = "不能批准自己的提案"
    detail = "该定义由您本人提出，须由另一位指数审批人批准。"


@dataclass(eq=False)
class DefinitionTooLate(RuleBroken):
    """A definition would change days that are published or past."""

    code = "definition-too-late"
    title = "生效日期过早"
    detail = "新定义的生效日期 {effective} 须晚于最近发布日 {published}，历史不因方法变更而重算。"

    effective: str
    published: str


@dataclass(eq=False)
class ProposalPending(Clash):
    """Another proposal of the same index waits."""

    code = "proposal-pending"
    title = "已有待批提案"
    detail = "{index} 第 {version} 版正在等待审批。请先处理该提案。"

    index: str
    version: int


def propose_definition(
    work: Work, *, document: Mapping[str, Json], note: str = ""
) -> IndexDefinition:
    """Propose a new version of an index's definition and return the proposal.

    The version number is the next free one, whatever the document says.

    Raises:
        DefinitionNotValid, WeightsNotWhole, BasketTooLarge: what is wrong with the document.
        DefinitionTooLate: it would take effect on a day that has a published value.
        ProposalPending: another version waits for approval.
    """
    code = str(document.get("code", ""))
    pending = work.session.scalar(
        sa.select(IndexDefinition).where(
            IndexDefinition.code == code, IndexDefinition.state == "PROPOSED"
        )
    )
    if pending is not None:
        raise ProposalPending(index=code, version=pending.version)
    versions = [found.version for found in definitions.seeds() if found.code == code]
    versions += work.session.scalars(
        sa.select(IndexDefinition.version).where(IndexDefinition.code == code)
    )
    checked = parsed({**document, "version": max(versions, default=0) + 1})
    published = work.session.scalar(
        sa.select(sa.func.max(IndexValue.day)).where(IndexValue.index_code == code)
    )
    if published is not None and checked.effective_from <= published:
        raise DefinitionTooLate(
            effective=checked.effective_from.isoformat(), published=published.isoformat()
        )
    proposal = IndexDefinition(
        code=checked.code,
        version=checked.version,
        document=canonical(checked.document),
        digest=checked.digest,
        effective_from=checked.effective_from,
        state="PROPOSED",
        proposed_by=work.actor.key,
        proposed_at=work.now,
        decided_by=None,
        decided_at=None,
        note=note[:400],
    )
    work.session.add(proposal)
    work.session.flush()
    return proposal


def decide_definition(
    work: Work, *, code: str, version: int, approve: bool, note: str = ""
) -> IndexDefinition:
    """Approve or reject a proposed definition and return it.

    Raises:
        NoSuchProposal: nothing of that code and version waits.
        ProposerApproves: the proposer cannot approve.
        DefinitionTooLate: its day is past, or has a published value, in the meantime.
    """
    proposal = work.session.scalar(
        sa.select(IndexDefinition)
        .where(
            IndexDefinition.code == code,
            IndexDefinition.version == version,
            IndexDefinition.state == "PROPOSED",
        )
        .with_for_update()
    )
    if proposal is None:
        raise NoSuchProposal(what=f"{code} v{version}"[:60])
    if approve and proposal.proposed_by == work.actor.key:
        raise ProposerApproves
    if approve:
        _refuse_too_late(work, proposal, local_day(work.now))
    proposal.state = "APPROVED" if approve else "REJECTED"
    proposal.decided_by = work.actor.key
    proposal.decided_at = work.now
    proposal.note = f"{proposal.note}\n{note}".strip()[:800]
    if approve:
        work.announce(IndexDefined(index_code=code, version=version, digest=proposal.digest))
    return proposal


def _refuse_too_late(work: Work, proposal: IndexDefinition, today: date) -> None:
    published = work.session.scalar(
        sa.select(sa.func.max(IndexValue.day)).where(IndexValue.index_code == proposal.code)
    )
    if proposal.effective_from < today or (published and proposal.effective_from <= published):
        raise DefinitionTooLate(
            effective=proposal.effective_from.isoformat(),
            published=(published or today).isoformat(),
        )
