"""Words of the trade (行话): the tables of ``words.json``, loaded once.

Every table is data with its source. A row has a code, the Chinese name that is said back, and
other names that are read as the same.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Term:
    """行话词条: one value of one attribute of the spec.

    ``scheme`` and ``same_as`` are for grades: the scheme that defines the grade, and the grades of
    GB/T 10651-2008 that it stands for (none where there is no equal). ``cell`` is the code in
    spec and cell codes, where grades of all schemes stand side by side.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    cell: str = ""
    scheme: str = ""
    same_as: tuple[str, ...] = ()
    size_class: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Return all words that mean this term, its name first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Implied:
    """隐含词: a word that names a variety and says more, e.g. 冰糖心 is a Fuji of 阿克苏."""

    word: str
    variety: str
    origin_code: str


@dataclass(frozen=True)
class Words:
    """词表: one table per attribute, each in its own order."""

    varieties: tuple[Term, ...]
    baggings: tuple[Term, ...]
    grades: tuple[Term, ...]
    colors: tuple[Term, ...]
    owners: tuple[Term, ...]
    stages: tuple[Term, ...]
    packings: tuple[Term, ...]
    implied: tuple[Implied, ...]
    noise: tuple[str, ...]
    sources: Mapping[str, str] = field(default_factory=dict)

    def tables(self) -> Iterator[tuple[str, tuple[Term, ...]]]:
        """Yield the attribute of the spec and its table, grades aside."""
        yield "variety", self.varieties
        yield "bagging", self.baggings
        yield "color_type", self.colors
        yield "owner_type", self.owners
        yield "stage", self.stages
        yield "packing", self.packings

    def name(self, attribute: str, code: str) -> str | None:
        """Return the Chinese name of a code of ``attribute``; None if there is no such code."""
        for key, terms in self.tables():
            if key == attribute:
                return next((term.name for term in terms if term.code == code), None)
        return None

    def grade(self, scheme: str | None, code: str | None) -> Term | None:
        """Return the grade of that scheme, or None."""
        return next((t for t in self.grades if (t.scheme, t.code) == (scheme, code)), None)

    def grade_in_cell(self, cell: str) -> Term | None:
        """Return the grade whose code in cells is ``cell``, or None."""
        return next((term for term in self.grades if term.cell == cell), None)


@cache
def words() -> Words:
    """Return the tables, read from the package once."""
    text = files(__package__).joinpath("words.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    tables = ("varieties", "baggings", "grades", "colors", "owners", "stages", "packings")
    return Words(
        **{name: tuple(map(_term, document[name]["rows"])) for name in tables},
        implied=tuple(Implied(**row) for row in document["implied_origins"]["rows"]),
        noise=tuple(document["noise"]["words"]),
        sources={
            key: table["source"] for key, table in document.items() if isinstance(table, dict)
        },
    )


def _term(row: dict[str, Any]) -> Term:
    return Term(
        code=row["code"],
        name=row["name"],
        aliases=tuple(row["aliases"]),
        cell=row.get("cell", row["code"]),
        scheme=row.get("scheme", ""),
        same_as=tuple(row.get("same_as", ())),
        size_class=row.get("size_class", ""),
    )
