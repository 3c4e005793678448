from dataclasses import replace

import pytest
from hypothesis import given, settings

from goldfruit.kernel.fruit import Spec, SpecNotValid, origins
from goldfruit.kernel.fruit.spec import below
from goldfruit.kernel.fruit.words import words
from tests.kernel.fruit.specs import specs

XUNYI = Spec("FJ", "ZD", 80, None, "trade", "12", "P", "grower", "L", "610430", "2025/26")


def test_has_the_code_of_the_domain() -> None:
    assert XUNYI.code() == "FJ-ZD-80-12-P-610430-L-25"


def test_writes_what_was_not_said_in_zeros() -> None:
    assert Spec("QG").code() == "QG-00-00-00-0-000000-0-00"


@settings(deadline=None, max_examples=200)
@given(spec=specs())
def test_a_code_names_its_spec(spec: Spec) -> None:
    read = Spec.from_code(spec.code())

    most = below(spec.size_max_mm) if spec.size_max_mm else None
    assert read == replace(spec, size_max_mm=most, owner_type=None, packing=None)
    assert read.code() == spec.code()


@settings(deadline=None, max_examples=200)
@given(spec=specs())
def test_travels_as_json_unchanged(spec: Spec) -> None:
    assert Spec.from_json(spec.to_json()) == spec


def test_tells_the_fields_of_the_outside_contract() -> None:
    assert list(XUNYI.to_json()) == [
        "variety",
        "bagging",
        "size_min_mm",
        "size_max_mm",
        "grade_scheme",
        "grade",
        "color_type",
        "owner_type",
        "stage",
        "origin_code",
        "origin",
        "season",
        "packing",
    ]
    assert XUNYI.to_json()["origin"] == "淳化县"


def test_a_cell_is_made_of_chosen_attributes() -> None:
    keys = ("variety", "bagging", "size", "grade", "origin_code", "stage")

    assert XUNYI.cell(keys) == "FJ-ZD-80-12-610430-L"
    assert Spec("FJ", "ZD", 70, 84).cell(keys[:3]) == "FJ-ZD-7085"
    assert Spec("FJ", "ZD", 70, 85).cell(keys[:3]) == "FJ-ZD-7085"
    assert Spec("FJ").cell(keys[:3]) == "FJ-00-00"


def test_first_grade_of_the_two_standards_is_not_one_cell() -> None:
    national, ministry = (
        Spec("FJ", grade_scheme=scheme, grade="G1").cell(("variety", "grade"))
        for scheme in ("gbt10651-2008", "nyt1793-2009")
    )

    assert national != ministry


@pytest.mark.parametrize(
    "wrong",
    [
        {"variety": "??"},
        {"grade": "12"},
        {"grade": "12", "grade_scheme": "gbt10651-2008"},
        {"origin_code": "999999"},
        {"size_min_mm": 85, "size_max_mm": 80},
        {"size_min_mm": 8},
        {"size_min_mm": True},
        {"season": "2025/27"},
        {"season": 25},
    ],
    ids=str,
)
def test_refuses_a_spec_that_no_fruit_can_have(wrong: dict[str, str | int | None]) -> None:
    with pytest.raises(SpecNotValid):
        Spec.from_json({"variety": "FJ", **wrong})


@pytest.mark.parametrize("code", ["", "FJ", "FJ-ZD-80-12-P-610430-L", "ZZ-00-00-00-0-000000-0-00"])
def test_refuses_a_code_that_names_nothing(code: str) -> None:
    with pytest.raises(SpecNotValid):
        Spec.from_code(code)


def test_each_variety_has_one_code_and_each_word_one_meaning() -> None:
    for _, table in words().tables():
        codes = [term.code for term in table]
        said = [word for term in table for word in term.words]
        assert len(codes) == len(set(codes))
        assert len(said) == len(set(said))
    cells = [term.cell for term in words().grades]
    assert len(cells) == len(set(cells))
    assert all(words().sources.values())


def test_a_code_that_ended_names_the_division_of_today() -> None:
    assert origins.names()["彬县"].code == "610482"
    assert origins.divisions()["610427"].valid_to == "2018"
    assert all(division.source for division in origins.divisions().values())
