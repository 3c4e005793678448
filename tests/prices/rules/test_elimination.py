import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.prices.rules.elimination import network, stationary

modest = settings(deadline=None, max_examples=60)
ties = st.integers(1, 7).flatmap(
    lambda count: st.tuples(
        *(
            st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0]), min_size=n, max_size=n)
            for n in range(count)
        )
    )
)


@modest
@given(ties=ties, data=st.data())
def test_a_settled_network_balances_every_pull(
    ties: tuple[list[float], ...], data: st.DataObject
) -> None:
    count = len(ties)
    wanted = data.draw(st.lists(st.floats(-5, 5), min_size=count, max_size=count))
    full = [
        [ties[max(i, j)][min(i, j)] if i != j else 0.0 for j in range(count)] for i in range(count)
    ]
    pulls = [sum(full[i][j] * (wanted[i] - wanted[j]) for j in range(count)) for i in range(count)]

    made = network(ties)
    found = made.settle(pulls)

    for i in range(count):
        first = made.parts[i]
        assert found[i] == pytest.approx(wanted[i] - wanted[first], abs=1e-9)
        assert all(made.parts[j] == first for j in range(count) if full[i][j])


def test_parts_are_named_by_their_first_node() -> None:
    assert network([[], [0.0], [1.0, 0.0], [0.0, 1.0, 0.0]]).parts == (0, 1, 0, 1)


@modest
@given(
    rows=st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.floats(0.01, 1), min_size=n, max_size=n), min_size=n, max_size=n
        )
    )
)
def test_the_stationary_state_stays_as_it_is(rows: list[list[float]]) -> None:
    moves = [[entry / sum(row) for entry in row] for row in rows]

    found, parts = stationary(moves)

    assert set(parts) == {0}
    again = [sum(x * row[j] for x, row in zip(found, moves, strict=True)) for j in range(len(rows))]
    assert again == pytest.approx(found)
