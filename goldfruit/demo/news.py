"""What the demo market's editors wrote and its clerks took in, by place in the season."""

from collections.abc import Mapping

from goldfruit.newsroom.rules.text import Category, Text

_PEN = "演示编辑部"

ARTICLES: Mapping[int, Text] = {
    0: Text(
        category=Category.PLATFORM,
        title="演示市场开市：报价、指数和日报如何产生",
        body=(
            "这是**演示市场**，其中的人物、报价和资金都是虚构的，用来熟悉平台。\n\n"
            "- 报价员每个交易日 16:30 前报送低、主流、高三个价；\n"
            "- 16:35 计算，分析师复核，审批人批准，17:00 发布；\n"
            "- 任何人都可以下载当日输入，自行复算。"
        ),
        pen_name=_PEN,
    ),
    18: Text(
        category=Category.ORIGIN,
        title="七县冷库入库基本结束，果农货惜售",
        body="礼泉、淳化、旬邑等地晚富士入库基本结束。据报价员反映，走货一般，果农惜售。（演示内容）",
        pen_name=_PEN,
        origins=("610425", "610430", "610429"),
        varieties=("FJ",),
    ),
    25: Text(
        category=Category.WEATHER,
        title="降雪影响出行，今日报价不足",
        body="受降雪影响，多数报价员未能到库，当日有效报价不足，指数可能不发布。（演示内容）",
        pen_name=_PEN,
    ),
}

DEPOSITS: Mapping[int, tuple[tuple[str, str], ...]] = {
    2: (("wholesaler1", "500000.00"), ("wholesaler2", "300000.00"), ("grower11", "20000.00")),
    9: (("wholesaler3", "260000.00"), ("coop1", "50000.00")),
    33: (("wholesaler4", "180000.00"), ("grower21", "20000.00")),
    60: (("wholesaler1", "120000.00"),),
}

LAST_DEPOSIT: tuple[tuple[str, str], ...] = (("wholesaler2", "80000.00"),)
"""Left for the second clerk to confirm, on each of the newest days."""
