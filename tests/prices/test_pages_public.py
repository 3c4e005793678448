"""The public price pages as guests read them: home board, indices, a day, the quote board."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from goldfruit.infra.work import Exchange
from goldfruit.newsroom import services as newsroom
from goldfruit.newsroom.rules.states import Kind
from goldfruit.newsroom.rules.text import Category, Text
from goldfruit.prices.views.index_files import as_csv
from tests.conftest import Clock
from tests.places import ROOT
from tests.prices import published
from tests.prices.published import Plan

THIN = "FJ-ZD-80-12-610428-L"
FIRST_LOAD_MAX = 150 * 1024
QUERIES_MAX = 16
PAGES = (
    *("/", "/?vs=week", "/?vs=year", "/index", "/index/GFI-D", "/index/GFI-D?view=season"),
    *("/index/GFI-D-610425", "/index/GFI-D-ZD80", "/index/KSH-D", "/index/GFI-D/2025-10-10"),
    *("/index/GFI-D-610425/2025-10-10", "/quotes", "/quotes?day=2025-10-09&origin=610425"),
    *("/en/", "/en/index", "/en/index/GFI-D", "/en/index/GFI-D/2025-10-10", "/en/quotes"),
)


@pytest.fixture
def client(exchange: Exchange) -> Iterator[FlaskClient]:
    with published.guest(exchange) as client:
        yield client


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def words(page: str) -> str:
    """Return what a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@contextmanager
def counted(exchange: Exchange) -> Iterator[list[str]]:
    """Yield the statements that run meanwhile."""
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append(statement)

    sa.event.listen(exchange.engine, "before_cursor_execute", listen)
    yield said
    sa.event.remove(exchange.engine, "before_cursor_execute", listen)


class TestBeforeAnythingIsPublished:
    def test_the_home_board_says_when_the_first_figure_comes(self, client: FlaskClient) -> None:
        page = words(text(client, "/"))

        assert "还没有公布过指数" in page
        assert "下一次公布：10月9日 周四 17:00" in page
        assert "现在开市" in page

    def test_every_index_page_says_that_nothing_is_out_yet(self, client: FlaskClient) -> None:
        assert "这个指数还没有公布过值" in text(client, "/index/GFI-D")
        assert client.get("/index/GFI-D/2025-10-09").status_code == 404
        assert client.get("/index/NOPE").status_code == 404

    def test_the_quote_board_says_when_quotes_come(self, client: FlaskClient) -> None:
        assert "这一天没有报价" in text(client, "/quotes")


