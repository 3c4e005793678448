"""The newsroom's pages: what everybody reads, the editors' desk, and the feed."""

from goldfruit.newsroom.views import desk, public
from goldfruit.newsroom.views.frame import blueprint

__all__ = ["blueprint", "desk", "public"]
