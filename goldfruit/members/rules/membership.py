"""Membership (会员资格): what kinds of member there are and how one comes and goes.

The table is the life of a member in domain.md §5.1, with three moves that it
leaves to us [D]: whoever was rejected may apply again, an active member may be
suspended at once, and may leave without being suspended first.
"""

from dataclasses import dataclass
from enum import StrEnum

from goldfruit.kernel.errors import Clash


class MemberKind(StrEnum):
    """会员类别: who stands behind a membership."""

    GROWER = "grower"
    COOPERATIVE = "cooperative"
    ENTERPRISE = "enterprise"
    AGENT = "agent"


KIND_TITLES: dict[MemberKind, str] = {
    MemberKind.GROWER: "果农",
    MemberKind.COOPERATIVE: "合作社",
    MemberKind.ENTERPRISE: "企业（批发商）",
    MemberKind.AGENT: "代办",
}

ORGANISATIONS = frozenset({MemberKind.COOPERATIVE, MemberKind.ENTERPRISE})


class MemberState(StrEnum):
    """会员状态."""

    APPLIED = "applied"
    KYC_PENDING = "kyc_pending"
    KYC_PASSED = "kyc_passed"
    AGREEMENT_SIGNED = "agreement_signed"
    BANK_BOUND = "bank_bound"
    ACTIVE = "active"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    EXITING = "exiting"
    EXITED = "exited"
    REJECTED = "rejected"


_S = MemberState

STATE_TITLES: dict[MemberState, str] = {
    _S.APPLIED: "已申请",
    _S.KYC_PENDING: "实名审核中",
    _S.KYC_PASSED: "实名已通过",
    _S.AGREEMENT_SIGNED: "已签协议",
    _S.BANK_BOUND: "已绑定账户",
    _S.ACTIVE: "正常",
    _S.RESTRICTED: "受限",
    _S.SUSPENDED: "暂停",
    _S.EXITING: "退会中",
    _S.EXITED: "已退会",
    _S.REJECTED: "未通过",
}

MOVES: dict[MemberState, frozenset[MemberState]] = {
    _S.APPLIED: frozenset({_S.KYC_PENDING, _S.REJECTED}),
    _S.KYC_PENDING: frozenset({_S.KYC_PASSED, _S.REJECTED}),
    _S.KYC_PASSED: frozenset({_S.AGREEMENT_SIGNED, _S.REJECTED}),
    _S.AGREEMENT_SIGNED: frozenset({_S.BANK_BOUND, _S.REJECTED}),
    _S.BANK_BOUND: frozenset({_S.ACTIVE, _S.REJECTED}),
    _S.ACTIVE: frozenset({_S.RESTRICTED, _S.SUSPENDED, _S.EXITING}),
    _S.RESTRICTED: frozenset({_S.ACTIVE, _S.SUSPENDED, _S.EXITING}),
    _S.SUSPENDED: frozenset({_S.RESTRICTED, _S.EXITING}),
    _S.EXITING: frozenset({_S.EXITED}),
    _S.EXITED: frozenset(),
    _S.REJECTED: frozenset({_S.APPLIED}),
}


@dataclass(eq=False)
class MemberCannotMove(Clash):
    """A step that the life of a member does not know."""

    code = "member-cannot-move"
    title = "会员状态不允许此操作"
    detail = "会员当前状态为“{current}”，不能变为“{wanted}”。请刷新页面，按当前状态办理。"

    current: str
    wanted: str


def move(current: MemberState, wanted: MemberState) -> MemberState:
    """Return ``wanted``, or raise MemberCannotMove. The table above is the whole law."""
    if wanted not in MOVES[current]:
        raise MemberCannotMove(current=STATE_TITLES[current], wanted=STATE_TITLES[wanted])
    return wanted


def may_trade(state: MemberState) -> bool:
    """Return whether a member in ``state`` may enter new commitments: only an active one."""
    return state is MemberState.ACTIVE


def may_be_reviewed(state: MemberState) -> bool:
    """Return whether a reviewer's decision is still awaited."""
    return state in {MemberState.APPLIED, MemberState.KYC_PENDING}
