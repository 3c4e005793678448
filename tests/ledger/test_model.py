"""The ledger against a plain dict: whatever happens in whatever order, they agree to the fen."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from goldfruit.infra.work import Actor, Exchange, Work
from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.units import Money
from goldfruit.ledger import queries, verification
from goldfruit.ledger import services as ledger
from goldfruit.ledger.rules.holds import HoldReason

START = datetime(2025, 10, 9, 1, 0, tzinfo=UTC)
MEMBERS = st.integers(1, 3)
AMOUNTS = st.integers(1, 400)
ASKER, APPROVER = 1, Actor(2, "复核")
OFFSET = 0


class LedgerMachine(RuleBasedStateMachine):
    """Deposits, holds, parts of holds, withdrawals, reversals and repeats."""

    exchange: Exchange

    def __init__(self) -> None:
        super().__init__()
        global OFFSET  # noqa: PLW0603 (each example has members of its own in one database)
        OFFSET += 10
        self.base = OFFSET
        self.free: Counter[int] = Counter()
        self.leaving: Counter[int] = Counter()
        self.holds: list[tuple[int, int, int]] = []
        self.deposits: list[tuple[int, int, int]] = []
        self.steps = 0

    def cause(self) -> str:
        self.steps += 1
        return f"{self.base}:{self.steps}"

    def twice(self, deed, fits: bool, actor: Actor = APPROVER):  # type: ignore[no-untyped-def]
        """Do it, and once more: the second time changes nothing; refused, neither does."""
        found = None
        for _ in range(2):
            try:
                with self.exchange.begin(actor) as work:
                    found = deed(work)
            except Refusal:
                assert not fits
                return None
        assert fits
        return found

    @rule(member=MEMBERS, amount=AMOUNTS)
    def pay_in(self, member: int, amount: int) -> None:
        member, cause = self.base + member, self.cause()
        made = self.twice(
            lambda work: ledger.post(work, "E01", cause=cause, member=member, amount=Money(amount)),
            fits=True,
        )
        self.free[member] += amount
        self.deposits.append((made.entry_id, member, amount))

    @rule(member=MEMBERS, amount=AMOUNTS)
    def place(self, member: int, amount: int) -> None:
        member, cause = self.base + member, self.cause()

        def deed(work: Work) -> int:
            return ledger.hold(
                work,
                member=member,
                amount=Money(amount),
                reason=HoldReason.BID,
                deadline=START + timedelta(days=1),
                cause=cause,
            )

        if number := self.twice(deed, fits=self.free[member] >= amount):
            self.free[member] -= amount
            self.holds.append((number, member, amount))

    @rule(which=st.integers(0, 50), amount=AMOUNTS, way=st.sampled_from(["E04", "E07", "E13"]))
    def take(self, which: int, amount: int, way: str) -> None:
        if not self.holds:
            return
        place = which % len(self.holds)
        number, member, remaining = self.holds[place]
        cause, part, payee = self.cause(), Money(amount), self.base + 9

        def deed(work: Work) -> object:
            if way == "E04":
                return ledger.release(work, hold_id=number, amount=part, cause=cause)
            if way == "E07":
                return ledger.apply(work, hold_id=number, contract=1, amount=part, cause=cause)
            return ledger.forfeit(
                work, hold_id=number, code=way, buyer=member, seller=payee, amount=part, cause=cause
            )

        if self.twice(deed, fits=remaining >= amount):
            self.holds[place] = (number, member, remaining - amount)
            self.free[member] += amount if way == "E04" else 0
            self.free[payee] += amount if way == "E13" else 0

    @rule(member=MEMBERS, amount=AMOUNTS)
    def pay_out(self, member: int, amount: int) -> None:
        member, cause = self.base + member, self.cause()

        def deed(work: Work) -> object:
            return ledger.post(work, "E02a", cause=cause, member=member, amount=Money(amount))

        if self.twice(deed, fits=self.free[member] >= amount):
            self.free[member] -= amount
            self.leaving[member] += amount

    @rule(which=st.integers(0, 50))
    def undo(self, which: int) -> None:
        if not self.deposits:
            return
        entry, member, amount = self.deposits[which % len(self.deposits)]
        deed = lambda work: ledger.reverse(work, entry_id=entry, asked_by=ASKER, memo="")  # noqa: E731
        if self.twice(deed, fits=self.free[member] >= amount):
            self.free[member] -= amount
            self.deposits.remove((entry, member, amount))

    @invariant()
    def agrees(self) -> None:
        with self.exchange.reading() as work:
            for member in range(self.base + 1, self.base + 10):
                funds = queries.money_of(work.session, member)
                held = sum(left for _, owner, left in self.holds if owner == member)
                assert (funds.free.fen, funds.leaving.fen, funds.held.fen) == (
                    self.free[member],
                    self.leaving[member],
                    held,
                )

    def teardown(self) -> None:
        with self.exchange.reading() as work:
            assert verification.verify(work.session).faults == []


def test_the_ledger_and_a_plain_dict_agree(exchange: Exchange) -> None:
    machine = type("Machine", (LedgerMachine,), {"exchange": exchange})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_model_notices_a_ledger_that_loses_a_fen(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = queries.money_of

    def short(session, member_id):  # type: ignore[no-untyped-def]
        funds = honest(session, member_id)
        return type(funds)(
            *(Money(max(0, getattr(funds, name).fen - 1)) for name in funds.__slots__)
        )

    monkeypatch.setattr(queries, "money_of", short)
    machine = type("Machine", (LedgerMachine,), {"exchange": exchange})

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            machine, settings=settings(max_examples=5, stateful_step_count=10, deadline=None)
        )
