"""Acts (操作): what each role may do, and what needs a second person."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from goldfruit.kernel.errors import NotAllowed
from goldfruit.members.rules.roles import ROLE_TITLES, Role


class Act(StrEnum):
    """操作: something that not everybody may do."""

    TRADE = "trade"
    REVIEW_MEMBER = "review_member"
    SUSPEND_MEMBER = "suspend_member"
    GRANT_ROLE = "grant_role"
    CONFIRM_ROLE = "confirm_role"
    LOAD_CALENDAR = "load_calendar"
    REPORT_QUOTE = "report_quote"
    IMPORT_QUOTES = "import_quotes"
    JUDGE_SUSPECT = "judge_suspect"
    DEFINE_INDEX = "define_index"
    RUN_INDEX = "run_index"
    APPROVE_INDEX = "approve_index"
    PUBLISH_INDEX = "publish_index"
    CORRECT_INDEX = "correct_index"
    APPROVE_CORRECTION = "approve_correction"
    WRITE_ARTICLE = "write_article"
    PUBLISH_ARTICLE = "publish_article"
    PREPARE_CASH = "prepare_cash"
    CONFIRM_CASH = "confirm_cash"
    APPROVE_LARGE_CASH = "approve_large_cash"
    CLOSE_DAY = "close_day"
    READ_LEDGER = "read_ledger"
    READ_MEMBERS = "read_members"
    READ_AUDIT = "read_audit"


READS = frozenset({Act.READ_LEDGER, Act.READ_MEMBERS, Act.READ_AUDIT})

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.GROWER: frozenset({Act.TRADE}),
    Role.WHOLESALER: frozenset({Act.TRADE}),
    Role.AGENT: frozenset({Act.TRADE}),
    Role.OPERATOR: frozenset(
        {
            Act.SUSPEND_MEMBER,
            Act.GRANT_ROLE,
            Act.LOAD_CALENDAR,
            Act.APPROVE_LARGE_CASH,
            Act.READ_MEMBERS,
        }
    ),
    Role.REVIEWER: frozenset(
        {Act.REVIEW_MEMBER, Act.SUSPEND_MEMBER, Act.CONFIRM_ROLE, Act.READ_MEMBERS}
    ),
    Role.WAREHOUSE_KEEPER: frozenset(),
    Role.INSPECTOR: frozenset(),
    Role.SETTLEMENT_CLERK: frozenset(
        {Act.PREPARE_CASH, Act.CONFIRM_CASH, Act.CLOSE_DAY, Act.READ_LEDGER}
    ),
    Role.QUOTE_REPORTER: frozenset({Act.REPORT_QUOTE}),
    Role.INDEX_ANALYST: frozenset(
        {
            Act.IMPORT_QUOTES,
            Act.JUDGE_SUSPECT,
            Act.DEFINE_INDEX,
            Act.RUN_INDEX,
            Act.CORRECT_INDEX,
        }
    ),
    Role.INDEX_APPROVER: frozenset({Act.APPROVE_INDEX, Act.PUBLISH_INDEX, Act.APPROVE_CORRECTION}),
    Role.EDITOR: frozenset({Act.WRITE_ARTICLE, Act.PUBLISH_ARTICLE}),
    Role.AUDITOR: READS,
}


@dataclass(eq=False)
class NotPermitted(NotAllowed):
    """None of the person's roles allows the act."""

    code = "not-permitted"
    title = "没有权限"
    detail = "此操作需要“{roles}”角色。如确需办理，请联系交易管理员申请授权。"

    act: str
    roles: str


@dataclass(eq=False)
class SecondPersonNeeded(NotAllowed):
    """The person who prepared something cannot be the one who approves it."""

    code = "second-person-needed"
    title = "须由另一人办理"
    detail = "经办人不能审批自己办理的事项。请由另一位有权限的人员办理。"


def permits(roles: Collection[Role], act: Act) -> bool:
    """Return whether any of ``roles`` allows ``act``."""
    return any(act in PERMISSIONS[role] for role in roles)


def require(roles: Collection[Role], act: Act) -> None:
    """Pass when one of ``roles`` allows ``act``.

    Raises:
        NotPermitted: none does; says which roles would.
    """
    if not permits(roles, act):
        able = [ROLE_TITLES[role] for role in Role if act in PERMISSIONS[role]]
        raise NotPermitted(act=act.value, roles="、".join(able))


def second_person(maker: int, checker: int) -> None:
    """Pass when the user ``checker`` is another than the user ``maker``.

    Raises:
        SecondPersonNeeded: they are the same person.
    """
    if maker == checker:
        raise SecondPersonNeeded
