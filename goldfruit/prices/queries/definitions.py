"""Index definitions (指数定义) as they stand: those of the program, and approved ones."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from goldfruit.kernel.errors import NotFound
from goldfruit.prices.definitions import seed_documents
from goldfruit.prices.models import IndexDefinition
from goldfruit.prices.rules.definitions import Definition, parsed


@dataclass(eq=False)
class NoSuchIndex(NotFound):
    """No index has that code."""

    code = "no-such-index"
    title = "没有这个指数"
    detail = "没有代码为 {index} 的指数。请在指数列表中查看全部代码。"

    index: str


@cache
def seeds() -> tuple[Definition, ...]:
    """Return the definitions that came with the program."""
    return tuple(parsed(document) for document in seed_documents())


def all_versions(session: Session) -> list[Definition]:
    """Return every approved definition, by code and then in the order of taking effect."""
    rows = session.scalars(
        sa.select(IndexDefinition.document).where(IndexDefinition.state == "APPROVED")
    )
    known = {(found.code, found.version): found for found in seeds()}
    for text in rows:
        found = parsed(json.loads(text))
        known[found.code, found.version] = found
    return sorted(
        known.values(), key=lambda found: (found.code, found.effective_from, found.version)
    )


def in_force(session: Session, code: str, day: date) -> Definition:
    """Return the definition of ``code`` that holds on ``day``: the last to have taken effect.

    A sub-index has the definition of the index that it is a view of.

    Raises:
        NoSuchIndex: no definition of that code holds then.
    """
    wanted = parent_of(session, code)
    versions = [
        found
        for found in all_versions(session)
        if found.code == wanted and found.effective_from <= day
    ]
    if not versions:
        raise NoSuchIndex(index=code[:40])
    return versions[-1]


def version(session: Session, code: str, number: int) -> Definition:
    """Return one version of a definition.

    Raises:
        NoSuchIndex: there is none.
    """
    for found in all_versions(session):
        if (found.code, found.version) == (code, number):
            return found
    raise NoSuchIndex(index=f"{code} v{number}")


def current(session: Session, day: date) -> list[Definition]:
    """Return each index's definition in force on ``day``, by code."""
    newest: dict[str, Definition] = {}
    for found in all_versions(session):
        if found.effective_from <= day:
            newest[found.code] = found
    return list(newest.values())


def parent_of(session: Session, code: str) -> str:
    """Return the code of the index that ``code`` is a view of; itself for a headline."""
    for found in all_versions(session):
        if any(sub.code == code for sub in found.sub_indices):
            return found.code
    return code


def proposals(session: Session) -> list[IndexDefinition]:
    """Return the definitions that wait for a second person, oldest first."""
    return list(
        session.scalars(
            sa.select(IndexDefinition)
            .where(IndexDefinition.state == "PROPOSED")
            .order_by(IndexDefinition.proposed_at)
        )
    )


def recorded(session: Session) -> list[IndexDefinition]:
    """Return every definition that somebody proposed, decided or not, newest first."""
    query = sa.select(IndexDefinition).order_by(
        IndexDefinition.proposed_at.desc(), IndexDefinition.version.desc()
    )
    return list(session.scalars(query))


def record(session: Session, code: str, number: int) -> IndexDefinition | None:
    """Return the record of one proposed version, or None for one that came with the program."""
    return session.get(IndexDefinition, (code, number))
