"""Promises of the documents, kept by the suite: what they name exists, what they compute is so."""

import json
import math
import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from config import Config
from goldfruit.demo import people, season
from goldfruit.demo.make import SEED, TRADING_DAYS
from goldfruit.prices.rules.definitions import parsed
from goldfruit.prices.rules.lowe import headline
from goldfruit.prices.rules.numbers import weighted_median
from tests.places import ROOT

DOCS = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
FILES = [
    str(path.relative_to(ROOT))
    for folder in ("goldfruit", "tests", "static", "migrations", "templates")
    for path in (ROOT / folder).rglob("*.*")
]
SCREEN = 60


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def rows_of(text: str, columns: int) -> list[list[str]]:
    """Return the cells of every line of a table that has ``columns`` columns, heads left out."""
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in line] for line in lines if len(line) == columns]
    return [line for line in cells if not set("".join(line)) <= {"-", ":"}]


def test_every_setting_is_documented_with_its_default() -> None:
    said = {row[0].strip("`"): row[1].strip("`") for row in rows_of(read("docs/running.md"), 3)}

    for setting in fields(Config):
        name = f"GOLDFRUIT_{setting.name.upper()}"
        assert name in said, f"docs/running.md does not explain {name}"
        if isinstance(setting.default, bool):
            assert said[name] == str(int(setting.default)), name
        elif isinstance(setting.default, int):
            assert said[name] == str(setting.default), name


def test_no_setting_is_documented_that_does_not_exist() -> None:
    known = {f"GOLDFRUIT_{setting.name.upper()}" for setting in fields(Config)}
    known |= {"GOLDFRUIT_SECRETS_FILE", "GOLDFRUIT_ACT_AS", "GOLDFRUIT_TEST_POSTGRES"}
    for path in DOCS:
        for name in re.findall(r"GOLDFRUIT_[A-Z_]+[A-Z]", path.read_text()):
            assert name in known, f"{short(path)} names {name}"


@pytest.mark.parametrize("page", DOCS, ids=short)
def test_every_link_within_the_documents_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{short(page)} points to {target}"


@pytest.mark.parametrize("page", [p for p in DOCS if p.parent.name != "problems"], ids=short)
def test_every_file_that_a_document_names_exists(page: Path) -> None:
    for named in re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|json|csv|html|js))`", page.read_text()):
        assert any(f"/{path}".endswith(f"/{named}") for path in FILES), f"{page} names {named}"


def test_every_word_of_the_glossary_is_in_the_file_that_it_names() -> None:
    found = rows_of(read("docs/glossary.md"), 4)
    assert len(found) > 60
    for _chinese, _english, code, where in found:
        if code == "code":
            continue
        source = read(where)
        for name in re.findall(r"`([A-Za-z_]+)`", code):
            stem = Path(where).stem
            assert name == stem or re.search(rf"\b{name}\b", source), f"{name} is not in {where}"


def test_every_decision_has_a_number_of_its_own_and_says_why_and_what_follows() -> None:
    numbered = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in numbered]

    assert numbers == [f"{n:04d}" for n in range(1, len(numbered) + 1)]
    for path in numbered:
        text = path.read_text()
        assert text.count("\n") <= 30, short(path)
        for word in ("**Context.**", "**Decision.**", "**Consequences.**"):
            assert word in text, f"{short(path)} has no {word}"


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_one_screen_with_a_picture_and_two_commands(name: str) -> None:
    text = read(name)

    assert text.count("\n") <= SCREEN
    assert "make serve" in text
    assert "make test" in text
    [picture] = re.findall(r"!\[[^]]*\]\(([^)]+\.png)\)", text)
    assert (ROOT / picture).stat().st_size <= 250_000


def test_the_day_by_hand_of_the_index_method_is_right() -> None:
    text = read("docs/index-method.md")
    cells = [row for row in rows_of(text, 6) if re.match(r"FJ-.*-610425-L$", row[0])]
    weights = {row[0]: float(row[1]) for row in cells}
    at_link = {row[0]: float(row[2]) for row in cells}
    prices = {row[0]: float(row[3]) for row in cells}

    assert len(cells) == 3
    for code, weight, before, now, relative, moved in cells:
        assert f"{float(now) / float(before):.6f}" == relative, code
        assert f"{float(weight) * float(now) / float(before):.6f}" == moved, code
    value = headline(1000.0, weights, at_link, prices)
    assert f"= {value:.4f}" in text
    assert f"**{value:.2f}**" in text
    [quoted] = re.findall(r"\(mostly\): ([0-9, ]+);", text)
    middle = weighted_median([(float(one), 100) for one in quoted.split(",")])
    assert math.isclose(prices["FJ-ZD-80-12-610425-L"], middle / 1000)


def test_the_weights_of_the_day_by_hand_are_those_of_the_definition() -> None:
    document = json.loads(read("goldfruit/prices/definitions/gfi-d.1.json"))
    basket = parsed(document).basket
    text = read("docs/index-method.md")

    for row in rows_of(text, 6):
        if row[0] in basket:
            assert math.isclose(float(row[1]), basket[row[0]].weight), row[0]
    for county, share in re.findall(r"(\w\w) (0\.\d\d)", text.split("County weights:")[1][:140]):
        total = math.fsum(cell.weight for cell in basket.values() if cell.name.startswith(county))
        assert math.isclose(total, float(share)), county


def read(name: str) -> str:
    return (ROOT / name).read_text()


def test_the_day_by_hand_is_a_day_of_the_demo_market() -> None:
    definition = parsed(json.loads(read("goldfruit/prices/definitions/gfi-d.1.json")))
    path = season.levels(definition, TRADING_DAYS, SEED)
    days = [date(2025, 10, 9), date(2025, 10, 10)]
    table = [row for row in rows_of(read("docs/index-method.md"), 6) if "-610425-L" in row[0]]

    for place, day in enumerate(days):
        said: dict[str, list[tuple[float, int]]] = {}
        for reporter in people.reporters():
            for one in season.said_on(
                definition, reporter, day, odd=season.Odd(), level=path[place], seed=SEED
            ):
                cell = one.spec.code().replace("-P-", "-").removesuffix("-25")
                said.setdefault(cell, []).append((one.mostly.yuan_per_tonne / 1000, 100))
        for row in table:
            assert f"{weighted_median(said[row[0]]):.2f}" == row[2 + place], (day, row[0])
