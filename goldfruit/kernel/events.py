"""Facts (事实): everything that can happen on the exchange, in the order it happens.

An event is announced by the stage where it happens, written to ``facts`` in the
same transaction, and answered by the reactions that ``wiring.py`` lists. Bodies
hold ids and figures, never names, numbers of identity cards or phones.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime

from goldfruit.kernel.digests import Json, instant_text
from goldfruit.kernel.units import Money, Price, Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are named in the past tense."""

    def body(self) -> dict[str, Json]:
        """Return the event's fields as exact JSON, units in their names."""
        return dict(_spelled(field.name, getattr(self, field.name)) for field in fields(self))


# members


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSignedUp(Event):
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberApplied(Event):
    member_id: int
    user_id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberReviewed(Event):
    member_id: int
    approved: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Event):
    user_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleWithdrawn(Event):
    user_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleProposed(Event):
    user_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSeated(Event):
    member_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUnseated(Event):
    member_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityShown(Event):
    member_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    user_id: int
    session_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(Event):
    user_id: int
    token_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    user_id: int
    token_id: int


# ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPosted(Event):
    entry_id: int
    code: str
    cause: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced(Event):
    hold_id: int
    member_id: int
    amount: Money
    reason: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    hold_id: int
    outcome: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMovementPrepared(Event):
    movement_id: int
    direction: str
    amount: Money
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMovementDecided(Event):
    movement_id: int
    outcome: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDayOpened(Event):
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDayClosed(Event):
    day: date
    entries: int
    digest: str


# prices


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteReported(Event):
    observation_id: int
    day: date
    cell: str
    mostly: Price


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationJudged(Event):
    observation_id: int
    verdict: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotesImported(Event):
    import_id: int
    market: str
    rows: int
    read: int
    file_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDefined(Event):
    index_code: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputsFrozen(Event):
    run_id: int
    index_code: str
    first_day: date
    last_day: date
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCalculated(Event):
    run_id: int
    index_code: str
    results_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMoved(Event):
    run_id: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPublished(Event):
    run_id: int
    index_code: str
    first_day: date
    last_day: date
    values: int
    value: str | None
    status: str
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFinalised(Event):
    index_code: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCorrected(Event):
    index_code: str
    day: date
    rev: int
    before: str | None
    after: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportersScored(Event):
    month: date
    reporters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionProposed(Event):
    index_code: str
    version: int
    effective_from: date
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketConsultationDue(Event):
    index_code: str
    version: int
    opens: date
    effect_not_before: date


# newsroom


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDrafted(Event):
    article_id: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePublished(Event):
    article_id: int
    revision: int


# the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLoaded(Event):
    year: int
    spans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDone(Event):
    job: str
    as_of: datetime
    outcome: str


def _spelled(name: str, value: object) -> tuple[str, Json]:
    if isinstance(value, Money):
        return f"{name}_fen", value.fen
    if isinstance(value, Price):
        return f"{name}_yuan_per_tonne", value.yuan_per_tonne
    if isinstance(value, Weight):
        return f"{name}_g", value.grams
    if isinstance(value, datetime):
        return name, instant_text(value)
    if isinstance(value, date):
        return name, value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return name, value
    raise TypeError(f"{name}: a fact holds no {type(value).__name__}")
