"""All names under which a wholesale market quoted apples for three years, read by eye first."""

import csv

import pytest

from goldfruit.kernel.fruit import Spec, parse
from tests.places import SHARED_DATA, needs_shared_data

FJ, GL, QG, HJ = (Spec(variety=code) for code in ("FJ", "GL", "QG", "HJ"))


def fuji(bagging: str, least: int | None = None, most: int | None = None, **more: str) -> Spec:
    return Spec("FJ", bagging, least, most, **more)


NAMES = {
    "123（沙果）": Spec("SG"),
    "乔纳金": Spec("QN"),
    "乔纳金苹果": Spec("QN"),
    "嘎啦": GL,
    "嘎啦（光果）": Spec("GL", "GB"),
    "嘎啦（纸袋）": Spec("GL", "ZD"),
    "国光": Spec("GG"),
    "国光苹果": Spec("GG"),
    "夏红苹果": Spec("XA"),
    "大秦冠（箱）": Spec("QG", packing="XZ"),
    "富士（纸袋Φ70-84）": fuji("ZD", 70, 84),
    "富士（纸袋Φ70-85）": fuji("ZD", 70, 85),
    "富士（纸袋Φ70<85）": fuji("ZD", 70, 85),
    "富士（纸袋Φ70<85）苹果": fuji("ZD", 70, 85),
    "富士（纸袋Φ75<85）苹果": fuji("ZD", 75, 85),
    "富士（纸袋Φ80<85）": fuji("ZD", 80, 85),
    "富士（纸袋Φ80<85）苹果": fuji("ZD", 80, 85),
    "富士（纸袋Φ85以上）": fuji("ZD", 85),
    "富士（纸袋Φ85）": fuji("ZD", 85),
    "富士（膜袋Φ70-85）": fuji("MD", 70, 85),
    "富士（膜袋Φ75-85）": fuji("MD", 75, 85),
    "富士（膜袋Φ75<85）": fuji("MD", 75, 85),
    "富士（膜袋）": fuji("MD"),
    "山东富士（纸袋Φ85）": fuji("ZD", 85, origin_code="370000"),
    "新疆冰糖心(Φ80以上）": Spec("FJ", None, 80, origin_code="652901"),
    "新疆阿克苏（冰糖心）": Spec("FJ", origin_code="652901"),
    "晨阳": Spec("CY"),
    "晨阳苹果": Spec("CY"),
    "沙果": Spec("SG"),
    "沙果（k九）": Spec("SG"),
    "王林": Spec("WL"),
    "王林苹果": Spec("WL"),
    "秦冠(大）": QG,
    "秦冠(小/大）": QG,
    "秦冠（箱）": Spec("QG", packing="XZ"),
    "红将军": HJ,
    "红将军(Φ70-84)": Spec("HJ", None, 70, 84),
    "红将军(Φ70-85)": Spec("HJ", None, 70, 85),
    "红星": Spec("HX"),
    "美八": Spec("MB"),
    "花牛(Φ70-85)": Spec("HN", None, 70, 85),
    "莫利斯": Spec("ML"),
    "莫利斯苹果": Spec("ML"),
    "藤木一": Spec("TM"),
    "藤木一苹果": Spec("TM"),
    "藤牧一苹果": Spec("TM"),
    "辽宁寒富苹果": Spec("HF", origin_code="210000"),
    "黄元帅": Spec("JG"),
}


@pytest.mark.parametrize(("name", "meant"), NAMES.items(), ids=lambda value: str(value)[:20])
def test_reads_each_name_of_the_market_as_a_trader_does(name: str, meant: Spec) -> None:
    read = parse(name)

    assert read.spec == meant
    assert read.unread == ()
    assert read.fully


@needs_shared_data
def test_knows_every_name_that_the_market_used() -> None:
    path = SHARED_DATA / "quotes" / "xinfadi_apple_raw.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        used = {row["品名"] for row in csv.DictReader(file)}

    assert used == set(NAMES)


def test_one_band_written_in_three_ways_is_one_cell() -> None:
    ways = ("富士（纸袋Φ70-84）", "富士（纸袋Φ70-85）", "富士（纸袋Φ70<85）苹果")

    cells = {parse(way).spec.cell(("variety", "bagging", "size")) for way in ways}

    assert cells == {"FJ-ZD-7085"}
