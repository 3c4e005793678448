"""Gaps (间断): where a series was silent for so long that no line may be drawn across.

A trading pause of a weekend is no gap in a daily series, and a weekly one steps by seven days;
whatever is longer is a gap. The figures are the platform's own [D].
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

LONGEST_STEP = {"trading-days": 3, "quote-days": 3, "weeks": 10}


def gaps(days: Sequence[date], calendar: str) -> Iterator[tuple[int, date]]:
    """Yield place and day of a break to draw: after ``days[place - 1]``, on the day that follows.

    ``days`` ascend. Nothing is yielded for steps that are usual in ``calendar``.
    """
    longest = timedelta(days=LONGEST_STEP[calendar])
    for place in range(1, len(days)):
        if days[place] - days[place - 1] > longest:
            yield place, days[place - 1] + timedelta(days=1)
