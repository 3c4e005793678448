"""Pages of the members stage; importing this package fills the blueprint."""

from goldfruit.members.views import account, application, me, review, roles, seats
from goldfruit.members.views.blueprint import blueprint

__all__ = ["account", "application", "blueprint", "me", "review", "roles", "seats"]
