"""The facts feed (事实流): what of a fact each reader may see.

Whoever may read the audit sees all. Everyone else sees every number, name, instant and digest,
so that the chain's numbers are whole for all; actor and body only of facts that are about the
market as a whole. A name that is not listed here shows no body: new facts are private at first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from goldfruit.infra.facts import Fact

PUBLIC = frozenset(
    {
        "ledger-day-opened",
        "ledger-day-closed",
        "quotes-imported",
        "index-defined",
        "inputs-frozen",
        "index-calculated",
        "run-moved",
        "index-published",
        "index-finalised",
        "index-corrected",
        "report-drafted",
        "article-published",
        "job-done",
    }
)
"""Names of facts whose bodies hold no member's, user's or reporter's number."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact as a reader may see it; None where the field is not for them."""

    no: int
    name: str
    recorded_at: datetime
    actor: str | None
    body: str | None
    digest: str


def shown(facts: Sequence[Fact], *, all_of_it: bool) -> list[Shown]:
    """Return ``facts`` as a reader may see them."""
    return [
        Shown(
            no=fact.no,
            name=fact.name,
            recorded_at=fact.recorded_at,
            actor=fact.actor if all_of_it else None,
            body=fact.body if all_of_it or fact.name in PUBLIC else None,
            digest=fact.digest,
        )
        for fact in facts
    ]
