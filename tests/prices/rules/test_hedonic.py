import math
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.prices.rules.hedonic import (
    Fit,
    HedonicRules,
    Quoted,
    Term,
    changes,
    fitted,
    inverted,
)
from goldfruit.prices.rules.observations import Differentials

FIRST = date(2025, 10, 9)
MERCHANT, STRIPED = "owner_type=merchant", "color_type=T"
BOTH = (MERCHANT, STRIPED)
TABLE = Differentials(version="1", amounts={MERCHANT: -400, STRIPED: -300})
FEW = HedonicRules(freedom=1, mixed=1)


def season(
    effects: dict[str, float], *, days: int = 20, noise: float = 0.02, seed: int = 1
) -> list[Quoted]:
    """Return quotes of two cells and five reporters, terms by lot, prices about 6 and 4 yuan."""
    luck, answer = Random(seed), []  # noqa: S311 (figures, no secrets)
    for number in range(days):
        for cell, level in (("A", 6.0), ("B", 4.0)):
            moved = level * (1 + 0.004 * number)
            for _ in range(5):
                terms = frozenset(name for name in BOTH if luck.random() < 0.4)
                effect = sum(effects.get(name, 0.0) for name in terms)
                price = moved * math.exp(effect + luck.gauss(0, noise))
                answer.append(Quoted(FIRST + timedelta(days=number), cell, price, terms))
    return answer


def term(found: Fit, name: str) -> Term:
    [answer] = [each for each in found.terms if each.name == name]
    return answer


def test_two_quotes_side_by_side_give_the_logarithm_of_their_ratio() -> None:
    pairs = [
        Quoted(FIRST + timedelta(days=n), "A", price, terms)
        for n, (plain, dear) in enumerate([(4.0, 5.0), (6.0, 7.5), (5.0, 6.25)])
        for price, terms in ((plain, frozenset[str]()), (dear, frozenset({MERCHANT})))
    ]

    found = fitted(pairs, [MERCHANT], FEW)

    assert found.freedom == 2
    assert term(found, MERCHANT).coefficient == pytest.approx(math.log(1.25))
    assert found.level == pytest.approx((4 * 6 * 5) ** (1 / 3))


def test_the_standard_error_is_that_of_a_mean_of_differences() -> None:
    """With one pair per day, within-day regression is a paired comparison: s/sqrt(n)."""
    ratios = [1.10, 1.14, 1.08, 1.12, 1.11]
    pairs = [
        Quoted(FIRST + timedelta(days=n), "A", price, terms)
        for n, ratio in enumerate(ratios)
        for price, terms in ((5.0, frozenset[str]()), (5.0 * ratio, frozenset({MERCHANT})))
    ]
    logs = [math.log(ratio) for ratio in ratios]
    mean = math.fsum(logs) / 5
    variance = math.fsum((each - mean) ** 2 for each in logs) / 4

    found = term(fitted(pairs, [MERCHANT], FEW), MERCHANT)

    assert found.coefficient == pytest.approx(mean)
    assert found.error == pytest.approx(math.sqrt(variance / 5))
    assert found.t == pytest.approx(mean / math.sqrt(variance / 5))


def test_finds_planted_differentials_within_two_standard_errors() -> None:
    planted = {MERCHANT: 0.09, STRIPED: 0.05}

    found = fitted(season(planted), BOTH)

    for name in BOTH:
        assert abs(term(found, name).coefficient - planted[name]) < 2 * term(found, name).error
        assert term(found, name).t > 5


def test_what_was_planted_becomes_the_new_amount() -> None:
    found = fitted(season({MERCHANT: 0.20, STRIPED: 0.0}, noise=0.001), BOTH)

    [change] = changes(found, TABLE)

    assert change.name == MERCHANT
    assert change.before == -400
    assert change.after == pytest.approx(-1000 * found.level * math.expm1(0.20), abs=20)
    assert change.after % 10 == 0


def test_noise_alone_changes_nothing() -> None:
    found = fitted(season({}, seed=3), BOTH)

    assert all(abs(each.t) <= 2 for each in found.terms)
    assert changes(found, Differentials(amounts={})) == ()
    assert changes(found, TABLE) == ()


def test_the_amount_in_force_found_again_changes_nothing() -> None:
    found = fitted(season({MERCHANT: 0.08, STRIPED: 0.06}), BOTH)
    again = {
        each.name: round(-1000 * found.level * math.expm1(each.coefficient + each.error))
        for each in found.terms
    }

    assert all(each.t > 2 for each in found.terms)
    assert changes(found, Differentials(amounts=again)) == ()


def test_says_why_when_no_day_compares() -> None:
    apart = [
        Quoted(FIRST + timedelta(days=n), "A", 5.0, frozenset({MERCHANT} if n % 2 else ()))
        for n in range(200)
        for _ in range(3)
    ]

    found = fitted(apart, [MERCHANT])

    assert found.terms == ()
    assert found.short == (MERCHANT,)
    assert "没有足够的品类日" in found.reason


def test_says_why_when_data_are_too_few() -> None:
    found = fitted(season({MERCHANT: 0.1}, days=3), BOTH, HedonicRules(mixed=1))

    assert found.terms == ()
    assert found.reason == "自由度 22，少于 30"


def test_says_why_when_terms_are_never_apart() -> None:
    tied = [
        Quoted(each.day, each.cell, each.price, frozenset(BOTH) if each.terms else frozenset())
        for each in season({})
    ]

    assert fitted(tied, BOTH).reason == "各条件总是一同出现，无法分开估计"


def test_a_term_that_few_days_speak_of_is_left_out_and_named() -> None:
    rare = season({MERCHANT: 0.1})
    rare = [
        Quoted(each.day, each.cell, each.price, each.terms - {STRIPED if n else ""})
        for n, each in enumerate(rare)
    ]

    found = fitted(rare, BOTH)

    assert [each.name for each in found.terms] == [MERCHANT]
    assert found.short == (STRIPED,)


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_quotes_does_not_matter(luck: Random) -> None:
    quotes = season({MERCHANT: 0.05})
    mixed = list(quotes)
    luck.shuffle(mixed)

    assert fitted(mixed, BOTH) == fitted(quotes, BOTH)


@settings(deadline=None, max_examples=25)
@given(st.floats(0.2, 5), st.integers(0, 19))
def test_the_level_of_a_cell_on_a_day_does_not_matter(factor: float, number: int) -> None:
    quotes = season({MERCHANT: 0.05})
    moved = [
        Quoted(q.day, q.cell, q.price * factor, q.terms)
        if (q.day, q.cell) == (FIRST + timedelta(days=number), "A")
        else q
        for q in quotes
    ]

    for one, other in zip(fitted(quotes, BOTH).terms, fitted(moved, BOTH).terms, strict=True):
        assert one.coefficient == pytest.approx(other.coefficient, abs=1e-9)
        assert one.error == pytest.approx(other.error, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=3, max_size=8))
def test_an_inverse_undoes_its_matrix(rows: list[list[float]]) -> None:
    matrix = [
        [math.fsum(row[i] * row[j] for row in rows) + (2.0 if i == j else 0.0) for j in range(3)]
        for i in range(3)
    ]

    found = inverted(matrix)

    assert found is not None
    for i in range(3):
        for j in range(3):
            product = math.fsum(matrix[i][k] * found[k][j] for k in range(3))
            assert product == pytest.approx(float(i == j), abs=1e-9)
