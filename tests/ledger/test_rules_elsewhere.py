"""Other ledgers' own test cases, as far as their operations are ours too.

A pending transfer is a hold, posting it is applying a part and releasing the
rest, voiding it is releasing it, and a tick of the clock lapses what is due.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.units import FEN_MAX, Money
from goldfruit.ledger.rules.entries import Entry, Legs, once
from goldfruit.ledger.rules.events import EVENTS
from goldfruit.ledger.rules.holds import Hold, HoldReason, HoldState, apply, lapse, place, release
from tests.places import SHARED_DATA, needs_shared_data

START = datetime(2026, 10, 8, 4, 0, tzinfo=UTC)
DAY = date(2026, 10, 8)
OURS = {
    "created": "done",
    "exists": "known",
    "exists_with_different_amount": "cause-reused",
    "exists_with_different_flags": "cause-reused",
    "exists_with_different_pending_id": "cause-reused",
    "exceeds_pending_transfer_amount": "hold-too-small",
    "pending_transfer_already_posted": "hold-over",
    "pending_transfer_already_voided": "hold-over",
    "pending_transfer_expired": "hold-over",
}


@dataclass
class Replay:
    """What the steps of one case have made so far."""

    now: datetime = START
    plain: Money = Money(0)  # noqa: RUF009
    holds: dict[str, Hold] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    def tick(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for name, hold in self.holds.items():
            if hold.is_due(self.now):
                self.holds[name] = lapse(hold, self.now)

    def take(self, step: dict[str, str]) -> str:
        try:
            return self._take(step)
        except Refusal as refusal:
            return refusal.code

    def _take(self, step: dict[str, str]) -> str:
        name, amount = step["id"], Money(int(step["amount"]))
        if "pending" in step:
            seconds = int(step.get("timeout_s", 0)) or 10**6
            self.holds[name] = place(
                member=1,
                reason=HoldReason.CONTRACT,
                cause=name,
                deadline=self.now + timedelta(seconds=seconds),
                amount=amount,
                now=self.now,
            )
            return "done"
        if "pending_id" not in step:
            self.plain += amount
            return "done"
        return self._end(step, name, amount)

    def _end(self, step: dict[str, str], name: str, amount: Money) -> str:
        hold = self.holds[step["pending_id"]]
        part = hold.amount if step["amount"] == "-0" else amount
        part = Money(FEN_MAX) if part < Money(0) else part
        event = "E07" if "post" in step else "E04"
        legs: Legs = ()
        if part:
            ids = {"buyer": 1, "contract": int(step["pending_id"][1:])}
            ids = ids if event == "E07" else {"member": 1}
            legs = EVENTS[event].legs(amount=part, **ids)
        if once(self.entries.get(name), event=event, cause=name, legs=legs):
            return "known"
        if part:
            hold = (apply if event == "E07" else release)(hold, part)
        self.holds[step["pending_id"]] = release(hold) if hold.remaining else hold
        self.entries[name] = Entry(len(self.entries) + 1, event, name, DAY, legs)
        return "done"

    def shown(self) -> dict[str, str]:
        standing = [hold for hold in self.holds.values() if hold.state is HoldState.PLACED]
        pending = Money.sum(hold.remaining for hold in standing)
        posted = self.plain + Money.sum(hold.applied for hold in self.holds.values())
        return {"pending": str(pending.fen), "posted": str(posted.fen)}


def cases(name: str) -> Any:
    path = SHARED_DATA / "ledger" / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def is_ours(step: dict[str, str]) -> bool:
    foreign = {"linked", "balancing_debit", "balancing_credit", "closing_debit", "closing_credit"}
    both = "post" in step and "void" in step
    return step["result"] in OURS and "amount" in step and not foreign & step.keys() and not both


@needs_shared_data
@pytest.mark.parametrize(
    ("case", "steps_ours"),
    [("TB-create/lookup 2-phase transfers", 41), ("TB-create/lookup expired transfers", 18)],
)
def test_two_phase_transfers_end_as_they_do_elsewhere(case: str, steps_ours: int) -> None:
    [steps] = [each["steps"] for each in cases("tigerbeetle_cases.json") if each["id"] == case]
    replay, judged = Replay(), 0
    for place_, step in enumerate(steps):
        if step["op"] == "tick":
            replay.tick(int(step["arg"].split()[0]))
        elif step["op"] == "expect_account":
            side = "debits" if step["id"] == "A1" else "credits"
            seen = {key: step[f"{side}_{key}"] for key in ("pending", "posted")}
            assert replay.shown() == seen, place_
            judged += 1
        elif step["op"] == "create_transfer" and is_ours(step):
            assert replay.take(step) == OURS[step["result"]], (place_, step)
            judged += 1
    assert judged == steps_ours
