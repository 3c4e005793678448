"""Origins (产地): provinces, prefectures and apple counties by division code (§5.11).

``divisions.csv`` is versioned data: a code that was replaced keeps its row, with the year in
which it ended, and its old name reads as the division of today.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SUFFIX = re.compile(r"(维吾尔自治区|壮族自治区|回族自治区|自治区|彝族自治州|地区|省|市|县|区|州)$")


@dataclass(frozen=True, slots=True)
class Division:
    """行政区划: one division of GB/T 2260, with the years in which its code began and ended."""

    code: str
    name: str
    valid_from: str
    valid_to: str
    aliases: tuple[str, ...]
    source: str

    @property
    def depth(self) -> int:
        """Return 1 for a province, 2 for a prefecture, 3 for a county."""
        return 1 if self.code[2:] == "0000" else 2 if self.code[4:] == "00" else 3

    def holds(self, other: "Division") -> bool:
        """Return whether ``other`` lies inside this division."""
        return self.depth < other.depth and other.code.startswith(self.code[: 2 * self.depth])


@cache
def divisions() -> dict[str, Division]:
    """Return all divisions by code, the ended ones too."""
    text = files(__package__).joinpath("divisions.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        aliases = tuple(alias for alias in (row.pop("aliases") or "").split(";") if alias)
        found[row["code"]] = Division(**row, aliases=aliases)
    return found


@cache
def names() -> dict[str, Division]:
    """Return the division that each name means today, with and without 省, 市, 县, 区.

    A short name that two divisions of one depth share means neither; where a prefecture and a
    county share it, it means the prefecture, unless the county lists it as its alias. Short
    names have two characters at least, so 乾县 is never said as 乾.
    """
    found: dict[str, Division] = {}
    now = sorted(
        (each for each in divisions().values() if not each.valid_to),
        key=lambda each: (each.depth, each.code),
    )
    for each in now:
        for name in (each.name, *each.aliases):
            found[name] = each
    short: dict[str, list[Division]] = {}
    for each in now:
        bare = _SUFFIX.sub("", each.name)
        if len(bare) >= 2 and bare != each.name:
            short.setdefault(bare, []).append(each)
    for bare, owners in short.items():
        highest = [each for each in owners if each.depth == owners[0].depth]
        if len(highest) == 1:
            found.setdefault(bare, highest[0])
    found["阿克苏"] = divisions()["652901"]
    return found


def name_of(code: str) -> str | None:
    """Return the name of a division, e.g. ``淳化县``; None for a code that is not known."""
    division = divisions().get(code)
    return division.name if division else None
