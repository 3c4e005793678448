"""Sealing (加密): identity data at rest, keyed hashes to find it by, and hashes of passwords."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
VERSION = "v1."

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class CannotOpen(RuntimeError):
    """A sealed value was altered, moved to another row, or sealed with another key."""


class Keyring:
    """钥匙: AES-256-GCM for what is kept, HMAC-SHA256 for what is looked up; one key, two uses."""

    def __init__(self, field_key: str) -> None:
        master = bytes.fromhex(field_key)
        self._cipher = AESGCM(hmac.digest(master, b"goldfruit/seal", hashlib.sha256))
        self._lookup_key = hmac.digest(master, b"goldfruit/lookup", hashlib.sha256)

    def seal(self, text: str, *, place: str) -> str:
        """Return ``text`` encrypted with a fresh nonce and bound to its ``place`` (row, column)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), place.encode())
        return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, *, place: str) -> str:
        """Return what was sealed at ``place``.

        Raises:
            CannotOpen: the value, its place or the key is not what it was.
        """
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(VERSION))
            return self._cipher.decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()
            ).decode()
        except (InvalidTag, ValueError) as wrong:
            raise CannotOpen(place) from wrong

    def lookup(self, kind: str, value: str) -> str:
        """Return the keyed hash of ``value``, 64 hex digits: equal values of a kind are equal."""
        return hmac.new(self._lookup_key, f"{kind}\n{value}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=8)
def keyring(field_key: str) -> Keyring:
    """Return the keyring of a ``field_key``: 64 hex digits from the settings."""
    return Keyring(field_key)


def new_token() -> str:
    """Return a token nobody can guess: 32 random bytes as 43 characters."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return how a token is kept: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Return the Argon2id hash of ``password``. Slow: call it outside the unit of work."""
    return _hasher.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Return whether ``password`` is the one; without a hash the same work is done, then False."""
    try:
        _hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
