"""Limits (限流): how often one address may knock, counted in the memory of each process.

A first fence only, generous because many phones share one address; what must hold across
processes and restarts is counted in the database by the stage that needs it.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

P = ParamSpec("P")
R = TypeVar("R")

_limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def register(app: Flask) -> None:
    """Count the requests of ``app`` from now on."""
    _limiter.init_app(app)


def by_address(limit: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let one address call a view as often as ``limit`` says, e.g. ``60 per minute``; then 429."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        limited: Callable[P, R] = _limiter.limit(limit)(view)
        return limited

    return wrap
