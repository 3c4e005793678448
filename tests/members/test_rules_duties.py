"""Membership, roles, acts and the pace of signing in."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.members.rules import membership
from goldfruit.members.rules.acts import (
    PERMISSIONS,
    READS,
    Act,
    NotPermitted,
    SecondPersonNeeded,
    permits,
    require,
    second_person,
)
from goldfruit.members.rules.membership import (
    KIND_TITLES,
    MOVES,
    STATE_TITLES,
    MemberCannotMove,
    MemberKind,
    MemberState,
    may_be_reviewed,
    may_trade,
)
from goldfruit.members.rules.roles import (
    EXCLUSIONS,
    ROLE_TITLES,
    TRADERS,
    Role,
    RolesExclude,
    check_grant,
    exclusion,
)
from goldfruit.members.rules.signin import PACES, Against, SignInTooSoon, check_pace, wait_after

NOON = datetime(2026, 10, 8, 4, 0, tzinfo=UTC)

NEVER_TOGETHER = [
    (Act.RUN_INDEX, Act.APPROVE_INDEX),
    (Act.CORRECT_INDEX, Act.APPROVE_CORRECTION),
    (Act.GRANT_ROLE, Act.CONFIRM_ROLE),
    (Act.PREPARE_CASH, Act.APPROVE_LARGE_CASH),
    (Act.REPORT_QUOTE, Act.JUDGE_SUSPECT),
    (Act.REPORT_QUOTE, Act.APPROVE_INDEX),
    (Act.TRADE, Act.PREPARE_CASH),
    (Act.TRADE, Act.RUN_INDEX),
    (Act.TRADE, Act.REVIEW_MEMBER),
    (Act.REVIEW_MEMBER, Act.PREPARE_CASH),
    (Act.READ_AUDIT, Act.PREPARE_CASH),
]


def allowed_sets() -> list[tuple[Role, ...]]:
    pairs = [pair for pair in combinations(Role, 2) if exclusion(*pair) is None]
    return [*((role,) for role in Role), *pairs]


@pytest.mark.parametrize(("current", "wanted"), list(product(MemberState, repeat=2)))
def test_a_member_moves_only_along_the_table(current: MemberState, wanted: MemberState) -> None:
    if wanted in MOVES[current]:
        assert membership.move(current, wanted) is wanted
    else:
        with pytest.raises(MemberCannotMove):
            membership.move(current, wanted)


def test_every_state_can_be_reached_and_only_an_exited_member_stays() -> None:
    reached = {MemberState.APPLIED}
    for _ in MemberState:
        reached |= {after for state in reached for after in MOVES[state]}

    assert reached == set(MemberState)
    assert [state for state in MemberState if not MOVES[state]] == [MemberState.EXITED]


def test_nobody_becomes_active_before_the_account_is_bound() -> None:
    into_active = {state for state in MemberState if MemberState.ACTIVE in MOVES[state]}

    assert into_active == {MemberState.BANK_BOUND, MemberState.RESTRICTED}
    assert [state for state in MemberState if may_trade(state)] == [MemberState.ACTIVE]
    assert may_be_reviewed(MemberState.KYC_PENDING)
    assert not may_be_reviewed(MemberState.ACTIVE)


def test_every_kind_state_and_role_has_a_chinese_title() -> None:
    assert KIND_TITLES.keys() == set(MemberKind)
    assert STATE_TITLES.keys() == set(MemberState)
    assert ROLE_TITLES.keys() == set(Role)
    assert PERMISSIONS.keys() == set(Role)


@pytest.mark.parametrize(("one", "other"), NEVER_TOGETHER)
def test_no_person_with_any_allowed_roles_can_do_both(one: Act, other: Act) -> None:
    both = [roles for roles in allowed_sets() if permits(roles, one) and permits(roles, other)]

    assert both == []


def test_the_auditor_is_nothing_else_and_changes_nothing() -> None:
    assert all(exclusion(Role.AUDITOR, role) for role in Role if role is not Role.AUDITOR)
    assert PERMISSIONS[Role.AUDITOR] == READS


def test_no_role_excludes_itself_and_traders_may_be_several_and_report() -> None:
    assert [role for role in Role if exclusion(role, role)] == []
    assert all(exclusion(one, other) is None for one, other in combinations(TRADERS, 2))
    assert exclusion(Role.GROWER, Role.QUOTE_REPORTER) is None


@pytest.mark.parametrize(("one", "other"), list(combinations(Role, 2)))
def test_an_exclusion_holds_both_ways_and_is_refused_with_its_reason(
    one: Role, other: Role
) -> None:
    reason = exclusion(one, other)

    assert reason == exclusion(other, one)
    if reason is None:
        check_grant([one], other)
        return
    with pytest.raises(RolesExclude) as refusal:
        check_grant([other], one)
    assert refusal.value.reason == reason
    assert all(rule.reason for rule in EXCLUSIONS)


def test_every_act_can_be_done_by_somebody() -> None:
    assert frozenset[Act]().union(*PERMISSIONS.values()) == set(Act)


def test_who_may_not_is_told_which_role_may() -> None:
    require([Role.GROWER, Role.QUOTE_REPORTER], Act.REPORT_QUOTE)
    with pytest.raises(NotPermitted) as refusal:
        require([Role.GROWER], Act.PREPARE_CASH)

    assert refusal.value.roles == "结算员"


def test_the_maker_cannot_be_the_checker() -> None:
    second_person(1, 2)
    with pytest.raises(SecondPersonNeeded):
        second_person(1, 1)


def test_the_first_failures_cost_no_wait() -> None:
    free = [NOON] * (PACES[Against.PAIR].free - 1)

    check_pace({Against.PAIR: free}, NOON)
    with pytest.raises(SignInTooSoon) as refusal:
        check_pace({Against.PAIR: [NOON] * PACES[Against.PAIR].free}, NOON)

    assert refusal.value.wait_seconds == 5
    assert refusal.value.status == 429


def test_an_attacker_cannot_lock_a_rival_out_for_longer_than_half_a_minute() -> None:
    flood = [NOON] * 100_000

    assert wait_after(flood, PACES[Against.ACCOUNT], NOON) == timedelta(seconds=30)


def test_a_day_of_guessing_from_one_address_tries_few_passwords() -> None:
    now, failures = NOON, list[datetime]()
    while now < NOON + timedelta(days=1):
        wait = wait_after(failures, PACES[Against.PAIR], now)
        if wait:
            now += wait
        else:
            failures.append(now)
            now += timedelta(milliseconds=100)

    assert 96 <= len(failures) <= 500


@given(st.lists(st.integers(0, 7_200)), st.integers(0, 7_200), st.sampled_from(Against))
@settings(deadline=None, max_examples=200)
def test_a_wait_is_bounded_and_over_once_it_was_waited(
    seconds: list[int], at: int, against: Against
) -> None:
    pace, now = PACES[against], NOON + timedelta(seconds=at)
    failures = [NOON + timedelta(seconds=second) for second in seconds]
    failures = [failure for failure in failures if failure <= now]

    wait = wait_after(failures, pace, now)

    assert timedelta(0) <= wait <= pace.longest_wait
    assert wait_after(failures, pace, now + wait) == timedelta(0)
    assert wait_after([*failures, now], pace, now) >= wait
