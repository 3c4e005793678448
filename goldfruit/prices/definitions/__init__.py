"""Seed definitions (指数定义): the indices that a fresh exchange starts with, one file each."""

import json
from collections.abc import Mapping
from pathlib import Path

from goldfruit.kernel.digests import Json

FOLDER = Path(__file__).parent


def seed_documents() -> tuple[Mapping[str, Json], ...]:
    """Return every seed document, in the order of code and version; not yet validated."""
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")))


def seed_document(code: str, version: int = 1) -> Mapping[str, Json]:
    """Return one seed document.

    Raises:
        KeyError: there is no such seed.
    """
    for document in seed_documents():
        if (document["code"], document["version"]) == (code, version):
            return document
    raise KeyError((code, version))
