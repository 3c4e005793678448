import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.fruit import Spec, parse, phrase
from goldfruit.kernel.fruit.words import words
from goldfruit.kernel.units import Price, PriceUnit
from tests.kernel.fruit.specs import specs


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("富士75#起步不封顶", 75, None),
        ("富士70-75#", 70, 75),
        ("富士70#-75#", 70, 75),
        ("富士70<85", 70, 85),
        ("富士70≤Φ<85", 70, 85),
        ("富士Φ80以上", 80, None),
        ("富士φ80以上", 80, None),
        ("富士８０＃以上", 80, None),
        ("富士80/85", 80, 85),
        ("富士75-80", 75, 80),
        ("富士65#", 65, 70),
        ("富士≥80", 80, None),
        ("富士80+", 80, None),
        ("富士70mm起步", 70, None),
        ("富士80#以下", None, 80),
    ],
)
def test_reads_sizes_as_they_are_said(text: str, least: int | None, most: int | None) -> None:
    read = parse(text)

    assert (read.spec.size_min_mm, read.spec.size_max_mm) == (least, most)
    assert read.fully


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("富士 3.2元/斤", 6400, 6400, PriceUnit.JIN),
        ("富士３．２元／斤", 6400, 6400, PriceUnit.JIN),
        ("富士3块2一斤", 6400, 6400, PriceUnit.JIN),
        ("富士三块二毛五一斤", 6500, 6500, PriceUnit.JIN),
        ("富士每斤三块二", 6400, 6400, PriceUnit.JIN),
        ("富士2元一斤", 4000, 4000, PriceUnit.JIN),
        ("富士8-9毛/斤", 1600, 1800, PriceUnit.JIN),
        ("富士两块五到三块一斤", 5000, 6000, PriceUnit.JIN),
        ("富士2.80–3.20元/斤左右", 5600, 6400, PriceUnit.JIN),
        ("富士≈2.5元/斤", 5000, 5000, PriceUnit.JIN),
        ("富士6.4元/公斤", 6400, 6400, PriceUnit.KG),
        ("富士6,400元/吨", 6400, 6400, PriceUnit.TONNE),
        ("富士6400元/吨", 6400, 6400, PriceUnit.TONNE),
        ("富士75-80元/件，20斤/件", 7500, 8000, PriceUnit.PIECE),
        ("富士净重10公斤箱64元/箱", 6400, 6400, PriceUnit.PIECE),
    ],
)
def test_reads_prices_as_they_are_said(text: str, low: int, high: int, unit: PriceUnit) -> None:
    read = parse(text)

    assert (read.price_low, read.price_high) == (Price(low), Price(high))
    assert read.unit_read is unit
    assert read.certain
    assert read.fully


def test_reads_a_whole_offer() -> None:
    read = parse("25/26产季 陕西洛川 富士 纸袋 80#以上 一二级 片红 客商货 冷库 大筐装 3.80元/斤")

    assert read.spec == Spec(
        variety="FJ",
        bagging="ZD",
        size_min_mm=80,
        grade_scheme="trade",
        grade="12",
        color_type="P",
        owner_type="merchant",
        stage="L",
        origin_code="610629",
        season="2025/26",
        packing="DK",
    )
    assert read.certain


def test_does_not_cut_a_word_that_a_shorter_one_begins() -> None:
    read = parse("红富士大果纸袋80#以上一二级果农货嘎啦")

    assert read.spec == Spec("FJ", "ZD", 80, None, "trade", "12", None, "grower")
    assert read.unread == ("嘎啦",)


@pytest.mark.parametrize("day", ["2021-10-23", "2021年10月23日", "10月23日", "12-01", "2021/10/23"])
def test_passes_over_the_day_of_a_quote(day: str) -> None:
    read = parse(f"{day} 富士 2.80-3.20元/斤")

    assert (read.price_low, read.price_high) == (Price(5600), Price(6400))
    assert read.certain


def test_takes_bagging_and_size_without_a_variety_for_fuji_but_is_not_certain() -> None:
    read = parse("纸袋80#以上一二级 3.2元/斤")

    assert read.spec.variety == "FJ"
    assert read.fully
    assert not read.certain


