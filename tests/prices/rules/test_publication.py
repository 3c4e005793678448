from datetime import date

import pytest

from goldfruit.prices.rules.publication import (
    MOVES,
    Answer,
    Cause,
    IndexRunCannotMove,
    RevisionRules,
    RunState,
    ToneRules,
    change,
    changes,
    hundredths,
    judge_revision,
    marketing_week,
    may_go_unattended,
    month_before,
    move,
    shown,
    tone,
)

DAY = date(2025, 10, 9)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (994.3966, "994.40"),
        (994.385, "994.39"),
        (1000.005, "1000.01"),
        (1000.0049999, "1000.00"),
        (0.125, "0.13"),
        (1000.0, "1000.00"),
    ],
)
def test_a_value_is_rounded_half_up_to_two_decimals(value: float, text: str) -> None:
    assert shown(hundredths(value)) == text


def test_the_change_is_of_published_values_and_names_its_day() -> None:
    found = change(99686, 99440, DAY)

    assert (found.points, found.percent, found.since) == (246, "+0.25", DAY)
    assert change(99440, 99686, DAY).percent == "-0.25"
    assert change(99440, 99440, DAY).percent == "0.00"


def test_after_a_holiday_the_last_published_day_is_named() -> None:
    published = {date(2025, 9, 29): 99000, date(2025, 9, 30): 100000}

    found = changes(DAY, 101000, published)

    assert found.last is not None
    assert (found.last.since, found.last.percent) == (date(2025, 9, 30), "+1.00")
    assert found.week is not None
    assert found.week.since == date(2025, 9, 30)


def test_nothing_is_compared_with_what_was_not_published() -> None:
    found = changes(DAY, 101000, {})
    assert (found.last, found.week, found.month, found.year) == (None, None, None, None)


def test_the_year_compares_the_same_marketing_week() -> None:
    published = {date(2024, 10, 8): 90000, date(2024, 10, 10): 91000, date(2024, 10, 18): 95000}

    found = changes(DAY, 101000, published)

    assert marketing_week(DAY) == (2025, 6)
    assert found.year is not None
    assert found.year.since == date(2024, 10, 8)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2025, 9, 1), (2025, 1)),
        (date(2025, 9, 7), (2025, 1)),
        (date(2025, 9, 8), (2025, 2)),
        (date(2025, 8, 31), (2024, 53)),
        (date(2026, 1, 1), (2025, 18)),
    ],
)
def test_the_marketing_year_begins_on_the_first_of_september(
    day: date, week: tuple[int, int]
) -> None:
    assert marketing_week(day) == week


def test_the_month_before_ends_with_the_month() -> None:
    assert month_before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert month_before(date(2026, 1, 5)) == date(2025, 12, 5)


@pytest.mark.parametrize(
    ("ratio", "word"),
    [(0.0, "稳"), (0.0019, "稳"), (0.002, "偏强"), (-0.005, "偏弱"), (0.01, "涨"), (-0.02, "跌")],
)
def test_the_tone_has_five_words(ratio: float, word: str) -> None:
    assert tone(ratio, ToneRules()) == word


@pytest.mark.parametrize(
    ("level", "ratio", "may"),
    [
        ("H1", 0.03, True),
        ("H2", -0.03, True),
        ("H1", 0.0301, False),
        ("H3", 0.0, False),
        ("S", 0.0, False),
        ("H1", None, False),
    ],
)
def test_only_good_and_calm_values_go_out_unattended(
    level: str, ratio: float | None, may: bool
) -> None:
    assert may_go_unattended(level, ratio, ("H1", "H2"), 0.03) is may


class TestTheRun:
    def test_it_goes_from_collecting_to_final(self) -> None:
        steps = [
            RunState.FROZEN,
            RunState.CALCULATED,
            RunState.REVIEW,
            RunState.APPROVED,
            RunState.PUBLISHED,
            RunState.FINAL,
            RunState.CORRECTED,
            RunState.CORRECTED,
        ]
        state = RunState.COLLECTING
        for step in steps:
            state = move(state, step)
        assert state is RunState.CORRECTED

    def test_what_is_published_cannot_be_taken_back(self) -> None:
        for state in (RunState.PUBLISHED, RunState.FINAL, RunState.CORRECTED):
            assert MOVES[state] <= {RunState.FINAL, RunState.CORRECTED}

    def test_a_step_cannot_be_skipped(self) -> None:
        with pytest.raises(IndexRunCannotMove):
            move(RunState.FROZEN, RunState.PUBLISHED)

    def test_every_state_has_its_moves(self) -> None:
        assert set(MOVES) == set(RunState)


@pytest.mark.parametrize(
    ("old", "new", "cause", "final", "days", "answer"),
    [
        (100000, 100050, Cause.CANCELLED, False, 0, Answer.RESTATE),
        (100000, 100049, Cause.CANCELLED, False, 0, Answer.NOTHING),
        (100000, 99950, Cause.BANK_FAILURE, False, 0, Answer.RESTATE),
        (100000, 100500, Cause.WRONG_INPUT, True, 20, Answer.RESTATE),
        (100000, 100499, Cause.WRONG_INPUT, True, 20, Answer.DISCLOSE),
        (100000, 100500, Cause.WRONG_WEIGHT, True, 21, Answer.DISCLOSE),
        (100000, 105000, Cause.CANCELLED, True, 1, Answer.DISCLOSE),
        (100000, 105000, Cause.LATE_DATA, False, 0, Answer.NOTHING),
        (100000, 105000, Cause.METHODOLOGY, True, 1, Answer.NOTHING),
        (100000, None, Cause.WRONG_CODE, True, 1, Answer.RESTATE),
        (None, 100000, Cause.CANCELLED, False, 0, Answer.RESTATE),
        (100000, 100000, Cause.WRONG_INPUT, True, 1, Answer.NOTHING),
    ],
)
def test_the_revision_policy(  # noqa: PLR0917
    old: int | None, new: int | None, cause: Cause, final: bool, days: int, answer: Answer
) -> None:
    found = judge_revision(
        old, new, cause, final=final, trading_days_since=days, rules=RevisionRules()
    )
    assert found is answer
