"""goldfruit secrets: make the secrets once, in a file that only its owner can read."""

import os
import secrets
from pathlib import Path
from typing import Any

import click

from config import ROOT
from goldfruit.cli.frame import command


def make_once(path: Path) -> bool:
    """Make the private file of secrets; return False where it already stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        file.write(f"GOLDFRUIT_SECRET_KEY={secrets.token_urlsafe(48)}\n")
        file.write(f"GOLDFRUIT_FIELD_KEY={secrets.token_hex(32)}\n")
    return True


@command("secrets")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("GOLDFRUIT_SECRETS_FILE", ROOT / "var" / "secrets.env")),
    help="Where to keep them (default: var/secrets.env).",
)
def make_secrets(path: Path) -> dict[str, Any]:
    """Make the secrets that the exchange needs; an existing file is left alone.

    Example: goldfruit secrets --file /etc/goldfruit/secrets.env
    """
    made = make_once(path)
    return {"file": str(path), "made": made}
