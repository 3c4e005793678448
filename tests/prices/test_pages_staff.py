"""Pages of reporters, analysts and approvers, walked as people walk them."""

import io
import re
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from goldfruit.infra.work import Exchange
from goldfruit.prices.models import IndexRun, Quote, QuoteImport
from tests.conftest import Clock
from tests.prices.staff import (
    ANALYST,
    APPROVER,
    GROWER,
    HEADER,
    REPORTER,
    RIVAL,
    SENTENCE,
    Browser,
    browser,
    huge_picture,
    market_file,
    quote,
    some_zip,
    take_in,
)
from tests.prices.staff_pages import analyst, app, reporter, rows

__all__ = ["analyst", "app", "reporter"]

FRUIT = {
    "variety": "FJ",
    "bagging": "ZD",
    "size": "80-",
    "grade": "12",
    "stage": "L",
    "origin_code": "610425",
}


def quotes_of(exchange: Exchange) -> list[tuple[str, int, str]]:
    with exchange.reading() as work:
        found = work.session.scalars(sa.select(Quote).order_by(Quote.id)).all()
        return [(each.spec_code, each.mostly.yuan_per_tonne, each.state) for each in found]


class TestReporting:
    def test_a_sentence_is_shown_as_read_before_it_is_sent(self, reporter: Browser) -> None:
        page = reporter.get(
            "/quotes/new/price?" + urlencode({"text": f"{SENTENCE} 3.10-3.40 主流3.25 呱呱"})
        )

        assert "礼泉县 富士 纸袋 80#以上 一二级 冷库" in page
        assert "没有读懂：呱呱" in page
        assert 'value="3.1"' in page
        assert 'value="3.25"' in page
        assert page.count('inputmode="decimal"') == 3

    def test_a_quote_is_reported_and_listed_with_its_state(
        self, reporter: Browser, exchange: Exchange
    ) -> None:
        answer = reporter.send("/quotes/new/price", **FRUIT, mostly="3.25", unit="jin")

        assert answer.status_code == 303
        assert quotes_of(exchange) == [("FJ-ZD-80-12-0-610425-L-00", 6500, "ACCEPTED")]
        page = reporter.get("/quotes/new")
        assert "16:30" in page
        assert "已采用" in page

    def test_whoever_has_not_quoted_by_three_is_reminded(
        self, app: Flask, exchange: Exchange, clock: Clock
    ) -> None:
        reminder = "您今天还没有报价"
        clock.move(hours=5, minutes=50)  # 14:50
        reporter = browser(app, exchange, REPORTER)
        assert reminder not in reporter.get("/quotes/new")

        clock.move(minutes=10)
        assert reminder in reporter.get("/quotes/new")

        reporter.send("/quotes/new/price", **FRUIT, mostly="3.25", unit="jin")
        assert reminder not in reporter.get("/quotes/new")

    def test_what_was_typed_is_kept_after_an_error(
        self, reporter: Browser, exchange: Exchange
    ) -> None:
        answer = reporter.send(
            "/quotes/new/price", **FRUIT, low="3.4", mostly="３.２", unit="kg", note="货少"
        )

        assert answer.status_code == 422
        assert "半角数字" in answer.text
        for kept in ('value="3.4"', 'value="３.２"', 'value="货少"', 'value="kg" checked'):
            assert re.sub(r"\s+", " ", answer.text).count(kept) == 1, kept
        assert quotes_of(exchange) == []

    @pytest.mark.parametrize(
        ("figure", "said"),
        [
            ("-3", "超出允许范围"),
            ("1e3", "不是有效数字"),
            ("NaN", "不是有效数字"),
            ("99999999999999999999", "不是有效数字"),
            ("<b>3</b>", "不是有效数字"),
            ("3.12345", "无法精确换算"),
            ("100", "超出合理范围"),
            ("", "此项必填"),
        ],
    )
    def test_a_bad_figure_is_refused_beside_its_field(
        self, reporter: Browser, exchange: Exchange, figure: str, said: str
    ) -> None:
        before = rows(exchange)
        answer = reporter.send("/quotes/new/price", **FRUIT, mostly=figure, unit="jin")

        assert answer.status_code == 422
        assert said in answer.text
        assert 'id="mostly-error"' in answer.text
        assert "<b>3</b>" not in answer.text
        assert rows(exchange) == before

    @pytest.mark.parametrize("field", list(FRUIT))
    def test_a_code_that_does_not_exist_is_refused(
        self, reporter: Browser, exchange: Exchange, field: str
    ) -> None:
        answer = reporter.send(
            "/quotes/new/price", **{**FRUIT, field: "??"}, mostly="3", unit="jin"
        )

        assert answer.status_code == 422
        assert quotes_of(exchange) == []

    def test_a_slip_of_the_unit_is_asked_about_before_sending(
        self, reporter: Browser, exchange: Exchange
    ) -> None:
        quote(exchange, "6.4", RIVAL)
        asked = reporter.send("/quotes/new/price", **FRUIT, mostly="3.2", unit="kg")
        assert asked.status_code == 200
        assert "是不是把斤价、公斤价填反了" in asked.text
        assert len(quotes_of(exchange)) == 1

        reporter.send("/quotes/new/price", **FRUIT, mostly="3.2", unit="kg", sure="1")
        assert quotes_of(exchange)[1][1:] == (3200, "SUSPECT")

    def test_one_form_sent_five_times_is_one_quote(
        self, reporter: Browser, exchange: Exchange
    ) -> None:
        for _ in range(5):
            reporter.send("/quotes/new/price", key="same", **FRUIT, mostly="3.2", unit="jin")

        assert len(quotes_of(exchange)) == 1

    def test_withdraws_with_a_reason_and_repeats_in_one_tap(
        self, reporter: Browser, exchange: Exchange, clock: Clock
    ) -> None:
        quote(exchange, "6.4")
        quote(exchange, "5.6", what="礼泉 富士 纸袋 70#以上 一二级 冷库")
        assert reporter.send("/quotes/new/2/withdraw", reason=" ").status_code == 422
        assert reporter.send("/quotes/new/2/withdraw", reason="报错了").status_code == 303
        clock.move(minutes=20)
        assert "全部照上次报" not in reporter.get("/quotes/new")
        with exchange.begin() as work:
            work.session.execute(sa.text("UPDATE quotes SET day = '2025-09-30' WHERE id = 1"))
        assert "全部照上次报" in reporter.get("/quotes/new")
        reporter.send("/quotes/new/repeat")

        assert [state for _, _, state in quotes_of(exchange)] == [
            *("ACCEPTED", "WITHDRAWN"),
            "ACCEPTED",
        ]


