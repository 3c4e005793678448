"""The trading calendar (交易日历): Monday to Friday without statutory holidays.

Make-up workdays (调休) are trading days although they fall on a weekend. A year
is known only once its State Council notice is loaded, and a notice always moves
some workday: rows for a year without any make-up day are holidays that somebody
computed, not the notice, and are refused. Source of the rule: domain.md §3.4.8a.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from goldfruit.kernel.errors import Clash, RuleBroken

ONE_DAY = timedelta(days=1)
SPAN_MAX = timedelta(days=31)
SATURDAY = 5


class DayKind(StrEnum):
    """What a row says of its days: 放假, 调休上班, 本所休市."""

    OFF = "off"
    WORK = "work"
    CLOSED = "closed"


@dataclass(eq=False)
class CalendarNotLoaded(Clash):
    """A day in a year whose holidays nobody has loaded."""

    code = "calendar-not-loaded"
    title = "交易日历未载入"
    detail = (
        "{year} 年的放假安排尚未载入（已载入 {first}–{last} 年），无法判断交易日。"
        "请交易管理员按国务院办公厅当年通知载入节假日和调休日后再试。"
    )

    year: int
    first: int
    last: int


@dataclass(eq=False)
class CalendarIncomplete(RuleBroken):
    """Rows that cannot be the notice of a year, for they move no workday."""

    code = "calendar-incomplete"
    title = "放假安排不完整"
    detail = "{year} 年没有任何调休上班日，不是完整的放假通知。请对照通知原文补齐调休日后重新载入。"

    year: int


@dataclass(eq=False)
class DayRowWrong(RuleBroken):
    """A line of a calendar file that cannot be read, or that another contradicts."""

    code = "calendar-row-wrong"
    title = "日历数据有误"
    detail = "“{text}”这一行不能使用：{reason}。请改正后重新载入。"

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """日历行: one span of days of a notice, both ends included."""

    year: int
    first: date
    last: date
    kind: DayKind
    name: str
    source: str

    def days(self) -> tuple[date, ...]:
        """Return the days of the span in order."""
        return tuple(self.first + ONE_DAY * n for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Calendar:
    """交易日历: which days are trading days, for the years that are loaded."""

    years: frozenset[int]
    rest_days: frozenset[date]
    make_up_days: frozenset[date]

    @classmethod
    def build(cls, rows: Iterable[DayRow]) -> "Calendar":
        """Return the calendar of ``rows``: the notices' and the exchange's own closures.

        A closure of the exchange beats a make-up workday.

        Raises:
            CalendarIncomplete: a year has holidays but no make-up workday, or years are missing
                between the first and the last.
            DayRowWrong: the same day is both a holiday and a make-up workday.
        """
        days: dict[DayKind, dict[date, DayRow]] = {kind: {} for kind in DayKind}
        noticed: set[int] = set()
        for row in rows:
            days[row.kind].update((day, row) for day in row.days())
            if row.kind is not DayKind.CLOSED:
                noticed.add(row.year)
        for both in sorted(days[DayKind.OFF].keys() & days[DayKind.WORK].keys()):
            raise DayRowWrong(text=both.isoformat(), reason="同一天既放假又上班")
        moved = {row.year for row in days[DayKind.WORK].values()}
        wanted = set(range(min(noticed), max(noticed) + 1)) if noticed else set()
        for year in sorted(wanted - moved):
            raise CalendarIncomplete(year=year)
        closed = days[DayKind.CLOSED].keys()
        return cls(
            years=frozenset(noticed),
            rest_days=frozenset(days[DayKind.OFF].keys() | closed),
            make_up_days=frozenset(days[DayKind.WORK].keys() - closed),
        )

    def covers(self, day: date) -> bool:
        """Return whether the notice for the year of ``day`` is loaded."""
        return day.year in self.years

    def is_trading_day(self, day: date) -> bool:
        """Return whether ``day`` is a trading day.

        Raises:
            CalendarNotLoaded: the year's notice is not loaded. An index that reaches back before
                the loaded years uses a calendar of its own.
        """
        if not self.covers(day):
            raise CalendarNotLoaded(
                year=day.year, first=min(self.years, default=0), last=max(self.years, default=0)
            )
        if day in self.rest_days:
            return False
        return day.weekday() < SATURDAY or day in self.make_up_days

    def next(self, day: date) -> date:
        """Return the first trading day after ``day``; CalendarNotLoaded beyond the loaded years."""
        return self._nearest(day, ONE_DAY)

    def previous(self, day: date) -> date:
        """Return the last trading day before ``day``; CalendarNotLoaded before the loaded years."""
        return self._nearest(day, -ONE_DAY)

    def on_or_after(self, day: date) -> date:
        """Return ``day`` if it is a trading day, else the next one."""
        return day if self.is_trading_day(day) else self.next(day)

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Return the trading days from ``first`` to ``last``, both included, in order."""
        span = range((last - first).days + 1)
        return tuple(day for n in span if self.is_trading_day(day := first + ONE_DAY * n))

    def shifted(self, day: date, days: int) -> date:
        """Return T+n: the ``days``-th trading day after ``day``, or before it when negative.

        T+0 is the day itself if it is a trading day, else the next one.
        """
        if days == 0:
            return self.on_or_after(day)
        step = self.next if days > 0 else self.previous
        for _ in range(abs(days)):
            day = step(day)
        return day

    def _nearest(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_trading_day(day):
            day += step
        return day


def day_row(fields: Mapping[str, str | None]) -> DayRow:
    """Return the row that the ``fields`` year, first, last, kind, name and source of a file give.

    Raises:
        DayRowWrong: a field is missing or unreadable, the span is backwards, longer than a
            month or away from its year, the days off carry no source, or a make-up day is not
            at a weekend.
    """
    text = ",".join(value or "" for value in fields.values())[:80]
    try:
        row = DayRow(
            year=int(fields["year"] or ""),
            first=date.fromisoformat(fields["first"] or ""),
            last=date.fromisoformat(fields["last"] or ""),
            kind=DayKind(fields["kind"] or ""),
            name=fields["name"] or "",
            source=fields["source"] or "",
        )
    except (KeyError, ValueError) as wrong:
        raise DayRowWrong(text=text, reason="年份、日期或类别缺失或无法识别") from wrong
    if not row.first <= row.last <= row.first + SPAN_MAX:
        raise DayRowWrong(text=text, reason="起止日期颠倒或超过一个月")
    # A notice may begin with the last days of the year before.
    if row.last.year != row.year or row.first < date(row.year - 1, 12, 25):
        raise DayRowWrong(text=text, reason="日期不在该年度内")
    if row.kind is DayKind.WORK and any(day.weekday() < SATURDAY for day in row.days()):
        raise DayRowWrong(text=text, reason="调休上班日应为周六或周日")
    if not row.source:
        raise DayRowWrong(text=text, reason="没有注明来源")
    return row


@cache
def statutory_rows() -> tuple[DayRow, ...]:
    """Return the rows of the notices that come with the program, 2023 to 2026."""
    text = files(__package__).joinpath("calendar.csv").read_text(encoding="utf-8")
    return tuple(day_row(fields) for fields in csv.DictReader(text.splitlines()))


@cache
def statutory_calendar() -> Calendar:
    """Return the calendar of the notices that come with the program."""
    return Calendar.build(statutory_rows())
