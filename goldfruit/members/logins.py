"""Sign-in names (登录名): a phone number in E.164 or an e-mail address, each in one spelling."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

from goldfruit.kernel.errors import RuleBroken
from goldfruit.members.rules.masking import masked_email, masked_phone

HOME = "CN"
LENGTH_MAX = 200

_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII)


@dataclass(eq=False)
class LoginWrong(RuleBroken):
    """What was given is neither a phone number nor an e-mail address."""

    code = "login-wrong"
    title = "手机号或邮箱有误"
    detail = "请填写可用的手机号码（如 13800138000）或邮箱地址。"


@dataclass(frozen=True, slots=True)
class Login:
    """登录名: exactly one of the two is given."""

    phone: str | None = None
    email: str | None = None

    @property
    def text(self) -> str:
        """Return the one that is given."""
        return self.phone or self.email or ""

    @property
    def masked(self) -> str:
        """Return the login as others may see it: ``138****1234`` or ``z***@example.com``."""
        if self.phone:
            return masked_phone(self.phone.removeprefix("+86"))
        return masked_email(self.email or "")


def login(text: str) -> Login:
    """Return the phone or e-mail that ``text`` gives; full-width digits are taken as usual.

    Raises:
        LoginWrong: neither a possible number nor an address.
    """
    plain = unicodedata.normalize("NFKC", text[:LENGTH_MAX]).strip()
    if "@" in plain:
        address = plain.lower()
        if not _EMAIL.fullmatch(address):
            raise LoginWrong
        return Login(email=address)
    try:
        number = phonenumbers.parse(plain, HOME)
    except phonenumbers.NumberParseException as wrong:
        raise LoginWrong from wrong
    if not phonenumbers.is_valid_number(number):
        raise LoginWrong
    return Login(phone=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def login_text(text: str) -> str:
    """Return ``text`` in the spelling of a login, or as it stands if it is none.

    Sign-in asks this way, so that an impossible number is refused like an unknown one.
    """
    try:
        return login(text).text
    except LoginWrong:
        return text[:LENGTH_MAX]
