"""Specs of quotes as forms and programs send them (报价规格): codes in, a spec out, and back."""

import re
from collections.abc import Mapping

from goldfruit.kernel.fruit import Spec, SpecNotValid
from goldfruit.kernel.fruit.words import words

KEYS = (
    *("variety", "bagging", "size", "grade", "color_type", "owner_type", "stage", "origin_code"),
)
_SIZE = re.compile(r"(\d{2})?-(\d{2,3})?", re.ASCII)


def spec_of(given: Mapping[str, str]) -> Spec:
    """Return the spec that the codes in ``given`` name; an empty code is not said.

    ``size`` is ``80-`` for 80 and up, ``70-75`` for a band; ``grade`` the code of cells.

    Raises:
        SpecNotValid: a code that does not exist; names the field.
    """
    least, most = _band(given.get("size", ""))
    grade = given.get("grade") or None
    term = words().grade_in_cell(grade) if grade else None
    if grade and term is None:
        raise SpecNotValid(field="grade", text=grade[:40])
    plain = {key: given.get(key) or None for key in KEYS if key not in ("size", "grade")}
    return Spec(
        size_min_mm=least,
        size_max_mm=most,
        grade_scheme=term.scheme if term else None,
        grade=term.code if term else None,
        **plain,
    )


def codes_of(spec: Spec) -> dict[str, str]:
    """Return ``spec`` as the codes that :func:`spec_of` reads."""
    told = {key: getattr(spec, key) or "" for key in KEYS if key not in ("size", "grade")}
    sized = (spec.size_min_mm, spec.size_max_mm) != (None, None)
    size = f"{spec.size_min_mm or ''}-{spec.size_max_mm or ''}" if sized else ""
    return {**told, "size": size, "grade": spec.attributes().get("grade", "")}


def _band(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    match = _SIZE.fullmatch(text)
    if not match or not any(match.groups()):
        raise SpecNotValid(field="size", text=text[:40])
    least, most = match.groups()
    return int(least) if least else None, int(most) if most else None
