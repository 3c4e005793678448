"""Migrations (迁移): bring a database to the release's shape, or say how far it is."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

HERE = Path(__file__).resolve().parents[2] / "migrations"


def newest() -> str:
    """Return the name of the newest migration, without importing Alembic: its file's name."""
    return max(path.stem for path in (HERE / "versions").glob("[0-9]*.py"))


def current(engine: Engine) -> str | None:
    """Return the name of the migration that the database stands at; None before the first."""
    with engine.connect().execution_options(read_only=True) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database up to ``to``, in one transaction."""
    from alembic import command

    with engine.begin() as connection:
        command.upgrade(_settings(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the database down to ``to``; a step that would destroy evidence refuses."""
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(_settings(connection), to)


def differences(engine: Engine) -> list[object]:
    """Return what the tables in the code and in the database disagree about; [] if nothing."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from goldfruit.infra.db import Base

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = list(compare_metadata(context, Base.metadata))
        return found


def _settings(connection: sa.Connection):  # type: ignore[no-untyped-def]
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes["connection"] = connection
    return settings