class TestSuspects:
    def test_a_suspect_is_shown_with_figures_and_neighbours_and_judged(
        self, analyst: Browser, exchange: Exchange
    ) -> None:
        quote(exchange, "6.4")
        quote(exchange, "12.8", RIVAL)
        assert "2.00 倍" in analyst.get("/quotes/suspects")
        page = analyst.get("/quotes/suspects/2")
        assert "前后同类报价" in page
        assert analyst.send("/quotes/suspects/2", verdict="drop", reason="").status_code == 422
        analyst.send("/quotes/suspects/2", verdict="drop", reason="<i>斤价填成公斤</i>")

        assert quotes_of(exchange)[1][2] == "DROPPED"
        assert "&lt;i&gt;斤价填成公斤" in analyst.get("/quotes/suspects/2")
        assert analyst.send("/quotes/suspects/2", verdict="confirm", reason="x").status_code == 422


def upload(
    analyst: Browser, content: bytes, name: str = "quotes.csv", market: str = "xinfadi"
) -> TestResponse:
    return analyst.send("/quotes/import", market=market, file=(io.BytesIO(content), name))


class TestImports:
    def test_a_file_is_looked_at_before_it_is_stored(
        self, analyst: Browser, exchange: Exchange
    ) -> None:
        content = market_file(more="富士,1,x,3,普通,公斤,2013-06-30\n")
        before = rows(exchange)
        page = upload(analyst, content)
        assert page.status_code == 200
        assert "x" in page.text
        assert "not-a-number" in page.text
        assert rows(exchange) == before

        carried = re.search(r'name="carried" value="([^"]+)"', page.text)
        assert carried
        form = {"market": "xinfadi", "file_name": "quotes.csv", "carried": carried[1]}
        stored = analyst.send("/quotes/import/store", **form)
        assert stored.status_code == 303
        assert "48" in analyst.get(stored.headers["Location"])

        other = take_in(exchange, content)
        with exchange.reading() as work:
            [made] = work.session.scalars(sa.select(QuoteImport)).all()
        assert other.id == made.id, "the command line finds the page's import of the same bytes"
        assert (made.rows, made.stored, made.imported_by) == (49, 48, "user:1")

    @pytest.mark.parametrize(
        ("content", "name", "said"),
        [
            (b"", "a.csv", "没有数据"),
            (HEADER.encode(), "a.csv", "没有数据"),
            ("品名,平均价\n富士,3\n".encode(), "a.csv", "缺少列"),
            (b"\xff\xfe\x00\x01", "a.csv", "UTF-16"),
            (b"\x81\x20\xff\xff\xff", "a.csv", "编码"),
            (huge_picture(), "a.csv", "PNG"),
            (some_zip(), "a.xlsx", "不是 XLSX"),
            (b"PK\x03\x04rubbish", "a.xlsx", "损坏"),
            (b"plain text", "a.xlsx", "内容却不是"),
            (b"%PDF-1.7", "a.csv", "PDF"),
        ],
    )
    def test_a_bad_file_is_refused_and_nothing_is_stored(
        self, analyst: Browser, exchange: Exchange, content: bytes, name: str, said: str
    ) -> None:
        before = rows(exchange)
        answer = upload(analyst, content, name)

        assert answer.status_code == 422
        assert said in answer.text
        assert rows(exchange) == before

    def test_a_market_that_no_index_reads_is_refused(self, analyst: Browser) -> None:
        assert upload(analyst, market_file(), market="moon").status_code == 422

    @pytest.mark.parametrize("carried", ["", "!!!", "aGVsbG8="])
    def test_a_spoilt_preview_is_refused(
        self, analyst: Browser, exchange: Exchange, carried: str
    ) -> None:
        form = {"market": "xinfadi", "file_name": "a.csv", "carried": carried}

        assert analyst.send("/quotes/import/store", **form).status_code == 422
        assert rows(exchange)["quotes"] == 0


