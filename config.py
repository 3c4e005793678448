"""Every setting (设置), typed and explained; read once from GOLDFRUIT_* and then frozen.

There is no default secret: ``make serve`` makes one and keeps it in a private
file; a server started without one refuses to start.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent


class BadSetting(ValueError):
    """A setting that is missing or makes no sense; the message says which and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one running exchange."""

    database_url: str
    """SQLAlchemy URL: ``sqlite:////path/file.db`` or ``postgresql+psycopg://…``."""

    secret_key: str
    """Signs sessions and forms. At least 32 characters, kept in a private file."""

    field_key: str
    """Encrypts identity data at rest: 64 hex digits (AES-256). Lose it and the data is lost."""

    https: bool = False
    """True when browsers reach the site by https: cookies get ``Secure`` and ``__Host-``."""

    operator_name: str = "金果网平台（演示）"
    """The market operator as shown in the footer (电子商务法 Art. 15)."""

    operator_license: str = "营业执照信息由运营方填写"
    """What the footer shows of the operator's licence."""

    trusted_proxies: int = 0
    """How many proxies in front may set X-Forwarded-For; 0 trusts none."""

    session_idle_minutes: int = 30
    """A session ends after so long without a request."""

    session_hours: int = 12
    """A session ends after so long in any case."""

    pool_size: int = 16
    """Database connections kept by one process (PostgreSQL)."""

    upload_bytes_max: int = 8 * 1024 * 1024
    """The largest request body taken."""

    demo: bool = False
    """True shows the demo sign-ins on the sign-in page. Never on a real market."""

    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""

    def __post_init__(self) -> None:
        if len(self.secret_key) < 32:
            raise BadSetting("GOLDFRUIT_SECRET_KEY needs at least 32 characters; see `make serve`")
        try:
            if len(bytes.fromhex(self.field_key)) != 32:
                raise ValueError
        except ValueError:
            raise BadSetting("GOLDFRUIT_FIELD_KEY needs 64 hex digits; see `make serve`") from None
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise BadSetting(
                "GOLDFRUIT_DATABASE_URL starts with sqlite:/// or postgresql+psycopg://"
            )


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Return the settings that GOLDFRUIT_* give, or the secrets of the private file they name.

    ``GOLDFRUIT_SECRETS_FILE`` names a file of ``NAME=value`` lines that only its owner can read;
    values of the environment win over it.

    Raises:
        BadSetting: something needed is missing or malformed.
    """
    given = dict(os.environ if environ is None else environ)
    secrets_file = Path(given.get("GOLDFRUIT_SECRETS_FILE", ROOT / "var" / "secrets.env"))
    if secrets_file.is_file():
        given = {**_secrets(secrets_file), **given}
    given.setdefault("GOLDFRUIT_DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'goldfruit.db'}")
    values: dict[str, object] = {}
    for field in fields(Config):
        text = given.get(f"GOLDFRUIT_{field.name.upper()}")
        if text is not None:
            values[field.name] = _read(field.name, text, str(field.type))
    missing = {"secret_key", "field_key"} - values.keys()
    if missing:
        names = ", ".join(sorted(f"GOLDFRUIT_{name.upper()}" for name in missing))
        raise BadSetting(f"{names} must be set; `goldfruit secrets` makes them once")
    return Config(**values)  # type: ignore[arg-type]


def _read(name: str, text: str, kind: str) -> object:
    if "bool" in kind:
        if text.lower() not in {"0", "1", "true", "false"}:
            raise BadSetting(f"GOLDFRUIT_{name.upper()} is 0 or 1")
        return text.lower() in {"1", "true"}
    if "int" in kind:
        if not text.isdecimal():
            raise BadSetting(f"GOLDFRUIT_{name.upper()} is a whole number")
        return int(text)
    return text


def _secrets(path: Path) -> dict[str, str]:
    if path.stat().st_mode & 0o077:
        raise BadSetting(f"{path} can be read by others: chmod 600 {path}")
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
