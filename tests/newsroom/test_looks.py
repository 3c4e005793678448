"""The newsroom's pages in a real Chromium, on a phone and on a desk."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from config import Config
from goldfruit.app import create_app
from goldfruit.infra.db import make_engine
from goldfruit.infra.work import Exchange
from goldfruit.kernel.events import IndexPublished
from goldfruit.newsroom import services
from tests.conftest import Clock
from tests.newsroom.people import DAY, editor, facts, line, published, submitted, text

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
PATHS = (
    *("/news", "/news/1", "/news/2", "/news/2/revisions/2"),
    *("/news/desk", "/news/desk/new", "/news/desk/2", "/news/desk/3"),
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def site(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A site with a report, a corrected piece of news and one that waits; and a cookie."""
    path = tmp_path_factory.mktemp("newsroom") / "goldfruit.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    lines = (line(), line(county="长武", contributors=2), line(county="彬州", mostly=None))
    draft = services.drafting(lambda _session, _code, _day: facts(lines=lines))
    exchange = Exchange(engine, {IndexPublished: (draft,)}, Clock())
    anna, bella = editor(exchange, "anna"), editor(exchange, "bella")
    day = {"index_code": "GFI-D", "first_day": DAY, "last_day": DAY}
    with exchange.begin(bella.actor) as work:
        work.announce(IndexPublished(run_id=1, values=1, value="1", status="PROV", **day))  # type: ignore[arg-type]
        services.publish(work, article_id=1)
    published(exchange, anna, bella, origins=("610429",))
    with exchange.begin(anna.actor) as work:
        services.correct(work, article_id=2, said=text(body="冷库明天开门。"), reason="日期有误")
    submitted(exchange, anna, body="业内预计主流 3.20 元/斤。")
    config = Config(database_url=f"sqlite:///{path}", secret_key="s" * 40, field_key="ab" * 32)
    app = create_app(config, exchange)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = anna.cookie, True
    cookie = client.get_cookie("goldfruit")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", cookie.value if cookie else ""
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["goldfruit"].sequencer.stop()
    engine.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_is_fit_for_every_reader(
    site: tuple[str, str], browser: Browser, width: int, tmp_path: Path
) -> None:
    address, cookie = site
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "goldfruit", "value": cookie, "url": address}])
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    for path in PATHS:
        answer = page.goto(address + path)
        page.wait_for_load_state("networkidle")

        assert answer is not None
        assert answer.status == 200, path
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over == 0, f"{path} is {over} px too wide at {width}"
        found = Axe().run(page).response["violations"]
        assert [breach["id"] for breach in found] == [], path
        page.screenshot(path=str(tmp_path / f"{width}{path.replace('/', '_')}.png"), full_page=True)
    assert said == []
    context.close()


def test_a_preview_needs_no_script(site: tuple[str, str], browser: Browser) -> None:
    address, cookie = site
    context = browser.new_context(
        locale="zh-CN", java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    context.add_cookies([{"name": "goldfruit", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/news/desk/new")
    page.select_option("#category", "origin")
    page.fill("#title", "淳化入库")
    page.fill("#body", "## 入库\n\n本周加快。")
    page.click("button[value=preview]")

    assert page.locator(".sheet-preview h2").inner_text() == "入库"
    assert page.input_value("#title") == "淳化入库"
    context.close()
