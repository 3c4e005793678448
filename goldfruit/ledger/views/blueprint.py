"""What the pages of the ledger share: the blueprint, words of the trade, forms told wrong."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import EXCLUDE, Schema, ValidationError

from goldfruit.kernel.errors import Refusal

blueprint = Blueprint("ledger", __name__)

PAGE = 50
WHOLE = "form"

KIND_WORDS = {
    "in": _l("入金"),
    "out": _l("出金"),
    "unknown": _l("不明来款"),
    "identified": _l("来款认领"),
    "returned": _l("来款退回"),
}
STATE_WORDS = {
    "applied": (_l("待银行办理"), "wait"),
    "prepared": (_l("待复核"), "wait"),
    "confirmed": (_l("已记账"), "ok"),
    "failed": (_l("未成功"), "bad"),
}
REASON_WORDS = {
    "bid": _l("应价保证金"),
    "pick": _l("摘牌保证金"),
    "order": _l("委托保证金"),
    "tender": _l("投标保证金"),
    "contract": _l("合同履约保证金"),
}
_FIELD_OF = {
    "amount-out-of-bounds": "amount_yuan",
    "funds-short": "amount_yuan",
    "bank-serial-wrong": "serial",
    "bank-serial-used": "serial",
    "no-such-member": "member",
}


def read_form(schema: type[Schema]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the form sent and what is wrong with it, by field; empty fields are absent."""
    sent = {name: value.strip() for name, value in request.form.items() if value.strip()}
    try:
        given: dict[str, Any] = schema(unknown=EXCLUDE).load(sent)
    except ValidationError as wrong:
        told: Any = wrong.messages
        return {}, {field: _(_first(said)) for field, said in told.items()}
    return given, {}


def beside(refusal: Refusal) -> dict[str, str]:
    """Return what a refusal says, by the field that it concerns."""
    said = _(refusal.detail).format(**refusal.members())
    return {_FIELD_OF.get(refusal.code, WHOLE): f"{_(refusal.title)}。{said}"}


def _first(said: Any) -> str:
    while isinstance(said, dict | list):
        said = next(iter(said.values() if isinstance(said, dict) else said))
    return str(said)
