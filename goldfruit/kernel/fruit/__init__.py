"""Fruit (果品): the spec of a lot or quote, its codes, and the trade language that says it."""

from goldfruit.kernel.fruit.parser import Parsed, parse
from goldfruit.kernel.fruit.phrase import phrase
from goldfruit.kernel.fruit.spec import Spec, SpecNotValid

__all__ = ["Parsed", "Spec", "SpecNotValid", "parse", "phrase"]
