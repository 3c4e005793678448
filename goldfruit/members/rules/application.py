"""The application (入会申请): which real-name data each kind of member gives (domain.md §5.1)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from goldfruit.kernel.errors import RuleBroken
from goldfruit.kernel.fruit.origins import Division, divisions
from goldfruit.members.rules.masking import masked_account, masked_id, masked_name
from goldfruit.members.rules.membership import ORGANISATIONS, MemberKind
from goldfruit.members.rules.names import clean_name
from goldfruit.members.rules.resident_id import require_adult, resident_id
from goldfruit.members.rules.roles import Role
from goldfruit.members.rules.uscc import UsccWrong, is_cooperative, uscc

REVIEW_EVERY = timedelta(days=182)
"""Real-name data is looked at again after six months (网络交易监督管理办法; domain.md §1.6 [K])."""

TERMS_VERSION = "2026-01"
CONSENTS = ("terms", "privacy", "sensitive")
"""What an applicant agrees to; sensitive data needs a consent of its own (PIPL 29)."""

ROLE_OF_KIND: dict[MemberKind, Role] = {
    MemberKind.GROWER: Role.GROWER,
    MemberKind.COOPERATIVE: Role.GROWER,
    MemberKind.ENTERPRISE: Role.WHOLESALER,
    MemberKind.AGENT: Role.AGENT,
}
"""What the users of an active member are on the exchange."""


class Item(StrEnum):
    """资料项: one datum of an application."""

    FIRM_NAME = "firm_name"
    USCC = "uscc"
    PERSON_NAME = "person_name"
    ID_NUMBER = "id_number"
    BANK_NAME = "bank_name"
    BANK_ACCOUNT = "bank_account"
    ADDRESS = "address"
    LAND_PAPER = "land_paper"
    FOOD_FILING = "food_filing"
    PURCHASE_FILING = "purchase_filing"


ITEM_TITLES: dict[Item, str] = {
    Item.FIRM_NAME: "单位名称",
    Item.USCC: "统一社会信用代码",
    Item.PERSON_NAME: "姓名",
    Item.ID_NUMBER: "身份证号码",
    Item.BANK_NAME: "开户银行",
    Item.BANK_ACCOUNT: "同名银行账号",
    Item.ADDRESS: "联系地址",
    Item.LAND_PAPER: "土地承包或村委证明编号",
    Item.FOOD_FILING: "食品经营备案编号",
    Item.PURCHASE_FILING: "农产品收购备案编号",
}

_PERSON = (Item.PERSON_NAME, Item.ID_NUMBER)
_BANK = (Item.BANK_NAME, Item.BANK_ACCOUNT)

NEEDED: dict[MemberKind, tuple[Item, ...]] = {
    kind: (
        *((Item.FIRM_NAME, Item.USCC) if kind in ORGANISATIONS else ()),
        *_PERSON,
        *_BANK,
    )
    for kind in MemberKind
}
OPTIONAL: dict[MemberKind, tuple[Item, ...]] = {
    MemberKind.GROWER: (Item.ADDRESS, Item.LAND_PAPER),
    MemberKind.COOPERATIVE: (Item.ADDRESS, Item.FOOD_FILING, Item.PURCHASE_FILING),
    MemberKind.ENTERPRISE: (Item.ADDRESS, Item.FOOD_FILING, Item.PURCHASE_FILING),
    MemberKind.AGENT: (Item.ADDRESS, Item.PURCHASE_FILING),
}


@dataclass(eq=False)
class ApplicationIncomplete(RuleBroken):
    """A datum that this kind of member must give is missing or has no usable form."""

    code = "application-incomplete"
    title = "申请资料不完整"
    detail = "请填写“{title_of_item}”：{reason}。"

    item: str
    title_of_item: str
    reason: str


@dataclass(eq=False)
class CountyUnknown(RuleBroken):
    """A code that is no county of today."""

    code = "county-unknown"
    title = "请选择所在县区"
    detail = "行政区划代码 {county_code} 不是现行的县级代码。请从列表中选择所在县（市、区）。"

    county_code: str


def county(code: str) -> str:
    """Return ``code`` if it is a county of today.

    Raises:
        CountyUnknown: no such code, an ended one, or a province or prefecture.
    """
    found = divisions().get(code)
    if found is None or found.depth != 3 or found.valid_to:
        raise CountyUnknown(county_code=code[:6])
    return code


def counties() -> list[Division]:
    """Return the counties of today, those of Xianyang and then of Shaanxi first."""
    now = (each for each in divisions().values() if each.depth == 3 and not each.valid_to)
    return sorted(
        now,
        key=lambda each: (each.code[:4] != "6104", each.code[:2] != "61", each.code),
    )


def unique_item(kind: MemberKind) -> Item:
    """Return the datum that no two members share: the firm's code or the person's number."""
    return Item.USCC if kind in ORGANISATIONS else Item.ID_NUMBER


def checked(kind: MemberKind, given: Mapping[str, str], day: date) -> dict[Item, str]:
    """Return the data of an application in its one spelling, in the order of Item.

    Args:
        kind: of member; decides what is needed and what may be given.
        given: by the names of Item; what the kind does not ask for is left out.
        day: of the application, for the age of the person.

    Raises:
        ApplicationIncomplete: something needed is missing, or a bank account is no number.
        Refusal: what the rules of names, numbers and codes refuse.
    """
    asked = {*NEEDED[kind], *OPTIONAL[kind]}
    texts = {item: given.get(item, "").strip() for item in Item if item in asked}
    for item in NEEDED[kind]:
        if not texts[item]:
            raise _incomplete(item, "此项必填")
    found = {item: _spelled(item, text, kind) for item, text in texts.items() if text}
    require_adult(found[Item.ID_NUMBER], day)
    return found


def shown_name(kind: MemberKind, found: Mapping[Item, str]) -> str:
    """Return the name that others see: the firm's, or the person's masked."""
    if kind in ORGANISATIONS:
        return found[Item.FIRM_NAME]
    return masked_name(found[Item.PERSON_NAME])


def masked(item: Item, value: str) -> str:
    """Return ``value`` as a page shows it to a reader without special need."""
    if item is Item.ID_NUMBER:
        return masked_id(value)
    if item is Item.PERSON_NAME:
        return masked_name(value)
    if item is Item.BANK_ACCOUNT:
        return masked_account(value)
    if item in {Item.ADDRESS, Item.LAND_PAPER}:
        return f"{value[:3]}****"
    return value


def _spelled(item: Item, text: str, kind: MemberKind) -> str:
    if item is Item.ID_NUMBER:
        return resident_id(text)
    if item is Item.USCC:
        code = uscc(text)
        if kind is MemberKind.COOPERATIVE and not is_cooperative(code):
            raise UsccWrong(reason="农民专业合作社的代码以 93 开头")
        return code
    if item in {Item.FIRM_NAME, Item.PERSON_NAME}:
        return clean_name(text)
    if item is Item.BANK_ACCOUNT:
        digits = re.sub(r"[ -]", "", unicodedata.normalize("NFKC", text))
        if not re.fullmatch(r"[0-9]{8,30}", digits, re.ASCII):
            raise _incomplete(item, "账号应为 8 至 30 位数字")
        return digits
    if len(text) > 200 or not text.isprintable():
        raise _incomplete(item, "内容过长或含有不可见字符")
    return text


def _incomplete(item: Item, reason: str) -> ApplicationIncomplete:
    return ApplicationIncomplete(item=item.value, title_of_item=ITEM_TITLES[item], reason=reason)
