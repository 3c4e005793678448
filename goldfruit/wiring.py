"""Who reacts to what: the life of a price, and later of a trade, read from top to bottom."""

from goldfruit.infra.work import Reactions

REACTIONS: Reactions = {}
