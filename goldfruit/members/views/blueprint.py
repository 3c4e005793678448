"""What the pages of members share: the blueprint, and forms told wrong beside a field."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError

from goldfruit.kernel.errors import Refusal

blueprint = Blueprint("members", __name__)

WHOLE = "form"
"""The key of what concerns the form as a whole."""

FIELD_OF = {
    "login-wrong": "login",
    "login-taken": "login",
    "name-wrong": "name",
    "password-weak": "password",
    "id-number-wrong": "id_number",
    "too-young": "id_number",
    "uscc-wrong": "uscc",
    "county-unknown": "county_code",
    "reason-missing": "reason",
}
"""Beside which field a refusal is told."""


def read_form(schema: type[Schema]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the form sent and what is wrong with it, by field; keys of ours are left out."""
    try:
        given: dict[str, Any] = schema(unknown=EXCLUDE).load(_sent(schema))
    except ValidationError as wrong:
        return {}, {field: _(_first(said)) for field, said in _by_field(wrong).items()}
    return given, {}


def beside(refusal: Refusal) -> dict[str, str]:
    """Return what a refusal says, by the field that it concerns."""
    told = {
        name: _(value) if isinstance(value, str) and value else value
        for name, value in refusal.members().items()
    }
    said = _(refusal.detail).format(**told)
    field = getattr(refusal, "item", None) or FIELD_OF.get(refusal.code, WHOLE)
    return {field: _("%(title)s。%(said)s", title=_(refusal.title), said=said)}


def _sent(schema: type[Schema]) -> dict[str, Any]:
    lists = {name for name, field in schema().fields.items() if hasattr(field, "inner")}
    return {
        name: request.form.getlist(name) if name in lists else value
        for name, value in request.form.items()
    }


def _by_field(wrong: ValidationError) -> dict[str, Any]:
    found: Any = wrong.messages
    return found if isinstance(found, dict) else {WHOLE: found}


def _first(said: Any) -> str:
    while isinstance(said, dict | list):
        said = next(iter(said.values() if isinstance(said, dict) else said))
    return str(said)
