"""A real Chromium, and windows that notice what is wrong with each page that is opened in them."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    sync_playwright,
)
from werkzeug.serving import make_server

from tests.places import ROOT

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
ARTEFACTS = ROOT / "artefacts" / "browser"
PHONE, DESK = 360, 1440

in_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Site:
    """The site at its address, and the breaches of its policy that browsers reported to it."""

    address: str
    breaches: list[str]


@contextmanager
def served(app: Flask) -> Iterator[Site]:
    """Serve ``app`` on a free port, by many threads."""
    breaches: list[str] = []

    def listening(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/csp-reports":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            breaches.append(body.decode())
            environ["wsgi.input"] = io.BytesIO(body)
        return app(environ, start)

    server = make_server("127.0.0.1", 0, listening, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", breaches)
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Window:
    """Somebody's browser window of one width; every page shown in it is looked at."""

    browser: Browser
    site: Site
    width: int
    who: str
    wrong: list[str] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context: BrowserContext = self.browser.new_context(
            viewport={"width": self.width, "height": 800},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.page.on("response", self._remember)
        self.page.on("console", self._notice)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))

    def opens(self, path: str, name: str) -> Page:
        """Open a page and look at it."""
        self.page.goto(self.site.address + path)
        return self.looks(name)

    def looks(self, name: str) -> Page:
        """Look at the page that is shown: picture, accessibility, width."""
        self.page.wait_for_load_state("networkidle" if self._draws() else "load")
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        picture = ARTEFACTS / f"{self.who}-{name}-{self.width}.png"
        self.page.screenshot(path=picture, full_page=True)
        for found in Axe().run(self.page).response["violations"]:
            places = [node["target"] for node in found["nodes"]][:3]
            self.wrong.append(f"{name}: axe {found['id']}: {places}")
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.width:
            self.wrong.append(f"{name}: {wide} px wide in a window of {self.width}")
        return self.page

    def fills(self, **values: str) -> "Window":
        """Type into the fields of these names, or choose in the lists."""
        for name, value in values.items():
            entry = self.page.locator(f"main [name={name}]:visible").first
            if entry.evaluate("entry => entry.tagName") == "SELECT":
                entry.select_option(value)
            else:
                entry.fill(value)
        return self

    def ticks(self, *names: str) -> "Window":
        """Tick boxes."""
        for name in names:
            self.page.locator(f"main input[name={name}]").first.check()
        return self

    def presses(self, button: str, name: str) -> Page:
        """Press a button and look at the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).first.click()
        return self.looks(name)

    def reads(self, text: str) -> "Window":
        """Find ``text`` on the page."""
        assert text in self.page.locator("body").inner_text(), f"{text!r} is not on {self.page.url}"
        return self

    def closes(self) -> "Window":
        """Close the window."""
        self.context.close()
        return self

    def _draws(self) -> bool:
        """Return whether the page goes on after it is loaded: a chart, or the API's description."""
        return self.page.locator("figure, canvas, #api, [data-chart]").count() > 0

    def _remember(self, answer: Response) -> None:
        if answer.request.is_navigation_request():
            self.opened.add(answer.url)

    def _notice(self, said: ConsoleMessage) -> None:
        """Keep what the console says; that a page itself was refused is what the test looks at."""
        refused = said.text.startswith("Failed to load resource")
        if not (refused and said.location["url"] in self.opened):
            self.wrong.append(f"{self.page.url}: console {said.type}: {said.text}")
