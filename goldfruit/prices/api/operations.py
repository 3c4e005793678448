"""The stage's list of operations; each module of this folder adds its own."""

from goldfruit.web.endpoint import Api

api = Api("prices")
