"""Pages of those who work on the index (指数工作台): reporters, analysts, approvers."""

from goldfruit.prices.views_staff import definitions, imports, report, runs, suspects
from goldfruit.prices.views_staff.blueprint import blueprint

__all__ = ["blueprint", "definitions", "imports", "report", "runs", "suspects"]
