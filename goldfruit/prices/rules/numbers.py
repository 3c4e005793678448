"""Statistics that several rules share: medians, weighted medians, and doubles as text."""

from collections.abc import Iterable, Sequence


def median(values: Iterable[float]) -> float:
    """Return the middle of ``values``, or the mean of the two middle ones.

    Raises:
        ValueError: there are none.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing has no median")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def weighted_median(pairs: Sequence[tuple[float, int]]) -> float:
    """Return the value at which half of the weight is reached.

    Where exactly half lies below, it is the mean of the two values that meet there. Weights are
    whole and positive, so the answer does not depend on the order of ``pairs``.

    Raises:
        ValueError: there are none.
    """
    ordered = sorted(pairs)
    total = sum(weight for _, weight in ordered)
    reached = 0
    for place, (value, weight) in enumerate(ordered):
        reached += weight
        if 2 * reached == total:
            return (value + ordered[place + 1][0]) / 2
        if 2 * reached > total:
            return value
    raise ValueError("nothing has no median")


def as_text(value: float) -> str:
    """Return the shortest text that reads back as the same double, the same on every machine."""
    return repr(float(value))
