"""The unit of work (工作单元): one command, one transaction, its facts and its reactions.

A service takes a :class:`Work`, never commits, and announces what happened. The
edge commits: all rows, all reactions and the facts together, or nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from goldfruit.infra import facts
from goldfruit.infra.db import OutcomeUnknown, committed
from goldfruit.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts (行为人): a user, or the machine for what the clock does."""

    user_id: int | None
    name: str

    @property
    def key(self) -> str:
        """Return the actor as facts and idempotency scopes name it: ``user:7`` or ``system``."""
        return self.name if self.user_id is None else f"user:{self.user_id}"


SYSTEM = Actor(user_id=None, name="system")
GUEST = Actor(user_id=None, name="guest")


@dataclass(slots=True)
class Work:
    """What a service may know of the world: the session, the instant, the actor."""

    session: Session
    now: datetime
    actor: Actor
    reactions: "Reactions"
    announced: list[facts.Announced] = field(default_factory=list)

    def announce(self, event: Event) -> None:
        """Record that ``event`` happened and let its reactions happen, in this transaction."""
        self.announced.append(facts.Announced(event, self.now, self.actor.key))
        for react in self.reactions.get(type(event), ()):
            react(event, self)


Reaction: TypeAlias = "Callable[[Event, Work], None]"
Reactions: TypeAlias = "Mapping[type[Event], Sequence[Reaction]]"


def utc_now() -> datetime:
    """Return the present instant; only the edge calls it."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Exchange:
    """One running exchange (交易系统): its database, its clock and its reactions."""

    engine: Engine
    reactions: Reactions
    clock: Callable[[], datetime] = utc_now

    @contextmanager
    def begin(self, actor: Actor = SYSTEM, now: datetime | None = None) -> Iterator[Work]:
        """Yield a Work; commit on leaving, roll everything back on an exception.

        Raises:
            OutcomeUnknown: it may be committed, or on one disk only; do not do it again blindly.
        """
        with self.engine.connect() as connection:
            connection.begin()
            with Session(connection, expire_on_commit=False) as session:
                work = Work(session, now or self.clock(), actor, self.reactions)
                yield work
                session.flush()
                facts.append(session, work.announced)
                session.commit()
            if not committed(connection):
                raise OutcomeUnknown

    @contextmanager
    def reading(self, actor: Actor = GUEST, now: datetime | None = None) -> Iterator[Work]:
        """Yield a Work that only reads: no lock is taken, nothing can be announced."""
        reader = self.engine.execution_options(read_only=True)
        with Session(reader, expire_on_commit=False, autoflush=False) as session:
            yield Work(session, now or self.clock(), actor, {})
            if session.new or session.dirty or session.deleted:
                raise RuntimeError("a reading unit of work was asked to write")
