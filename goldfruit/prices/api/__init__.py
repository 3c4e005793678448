"""The JSON operations of prices."""

from goldfruit.prices.api import public
from goldfruit.prices.api.operations import api

__all__ = ["api", "public"]
