"""The ledger on the wire: shapes only, the same for forms and for the API."""

from typing import Any

from marshmallow import Schema, fields, validate

from goldfruit.ledger.rules.accounts import CODES
from goldfruit.web.fields import AmountYuan

LIMIT_MAX = 200
NUMBER_MAX = 2**62
KINDS = ("in", "out", "unknown", "identified", "returned")


def number(**more: Any) -> fields.Integer:
    """Return a field for the number of a record."""
    return fields.Integer(
        validate=validate.Range(min=1, max=NUMBER_MAX, error="请检查编号"),
        error_messages={"invalid": "请检查编号", "required": "此项必填"},
        **more,
    )


def limit() -> fields.Integer:
    """Return a field for how many rows a page has."""
    return fields.Integer(load_default=50, validate=validate.Range(min=1, max=LIMIT_MAX))


class LedgerPage(Schema):
    """A page of a list: the cursor of the page before, and how many rows."""

    after = number(load_default=None)
    limit = limit()


class AccountsQuery(Schema):
    """A page of accounts: names after ``after``, in order."""

    after = fields.String(load_default="", validate=validate.Length(max=60))
    limit = limit()


class FactsQuery(Schema):
    """A page of the facts feed: numbers above ``after``, of one name where given."""

    after = fields.Integer(
        load_default=0, validate=validate.Range(min=0, max=NUMBER_MAX, error="请检查编号")
    )
    limit = limit()
    name = fields.String(load_default=None, validate=validate.Length(max=60))


class LegOut(Schema):
    """A leg: on an account of the reader, or by its code where it is another's."""

    account = fields.String()
    title = fields.String()
    side = fields.String()
    amount = AmountYuan(data_key="amount_yuan")


class EntryOut(Schema):
    """An entry with all of its legs; other members' numbers are not among the fields."""

    id = fields.Integer()
    code = fields.String()
    title = fields.String()
    day = fields.Date()
    memo = fields.String()
    posted_at = fields.AwareDateTime()
    digest = fields.String()
    legs = fields.List(fields.Nested(LegOut))


class AccountOut(Schema):
    """An account with its balance on the growing side."""

    name = fields.String()
    code = fields.String()
    title = fields.Function(lambda row: CODES[row.code].title)
    balance = AmountYuan(data_key="balance_yuan")


class HoldOut(Schema):
    """A hold: how much, what for, until when, and what became of it."""

    id = fields.Integer()
    amount = AmountYuan(data_key="amount_yuan")
    released = AmountYuan(data_key="released_yuan")
    applied = AmountYuan(data_key="applied_yuan")
    forfeited = AmountYuan(data_key="forfeited_yuan")
    reason = fields.String()
    deadline = fields.AwareDateTime()
    ended_by = fields.String()
    state = fields.String()


class MovementIn(Schema):
    """A cash movement that a clerk prepares, or a payment out that a member asks for.

    Money of nobody known has no member. A receipt in suspense is named by ``origin``: with a
    member it is claimed, without one it is sent back.
    """

    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error="请从列表中选择"))
    member = number(load_default=None, allow_none=True)
    origin = number(load_default=None, allow_none=True)
    amount = AmountYuan(load_default=None, data_key="amount_yuan")
    serial = fields.String(load_default="", validate=validate.Length(max=60))
    memo = fields.String(load_default="", validate=validate.Length(max=60, error="最多 60 个字"))


class CashIn(Schema):
    """The clerk's form: what came in or goes out, whose, and the bank's serial."""

    kind = fields.String(
        required=True, validate=validate.OneOf(("in", "out", "unknown"), error="请从列表中选择")
    )
    member = number(load_default=None, allow_none=True)
    amount = AmountYuan(
        required=True, data_key="amount_yuan", error_messages={"required": "此项必填"}
    )
    serial = fields.String(
        required=True,
        validate=validate.Length(min=1, max=60, error="此项必填"),
        error_messages={"required": "此项必填"},
    )
    memo = fields.String(load_default="", validate=validate.Length(max=60, error="最多 60 个字"))


class AmountIn(Schema):
    """An amount that a member asks to be paid out."""

    amount = AmountYuan(
        required=True, data_key="amount_yuan", error_messages={"required": "此项必填"}
    )


class BankSerialIn(Schema):
    """The bank's serial of a payment out."""

    serial = fields.String(required=True, validate=validate.Length(min=1, max=60))


class CashFailureIn(Schema):
    """Why a movement did not happen."""

    reason = fields.String(
        required=True,
        validate=validate.Length(min=1, max=60, error="请写明原因，最多 60 个字"),
        error_messages={"required": "请写明原因"},
    )


class MovementOut(Schema):
    """A cash movement as clerks, auditors and its own member may see it."""

    id = fields.Integer()
    kind = fields.String()
    member_id = fields.Integer(allow_none=True)
    origin_id = fields.Integer(allow_none=True)
    amount = AmountYuan(data_key="amount_yuan")
    serial = fields.String(allow_none=True)
    memo = fields.String()
    state = fields.String()
    applied_at = fields.AwareDateTime(allow_none=True)
    prepared_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(allow_none=True)


class FactOut(Schema):
    """A fact: number, name, when, by whom, its body and its digest in the chain."""

    no = fields.Integer()
    name = fields.String()
    recorded_at = fields.AwareDateTime()
    actor = fields.String(allow_none=True)
    body = fields.String(allow_none=True)
    digest = fields.String()
