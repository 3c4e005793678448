"""The trading calendar, the season and the hours."""

import csv
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.days import (
    HOURS,
    Calendar,
    CalendarIncomplete,
    CalendarNotLoaded,
    DayKind,
    DayRow,
    DayRowWrong,
    Season,
    day_row,
    instant_at,
    local_day,
    season_of,
    statutory_calendar,
    statutory_rows,
)
from tests.places import SHARED_DATA, needs_shared_data

CALENDAR = statutory_calendar()
LOADED_DAYS = st.dates(date(2023, 2, 1), date(2026, 11, 30))


def row(kind: DayKind, day: date, last: date | None = None, year: int | None = None) -> DayRow:
    return DayRow(year or day.year, day, last or day, kind, "x", "y")


def fields(**changed: str) -> dict[str, str | None]:
    sound: dict[str, str | None] = {
        "year": "2027",
        "first": "2027-01-01",
        "last": "2027-01-03",
        "kind": "off",
        "name": "元旦",
        "source": "notice",
    }
    return sound | changed


def test_the_day_begins_at_midnight_in_xianyang() -> None:
    assert local_day(datetime(2026, 10, 7, 15, 59, 59, tzinfo=UTC)) == date(2026, 10, 7)
    assert local_day(datetime(2026, 10, 7, 16, 0, tzinfo=UTC)) == date(2026, 10, 8)
    assert instant_at(date(2026, 10, 8), time(16, 30)) == datetime(2026, 10, 8, 8, 30, tzinfo=UTC)


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        local_day(datetime(2026, 10, 7))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "trading"),
    [
        ("2026-02-13", True),
        ("2026-02-14", True),
        ("2026-02-16", False),
        ("2026-02-24", True),
        ("2026-09-20", True),
        ("2026-10-01", False),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2023-01-28", True),
    ],
)
def test_holidays_close_and_make_up_days_open_the_exchange(day: str, trading: bool) -> None:
    assert CALENDAR.is_trading_day(date.fromisoformat(day)) is trading


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2022, 12, 30)])
def test_a_year_without_its_notice_has_no_trading_days(day: date) -> None:
    with pytest.raises(CalendarNotLoaded) as refusal:
        CALENDAR.is_trading_day(day)

    assert refusal.value.year == day.year
    assert "载入" in str(refusal.value)


def test_the_next_trading_day_stops_at_the_end_of_the_loaded_years() -> None:
    with pytest.raises(CalendarNotLoaded) as refusal:
        CALENDAR.next(date(2026, 12, 31))

    assert refusal.value.year == 2027


def test_the_operator_adds_a_year() -> None:
    added = [row(DayKind.OFF, date(2027, 1, 1)), row(DayKind.WORK, date(2027, 2, 14))]

    calendar = Calendar.build([*statutory_rows(), *added])

    assert calendar.next(date(2026, 12, 31)) == date(2027, 1, 4)
    assert calendar.is_trading_day(date(2027, 2, 14))


def test_a_year_without_make_up_days_is_no_notice() -> None:
    with pytest.raises(CalendarIncomplete) as refusal:
        Calendar.build([*statutory_rows(), row(DayKind.OFF, date(2027, 1, 1))])

    assert refusal.value.year == 2027


def test_a_gap_of_a_year_is_refused() -> None:
    with pytest.raises(CalendarIncomplete):
        Calendar.build([*statutory_rows(), row(DayKind.WORK, date(2028, 2, 12))])


def test_a_closure_of_the_exchange_beats_a_make_up_day() -> None:
    closed = row(DayKind.CLOSED, date(2026, 10, 10))

    calendar = Calendar.build([*statutory_rows(), closed])

    assert not calendar.is_trading_day(date(2026, 10, 10))
    assert calendar.years == CALENDAR.years


def test_a_day_cannot_be_both_off_and_worked() -> None:
    with pytest.raises(DayRowWrong):
        Calendar.build([*statutory_rows(), row(DayKind.OFF, date(2026, 10, 10))])


@pytest.mark.parametrize(
    "changed",
    [
        {"year": ""},
        {"first": "1 Jan"},
        {"kind": "holiday"},
        {"last": "2026-12-30"},
        {"last": "2027-03-03"},
        {"first": "2026-12-01", "last": "2027-01-01"},
        {"kind": "work", "first": "2027-01-01"},
        {"source": ""},
    ],
)
def test_a_bad_line_of_a_calendar_is_named(changed: dict[str, str]) -> None:
    day_row(fields())
    with pytest.raises(DayRowWrong):
        day_row(fields(**changed))


