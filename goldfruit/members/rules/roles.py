"""Roles (角色): what a person is on the exchange, and what nobody may be at once.

Separation of duties after 三权分立 of the classified protection of information
systems: who runs the system, who lets people in and who audits are three
people; beside that, no one both makes and approves, and no trader runs the
market (domain.md §5.13; reliability, T21).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from goldfruit.kernel.errors import RuleBroken


class Role(StrEnum):
    """角色: given to a user, by one person and confirmed by another."""

    GROWER = "grower"
    WHOLESALER = "wholesaler"
    AGENT = "agent"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    WAREHOUSE_KEEPER = "warehouse_keeper"
    INSPECTOR = "inspector"
    SETTLEMENT_CLERK = "settlement_clerk"
    QUOTE_REPORTER = "quote_reporter"
    INDEX_ANALYST = "index_analyst"
    INDEX_APPROVER = "index_approver"
    EDITOR = "editor"
    AUDITOR = "auditor"


ROLE_TITLES: dict[Role, str] = {
    Role.GROWER: "果农",
    Role.WHOLESALER: "批发商",
    Role.AGENT: "代办",
    Role.OPERATOR: "交易管理员",
    Role.REVIEWER: "会员审核员",
    Role.WAREHOUSE_KEEPER: "仓库管理员",
    Role.INSPECTOR: "质检员",
    Role.SETTLEMENT_CLERK: "结算员",
    Role.QUOTE_REPORTER: "报价员",
    Role.INDEX_ANALYST: "指数分析师",
    Role.INDEX_APPROVER: "指数审批人",
    Role.EDITOR: "资讯编辑",
    Role.AUDITOR: "审计员",
}

TRADERS = frozenset({Role.GROWER, Role.WHOLESALER, Role.AGENT})


@dataclass(frozen=True, slots=True)
class Exclusion:
    """互斥: nobody holds a role of ``these`` together with one of ``those``."""

    these: frozenset[Role]
    those: frozenset[Role]
    reason: str


EXCLUSIONS: tuple[Exclusion, ...] = (
    Exclusion(
        frozenset({Role.AUDITOR}),
        frozenset(Role) - {Role.AUDITOR},
        "审计员只看不做，不能审计自己办过的事",
    ),
    Exclusion(
        frozenset({Role.OPERATOR}),
        frozenset({Role.REVIEWER}),
        "三权分立：管系统的人不放人入会",
    ),
    Exclusion(
        frozenset({Role.OPERATOR, Role.REVIEWER}),
        frozenset({Role.SETTLEMENT_CLERK}),
        "管交易、管入会的人不经手资金",
    ),
    Exclusion(
        frozenset({Role.INDEX_ANALYST}),
        frozenset({Role.INDEX_APPROVER}),
        "指数编制与审批须为两人",
    ),
    Exclusion(
        frozenset({Role.QUOTE_REPORTER}),
        frozenset({Role.INDEX_ANALYST, Role.INDEX_APPROVER}),
        "报价的人不计算也不审批指数",
    ),
    Exclusion(
        TRADERS,
        frozenset(Role) - TRADERS - {Role.QUOTE_REPORTER, Role.AUDITOR},
        "买卖方不得兼任市场管理、检验、仓储、结算、指数和资讯岗位",
    ),
    Exclusion(
        frozenset({Role.WAREHOUSE_KEEPER}),
        frozenset({Role.INSPECTOR, Role.SETTLEMENT_CLERK}),
        "管货的人不定级、不管钱",
    ),
    Exclusion(
        frozenset({Role.INSPECTOR}),
        frozenset({Role.SETTLEMENT_CLERK}),
        "定级的人不管钱",
    ),
)


@dataclass(eq=False)
class RolesExclude(RuleBroken):
    """Two roles that one person must not hold together."""

    code = "roles-exclude"
    title = "角色不能兼任"
    detail = "“{held}”与“{wanted}”不能由同一人担任：{reason}。请先收回原角色，或授予另一个人。"

    held: str
    wanted: str
    reason: str


def exclusion(one: Role, other: Role) -> str | None:
    """Return why nobody may be both, or None when one person may; the order does not matter."""
    for rule in EXCLUSIONS:
        if (one in rule.these and other in rule.those) or (
            other in rule.these and one in rule.those
        ):
            return rule.reason
    return None


def check_grant(held: Collection[Role], wanted: Role) -> None:
    """Pass when a person with the roles ``held`` may also be ``wanted``.

    Raises:
        RolesExclude: one of the roles held does not go with it; the first in the order of Role.
    """
    for role in sorted(held, key=list(Role).index):
        if reason := exclusion(role, wanted):
            raise RolesExclude(held=ROLE_TITLES[role], wanted=ROLE_TITLES[wanted], reason=reason)
