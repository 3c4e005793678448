"""Refusals (拒绝): what the exchange says no to, in the member's language.

A refusal is an expected answer, not a bug. Its family fixes the HTTP status;
``code`` names it for programs and for ``docs/problems/<code>.md``; ``title``
and ``detail`` are what the member reads, and ``detail`` says what to do next.
The fields of a refusal become members of the problem document.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar


@dataclass(eq=False)
class Refusal(Exception):
    """The base of all refusals. Raise a subclass of one of the four families."""

    code: ClassVar[str] = ""
    title: ClassVar[str] = ""
    detail: ClassVar[str] = ""
    status: ClassVar[int] = 422

    def members(self) -> dict[str, str | int | bool | list[str] | None]:
        """Return the refusal's own fields as plain JSON values, units in their names."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def explanation(self) -> str:
        """Return ``detail`` with this refusal's values put in."""
        return self.detail.format(**self.members())

    def __str__(self) -> str:
        said = self.explanation()
        return f"{self.title}：{said}" if said else self.title


class NotFound(Refusal):
    """Nothing there under that name, for this reader (404)."""

    status = 404


class NotAllowed(Refusal):
    """The person may not do this (403)."""

    status = 403


class Clash(Refusal):
    """The state of things does not allow it now (409)."""

    status = 409


class RuleBroken(Refusal):
    """The request breaks a rule and can be mended by the sender (422)."""

    status = 422


def _plain(value: Any) -> str | int | bool | list[str] | None:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [str(item) for item in value]
    return str(value)
