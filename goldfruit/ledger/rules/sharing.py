"""Sharing amounts (分摊): nothing is lost and nothing is made, to the fen."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from goldfruit.kernel.units import Money, rounded_half_away

VAT_PERCENT = 6


class Leftover(StrEnum):
    """Who gets the fen that are left after every share was rounded down.

    The largest remainders (最大余数法) is the exchange's rule: nobody is nearer
    to the next fen and goes without. FIRST gives them in the order of the shares.
    """

    LARGEST_REMAINDER = "largest_remainder"
    FIRST = "first"


def split(
    amount: Money,
    shares: Sequence[int | Fraction],
    leftover: Leftover = Leftover.LARGEST_REMAINDER,
) -> tuple[Money, ...]:
    """Return ``amount`` in parts as ``shares`` are to each other; the parts sum to it exactly.

    Every part is the exact one rounded down to the fen, or a fen more; a share
    of nothing gets nothing. Equal remainders are served in the order of the
    shares. A negative amount is split as the positive one, with the sign put back.

    Raises:
        ValueError: no shares, a negative share, or all shares are zero.
    """
    whole = sum((Fraction(share) for share in shares), Fraction(0))
    if not whole or any(share < 0 for share in shares):
        raise ValueError("shares are not negative and not all zero")
    sign = -1 if amount.fen < 0 else 1
    exact = [abs(amount.fen) * Fraction(share) / whole for share in shares]
    fen = [int(part) for part in exact]
    order = [place for place, share in enumerate(shares) if share]
    if leftover is Leftover.LARGEST_REMAINDER:
        order.sort(key=lambda place: fen[place] - exact[place])
    for place in order[: abs(amount.fen) - sum(fen)]:
        fen[place] += 1
    return tuple(Money(sign * part) for part in fen)


def without_tax(gross: Money, percent: int = VAT_PERCENT) -> tuple[Money, Money]:
    """Return (net of tax, tax) of a fee that includes VAT; together they are ``gross``.

    The net is ``gross / (1 + percent %)`` rounded half away from zero, the tax
    what remains (6 % on services, domain.md §4.3).
    """
    net = Money(rounded_half_away(gross.fen * 100, 100 + percent))
    return net, gross - net


def with_retention(net: Money, per_mille: int) -> tuple[Money, Money]:
    """Return (paid now, retained) of ``net``; the retention is rounded half away from zero."""
    kept = net.share(per_mille, 1_000)
    return net - kept, kept
