"""Splicing (拼接): extending a published series by one period, without revising it.

The window's newest period is linked onto values that were published before; which of them
decides the splice (interfaces.md §2; domain.md §3.4.6, "mean splice on published").
"""

from collections.abc import Callable, Sequence
from math import exp, fsum, log

from goldfruit.prices.rules.multilateral import WindowFormula

# What was published for the window's earlier periods, and the index from each to the new one.
Published = Sequence[float | None]
Links = Sequence[float | None]
Splice = Callable[[Published, Links], float | None]


def movement(published: Published, links: Links) -> float | None:
    """Return the value linked at the last published period; periods left null are passed by."""
    for value, link in zip(reversed(published), reversed(links), strict=True):
        if value is not None:
            return _linked(value, link)
    return None


def window(published: Published, links: Links) -> float | None:
    """Return the value linked at the window's first period (Krsinich 2016)."""
    return _linked(published[0], links[0])


def half(published: Published, links: Links) -> float | None:
    """Return the value linked at period number (N-1)//2 of the N in the window, from 0."""
    # The new period is the N-th, so N - 1 is the number of earlier ones.
    middle = len(published) // 2
    return _linked(published[middle], links[middle])


def mean(published: Published, links: Links) -> float | None:
    """Return the geometric mean of the links at all published periods (Diewert and Fox 2018).

    Periods that were left null, or that share nothing with the new one, give no link.
    """
    several = [
        log(value) + log(link)
        for value, link in zip(published, links, strict=True)
        if value is not None and link is not None
    ]
    return exp(fsum(several) / len(several)) if several else None


SPLICES: dict[str, Splice] = {"movement": movement, "window": window, "half": half, "mean": mean}


def whole(count: int, base: int, levels_of: WindowFormula) -> list[float | None]:
    """Return the index from one window over all periods, 1 at the base."""
    levels = levels_of(0, count - 1)
    return [1.0 if t == base else levels.ratio(base, t) for t in range(count)]


def spliced(
    count: int, base: int, levels_of: WindowFormula, size: int, splice: Splice
) -> list[float | None]:
    """Return the series of windows of ``size`` periods, 1 at the base.

    The first window gives its ``size`` periods at once; each later period is the newest of its
    own window, and is linked onto what was published. With a window as long as the data, that
    is the plain index. A base behind the first window only rescales the series; if there is no
    value at the base, there is none elsewhere.
    """
    if size >= count:
        return whole(count, base, levels_of)
    anchor = base if base < size else 0
    series = whole(size, anchor, levels_of)
    for new in range(size, count):
        first = new - size + 1
        levels = levels_of(first, new)
        links = [levels.ratio(place, size - 1) for place in range(size - 1)]
        series.append(splice(series[first:new], links))
    return rebased(series, base)


def rebased(series: Sequence[float | None], base: int) -> list[float | None]:
    """Return the series divided by its value at the base, which becomes 1."""
    divisor = series[base]
    return [
        1.0 if t == base else None if value is None or divisor is None else value / divisor
        for t, value in enumerate(series)
    ]


def _linked(value: float | None, link: float | None) -> float | None:
    return None if value is None or link is None else value * link
