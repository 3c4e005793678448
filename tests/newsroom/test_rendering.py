from html.parser import HTMLParser

import pytest
from flask import Flask

from goldfruit.infra.work import Exchange
from goldfruit.newsroom.rendering import TAGS, as_html, as_words
from tests.newsroom.people import Browser, Editor, published

PAYLOADS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java%0ascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    '[x](/y "onmouseover=alert(1)")',
    '[x](/y "\\"onmouseover=\\"alert(1)")',
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](y)',
    "![x](https://evil.example/track.png)",
    "<javascript:alert(1)>",
    "[ref]\n\n[ref]: javascript:alert(1)",
    "<style>*{background:url(javascript:alert(1))}</style>",
    '<div style="background:url(javascript:alert(1))">x</div>',
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<base href=//evil.example/>",
    "<!--><img src=x onerror=alert(1)-->",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}{% raw %}",
    "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n| --- | --- |\n| a | b |",
    "```<script>\nalert(1)\n```",
)


class Harm(HTMLParser):
    """Collects every tag, handler and link of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append(dict(attrs))
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.handlers.append(name)
            if name in {"href", "src", "action", "formaction", "xlink:href"} and value:
                self.links.append(value.strip().lower())


def harm(page: str) -> Harm:
    found = Harm()
    found.feed(page)
    found.close()
    return found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_markdown_becomes_a_script_a_handler_or_a_picture(payload: str) -> None:
    found = harm(as_html(payload))

    assert set(found.tags) <= TAGS | {"div"}
    assert found.handlers == []
    assert all(link.startswith(("http://", "https://", "/", "#")) for link in found.links)
    assert all(not link.startswith(("javascript", "data", "vbscript")) for link in found.links)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_first_words_hold_no_mark_up_of_their_own(payload: str) -> None:
    assert len(as_words(payload)) <= 120
    assert as_words("") == ""


def test_no_payload_runs_on_any_page(
    app: Flask, exchange: Exchange, anna: Editor, bella: Editor
) -> None:
    guest, desk = Browser(app), Browser(app, anna)
    clean = published(exchange, anna, bella)
    views = ((guest, "/news/{}"), (guest, "/news/{}/revisions/1"), (desk, "/news/desk/{}"))
    scripts = {path: len(harm(who.get(path.format(clean)).text).scripts) for who, path in views}
    for payload in PAYLOADS:
        said = payload.replace("\n", " ")[:60]
        article_id = published(
            exchange, anna, bella, title=said, body=payload, source=said, pen_name=said
        )
        for who, path in views:
            found = harm(who.get(path.format(article_id)).text)
            assert len(found.scripts) == scripts[path], (path, payload)
            assert_harmless(found)
    assert_harmless(harm(guest.get("/news").text))


def assert_harmless(found: Harm) -> None:
    assert all("nonce" in script for script in found.scripts)
    assert found.handlers == []
    assert not any(link.startswith(("javascript", "data:text")) for link in found.links)
    assert "img" not in found.tags


def test_links_do_not_vouch_for_where_they_lead() -> None:
    assert 'rel="nofollow noopener"' in as_html("[果业局](https://example.org/a)")


def test_a_table_scrolls_in_itself_and_its_figures_stand_at_the_right() -> None:
    shown = as_html("| 产区 | 主流 |\n| --- | ---: |\n| 旬邑 | 3.20 |", table_label="表格")

    assert '<div class="table-frame" role="region" aria-label="表格" tabindex="0">' in shown
    assert '<td class="n">3.20</td>' in shown
    assert shown.count("<div") == shown.count("</div>") == 1


def test_headings_of_a_text_stand_below_the_page_s_own() -> None:
    assert as_html("# 一\n\n##### 五") == "<h2>一</h2>\n<h4>五</h4>\n"


def test_a_picture_leaves_its_words() -> None:
    assert as_html("![果园](https://example.org/x.png)") == "<p><em>果园</em></p>\n"
