import math

import pytest

from goldfruit.prices.rules.confidence import (
    Spread,
    band,
    coverage,
    departs,
    level,
    standard_error,
)
from goldfruit.prices.rules.definitions import parsed
from tests.prices.rules.observed import document

SURVEY = parsed(document("GFI-D", 1)).confidence
LATER = parsed(document("GFI-D", 2)).confidence
QUOTES = parsed(document("XFD-D")).confidence


def covered(**shares: float) -> dict[str, float]:
    return dict.fromkeys("ABCDE", 0.0) | shares


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (covered(A=0.40, B=0.20, D=0.30, E=0.10), "H1"),
        (covered(A=0.40, B=0.19, D=0.31, E=0.10), "H2"),
        (covered(A=0.60, D=0.29, E=0.11), "H2"),
        (covered(A=0.40, D=0.35, E=0.25), "H2"),
        (covered(A=0.40, D=0.34, E=0.26), "H3"),
        (covered(C=0.20, D=0.30, E=0.50), "H3"),
        (covered(C=0.19, D=0.31, E=0.50), "NP"),
        (covered(C=0.20, D=0.29, E=0.51), "NP"),
        (covered(D=1.0), "NP"),
    ],
)
def test_the_levels_begin_at_their_limits(shares: dict[str, float], expected: str) -> None:
    assert level(shares, 10, LATER) == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (covered(D=1.0), "S"),
        (covered(D=0.60, E=0.40), "S"),
        (covered(D=0.59, E=0.41), "NP"),
        (covered(A=0.60, D=0.40), "H1"),
    ],
)
def test_in_the_survey_phase_quotes_suffice_and_say_so(
    shares: dict[str, float], expected: str
) -> None:
    assert level(shares, 10, SURVEY) == expected
    assert "S" not in SURVEY.automatic


def test_a_public_market_needs_three_cells_and_has_no_level() -> None:
    assert level(covered(D=1.0), 3, QUOTES) == "N"
    assert level(covered(D=1.0), 2, QUOTES) == "NP"


def test_coverage_is_the_weight_at_each_grade() -> None:
    found = coverage({"a": 0.5, "b": 0.3, "c": 0.2}, {"a": "A", "b": "E", "c": "A"})
    assert found == covered(A=0.7, E=0.3)


def test_the_standard_error_follows_the_delta_method() -> None:
    cells = [Spread(0.6, 1.1, 0.05, 4), Spread(0.4, 0.9, 0.10, 9)]
    by_hand = math.sqrt((0.66 * 0.05) ** 2 / 4 + (0.36 * 0.10) ** 2 / 9)

    assert standard_error(cells) == pytest.approx(by_hand, rel=1e-12)
    assert band(1000.0, 2.0) == (996.08, 1003.92)


def test_a_single_observation_borrows_the_others_spread() -> None:
    lone = standard_error([Spread(0.5, 1, 0.05, 1), Spread(0.5, 1, None, 1)])
    assert lone == pytest.approx(math.sqrt(2) * 0.5 * 0.05)


def test_without_any_spread_there_is_no_error_to_show() -> None:
    assert standard_error([Spread(1, 1, None, 1)]) is None


def test_the_weekly_check_raises_an_alarm_beyond_two_percent() -> None:
    assert not departs([1018, 1022], 1000)
    assert departs([1019, 1022], 1000)
    assert departs([979, 979], 1000)
    assert not departs([], 1000)
