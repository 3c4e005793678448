"""The spec (规格): what fruit is meant, as one value used everywhere (domain.md §2.5, §2.6).

Two codes come from it. :meth:`Spec.code` names a spec, e.g. ``FJ-ZD-80-12-P-610430-L-25``;
:meth:`Spec.cell` names the cell of an index, from chosen attributes. A part that was not said is
written in zeros, so that every code splits at its hyphens and sorts in one order everywhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from goldfruit.kernel.errors import RuleBroken
from goldfruit.kernel.fruit import origins
from goldfruit.kernel.fruit.words import Term, words

MM_MIN, MM_MAX = 30, 130
ABSENT = "00"
_CODE = re.compile(
    r"([A-Z]{2}|00)-([A-Z]{2}|00)-(\d{2}|\d{4,5})-([A-Z0-9]{2})-([A-Z]|0)-(\d{6})-([A-Z]|0)-(\d{2})",
    re.ASCII,
)
_SEASON = re.compile(r"20(\d\d)/(\d\d)", re.ASCII)


@dataclass(eq=False)
class SpecNotValid(RuleBroken):
    """A spec that no fruit can have, or a code that does not exist."""

    code = "spec-not-valid"
    title = "规格有误"
    detail = "规格中的 {field}“{text}”无效。请从列表中选择，或核对果径范围。"

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Spec:
    """规格: variety, bagging, size band and the rest; None is what was not said.

    Sizes are whole mm of the largest transverse diameter, the least inclusive, the most as it
    was said (70-84 keeps 84). ``grade`` is a code within ``grade_scheme``; ``season`` is written
    ``2025/26``. Equal specs are equal values.
    """

    variety: str | None = None
    bagging: str | None = None
    size_min_mm: int | None = None
    size_max_mm: int | None = None
    grade_scheme: str | None = None
    grade: str | None = None
    color_type: str | None = None
    owner_type: str | None = None
    stage: str | None = None
    origin_code: str | None = None
    season: str | None = None
    packing: str | None = None

    def __post_init__(self) -> None:
        for key in ("variety", "bagging", "color_type", "owner_type", "stage", "packing"):
            value = getattr(self, key)
            if value is not None and words().name(key, value) is None:
                raise SpecNotValid(field=key, text=str(value)[:40])
        if (self.grade_scheme, self.grade) != (None, None) and self._grade is None:
            raise SpecNotValid(field="grade", text=f"{self.grade_scheme} {self.grade}"[:40])
        if self.origin_code is not None and self.origin_code not in origins.divisions():
            raise SpecNotValid(field="origin_code", text=str(self.origin_code)[:40])
        if self.season is not None and not _is_season(self.season):
            raise SpecNotValid(field="season", text=self.season[:40])
        if not _is_band(self.size_min_mm, self.size_max_mm):
            raise SpecNotValid(field="size", text=f"{self.size_min_mm}-{self.size_max_mm}"[:40])

    @property
    def origin(self) -> str | None:
        """Return the name of the origin, e.g. ``淳化县``."""
        return origins.name_of(self.origin_code) if self.origin_code else None

    @property
    def size(self) -> str | None:
        """Return the size band's code: ``80`` for 80 and up, ``7085`` for 70-85.

        A written upper bound of 84 means "below 85", so 70-84 and 70<85 are one band
        (§3.4.8a); a band without lower bound begins with ``00``. None if no size was said.
        """
        if self.size_min_mm is None and self.size_max_mm is None:
            return None
        least = f"{self.size_min_mm or 0:02d}"
        return least if self.size_max_mm is None else f"{least}{below(self.size_max_mm):02d}"

    def attributes(self) -> dict[str, str]:
        """Return what was said, as codes by key: the keys of a cell are chosen from these."""
        grade = self._grade
        said = {
            "variety": self.variety,
            "bagging": self.bagging,
            "size": self.size,
            "grade": grade.cell if grade else None,
            "color_type": self.color_type,
            "owner_type": self.owner_type,
            "origin_code": self.origin_code,
            "stage": self.stage,
            "season": self.season[2:4] if self.season else None,
            "packing": self.packing,
        }
        return {key: value for key, value in said.items() if value}

    def cell(self, keys: Sequence[str]) -> str:
        """Return the cell's code of the attributes ``keys``, e.g. ``FJ-ZD-7085``; absent = 00."""
        said = self.attributes()
        return "-".join(said.get(key, ABSENT) for key in keys)

    def code(self) -> str:
        """Return the spec code of §2.6; owner type and packing have no part in it."""
        said = self.attributes()
        parts = (("variety", 2), ("bagging", 2), ("size", 2), ("grade", 2), ("color_type", 1))
        more = (("origin_code", 6), ("stage", 1), ("season", 2))
        return "-".join(said.get(key, "0" * width) for key, width in parts + more)

    @classmethod
    def from_code(cls, code: str) -> "Spec":
        """Return the spec that ``code`` names; its own code is ``code`` again.

        Raises:
            SpecNotValid: no such code.
        """
        match = _CODE.fullmatch(code)
        if not match:
            raise SpecNotValid(field="code", text=code[:40])
        variety, bagging, size, grade, color, origin, stage, season = (
            None if not part.strip("0") else part for part in match.groups()
        )
        term = words().grade_in_cell(grade) if grade else None
        if grade and not term:
            raise SpecNotValid(field="grade", text=grade)
        least, most = (int(size[:2]), int(size[2:] or 0)) if size else (0, 0)
        return cls(
            variety=variety,
            bagging=bagging,
            size_min_mm=least or None,
            size_max_mm=most or None,
            grade_scheme=term.scheme if term else None,
            grade=term.code if term else None,
            color_type=color,
            stage=stage,
            origin_code=origin,
            season=f"20{season}/{(int(season) + 1) % 100:02d}" if season else None,
        )

    def to_json(self) -> dict[str, str | int | None]:
        """Return the spec as plain values, with the field names of the outside contract."""
        told: dict[str, str | int | None] = {}
        for key, value in asdict(self).items():
            told[key] = value
            if key == "origin_code":
                told["origin"] = self.origin
        return told

    @classmethod
    def from_json(cls, document: Mapping[str, str | int | None]) -> "Spec":
        """Return the spec that :meth:`to_json` told; other members are ignored.

        Raises:
            SpecNotValid: a value that does not exist.
        """
        texts = {key: _text(document, key) for key in cls.__dataclass_fields__ if "size" not in key}
        return cls(
            **texts,
            size_min_mm=_whole(document, "size_min_mm"),
            size_max_mm=_whole(document, "size_max_mm"),
        )

    @property
    def _grade(self) -> Term | None:
        return words().grade(self.grade_scheme, self.grade)


def below(most: int) -> int:
    """Return the exclusive upper bound of a band whose upper bound was said as ``most``."""
    return most + 1 if most % 5 == 4 else most


def _is_band(least: int | None, most: int | None) -> bool:
    if least is not None and not MM_MIN <= least < 100:
        return False
    if most is not None and not MM_MIN <= most <= MM_MAX:
        return False
    return least is None or most is None or least < most


def _is_season(text: str) -> bool:
    match = _SEASON.fullmatch(text)
    if not match or match[1] == "00":
        return False
    return int(match[2]) == (int(match[1]) + 1) % 100


def _text(document: Mapping[str, str | int | None], key: str) -> str | None:
    value = document.get(key)
    if value is None or isinstance(value, str):
        return value
    raise SpecNotValid(field=key, text=str(value)[:40])


def _whole(document: Mapping[str, str | int | None], key: str) -> int | None:
    value = document.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise SpecNotValid(field=key, text=str(value)[:40])
