"""Accounts of the client-money ledger (客户资金账簿), domain.md §4.2.

The name of an account is its code and whose it is: ``1001``, ``2101:7`` (member
7), ``2103:7:41`` (member 7, contract 41), ``2106:3`` (group 3), ``2110:41``
(contract 41: a dispute must not be paid out of another one's money).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

ID_MAX = 2**63 - 1

_NAME = re.compile(r"([0-9]{4})((?::[1-9][0-9]{0,18}){0,2})", re.ASCII)


class Side(StrEnum):
    """Which side makes the account grow: 借 for the bank, 贷 for what is owed to others."""

    DEBIT = "debit"
    CREDIT = "credit"


class Owner(StrEnum):
    """Whose an account is; one id for each word, in order."""

    COMMON = ""
    MEMBER = "member"
    GROUP = "group"
    CONTRACT = "contract"
    MEMBER_CONTRACT = "member:contract"


@dataclass(frozen=True, slots=True)
class Code:
    """科目: a kind of account."""

    code: str
    title: str
    side: Side
    owner: Owner
    may_go_below_zero: bool = False

    @property
    def ids(self) -> int:
        """Return how many ids follow the code in a name."""
        return len(self.owner.split(":")) if self.owner else 0


_TABLE = (
    Code("1001", "存管专户", Side.DEBIT, Owner.COMMON),
    Code("2101", "可用资金", Side.CREDIT, Owner.MEMBER),
    Code("2102", "冻结保证金", Side.CREDIT, Owner.MEMBER),
    Code("2103", "货款待付", Side.CREDIT, Owner.MEMBER_CONTRACT),
    Code("2104", "质保留存款", Side.CREDIT, Owner.MEMBER),
    Code("2105", "品质担保金", Side.CREDIT, Owner.MEMBER),
    Code("2106", "联保互助池", Side.CREDIT, Owner.GROUP),
    Code("2107", "出金在途", Side.CREDIT, Owner.MEMBER),
    Code("2108", "待划手续费", Side.CREDIT, Owner.COMMON),
    Code("2109", "待划代收款", Side.CREDIT, Owner.COMMON),
    Code("2110", "争议暂存", Side.CREDIT, Owner.CONTRACT),
    # A charge that the bank took by mistake stands here until it is cleared up.
    Code("2190", "待查差错", Side.CREDIT, Owner.COMMON, may_go_below_zero=True),
)

CODES: dict[str, Code] = {code.code: code for code in _TABLE}


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """账户: a code and the ids of whoever it belongs to."""

    code: str
    ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        known = CODES.get(self.code)
        if known is None or len(self.ids) != known.ids:
            raise ValueError(f"{self.code} with {len(self.ids)} ids is no account")
        if not all(0 < each <= ID_MAX for each in self.ids):
            raise ValueError("ids are positive and fit the database")

    @classmethod
    def named(cls, name: str) -> "Account":
        """Return the account that ``name`` names.

        Raises:
            ValueError: no such code, or not the ids that the code wants.
        """
        match = _NAME.fullmatch(name)
        if not match:
            raise ValueError(f"{name!r} names no account")
        return cls(match[1], tuple(int(part) for part in match[2].split(":")[1:]))

    @property
    def kind(self) -> Code:
        """Return the row of the table of codes."""
        return CODES[self.code]

    @property
    def name(self) -> str:
        """Return the name as it stands in the journal."""
        return ":".join((self.code, *(str(each) for each in self.ids)))

    def __str__(self) -> str:
        return self.name


BANK = Account("1001")
FEES = Account("2108")
THIRD_PARTIES = Account("2109")
SUSPENSE = Account("2190")


def free(member: int) -> Account:
    """Return 可用资金 of a member."""
    return Account("2101", (member,))


def margin(member: int) -> Account:
    """Return 冻结保证金 of a member."""
    return Account("2102", (member,))


def escrow(member: int, contract: int) -> Account:
    """Return 货款待付 of a buyer under one contract."""
    return Account("2103", (member, contract))


def retention(member: int) -> Account:
    """Return 质保留存款 of a seller."""
    return Account("2104", (member,))


def bond(member: int) -> Account:
    """Return 品质担保金 of a seller."""
    return Account("2105", (member,))


def pool(group: int) -> Account:
    """Return 联保互助池 of a group."""
    return Account("2106", (group,))


def leaving(member: int) -> Account:
    """Return 出金在途 of a member."""
    return Account("2107", (member,))


def disputed(contract: int) -> Account:
    """Return 争议暂存 of one contract."""
    return Account("2110", (contract,))