class TestHome:
    def test_names_the_day_that_the_change_is_measured_from(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=4)

        page = words(text(client, "/"))

        assert re.search(r"[▲▼]\s[+−]\d+\.\d\d \([+−]\d\.\d\d%\)", page)
        assert "比 10月11日 周六" in page
        assert "初值" in page
        assert "基于报价" in page

    def test_compares_with_a_week_before_without_a_script(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=8)

        assert "比 10月10日 周五" in words(text(client, "/?vs=week"))
        assert "那时没有公布值" in words(text(client, "/?vs=year"))

    def test_shows_no_price_of_two_reporters_but_the_reason(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=1, plan=lambda _: Plan(thin=(THIN,)))

        page = words(text(client, "/"))

        assert page.count("不足三家报价") == 1

    def test_prices_follow_the_unit_that_the_reader_chose(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=1)
        client.set_cookie("unit", "kg")

        page = words(text(client, "/"))

        assert "元/公斤" in page
        assert re.search(r"纸袋80#以上 [67]\.\d\d", page)

    def test_another_market_is_never_taken_for_goldfruit(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        published.publish_xfd(exchange)

        page = words(text(client, "/"))

        assert "北京新发地苹果报价指数" in page
        assert "不是金果指数" in page

    def test_the_first_load_is_small(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=3)

        page = text(client, "/")

        names = set(re.findall(r"/static/([^\"?]+)\?v=", page))
        parts = [page.encode(), *((ROOT / "static" / name).read_bytes() for name in names)]
        assert sum(len(gzip.compress(part)) for part in parts) <= FIRST_LOAD_MAX


class TestEveryPage:
    def test_opens_in_both_languages_with_few_queries(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=3)

        for path in PAGES:
            with counted(exchange) as said:
                text(client, path)
            assert len(said) <= QUERIES_MAX, (path, len(said))

    def test_more_days_make_no_more_queries(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        days = published.publish_gfi(exchange, clock, days=3)
        with counted(exchange) as few:
            text(client, "/index/GFI-D")
        level = {"level": 1.0, "plan": Plan(), "luck": Random(1)}  # noqa: S311 (a market of tests, no secret)
        for _ in range(3):
            days.append(published.next_day(exchange, days[-1]))
            published.publish_day(exchange, clock, days[-1], **level)  # type: ignore[arg-type]
        with counted(exchange) as more:
            text(client, "/index/GFI-D")

        assert len(more) == len(few)


class TestIndexPage:
    def test_a_day_without_a_value_is_a_gap_with_its_reason(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(
            exchange, clock, days=2, plan=lambda n: Plan(silent=("ZD",) if n else ())
        )

        page = words(text(client, "/index/GFI-D"))
        drawn = client.get("/index/GFI-D/chart.json").get_json()

        assert "10月10日 周五 未发布：报价不足，达不到发布门槛" in page
        assert drawn["value"] == [1000.0, None]

    def test_shows_every_parameter_as_our_own_setting(self, client: FlaskClient) -> None:
        page = words(text(client, "/index/GFI-D"))

        assert "平台设定 · 方法说明 3.4.2 节" in page
        assert "[D]" not in page
        assert "R06 离散倍数 3.5" in page

    def test_a_revision_stands_with_both_values(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        days = published.publish_gfi(exchange, clock, days=2)
        before = client.get("/api/v1/index/GFI-D/values").get_json()["items"][1]["value_points"]
        quotes = published.quotes_of(exchange, days[1], "610425")
        published.correct_day(exchange, clock, days[1], quotes)

        page = words(text(client, "/index/GFI-D"))

        assert "报价员报错规格，已撤回" in page
        assert f"{float(before):,.2f}" in page
        assert "第 1 次修订" in page

    def test_the_table_goes_on_over_pages(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_xfd(exchange)

        page = text(client, "/index/XFD-D?before=2013-06-15")

        assert "2013年6月14日" in page
        assert "2013年7月5日" in page  # the newest value stays at the head
        assert page.count('<th scope="row"><a href="/index/XFD-D/2013-') == 5

    def test_a_long_silence_breaks_the_line(self, client: FlaskClient, exchange: Exchange) -> None:
        published.publish_xfd(exchange)

        drawn = client.get("/index/XFD-D/chart.json").get_json()

        at = drawn["day"].index("2013-06-20")
        assert drawn["value"][at] is None
        assert drawn["value"][at - 1] is not None


class TestFiles:
    def test_the_series_reads_as_csv_with_a_mark_for_spreadsheets(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        days = published.publish_gfi(exchange, clock, days=2)

        answer = client.get("/index/GFI-D.csv")

        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert [row["day"] for row in rows] == [day.isoformat() for day in days]
        assert rows[0]["index_points"] == "1000.00"
        again = client.get("/index/GFI-D.csv", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
    def test_a_reason_cannot_become_a_formula(self, text: str) -> None:
        [row] = csv.reader(io.StringIO(as_csv([[text, 'a "quoted", text']])))

        assert row == [f"'{text}", 'a "quoted", text']

    def test_inputs_come_as_json_lines_and_the_last_counts_what_is_withheld(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        [day] = published.publish_gfi(exchange, clock, days=1, plan=lambda _: Plan(thin=(THIN,)))

        lines = client.get(f"/index/GFI-D/{day}/inputs").text.splitlines()

        assert json.loads(lines[0])["row"] == "index"
        assert json.loads(lines[-1])["withheld_rows"] == 2
        assert not any(THIN in line for line in lines)


class TestDay:
    def test_opens_to_parts_rules_digests_and_roles(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        wild = "FJ-ZD-80-12-610430-L"
        days = published.publish_gfi(
            exchange, clock, days=6, plan=lambda n: Plan(wild=wild if n == 5 else "")
        )

        page = words(text(client, f"/index/GFI-D/{days[-1]}"))

        assert "R06 离群" in page
        assert "编制 指数分析员 批准 指数审批人" in page
        assert re.search(r"输入摘要（SM3） [0-9a-f]{64}", page)
        assert "maker" not in page


class TestQuoteBoard:
    def test_filters_by_origin_with_plain_links(
        self, client: FlaskClient, exchange: Exchange, clock: Clock
    ) -> None:
        published.publish_gfi(exchange, clock, days=1)

        everything = text(client, "/quotes")
        one = text(client, "/quotes?origin=610425")

        assert 'href="/quotes?market=xianyang&amp;day=2025-10-09&amp;origin=610425"' in everything
        assert one.count('scope="rowgroup"') == 1

    def test_public_rows_of_a_market_are_told_one_by_one(
        self, client: FlaskClient, exchange: Exchange
    ) -> None:
        published.publish_xfd(exchange)

        page = words(text(client, "/quotes?market=xinfadi&day=2013-06-10"))

        assert "市场公开的报价" in page
        assert "国光" in page


def test_the_home_board_names_the_newest_news(client: FlaskClient, exchange: Exchange) -> None:
    with exchange.begin(published.MAKER) as work:
        said = Text(
            category=Category.ORIGIN,
            title="旬邑纸袋货走货加快",
            body="客商较多。",
            pen_name="编辑部",
        )
        article = newsroom.write(work, kind=Kind.NEWS, said=said)
        newsroom.submit(work, article_id=article.id)
    with exchange.begin(published.CHECKER) as work:
        newsroom.publish(work, article_id=article.id)

    page = text(client, "/")

    assert f'href="/news/{article.id}"' in page
    assert "旬邑纸袋货走货加快" in page
