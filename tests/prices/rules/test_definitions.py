from typing import Any

import pytest

from goldfruit.kernel.fruit import parse
from goldfruit.prices.definitions import seed_documents
from goldfruit.prices.rules.blocks import DefinitionNotValid
from goldfruit.prices.rules.definitions import BasketTooLarge, WeightsNotWhole, parsed
from tests.prices.rules.observed import document

SEEDS = {(str(d["code"]), d["version"]): d for d in seed_documents()}


@pytest.mark.parametrize("seed", SEEDS.values(), ids=lambda d: f"{d['code']}.{d['version']}")
def test_every_seed_is_valid_and_says_where_its_figures_come_from(seed: Any) -> None:
    definition = parsed(seed)

    assert len(definition.digest) == 64
    for block in ("filters", "grades", "confidence", "concentration", "basket", "base"):
        assert seed[block]["source"].strip()
    assert definition.methodology_zh
    assert definition.methodology_en


def test_the_headline_has_the_counties_weights_and_at_most_24_cells() -> None:
    definition = parsed(document())
    counties = {
        county: round(sum(c.weight for c in definition.cells if c.county == county), 9)
        for county in sorted({cell.county for cell in definition.cells})
    }

    assert counties == {
        "610424": 0.08,
        "610425": 0.20,
        "610426": 0.12,
        "610428": 0.10,
        "610429": 0.18,
        "610430": 0.20,
        "610482": 0.12,
    }
    assert len(definition.cells) == 21
    assert min(cell.weight for cell in definition.cells) >= 0.02
    assert len(definition.sub_indices) == 10


def test_the_survey_phase_is_told_in_the_methodology() -> None:
    first, later = parsed(document("GFI-D", 1)), parsed(document("GFI-D", 2))

    assert "基于报价" in first.methodology_zh
    assert [level.code for level in first.confidence.levels] == ["H1", "H2", "H3", "S"]
    assert [level.code for level in later.confidence.levels] == ["H1", "H2", "H3"]


def test_a_public_market_in_another_currency_is_only_a_document() -> None:
    kashmir = parsed(document("KSH-D"))

    assert (kashmir.currency, kashmir.formula, kashmir.window) == ("INR", "rolling-tpd", 260)
    assert kashmir.cell_code({"place": "Sopore", "name": "DeliciousA"}) == "Sopore-DeliciousA"


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ("淳化冷库纸袋80#以上一二级", "FJ-ZD-80-12-610430-L"),
        ("淳化冷库纸袋80#一二级", "FJ-ZD-80-12-610430-L"),
        ("淳化冷库纸袋75#一二级", "FJ-ZD-70-12-610430-L"),
        ("淳化冷库纸加膜75#一二级", "FJ-MD-70-12-610430-L"),
    ],
)
def test_trade_language_finds_its_cell_of_the_headline(said: str, cell: str) -> None:
    attributes = parse(said).spec.attributes()
    attributes["origin"] = attributes["origin_code"]

    assert parsed(document()).cell_code(attributes) == cell


def test_what_a_market_does_not_say_is_written_in_zeros() -> None:
    xinfadi = parsed(document("XFD-D"))

    one, other = parse("富士（纸袋 70-84）").spec, parse("富士（纸袋70<85）").spec
    assert xinfadi.cell_code(one.attributes()) == "FJ-ZD-7085"
    assert xinfadi.cell_code(other.attributes()) == "FJ-ZD-7085"
    assert xinfadi.cell_code({"variety": "QG"}) == "QG-00-00"


def test_every_cell_of_the_headline_can_be_reached_from_a_spec() -> None:
    definition = parsed(document())
    for code in definition.basket:
        attributes = dict(zip(definition.cell_keys, code.split("-"), strict=True))
        assert definition.cell_code(attributes) == code


