"""The demo market (演示市场): a season made through the public services, the same for a seed."""

from goldfruit.demo.make import make, make_once

__all__ = ["make", "make_once"]