def test_takes_a_price_without_a_unit_for_yuan_per_jin_but_is_not_certain() -> None:
    read = parse("纸袋80#以上一二级 3.2")

    assert (read.price_low, read.unit_read) == (Price(6400), PriceUnit.JIN)
    assert read.fully
    assert not read.certain


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("富士 嘎啦", "嘎啦"),
        ("富士 脆甜", "脆甜"),
        ("富士 -3", "3"),
        ("富士 3.33333元/公斤", "3.33333元/公斤"),
        ("富士 64元/件", "64元/件"),
        ("富士 3.5-2.5元/斤", "3.5-2.5元/斤"),
        ("富士 0元/斤", "0元/斤"),
        ("富士 3200", "3200"),
        ("富士 <script>3.2", "script"),
        ("富士 1e5", "1e5"),
        ("富士 80个", "80个"),
        ("陕西 山东 富士", "山东"),
    ],
)
def test_hands_back_what_it_cannot_read(text: str, word: str) -> None:
    read = parse(text)

    assert word in read.unread
    assert not read.certain
    assert not read.fully


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("洛川富士", "610629"),
        ("洛川县富士", "610629"),
        ("陕西延安洛川富士", "610629"),
        ("彬县富士", "610482"),
        ("彬州富士", "610482"),
        ("静宁县富士", "620826"),
        ("烟台栖霞富士", "370686"),
        ("烟台富士", "370600"),
        ("冰糖心", "652901"),
        ("静宁冰糖心", "620826"),
    ],
)
def test_knows_where_fruit_is_from(text: str, code: str) -> None:
    read = parse(text)

    assert read.spec.origin_code == code
    assert read.fully


@pytest.mark.parametrize("term", words().grades, ids=lambda term: f"{term.scheme} {term.code}")
def test_tells_the_grades_of_each_scheme_apart(term: object) -> None:
    [meant] = [each for each in words().grades if each is term]

    for word in meant.words:
        spec = parse(f"富士 {word}").spec
        assert (spec.grade_scheme, spec.grade) == (meant.scheme, meant.code)


@settings(deadline=None, max_examples=300)
@given(spec=specs())
def test_what_it_says_of_a_spec_reads_as_that_spec(spec: Spec) -> None:
    read = parse(phrase(spec))

    assert read.spec == spec
    assert read.unread == ()


@settings(deadline=None, max_examples=300)
@given(yuan_per_tonne=st.integers(1, 200_000), unit=st.sampled_from(list(PriceUnit)[:3]))
def test_a_price_said_in_any_unit_reads_as_that_price(yuan_per_tonne: int, unit: PriceUnit) -> None:
    said = (
        f"{Price(yuan_per_tonne).exact(unit)}元/" + {"jin": "斤", "kg": "公斤", "tonne": "吨"}[unit]
    )

    read = parse(f"富士 {said}")

    assert (read.price_low, read.unit_read) == (Price(yuan_per_tonne), unit)
    assert parse(read.phrase).price_low == Price(yuan_per_tonne)


WORDS = sorted({word for _, table in words().tables() for term in table for word in term.words})
SCRAPS = st.sampled_from(
    [*WORDS, *"0123456789.-/#<>=≈元斤块毛一二三十到至%Φ件箱", " ", "以上", "元/斤"]
)


@settings(deadline=None, max_examples=400)
@given(text=st.one_of(st.text(max_size=60), st.lists(SCRAPS, max_size=20).map("".join)))
def test_no_text_breaks_it_and_what_it_read_can_be_said(text: str) -> None:
    read = parse(text)

    again = parse(read.phrase)
    assert again.spec == read.spec or read.spec.variety is None
    assert (again.price_low, again.price_high) == (read.price_low, read.price_high)
    assert again.unread == ()


def test_a_very_long_text_stays_partly_unread() -> None:
    read = parse("富士" + " 苹果" * 100_000)

    assert read.spec.variety == "FJ"
    assert len(read.unread) == 1
