"""Use cases of the ledger: post, hold, move cash, close a day. The edge commits."""

from goldfruit.ledger.services.cash import (
    apply_out,
    approve,
    confirm,
    fail,
    prepare_identified,
    prepare_in,
    prepare_out,
    prepare_returned,
    prepare_unknown,
    take_up_out,
)
from goldfruit.ledger.services.days import close_day, open_day
from goldfruit.ledger.services.holds import apply, end_due_holds, forfeit, hold, release
from goldfruit.ledger.services.posting import Posted, post, reverse

__all__ = [
    "Posted",
    "apply",
    "apply_out",
    "approve",
    "close_day",
    "confirm",
    "end_due_holds",
    "fail",
    "forfeit",
    "hold",
    "open_day",
    "post",
    "prepare_identified",
    "prepare_in",
    "prepare_out",
    "prepare_returned",
    "prepare_unknown",
    "release",
    "reverse",
    "take_up_out",
]
