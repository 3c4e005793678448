"""The running exchange, as requests see it: its unit of work and its sequencer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from flask import current_app

from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import Exchange, Work
from goldfruit.web import guard

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Running:
    """One process's exchange and its writer."""

    exchange: Exchange
    sequencer: Sequencer


def running() -> Running:
    """Return the exchange of the current application."""
    found: Running = current_app.extensions["goldfruit"]
    return found


def perform(command: Callable[[Work], T]) -> T:
    """Run ``command`` for the present actor, in arrival order; return its answer, committed.

    Raises:
        Refusal: what the command refused; nothing was written.
    """
    return running().sequencer.perform(command, guard.actor())


@contextmanager
def reading() -> Iterator[Work]:
    """Yield a unit of work that only reads, for the present actor."""
    with running().exchange.reading(guard.actor()) as work:
        yield work
