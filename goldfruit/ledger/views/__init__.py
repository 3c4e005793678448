"""Pages of the ledger: the clerk's cash desk, a member's money, the trial balance."""

from goldfruit.ledger.views import books, cash, money
from goldfruit.ledger.views.blueprint import blueprint

__all__ = ["blueprint", "books", "cash", "money"]
