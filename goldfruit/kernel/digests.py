"""Digests (摘要): canonical JSON and SM3, so that anyone can recompute a record's fingerprint.

Canonical JSON in the manner of RFC 8785: keys sorted, no spaces, UTF-8, whole
numbers as whole numbers. Floats are refused: a figure that must be the same on
every machine is written as text.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

NO_DIGEST = "0" * 64


def canonical(value: Json) -> str:
    """Return ``value`` as canonical JSON text.

    Raises:
        TypeError: a float, a naive type or anything else that JSON has no exact form for.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Json) -> str:
    """Return the SM3 of the canonical JSON of ``value``, 64 lower-case hex digits."""
    return digest_of_text(canonical(value))


def digest_of_text(text: str) -> str:
    """Return the SM3 (GB/T 32905) of ``text`` in UTF-8, 64 lower-case hex digits."""
    return digest_of_bytes(text.encode())


def digest_of_bytes(content: bytes) -> str:
    """Return the SM3 (GB/T 32905) of ``content``, 64 lower-case hex digits."""
    return hashlib.new("sm3", content).hexdigest()


def chained(previous: str, body: str) -> str:
    """Return SM3(previous ‖ body): the digest of ``body`` that also fixes all before it."""
    return digest_of_text(previous + body)


def chain(bodies: Iterable[str], start: str = NO_DIGEST) -> str:
    """Return the digest of the last of ``bodies``, chained from ``start``."""
    for body in bodies:
        start = chained(start, body)
    return start


def instant_text(instant: datetime) -> str:
    """Return an aware instant as UTC text with microseconds, the same on every machine.

    Raises:
        ValueError: the instant has no offset.
    """
    if instant.tzinfo is None:
        raise ValueError("a naive time has no place here")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check(value: object) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, datetime | date | bytes | float):
        raise TypeError(f"{type(value).__name__} has no canonical form; write it as text")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("keys are text")
            _check(item)
        return
    if isinstance(value, Sequence):
        for item in value:
            _check(item)
        return
    raise TypeError(f"{type(value).__name__} has no canonical form")
