"""The way of a price by hand in Chromium: phones for reporter and guest, desks for the others."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldfruit.infra.db import make_engine
from goldfruit.infra.work import Exchange
from goldfruit.wiring import REACTIONS
from tests.browser.chromium import DESK, PHONE, Window, chromium, in_chromium, served
from tests.conftest import Clock
from tests.journeys.market import PASSWORD, Market, Person

pytestmark = in_chromium
DAY = "2025-10-09"
SENTENCE = "礼泉 纸袋富士80#以上一二级 冷库 3.10-3.40 主流3.25"
OF_WORDS_ALONE = {"about", "rules", "privacy", "soon", "index-season", "not-found"}
"""What is looked at on a phone only: text that a desk shows alike."""

MARKET_FILE = "品名,最低价,平均价,最高价,规格,单位,发布日期\n" + "".join(
    f"{name},{price:.2f},{price + 0.4:.2f},{price + 0.8:.2f},,斤,2013-06-{day:02d}\n"
    for day in range(10, 24)
    for name, price in (("富士", 3.0), ("嘎啦", 2.2), ("秦冠", 1.9), ("<b>红星</b>", 2.4))
)


@pytest.fixture
def market(sqlite_template: Path, tmp_path: Path, clock: Clock) -> Iterator[Market]:
    """A market of which only the people are there."""
    path = tmp_path / "goldfruit.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    yield Market(Exchange(engine, REACTIONS, clock), f"sqlite:///{path}", clock).founded()
    engine.dispose()


def signs_in(window: Window, person: Person) -> Window:
    """Sign in on the page; it was looked at before."""
    window.page.goto(f"{window.site.address}/sign-in")
    window.fills(login=person.login, password=PASSWORD).presses("登录", "signed-in")
    return window


def test_a_price_goes_its_way_through_pages(market: Market, tmp_path: Path) -> None:
    analyst = market.staff("严推算", "index_analyst")
    approver = market.staff("尚定夺", "index_approver")
    editor = market.staff("文执笔", "editor")
    reporter = market.newcomer("王采风")

    with chromium() as browser, served(market.app) as site:
        windows: list[Window] = []

        def window(who: str, width: int) -> Window:
            windows.append(Window(browser, site, width, who))
            return windows[-1]

        stranger = window("guest", PHONE)
        for path, name in (
            ("/", "home-empty"),
            ("/index", "indices-empty"),
            ("/quotes", "quotes-empty"),
        ):
            stranger.opens(path, name)
        stranger.opens("/news", "news-empty")
        stranger.opens("/sign-in", "sign-in")

        # A reporter signs up and applies on a phone; two people let her in and make her one.
        phone = window("reporter", PHONE)
        phone.opens("/sign-up", "sign-up")
        phone.presses("注册并登录", "sign-up-wrong")
        phone.fills(login=reporter.login, name=reporter.name, password=PASSWORD).ticks("agreed")
        phone.presses("注册并登录", "signed-up")
        phone.reads("注册成功").opens("/members/apply", "apply-kind")
        phone.opens("/members/apply?kind=grower", "apply")
        phone.fills(person_name=reporter.name, id_number="61042519800101001X", bank_name="农商银行")
        phone.presses("提交实名资料，申请入会", "apply-wrong")
        phone.fills(id_number=_id_number(), bank_account="6217000000000099", county_code="610425")
        phone.ticks("agreed", "agreed_sensitive")
        phone.presses("提交实名资料，申请入会", "applied")

        desk = signs_in(window("reviewer", DESK), market.reviewer)
        desk.opens("/members/review", "queue")
        desk.opens("/members/review/1", "application")
        desk.presses("通过，会员资格生效", "approved")
        operator = signs_in(window("operator", DESK), market.operator)
        operator.opens("/members/roles", "roles")
        operator.fills(login=reporter.login, role="quote_reporter")
        operator.presses("提出授权", "role-proposed")
        desk.opens("/members/roles", "roles")
        desk.presses("确认", "role-confirmed")

        # She quotes in one sentence; two others quote everything by program.
        phone.opens("/quotes/new", "quote-empty")
        phone.fills(text=SENTENCE).presses("看看读得对不对", "quote-price")
        phone.presses("确认报价", "quoted")
        phone.reads("报价已提交")
        for name, county, level in (("李问价", "淳化", 1.0), ("赵走访", "旬邑", 1.02)):
            market.reporter(name, county).takes_a_token("report_quote").quotes_every_county(level)
        reporter.takes_a_token("report_quote").quotes_every_county(0.99)
        phone.opens("/quotes/new", "quotes-mine")

        # The analyst imports a market's file, runs the day and reviews it.
        work = signs_in(window("analyst", DESK), analyst)
        _imports_a_file(work, tmp_path)
        work.opens("/quotes/suspects", "suspects")
        work.opens("/index/definitions", "definitions")
        work.opens("/index/runs", "runs-empty")
        work.fills(index_code="GFI-D", first=DAY, last=DAY).presses("冻结并计算", "run-calculated")
        work.presses("复核无误，提交审批", "run-reviewed")

        # The approver publishes; that drafts the report, and the editor lets it out.
        second = signs_in(window("approver", DESK), approver)
        second.opens("/index/approvals", "approvals")
        second.opens("/index/runs/1", "run-waiting")
        second.presses("批准", "run-approved")
        second.presses("发布 1 天", "run-published")
        work.opens("/index/corrections/new", "correction")
        pen = signs_in(window("editor", DESK), editor)
        pen.opens("/news/desk", "desk")
        pen.opens("/news/desk/1", "report-waiting")
        pen.presses("发布第 1 稿", "report-published")
        pen.opens("/news/desk/new", "new-article")

        # A guest reads it all, on a phone and on a desk, and takes the inputs home.
        for guest in (stranger, window("guest", DESK)):
            _reads_everything(guest)
        _downloads_the_inputs(stranger)
        elder = window("elder", PHONE)
        elder.context.add_cookies([{"name": "elder", "value": "1", "url": site.address}])
        for path, name in (("/", "home"), ("/index/GFI-D", "index")):
            elder.opens(path, name)

        wrong = [f"{each.who} at {each.width}: {what}" for each in windows for what in each.wrong]
        for each in windows:
            each.closes()
    assert site.breaches == []
    assert "\n".join(wrong) == ""


def _imports_a_file(work: Window, folder: Path) -> None:
    path = folder / "批发市场报价.csv"
    path.write_text(MARKET_FILE, "utf-8")
    page = work.opens("/quotes/import", "import")
    work.fills(market="xinfadi")
    page.locator("input[type=file]").set_input_files(path)
    work.presses("预览", "import-preview")
    work.presses("导入 42 行", "imported")


def _reads_everything(guest: Window) -> None:
    for path, name in (
        ("/", "home"),
        ("/en/", "home-english"),
        ("/index", "indices"),
        ("/index/GFI-D", "index"),
        ("/en/index/GFI-D", "index-english"),
        ("/index/GFI-D?view=season", "index-season"),
        (f"/index/GFI-D/{DAY}", "index-day"),
        ("/quotes", "quotes"),
        ("/news", "news"),
        ("/news/1", "report"),
        ("/about", "about"),
        ("/rules", "rules"),
        ("/privacy", "privacy"),
        ("/soon/listings", "soon"),
        ("/api/docs", "api-docs"),
        ("/nowhere", "not-found"),
    ):
        if guest.width == PHONE or name not in OF_WORDS_ALONE:
            guest.opens(path, name)
        if name == "index":
            guest.reads("1,000.00")


def _downloads_the_inputs(guest: Window) -> None:
    page = guest.opens(f"/index/GFI-D/{DAY}", "index-day")
    with page.expect_download() as saved:
        page.locator(f"a[href$='/index/GFI-D/{DAY}/inputs']").first.click()
    lines = saved.value.path().read_text().splitlines()
    assert json.loads(lines[-1])["withheld_rows"] == 0
    assert re.fullmatch(r"GFI-D-2025-10-09\.jsonl", saved.value.suggested_filename)


def _id_number() -> str:
    from goldfruit.members.rules.resident_id import id_check_digit

    return f"61042519850303{'021'}{id_check_digit('61042519850303021')}"
