"""Members on the wire: shapes only, the same for forms and for the API."""

from typing import Any

from marshmallow import Schema, fields, validate

from goldfruit.members.queries import ACCOUNT
from goldfruit.members.rules.acts import Act
from goldfruit.members.rules.application import Item
from goldfruit.members.rules.membership import MemberKind, MemberState
from goldfruit.members.rules.roles import Role

REASONS = {
    "papers": "证照资料不清或不全",
    "mismatch": "填写内容与证照不一致",
    "bank": "银行账户与名称不符",
    "duplicate": "与已有会员重复",
    "not-eligible": "不符合入会条件",
}
TOLD: dict[str, Any] = {
    "required": "此项必填",
    "null": "此项必填",
    "invalid": "请检查此项的填写",
    "validator_failed": "请检查此项的填写",
}


def text(most: int, *, least: int = 1, required: bool = True, **more: Any) -> fields.String:
    """Return a field for text of ``least`` to ``most`` characters."""
    length = validate.Length(min=least if required else 0, max=most, error="请检查此项的长度")
    filled = [validate.Length(min=1, error="此项必填"), length] if required and least else [length]
    return fields.String(required=required, validate=filled, error_messages=TOLD, **more)


def yes() -> fields.Boolean:
    """Return a field that must be agreed to."""
    return fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="请先阅读并同意"),
        error_messages={**TOLD, "required": "请先阅读并同意"},
    )


def one_of(choices: Any) -> fields.String:
    """Return a field for one word of ``choices``."""
    words = validate.OneOf([str(each) for each in choices], error="请从列表中选择")
    return fields.String(required=True, validate=words, error_messages=TOLD)


class SignUpIn(Schema):
    """A new user, from a form or from the API."""

    login = text(200, metadata={"description": "Phone number or e-mail address"})
    name = text(60)
    password = text(200, load_only=True)
    agreed = yes()


class UserOut(Schema):
    """A user as oneself may see it; the password's hash is not among the fields."""

    id = fields.Integer()
    name = fields.String()
    login = fields.String(attribute="shown_login")


class SignInIn(Schema):
    """A sign-in."""

    login = text(200)
    password = text(200, load_only=True)


class TokenIn(SignInIn):
    """What a new token may do; the password is asked for again."""

    name = text(60)
    scopes = fields.List(
        one_of([ACCOUNT, *Act]),
        required=True,
        validate=validate.Length(min=1, error="请至少选择一项"),
        error_messages=TOLD,
    )
    days = fields.Integer(load_default=90, validate=validate.Range(1, 365))


class TokenOut(Schema):
    """A token without its secret."""

    id = fields.Integer()
    name = fields.String()
    scopes = fields.Function(lambda row: row.scopes.split())
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class NewTokenOut(TokenOut):
    """A token with its secret, shown once."""

    token = fields.String()


class SessionOut(Schema):
    """A session of one's own."""

    id = fields.Integer()
    device = fields.String()
    begun_at = fields.AwareDateTime()
    seen_at = fields.AwareDateTime()


class MeOut(Schema):
    """Who is asking, and what they may do."""

    user_id = fields.Integer()
    name = fields.String()
    roles = fields.List(fields.String())
    acts = fields.List(fields.String())
    member_id = fields.Integer(allow_none=True)
    member_state = fields.String(allow_none=True)


class PasswordIn(Schema):
    """A change of password."""

    password = text(200, load_only=True)
    new_password = text(200, load_only=True)


_ITEMS: dict[str, fields.Field[Any]] = {
    item.value: text(200, required=False, load_default="") for item in Item
}


class ApplicationIn(Schema.from_dict(_ITEMS, name="ApplicationItems")):  # type: ignore[misc]
    """An application: which data is needed depends on the kind; two consents are separate."""

    kind = one_of(MemberKind)
    county_code = text(6)
    agreed = yes()
    agreed_sensitive = yes()


class ReviewIn(Schema):
    """A reviewer's decision."""

    decision = one_of(["approve", "reject"])
    reason = fields.String(
        load_default="",
        validate=validate.OneOf(["", *REASONS], error="请从列表中选择"),
        error_messages=TOLD,
    )
    note = text(200, required=False, load_default="")


class MemberOut(Schema):
    """A member as others may see it: real-name data is not among the fields."""

    id = fields.Integer()
    kind = fields.String()
    name = fields.String()
    county_code = fields.String()
    state = fields.String()
    applied_at = fields.AwareDateTime()
    next_review_at = fields.AwareDateTime(allow_none=True)


class MembersQuery(Schema):
    """Which members to list, and from where."""

    state = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([str(s) for s in MemberState])
    )
    after = fields.Integer(load_default=0, validate=validate.Range(min=0))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class GrantIn(Schema):
    """A role for a user."""

    login = text(200)
    role = one_of(Role)


class InvitationIn(Schema):
    """An invitation to act for one's organisation."""

    login = text(200)


class GrantOut(Schema):
    """A role of a user; it holds once it is confirmed."""

    id = fields.Integer()
    user_id = fields.Integer()
    role = fields.String()
    given_at = fields.AwareDateTime()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)
