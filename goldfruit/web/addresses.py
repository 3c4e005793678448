"""Addresses (网址): what a number in a path may be."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

NUMBER_MAX = 2**31 - 1
"""The largest number of a row that every database here can be asked for."""


class RowNumber(IntegerConverter):
    """A row's number in a path; one that no row can have is no page."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(map, *args, **{"max": NUMBER_MAX, **kwargs})


def register(app: Flask) -> None:
    """Let ``<int:…>`` in the paths of ``app`` be a row's number; before any route is added."""
    app.url_map.converters["int"] = RowNumber