def test_a_line_with_a_missing_column_is_named() -> None:
    with pytest.raises(DayRowWrong):
        day_row({"year": "2027"})


@given(LOADED_DAYS)
@settings(deadline=None, max_examples=100)
def test_next_and_previous_undo_each_other(day: date) -> None:
    after = CALENDAR.next(day)

    assert CALENDAR.is_trading_day(after)
    assert not any(CALENDAR.between(day + timedelta(days=1), after - timedelta(days=1)))
    assert CALENDAR.previous(after) == (
        day if CALENDAR.is_trading_day(day) else CALENDAR.previous(day)
    )


@given(LOADED_DAYS, st.integers(1, 15), st.integers(1, 15))
@settings(deadline=None, max_examples=100)
def test_shifts_add_up(day: date, one: int, two: int) -> None:
    there = CALENDAR.shifted(day, one + two) if day < date(2026, 10, 1) else None
    if there is None:
        return
    assert CALENDAR.shifted(CALENDAR.shifted(day, one), two) == there
    assert CALENDAR.shifted(there, -two) == CALENDAR.shifted(day, one)


def test_t_plus_three_skips_the_national_day() -> None:
    assert CALENDAR.shifted(date(2026, 9, 29), 3) == date(2026, 10, 9)
    assert CALENDAR.shifted(date(2026, 10, 2), 0) == date(2026, 10, 8)


def test_commitments_after_the_close_are_dated_the_next_trading_day() -> None:
    friday = date(2026, 10, 9)

    assert HOURS.trading_day(instant_at(friday, time(8, 0)), CALENDAR) == friday
    assert HOURS.trading_day(instant_at(friday, time(15, 59, 59)), CALENDAR) == friday
    assert HOURS.trading_day(instant_at(friday, time(16, 0)), CALENDAR) == date(2026, 10, 10)
    assert HOURS.trading_day(instant_at(date(2026, 10, 3), time(10)), CALENDAR) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [("08:59", False), ("09:00", True), ("11:30", False), ("13:30", True), ("16:00", False)],
)
def test_sessions_include_their_first_and_exclude_their_last_instant(
    at: str, is_open: bool
) -> None:
    instant = instant_at(date(2026, 10, 8), time.fromisoformat(at))

    assert HOURS.is_open(instant, CALENDAR) is is_open


def test_nothing_is_open_on_a_holiday() -> None:
    assert not HOURS.is_open(instant_at(date(2026, 10, 1), time(10)), CALENDAR)


def test_the_season_is_named_after_both_years() -> None:
    assert season_of(date(2025, 9, 1)).name == "2025/26"
    assert season_of(date(2026, 8, 31)).name == "2025/26"
    assert Season(1999).name == "1999/00"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
@settings(deadline=None, max_examples=100)
def test_every_day_lies_in_its_season_and_in_a_week_of_it(day: date) -> None:
    season = season_of(day)

    assert season.first <= day <= season.last
    assert 1 <= season.week_of(day) <= 53


def test_a_day_of_another_season_has_no_week() -> None:
    with pytest.raises(ValueError, match="2025/26"):
        Season(2025).week_of(date(2026, 9, 1))


@needs_shared_data
def test_every_day_agrees_with_the_published_tables() -> None:
    with (SHARED_DATA / "calendar" / "workdays_2024_2026.csv").open(encoding="utf-8") as table:
        days = [(date.fromisoformat(r["date"]), r["workday"] == "1") for r in csv.DictReader(table)]
    with (SHARED_DATA / "calendar" / "cn_2023_2026.csv").open(encoding="utf-8") as table:
        marked = [(date.fromisoformat(r["date"]), r["type"]) for r in csv.DictReader(table)]

    assert len(days) == 366 + 365 + 365
    assert [day for day, works in days if CALENDAR.is_trading_day(day) is not works] == []
    assert CALENDAR.rest_days == {day for day, kind in marked if kind == "off"}
    assert CALENDAR.make_up_days == {day for day, kind in marked if kind == "work"}