PAGES = {
    "/quotes/new": {REPORTER},
    "/quotes/new/price": {REPORTER},
    "/quotes/suspects": {ANALYST},
    "/quotes/import": {ANALYST},
    "/index/runs": {ANALYST, APPROVER},
    "/index/corrections/new": {ANALYST},
    "/index/approvals": {APPROVER},
    "/index/definitions": {ANALYST, APPROVER},
    "/index/definitions/GFI-D/new": {ANALYST},
    "/index/definitions/GFI-D/1": {ANALYST, APPROVER},
}


def test_every_page_is_for_its_roles_alone(app: Flask, exchange: Exchange) -> None:
    guest = browser(app, exchange, None)
    for path in PAGES:
        answer = guest.client.get(path)
        assert answer.status_code == 303, path
        assert "sign" in answer.headers["Location"], path
    for person in (REPORTER, ANALYST, APPROVER, GROWER):
        seen = browser(app, exchange, person)
        for path, allowed in PAGES.items():
            expected = 200 if person in allowed else 403
            assert seen.client.get(path).status_code == expected, (person.name, path)


FORMS = {
    "/quotes/new/price": {REPORTER},
    "/quotes/new/repeat": {REPORTER},
    "/quotes/new/1/withdraw": {REPORTER},
    "/quotes/suspects/1": {ANALYST},
    "/quotes/import": {ANALYST},
    "/quotes/import/store": {ANALYST},
    "/index/runs": {ANALYST},
    "/index/runs/1/review": {ANALYST},
    "/index/runs/1/approve": {APPROVER},
    "/index/runs/1/publish": {APPROVER},
    "/index/runs/1/discard": {ANALYST, APPROVER},
    "/index/corrections/new": {ANALYST},
    "/index/definitions/GFI-D/new": {ANALYST},
    "/index/definitions/GFI-D/9": {APPROVER},
}


def test_every_form_is_for_its_roles_alone(app: Flask, exchange: Exchange) -> None:
    for person in (REPORTER, ANALYST, APPROVER, GROWER):
        seen = browser(app, exchange, person)
        for path, allowed in FORMS.items():
            answer = seen.send(path)
            assert (answer.status_code == 403) == (person not in allowed), (person.name, path)
            assert answer.status_code != 500, (person.name, path, answer.text)


def test_every_form_of_these_pages_is_in_the_table(app: Flask) -> None:
    rules = {
        re.sub(r"<int:version>", "9", re.sub(r"<int:\w+>", "1", rule.rule)).replace(
            "<code>", "GFI-D"
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("prices_staff.") and "POST" in (rule.methods or ())
    }
    known = {path.replace("GFI-D/9", "GFI-D/9") for path in FORMS}

    assert {rule.replace("definitions/GFI-D/1", "definitions/GFI-D/9") for rule in rules} == known


def test_a_forged_form_is_refused(analyst: Browser, exchange: Exchange) -> None:
    answer = analyst.client.post("/index/runs", data={"index_code": "XFD-D"})

    assert answer.status_code == 400
    with exchange.reading() as work:
        assert work.session.scalars(sa.select(IndexRun)).all() == []
