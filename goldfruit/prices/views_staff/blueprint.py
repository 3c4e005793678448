"""What these pages share: the blueprint, forms told wrong beside a field, acts of either kind."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError

from goldfruit.infra.work import Work
from goldfruit.kernel.errors import Clash, NotAllowed, NotFound, Refusal, RuleBroken
from goldfruit.web import guard
from goldfruit.web.forms import submit

P = ParamSpec("P")
R = TypeVar("R")

blueprint = Blueprint("prices_staff", __name__)

WHOLE = "form"
"""The key of what concerns the form as a whole."""

TOLD_ON_PAGE = (RuleBroken, Clash, NotAllowed, NotFound)

FIELD_OF = {
    "quote-out-of-range": "mostly",
    "quote-out-of-order": "mostly",
    "reason-needed": "reason",
    "cause-unknown": "cause",
    "no-such-index": "index_code",
    "no-days-to-run": "first",
    "already-published": "first",
    "definition-too-late": "effective_from",
    "not-published": "day",
}
"""Beside which field a refusal is told."""


def read_form(schema: type[Schema]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the form sent and what is wrong with it, by field."""
    try:
        given: dict[str, Any] = schema(unknown=EXCLUDE).load(request.form.to_dict())
    except ValidationError as wrong:
        messages: Any = wrong.messages
        found = messages if isinstance(messages, dict) else {WHOLE: messages}
        return {}, {str(field): _(_first(said)) for field, said in found.items()}
    return given, {}


def beside(refusal: Refusal) -> dict[str, str]:
    """Return what a refusal says, by the field that it concerns."""
    return {FIELD_OF.get(refusal.code, WHOLE): told(refusal)}


def told(refusal: Refusal) -> str:
    """Return what a refusal says, in the reader's language."""
    return f"{_(refusal.title)}。{_(refusal.detail).format(**refusal.members())}"


def needs_either(*acts: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a page that those may see who may do any of ``acts``."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            guard.person()
            if not any(guard.may(act) for act in acts):
                raise guard.NotYourRole
            return view(*args, **kwargs)

        guarded.needs = " ".join(acts)  # type: ignore[attr-defined]
        return guarded

    return wrap


def done_or_told(
    name: str, command: Callable[[Work], Any], said: str, to: str
) -> ResponseReturnValue:
    """Perform ``command``, say ``said`` or what was refused, and go to ``to``."""
    try:
        submit(name, command)
    except TOLD_ON_PAGE as refusal:
        flash(told(refusal), "refusal")
    else:
        flash(said, "done")
    return redirect(to, code=303)


def _first(said: Any) -> str:
    while isinstance(said, dict | list):
        said = next(iter(said.values() if isinstance(said, dict) else said))
    return str(said)
