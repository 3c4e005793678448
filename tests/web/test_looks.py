"""The style page in a real Chromium: on a phone, on a desk, in large type, on the board."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from goldfruit.web import forms, guard, headers, pages
from tests.places import ROOT

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    app = Flask("frame", root_path=str(ROOT))
    app.config.update(TESTING=True, SECRET_KEY="s" * 32)
    headers.register(app, https=False)
    guard.register(app, by_session=lambda _token: None, by_token=lambda _token: None)
    forms.register(app)
    pages.register(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@pytest.mark.parametrize(
    ("path", "width", "elder"),
    [
        ("/styleguide", 360, "0"),
        ("/styleguide", 360, "1"),
        ("/styleguide", 1440, "0"),
        ("/en/styleguide", 1440, "1"),
        ("/styleguide?board", 1920, "0"),
        ("/en/privacy", 360, "0"),
    ],
)
def test_a_page_is_fit_for_every_reader(
    site: str, browser: Browser, path: str, width: int, elder: str
) -> None:
    page, said = _opened(browser, width, site, elder)
    page.goto(site + path)
    page.wait_for_load_state("networkidle")

    wrong = [
        f"{found['id']}: {found['nodes'][0]['target']}"
        for found in Axe().run(page).response["violations"]
    ]

    assert wrong == []
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_charts_are_drawn_from_their_tables(site: str, browser: Browser) -> None:
    page, said = _opened(browser, 1440, site, "0")
    page.goto(f"{site}/styleguide")

    expect(page.locator("figure[data-drawn] canvas")).to_have_count(3)
    assert said == []
    page.context.close()


@pytest.mark.parametrize(("elder", "least"), [("0", 48), ("1", 60)])
def test_the_main_action_is_large_enough_for_a_thumb(
    site: str, browser: Browser, elder: str, least: int
) -> None:
    page, _said = _opened(browser, 360, site, elder)
    page.goto(f"{site}/styleguide")

    heights = [
        box["height"]
        for target in page.locator(".button-primary, .tabs a").all()
        if (box := target.bounding_box())
    ]

    assert heights
    assert min(heights) >= least
    page.context.close()


def _opened(browser: Browser, width: int, site: str, elder: str) -> tuple[Page, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": "elder", "value": elder, "url": site}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said
