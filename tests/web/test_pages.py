import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort, flash, redirect, render_template, render_template_string
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from goldfruit.web import forms, guard, pages
from tests.places import ROOT

PRICE = """{% import "_ui.html" as ui with context %}{{ ui.price(price) }}"""


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app = Flask("frame", root_path=str(ROOT))
    app.config.update(TESTING=True, SECRET_KEY="s" * 32)
    guard.register(app, by_session=lambda _token: None, by_token=lambda _token: None)
    forms.register(app)
    pages.register(app)

    @app.get("/price")
    def price() -> ResponseReturnValue:
        from goldfruit.kernel.units import Price

        return render_template_string(PRICE, price=Price(6400))

    @app.get("/told")
    def told() -> ResponseReturnValue:
        flash("<b>出价过低</b>", "refusal")
        return redirect("/about")

    @app.get("/gone")
    def gone() -> ResponseReturnValue:
        return render_template("errors/http.html", status=404, title="没有这个", detail="请返回。")

    @app.get("/listings")
    def listings() -> ResponseReturnValue:
        return abort(404)

    with app.test_client() as client:
        yield client


def text_of(client: FlaskClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers={key.replace("_", "-"): v for key, v in headers.items()})
    assert answer.status_code == 200, path
    return answer.text


class TestLanguages:
    def test_a_page_is_chinese_unless_somebody_asks_otherwise(self, client: FlaskClient) -> None:
        page = text_of(client, "/about")

        assert '<html lang="zh-CN"' in page
        assert "关于平台" in page

    def test_every_page_has_an_english_address(self, client: FlaskClient) -> None:
        page = text_of(client, "/en/about")

        assert '<html lang="en"' in page
        assert "About the platform" in page

    def test_links_of_an_english_page_stay_english(self, client: FlaskClient) -> None:
        page = text_of(client, "/en/about")

        assert 'href="/en/privacy"' in page
        assert 'href="/privacy"' not in page

    def test_static_files_have_one_address_for_all_languages(self, client: FlaskClient) -> None:
        page = text_of(client, "/en/about")

        assert "/static/base.css?v=" in page
        assert "/en/static/" not in page

    def test_a_path_that_only_begins_like_english_is_left_alone(self, client: FlaskClient) -> None:
        assert client.get("/english").status_code == 404

    def test_a_browser_that_wants_english_gets_it(self, client: FlaskClient) -> None:
        assert '<html lang="en"' in text_of(client, "/about", Accept_Language="en-GB,en;q=0.9")

    def test_a_choice_beats_the_browser(self, client: FlaskClient) -> None:
        client.get("/choose/language/zh")

        assert '<html lang="zh-CN"' in text_of(client, "/about", Accept_Language="en")

    def test_choosing_chinese_leaves_the_english_address(self, client: FlaskClient) -> None:
        answer = client.get("/en/choose/language/zh?next=/en/about%3Fa%3D1")

        assert answer.headers["Location"] == "/about?a=1"

    def test_choosing_english_goes_to_the_english_address(self, client: FlaskClient) -> None:
        assert client.get("/choose/language/en?next=/about").headers["Location"] == "/en/about"

    def test_each_language_names_the_other(self, client: FlaskClient) -> None:
        page = text_of(client, "/en/about?page=2")

        assert '<link rel="alternate" hreflang="zh-CN" href="/about?page=2">' in page
        assert '<link rel="alternate" hreflang="en" href="/en/about?page=2">' in page


class TestChoices:
    def test_the_unit_is_remembered(self, client: FlaskClient) -> None:
        before = text_of(client, "/price")
        client.get("/choose/unit/kg")
        after = text_of(client, "/price")

        assert "¥3.20" in before
        assert "(6.40元/公斤)" in before
        assert "¥6.40" in after
        assert "(3.20元/斤)" in after

    def test_large_type_is_remembered_and_can_be_left(self, client: FlaskClient) -> None:
        client.get("/choose/elder/1")
        assert "data-elder" in text_of(client, "/about")
        client.get("/choose/elder/0")
        assert "data-elder" not in text_of(client, "/about")

    def test_a_forged_cookie_changes_nothing(self, client: FlaskClient) -> None:
        client.set_cookie("unit", "<script>")

        assert "¥3.20" in text_of(client, "/price")

    @pytest.mark.parametrize("path", ["/choose/unit/pound", "/choose/role/operator"])
    def test_an_unknown_choice_is_not_found(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).status_code == 404

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "a\nb",
        ],
    )
    def test_a_choice_never_leads_to_another_site(
        self, client: FlaskClient, elsewhere: str
    ) -> None:
        answer = client.get("/choose/unit/kg", query_string={"next": elsewhere})

        assert answer.headers["Location"] == "/"


class TestFrame:
    def test_a_tab_without_a_page_leads_to_an_honest_one(self, client: FlaskClient) -> None:
        page = text_of(client, "/about")

        assert 'href="/soon/publish"' in page
        assert "下一期开放" in text_of(client, "/soon/publish")

    def test_a_tab_leads_to_its_page_once_it_is_there(self, client: FlaskClient) -> None:
        page = text_of(client, "/about")

        assert 'href="/listings"' in page
        assert "/soon/listings" not in page

    def test_the_rail_leaves_out_what_is_not_there(self, client: FlaskClient) -> None:
        assert "/index/approvals" not in text_of(client, "/about")

    def test_a_refusal_is_told_as_an_alert_and_escaped(self, client: FlaskClient) -> None:
        page = client.get("/told", follow_redirects=True).text

        assert 'role="alert"' in page
        assert "&lt;b&gt;出价过低" in page

    def test_an_error_is_told_in_the_readers_language(self, client: FlaskClient) -> None:
        assert "请返回。" in client.get("/gone").text
        assert "There is no such page" in client.get("/en/gone").text

    def test_no_page_has_inline_style_or_script(self, client: FlaskClient) -> None:
        for path in ("/styleguide", "/about", "/rules", "/privacy", "/soon/me"):
            page = text_of(client, path)
            assert " style=" not in page
            assert "<style" not in page
            assert page.count("<script") == page.count("<script src=")
            assert " onclick=" not in page

    def test_developers_alone_see_the_style_page(self, client: FlaskClient) -> None:
        client.application.testing = False

        assert client.get("/styleguide").status_code == 404


class TestTranslations:
    def test_every_public_string_has_english(self) -> None:
        run = subprocess.run(
            [sys.executable, "tools/translations.py", "check"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert run.returncode == 0, run.stdout + run.stderr


class TestVendor:
    def test_what_others_wrote_is_as_recorded(self) -> None:
        run = subprocess.run(
            [sys.executable, "tools/vendor.py", "--check"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert run.returncode == 0, run.stdout + run.stderr

    def test_the_first_page_is_light(self) -> None:
        import gzip

        sent = ["vendor/bootstrap/bootstrap.min.css", "base.css", "parts.css", "app.js"]
        sent += ["icons.svg", "vendor/uplot/uPlot.iife.min.js", "vendor/uplot/uPlot.min.css"]
        sizes = [len(gzip.compress(Path(ROOT / "static" / name).read_bytes())) for name in sent]

        assert sum(sizes) < 100 * 1024
