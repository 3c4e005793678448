"""From three reporters on their phones to an index that a guest recomputes; HTTP and CLI only."""

import re
from decimal import Decimal

from tests.journeys import recompute
from tests.journeys.forms import links_of
from tests.journeys.market import COUNTIES, KINDS, Market, Person

FIRST, SECOND = "2025-10-09", "2025-10-10"
DAILY = ("freeze-inputs", "calculate-index")


def test_quotes_become_an_index_that_anybody_can_recompute(market: Market) -> None:
    analyst = market.staff("严推算", "index_analyst")
    approver = market.staff("尚定夺", "index_approver")
    editor = market.staff("文执笔", "editor")
    reporters = [
        market.reporter(name, county).takes_a_token("report_quote")
        for name, county in (("王采风", "礼泉"), ("李问价", "淳化"), ("赵走访", "旬邑"))
    ]

    # The first day: one reporter quotes on the page, everybody by program.
    reporters[0].quotes("礼泉 纸袋富士80#以上一二级 冷库", 6.60)
    for reporter, level in zip(reporters, (1.0, 1.01, 0.99), strict=True):
        reporter.quotes_every_county(level)
    frozen, calculated = market.clock_strikes(FIRST, "16:40", *DAILY)
    assert "GFI-D" in frozen
    assert "GFI-D 1000.00" in calculated
    _reviewed_approved_published(market, analyst, approver)

    # The second day: prices as yesterday, then news from Liquan and Binzhou.
    assert market.clock_strikes(SECOND, "10:00", "finalize-index") == [f"GFI-D {FIRST}"]
    for reporter in reporters:
        reporter.signs_in().repeats_the_last_day()
    for reporter, level in zip(reporters, (1.02, 1.03, 1.04), strict=True):
        reporter.quotes("礼泉 纸袋富士80#以上一二级 冷库", round(6.40 * level, 2))
        reporter.quotes_by_program("彬州 膜袋富士70-75#一二级 冷库", round(3.80 / level, 2))
    market.clock_strikes(SECOND, "16:40", *DAILY)
    _reviewed_approved_published(market, analyst, approver)
    told = market.guest.asks(f"/index/GFI-D/values/{SECOND}")
    assert told["level"] != "NP"
    assert {cell["grade"] for cell in told["cells_behind"]} == {"D"}

    # The report is drafted by itself; an editor lets it out.
    assert "GFI-D" not in market.guest.opens("/news")
    _publishes_the_report(editor)

    # A guest reads both, downloads the inputs and computes the value anew.
    index_page = market.guest.opens("/index/GFI-D")
    value = Decimal(told["value_points"])
    assert f"{value:,.2f}" in index_page
    assert f"{value:,.2f}" in market.guest.opens("/")
    news = market.guest.opens("/news")
    article = next(link for link in links_of(news) if re.fullmatch(r"/news/\d+", link))
    assert str(value) in market.guest.opens(article).replace(",", "")
    assert value == _by_own_arithmetic(market)

    assert market.shell("verify", "index", "--index", "GFI-D", "--all")["faults"] == []
    assert market.cli("verify", "all")["faults"] == []


def _reviewed_approved_published(market: Market, analyst: Person, approver: Person) -> None:
    found = links_of(analyst.signs_in().at_site.opens("/index/runs"))
    here = next(link for link in found if re.fullmatch(r"/index/runs/\d+", link))
    assert "已提交审批" in analyst.presses(here, "复核无误，提交审批")
    assert here in approver.signs_in().at_site.opens("/index/approvals")
    assert "已批准" in approver.presses(here, "批准")
    market.clock.move(minutes=20)  # 17:00
    assert "已发布" in approver.presses(here, "发布 1 天")


def _publishes_the_report(editor: Person) -> None:
    desk = editor.signs_in().at_site.opens("/news/desk")
    waiting = sorted({link for link in links_of(desk) if re.fullmatch(r"/news/desk/\d+", link)})
    assert len(waiting) == 2, "one drafted report a day"
    for link in waiting:
        assert "现在公开的是这一版" in editor.presses(link, "发布第 1 稿")


def _by_own_arithmetic(market: Market) -> Decimal:
    prices = []
    for day in (FIRST, SECOND):
        rows, about = recompute.download(market.guest.opens(f"/index/GFI-D/{day}/inputs"))
        assert about["withheld_rows"] == 0
        assert recompute.chained_digest(rows) == about["inputs_digest_sm3"]
        prices.append(recompute.cell_prices(rows))
        assert len(prices[-1]) == len(COUNTIES) * len(KINDS)
    document = market.guest.asks("/index/GFI-D/definition")["document"]
    weights = {cell["code"]: cell["weight"] for cell in document["basket"]["cells"]}
    return recompute.lowe(weights, *prices)
