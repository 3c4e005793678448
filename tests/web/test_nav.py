import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from goldfruit.web import guard, nav, pages
from tests.places import ROOT


@pytest.fixture
def app() -> Flask:
    app = Flask("frame", root_path=str(ROOT))
    app.config.update(TESTING=True, SECRET_KEY="s" * 32)
    guard.register(app, by_session=lambda _token: None, by_token=lambda _token: None)
    pages.register(app)

    @app.get("/members/review")
    @app.get("/quotes")
    @app.get("/quotes/new")
    def there() -> ResponseReturnValue:
        return ""

    return app


def urls(app: Flask, path: str, *roles: str) -> list[str]:
    with app.test_request_context(path):
        return [link.url for _label, links in nav.rail(path, roles) for link in links]


def test_a_guest_sees_no_desk(app: Flask) -> None:
    assert "/members/review" not in urls(app, "/")


def test_a_reviewer_sees_the_queue_of_members(app: Flask) -> None:
    assert "/members/review" in urls(app, "/", "reviewer", "editor")


def test_a_role_whose_page_is_not_there_sees_no_dead_link(app: Flask) -> None:
    assert "/cash" not in urls(app, "/", "settlement_clerk")


def test_the_nearest_entry_alone_is_marked(app: Flask) -> None:
    with app.test_request_context("/quotes/new"):
        links = [
            link for _label, part in nav.rail("/quotes/new", ["quote_reporter"]) for link in part
        ]

    assert [link.url for link in links if link.here] == ["/quotes/new"]


def test_a_page_that_stands_in_marks_its_tab(app: Flask) -> None:
    with app.test_request_context("/soon/deals"):
        marked = [link.url for link in nav.tabs("/soon/deals") if link.here]

    assert marked == ["/soon/deals"]
