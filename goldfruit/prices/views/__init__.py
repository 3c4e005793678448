"""The public pages of prices: the home board, the indices, the quote board."""

from goldfruit.prices.views import board, home, index, index_files
from goldfruit.prices.views.blueprint import blueprint

__all__ = ["blueprint", "board", "home", "index", "index_files"]
