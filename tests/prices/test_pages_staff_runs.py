"""Pages of runs, corrections and definitions, walked by an analyst and an approver."""

import re
import time
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from goldfruit.infra.work import Exchange
from goldfruit.prices.models import Quote
from tests.prices.staff import (
    Browser,
    market_file,
    publish,
    quote_the_basket,
    run,
    take_in,
)
from tests.prices.staff_pages import analyst, app, approver, rows

__all__ = ["analyst", "app", "approver"]


class TestRuns:
    def test_a_range_goes_from_the_analyst_to_the_approver_to_the_public(
        self, analyst: Browser, approver: Browser, exchange: Exchange
    ) -> None:
        take_in(exchange, market_file())
        sent = {"index_code": "XFD-D", "first": "2013-06-10", "last": "2013-06-21"}
        made = analyst.send("/index/runs", **sent)
        assert made.headers["Location"] == "/index/runs/1"
        page = analyst.get("/index/runs/1")
        assert "1,000.00" in page
        assert "复核无误" in page
        assert analyst.client.post("/index/runs/1/approve").status_code in (400, 403)
        analyst.send("/index/runs/1/review")
        assert "等待指数审批人批准" in analyst.get("/index/runs/1")
        assert "/index/runs/1" in approver.get("/index/approvals")
        approver.send("/index/runs/1/approve")
        assert "发布后不能撤回" in approver.get("/index/runs/1")
        approver.send("/index/runs/1/publish")

        assert rows(exchange)["index_values"] == 12
        again = analyst.send("/index/runs", **sent)
        assert again.status_code == 422
        assert "已有发布值" in again.text

    def test_a_long_range_is_calculated_beside_the_writer(
        self, analyst: Browser, exchange: Exchange
    ) -> None:
        take_in(exchange, market_file(60))
        analyst.send("/index/runs", index_code="XFD-D", first="2013-06-10", last="2013-08-20")
        for _ in range(100):
            page = analyst.get("/index/runs/1")
            if "正在后台计算" not in page:
                break
            time.sleep(0.1)

        assert "复核无误，提交审批" in page
        assert rows(exchange)["index_results"] == 60

    def test_a_day_shows_cells_dropped_quotes_and_digests(
        self, analyst: Browser, exchange: Exchange
    ) -> None:
        quote_the_basket(exchange, date(2025, 10, 9))
        analyst.send("/index/runs", index_code="GFI-D", first="2025-10-09", last="2025-10-09")
        page = analyst.get("/index/runs/1")

        assert "礼泉纸袋80#以上" in page
        assert "输入摘要 SM3" in page
        assert "分类指数" in page

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"index_code": "NO", "first": "2013-06-10", "last": "2013-06-10"}, "没有代码为"),
            ({"index_code": "XFD-D", "first": "x", "last": "2013-06-10"}, "请检查此项"),
            ({"index_code": "XFD-D", "first": "2013-06-11", "last": "2013-06-10"}, "不早于"),
            ({"index_code": "XFD-D", "first": "2013-06-10", "last": "2013-06-11"}, "没有可计算"),
        ],
    )
    def test_a_bad_range_is_refused_beside_its_field(
        self, analyst: Browser, form: dict[str, str], said: str
    ) -> None:
        answer = analyst.send("/index/runs", **form)

        assert answer.status_code == 422
        assert said in answer.text

    def test_a_run_is_discarded_only_with_a_reason(
        self, analyst: Browser, exchange: Exchange
    ) -> None:
        take_in(exchange, market_file())
        analyst.send("/index/runs", index_code="XFD-D", first="2013-06-10", last="2013-06-21")
        analyst.send("/index/runs/1/discard", reason="")
        assert "待复核" in analyst.get("/index/runs/1")
        analyst.send("/index/runs/1/discard", reason="文件不全")

        assert "已作废" in analyst.get("/index/runs/1")


class TestCorrections:
    def test_a_correction_shows_both_values_and_goes_out_by_two_people(
        self, analyst: Browser, approver: Browser, exchange: Exchange
    ) -> None:
        take_in(exchange, market_file())
        publish(exchange, run(exchange, "XFD-D", date(2013, 6, 10), date(2013, 6, 21)))
        with exchange.begin() as work:
            wrong = work.session.scalars(
                sa.select(Quote).where(Quote.day == date(2013, 6, 21), Quote.name == "富士")
            ).one()
            wrong.state = "DROPPED"
        sent = {"index_code": "XFD-D", "day": "2013-06-21", "reason": "<b>录入错位</b>"}
        refused = analyst.send("/index/corrections/new", **sent, cause="")
        assert refused.status_code == 422
        assert 'value="2013-06-21"' in refused.text
        made = analyst.send("/index/corrections/new", **sent, cause="wrong-input")
        where = made.headers["Location"]
        page = analyst.get(where)
        for said in ("已发布值", "更正后的值", "按修订规则", "&lt;b&gt;录入错位"):
            assert said in page, said
        analyst.send(f"{where}/review")
        approver.send(f"{where}/approve")
        approver.send(f"{where}/publish")

        assert "已发布" in approver.get(where)
        assert rows(exchange)["index_values"] == 12, "disclosed, too small or late to restate"


class TestDefinitions:
    def test_the_page_says_what_is_missing_to_one(self, analyst: Browser) -> None:
        basket = basket_of(analyst.get("/index/definitions/GFI-D/new"))
        basket["weight"][0] = "0.0860" if basket["weight"][0] != "0.0860" else "0.0850"
        answer = analyst.send("/index/definitions/GFI-D/new", step="sum", **basket)

        assert answer.status_code == 200
        assert "还差" in answer.text
        assert "修改" in answer.text

    def test_a_basket_is_proposed_by_one_and_approved_by_another(
        self, analyst: Browser, approver: Browser
    ) -> None:
        basket = basket_of(analyst.get("/index/definitions/GFI-D/new"))
        basket["name"][0] = "改名的品类"
        form: dict[str, Any] = {
            "step": "propose",
            "effective_from": "2026-03-02",
            "source": "县统计公报",
            **basket,
        }
        made = analyst.send("/index/definitions/GFI-D/new", **form)
        assert made.status_code == 303, made.text
        where = made.headers["Location"]
        assert "改名的品类" in approver.get(where)
        assert where in approver.get("/index/approvals")
        approver.send(where, decision="reject", note="")
        assert "待审批" in approver.get(where)
        approver.send(where, decision="approve", note="同意")

        assert "已批准" in approver.get(where)
        assert "改名的品类" not in analyst.get("/index/definitions/GFI-D/new"), "not before its day"

    def test_a_basket_that_does_not_add_up_keeps_what_was_typed(
        self, analyst: Browser, exchange: Exchange
    ) -> None:
        basket = basket_of(analyst.get("/index/definitions/GFI-D/new"))
        basket["weight"][0] = "0.5"
        form: dict[str, Any] = {
            "step": "propose",
            "effective_from": "2026-03-02",
            "source": "公报",
            **basket,
        }
        answer = analyst.send("/index/definitions/GFI-D/new", **form)

        assert answer.status_code == 422
        assert "权重合计" in answer.text
        assert 'value="0.5"' in answer.text
        assert rows(exchange)["index_definitions"] == 0


def basket_of(page: str) -> dict[str, Any]:
    keys = ("code", "name", "weight", "family", "county", "base_price", "season")
    return {
        key: re.findall(rf'<input class="input" name="{key}" value="([^"]*)"', page) for key in keys
    }
