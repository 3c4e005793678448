"""Systems of index theory, solved by elimination that only ever adds (no digits cancel).

A network of links (periods that share items, cells quoted on one day) is taken apart node
by node, the last first; what a node tied together stays tied (the star-mesh transform, and
for Markov chains the state reduction of Grassmann, Taksar and Heyman, 1985). Nodes without
any tie to those before them begin a part of their own, so falling apart is seen exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True, slots=True)
class Network:
    """A symmetric network with one node taken away after the other.

    ``parts[k]`` names the part that node ``k`` belongs to, by the part's first node.
    """

    parts: tuple[int, ...]
    _rows: tuple[tuple[float, ...], ...]
    _strengths: tuple[float, ...]

    def settle(self, pulls: Sequence[float]) -> list[float]:
        """Return x with Σ_j a_ij (x_i - x_j) = pull_i, where each part's first node is at 0.

        These are the normal equations of least squares over differences; the pulls of each
        part must sum to nothing, which they do when they come from such differences.
        """
        force = list(pulls)
        for k in range(len(force) - 1, 0, -1):
            if self._strengths[k]:
                share = force[k] / self._strengths[k]
                for i, tie in enumerate(self._rows[k]):
                    force[i] += share * tie
        settled: list[float] = []
        for k, strength in enumerate(self._strengths):
            pushed = fsum(map(float.__mul__, self._rows[k], settled)) if strength else 0.0
            settled.append((force[k] + pushed) / strength if strength else 0.0)
        return settled


def network(ties: Sequence[Sequence[float]]) -> Network:
    """Return the network of these ties: ``ties[i][j]`` for j < i, zero where there is none."""
    rows = [list(map(float, row)) for row in ties]
    strengths = [0.0] * len(rows)
    for k in range(len(rows) - 1, 0, -1):
        row = rows[k]
        strengths[k] = strength = fsum(row)
        for i, tie in enumerate(row):
            if tie:
                share = tie / strength
                rows[i] = [own + share * other for own, other in zip(rows[i], row, strict=False)]
    parts: list[int] = []
    for k, row in enumerate(rows):
        parts.append(next((parts[j] for j, tie in enumerate(row) if tie), k))
    return Network(tuple(parts), tuple(map(tuple, rows)), tuple(strengths))


def stationary(moves: Sequence[Sequence[float]]) -> tuple[list[float], list[int]]:
    """Return x with x_j = Σ_i x_i moves[i][j], and the part of each state.

    x is 1 at the first state of each part. States that can be left for one another must be
    so in both directions. A state's moves to itself are not read: what leaves it decides.
    """
    rows = [list(row) for row in moves]
    count = len(rows)
    for k in range(count - 1, 0, -1):
        away = rows[k][:k]
        leaving = fsum(away)
        for i in range(k):
            into = rows[i][k]
            if into and leaving:
                rows[i][k] = share = into / leaving
                rows[i][:k] = [own + share * on for own, on in zip(rows[i], away, strict=False)]
    mass: list[float] = []
    parts: list[int] = []
    for k in range(count):
        feeders = [i for i in range(k) if rows[i][k]]
        parts.append(parts[feeders[0]] if feeders else k)
        mass.append(fsum(mass[i] * rows[i][k] for i in feeders) if feeders else 1.0)
    return mass, parts
