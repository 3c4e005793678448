"""The marketing season (产季) of apples: 1 September to 31 August (domain.md §0.2)."""

from dataclasses import dataclass
from datetime import date

FIRST_MONTH = 9


@dataclass(frozen=True, slots=True, order=True)
class Season:
    """产季: one marketing year, known by the year in which it begins."""

    begins_in: int

    @property
    def name(self) -> str:
        """Return the season's name, e.g. ``2025/26``."""
        return f"{self.begins_in:04d}/{(self.begins_in + 1) % 100:02d}"

    @property
    def first(self) -> date:
        """Return 1 September, the first day."""
        return date(self.begins_in, FIRST_MONTH, 1)

    @property
    def last(self) -> date:
        """Return 31 August, the last day."""
        return date(self.begins_in + 1, FIRST_MONTH - 1, 31)

    def week_of(self, day: date) -> int:
        """Return the week of ``day`` in this season, 1 to 53.

        Weeks are runs of seven days from 1 September [D], so that the same
        week of two seasons covers the same dates; a 29 February moves the rest
        by a day, and the last one or two days of August are week 53.

        Raises:
            ValueError: the day lies outside the season.
        """
        if not self.first <= day <= self.last:
            raise ValueError(f"{day} is not in the season {self.name}")
        return (day - self.first).days // 7 + 1

    def __str__(self) -> str:
        return self.name


def season_of(day: date) -> Season:
    """Return the marketing season in which ``day`` lies."""
    return Season(day.year if day.month >= FIRST_MONTH else day.year - 1)
