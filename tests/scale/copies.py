"""Copies of a prepared database: of SQLite a file, of PostgreSQL a database made from another."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

_numbers = count(1)


@contextmanager
def copied(url: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a copy of the database at ``url``, to which nobody is connected."""
    number = next(_numbers)
    if url.startswith("sqlite"):
        path = folder / f"copy{number}.db"
        shutil.copy(url.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        path.unlink()
        return
    source = make_url(url)
    name = f"{source.database}_copy{number}"
    admin = sa.create_engine(source.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {source.database}")
    try:
        yield source.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()
