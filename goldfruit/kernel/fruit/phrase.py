"""Trade language said back (行话): what a trader would write for a spec and its price."""

from goldfruit.kernel.fruit import origins
from goldfruit.kernel.fruit.spec import Spec
from goldfruit.kernel.fruit.words import words
from goldfruit.kernel.units import Price, PriceUnit, Weight

UNIT_WORDS = {
    PriceUnit.JIN: "元/斤",
    PriceUnit.KG: "元/公斤",
    PriceUnit.TONNE: "元/吨",
    PriceUnit.PIECE: "元/件",
}


def phrase(spec: Spec) -> str:
    """Return the spec in trade language, e.g. ``淳化县 富士 纸袋 80#以上 一二级 片红``.

    Reading it gives the same spec again, if the spec has a variety; without one, a reader takes
    bagging, size, grade or color to speak of 富士. Empty for an empty spec.
    """
    names = words()
    grade = names.grade(spec.grade_scheme, spec.grade)
    said = (
        f"{spec.season}产季" if spec.season else None,
        spec.origin_code and _origin(spec.origin_code),
        spec.variety and names.name("variety", spec.variety),
        spec.bagging and names.name("bagging", spec.bagging),
        _size(spec),
        grade and grade.name,
        spec.color_type and names.name("color_type", spec.color_type),
        spec.owner_type and names.name("owner_type", spec.owner_type),
        spec.stage and names.name("stage", spec.stage),
        spec.packing and names.name("packing", spec.packing),
    )
    return " ".join(word for word in said if word)


def price_phrase(low: Price, high: Price, unit: PriceUnit, piece: Weight | None = None) -> str:
    """Return a price or a range in the unit it was said in, e.g. ``2.80-3.20元/斤``."""
    figures = [low.shown(unit, piece)] + ([high.shown(unit, piece)] if high != low else [])
    told = "-".join(figures) + UNIT_WORDS[unit]
    if unit is PriceUnit.PIECE and piece:
        told += f" {piece.grams / 500:g}斤/件"
    return told


def _origin(code: str) -> str:
    """Return the name that reads as ``code``; a code that ended has only its digits."""
    name = origins.name_of(code) or code
    division = origins.names().get(name)
    return name if division and division.code == code else code


def _size(spec: Spec) -> str | None:
    least, most = spec.size_min_mm, spec.size_max_mm
    if least is None:
        return None if most is None else f"{most}#以下"
    return f"{least}#以上" if most is None else f"{least}-{most}#"
