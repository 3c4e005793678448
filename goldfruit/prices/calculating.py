"""Calculation beside the writer (旁路计算): a long run holds up no other command.

A run is frozen in one command, calculated by a thread of its own, and stored in another command.
A run that stays frozen because its process ended is taken up again by the next look at it.
"""

import threading
from datetime import date

import structlog
from flask import current_app

from goldfruit.infra.work import Actor, Work
from goldfruit.kernel.errors import Refusal
from goldfruit.prices.models import IndexRun
from goldfruit.prices.queries import runs
from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.outcomes import Outcome
from goldfruit.prices.rules.publication import RunState
from goldfruit.prices.services import runs as running
from goldfruit.web import guard
from goldfruit.web.exchange import Running
from goldfruit.web.exchange import running as present

log = structlog.get_logger()

INLINE_DAYS = 31
"""A run over no more calendar days is calculated in the command that freezes it."""

_one_at_a_time = threading.Lock()


def start(work: Work, *, index_code: str, first: date, last: date) -> IndexRun:
    """Freeze a run as of now and return it, calculated if it is short; see :func:`go_on`.

    Raises:
        NoSuchIndex, NoDaysToRun, AlreadyPublished: as for any run.
    """
    run = running.freeze(work, index_code=index_code, first=first, last=last, as_of=work.now)
    if (run.last_day - run.first_day).days < INLINE_DAYS:
        running.calculate(work, run)
    return run


def go_on(run_id: int) -> None:
    """Calculate the run if it is frozen and nobody of this process does; returns at once."""
    going: set[int] = current_app.extensions.setdefault("calculating", set())
    if run_id in going:
        return
    going.add(run_id)
    begun = threading.Thread(
        target=_work_off, args=(present(), guard.actor(), run_id, going), name=f"run-{run_id}"
    )
    begun.daemon = True
    begun.start()


def _work_off(here: Running, actor: Actor, run_id: int, going: set[int]) -> None:
    try:
        with _one_at_a_time:
            _calculate(here, actor, run_id)
    except Refusal as refusal:
        log.warning("run-refused", run=run_id, code=refusal.code)
    except Exception:
        log.exception("run-broken", run=run_id)
    finally:
        going.discard(run_id)


def _calculate(here: Running, actor: Actor, run_id: int) -> None:
    with here.exchange.reading(actor) as work:
        run = runs.by_id(work.session, run_id)
        if run.state != RunState.FROZEN.value:
            return
        definition = runs.definition_of(work.session, run)
        inputs = runs.inputs(work.session, run)
    outcome = calculate(definition, inputs)
    here.sequencer.perform(lambda work: _store(work, run_id, definition, outcome), actor)


def _store(work: Work, run_id: int, definition: Definition, outcome: Outcome) -> None:
    run = running.locked(work, run_id)
    if run.state == RunState.FROZEN.value:
        running.store(work, run, definition, outcome)