def test_the_digest_names_exactly_these_rules() -> None:
    changed = document()
    changed["concentration"]["seller"] = "0.36"

    assert parsed(document()).digest == parsed(document()).digest
    assert parsed(changed).digest != parsed(document()).digest


def test_weights_that_miss_one_by_a_hair_are_refused() -> None:
    content = document()
    content["basket"]["cells"][0]["weight"] = "0.086001"

    with pytest.raises(WeightsNotWhole) as refusal:
        parsed(content)

    assert refusal.value.total == "1.000001"


def test_a_basket_of_25_cells_is_refused() -> None:
    content = document()
    cell = content["basket"]["cells"][0]
    content["basket"]["cells"] = [cell | {"code": f"c{n}", "weight": "0.04"} for n in range(25)]

    with pytest.raises(BasketTooLarge):
        parsed(content)


def test_a_small_cell_is_refused_unless_its_county_needs_it() -> None:
    content = document()
    cell = content["basket"]["cells"][0]
    two = [cell | {"code": "a", "weight": "0.985"}, cell | {"code": "b", "weight": "0.015"}]
    content["sub_indices"] = []
    content["basket"]["cells"] = two

    with pytest.raises(DefinitionNotValid) as refusal:
        parsed(content)
    assert refusal.value.place == "basket.cells b"

    content["basket"]["cells"] = [two[0], two[1] | {"county": "610430"}]
    assert len(parsed(content).cells) == 2


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("colour",), "red", "colour"),
        (("filters", "spraed"), "3.5", "filters.spraed"),
        (("filters", "spread"), 3.5, "filters.spread"),
        (("filters", "spread"), "NaN", "filters.spread"),
        (("filters", "spread"), "３.５", "filters.spread"),
        (("filters", "spread"), None, "filters.spread"),
        (("filters", "enabled"), ["R07"], "filters.enabled"),
        (("concentration", "seller"), "1.01", "concentration.seller"),
        (("formula",), "chained", "formula"),
        (("version",), 0, "version"),
        (("version",), True, "version"),
        (("currency",), "JPY", "currency"),
        (("effective_from",), "2025-02-30", "effective_from"),
        (("kinds",), ["T", "Q"], "kinds"),
        (("price",), "close", "price"),
        (("basket", "cells"), [], "basket.cells"),
        (("basket", "cells"), "all", "basket.cells"),
        (("confidence", "automatic"), ["H9"], "confidence.automatic"),
        (("name",), "金果", "name"),
        (("merge", "size"), {"75": 70}, "merge.size.75"),
    ],
)
def test_a_slip_is_refused_and_its_place_named(
    path: tuple[str, ...], value: object, place: str
) -> None:
    content = document()
    block = content
    for key in path[:-1]:
        block = block[key]
    block[path[-1]] = value

    with pytest.raises(DefinitionNotValid) as refusal:
        parsed(content)

    assert refusal.value.place == place


def test_two_cells_of_one_code_are_refused() -> None:
    content = document()
    content["basket"]["cells"][1]["code"] = content["basket"]["cells"][0]["code"]

    with pytest.raises(DefinitionNotValid, match="不能重复"):
        parsed(content)


def test_a_base_of_prices_needs_a_price_for_each_cell() -> None:
    content = document()
    content["base"]["kind"] = "prices"

    with pytest.raises(DefinitionNotValid, match="缺少基期价格"):
        parsed(content)


@pytest.mark.parametrize("season", [["07-20"], ["07-32", "10-31"], ["7-1", "10-31"]])
def test_a_season_is_two_days_of_the_year(season: list[str]) -> None:
    content = document()
    content["basket"]["cells"][0]["season"] = season

    with pytest.raises(DefinitionNotValid, match="月日"):
        parsed(content)


@pytest.mark.parametrize("content", [None, [], "GFI-D", 7])
def test_what_is_no_object_is_refused(content: Any) -> None:
    with pytest.raises(DefinitionNotValid):
        parsed(content)
