"""Who the demo market consists of: its staff, its members in seven counties, its reporters.

Nobody here exists. Names, codes and numbers are made up; check digits are computed
so that the services take them, and the e-mail addresses end in ``.example``.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from random import Random

from goldfruit.members.rules.acts import PERMISSIONS, Act
from goldfruit.members.rules.membership import MemberKind
from goldfruit.members.rules.resident_id import id_check_digit
from goldfruit.members.rules.roles import ROLE_TITLES, Role
from goldfruit.members.rules.uscc import uscc_check_character

COUNTIES = {
    "610425": "礼泉",
    "610430": "淳化",
    "610429": "旬邑",
    "610426": "永寿",
    "610482": "彬州",
    "610428": "长武",
    "610424": "乾县",
}
REPORTERS_A_COUNTY = 5


@dataclass(frozen=True, slots=True)
class Staff:
    """工作人员: a demo user with one role."""

    login: str
    name: str
    role: Role


STAFF: tuple[Staff, ...] = (
    Staff("operator@demo.example", "演示管理员", Role.OPERATOR),
    Staff("reviewer@demo.example", "演示审核员", Role.REVIEWER),
    Staff("clerk1@demo.example", "演示结算员甲", Role.SETTLEMENT_CLERK),
    Staff("clerk2@demo.example", "演示结算员乙", Role.SETTLEMENT_CLERK),
    Staff("analyst@demo.example", "演示分析师", Role.INDEX_ANALYST),
    Staff("approver@demo.example", "演示审批人", Role.INDEX_APPROVER),
    Staff("editor1@demo.example", "演示编辑甲", Role.EDITOR),
    Staff("editor2@demo.example", "演示编辑乙", Role.EDITOR),
    Staff("keeper@demo.example", "演示仓管员", Role.WAREHOUSE_KEEPER),
    Staff("inspector@demo.example", "演示质检员", Role.INSPECTOR),
    Staff("auditor@demo.example", "演示审计员", Role.AUDITOR),
)


@dataclass(frozen=True, slots=True)
class Reporter:
    """报价员: a demo user who quotes the fruit of one county."""

    login: str
    name: str
    county_code: str


@dataclass(frozen=True, slots=True)
class Applicant:
    """会员: a demo user and the real-name data of the application."""

    login: str
    name: str
    kind: MemberKind
    county_code: str
    given: dict[str, str]


def password(secret_key: str) -> str:
    """Return the password of all demo users of this installation; it follows from its secret."""
    made = hmac.digest(secret_key.encode(), b"goldfruit/demo", hashlib.sha256)
    text = base64.b32encode(made).decode().lower()[:12]
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def login_for(act: Act) -> str | None:
    """Return the first demo user whose role allows ``act``; None if none does."""
    return next((one.login for one in STAFF if act in PERMISSIONS[one.role]), None)


def sign_ins() -> list[tuple[str, str]]:
    """Return (login, what that user is) of the users that a visitor may sign in as."""
    shown = [(one.login, ROLE_TITLES[one.role]) for one in STAFF]
    grower, wholesaler = applicants(Random(0))[0], applicants(Random(0))[-4]  # noqa: S311
    return [
        (grower.login, "果农"),
        (wholesaler.login, "批发商"),
        (reporters()[0].login, f"报价员（{COUNTIES[reporters()[0].county_code]}）"),
        *shown,
    ]


def reporters() -> list[Reporter]:
    """Return five reporters a county."""
    return [
        Reporter(f"reporter{10 * place + number}@demo.example", f"{county}报价员{number}", code)
        for place, (code, county) in enumerate(COUNTIES.items(), start=1)
        for number in range(1, REPORTERS_A_COUNTY + 1)
    ]


def applicants(random: Random) -> list[Applicant]:
    """Return the members of the demo market: growers, cooperatives, wholesalers, agents."""
    found: list[Applicant] = []
    for place, (code, county) in enumerate(COUNTIES.items(), start=1):
        for number in (1, 2):
            person = f"{county[0]}{'建国安平'[number]}"
            given = {"person_name": person, **_person(random, code), **_bank(random)}
            found.append(
                Applicant(
                    f"grower{10 * place + number}@demo.example",
                    person,
                    MemberKind.GROWER,
                    code,
                    given,
                )
            )
        found.append(
            Applicant(
                f"coop{place}@demo.example",
                f"{county}合作社",
                MemberKind.COOPERATIVE,
                code,
                {
                    "firm_name": f"{county}县演示苹果专业合作社",
                    "uscc": _uscc(random, "93", code),
                    "person_name": f"{county[0]}社长",
                    **_person(random, code),
                    **_bank(random),
                },
            )
        )
    for place, city in enumerate(("西安", "郑州", "广州", "成都", "杭州", "武汉"), start=1):
        found.append(
            Applicant(
                f"wholesaler{place}@demo.example",
                f"{city}批发商",
                MemberKind.ENTERPRISE,
                "610402",
                {
                    "firm_name": f"{city}演示果品有限公司",
                    "uscc": _uscc(random, "91", "610402"),
                    "person_name": f"{city[0]}经理",
                    **_person(random, "610402"),
                    **_bank(random),
                },
            )
        )
    return found


def _person(random: Random, county_code: str) -> dict[str, str]:
    born = f"{random.randint(1958, 1992)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    digits = f"{county_code}{born}{random.randint(1, 999):03d}"
    return {"id_number": digits + id_check_digit(digits)}


def _uscc(random: Random, kind: str, county_code: str) -> str:
    body = "".join(random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    text = f"{kind}{county_code}{body}"
    return text + uscc_check_character(text)


def _bank(random: Random) -> dict[str, str]:
    digits = "".join(str(random.randint(0, 9)) for _ in range(15))
    return {"bank_name": "演示农村商业银行", "bank_account": f"6217{digits}"}
