from datetime import UTC, datetime
from xml.etree import ElementTree

from flask import Flask
from sqlalchemy.orm import Session

from goldfruit.infra.work import Exchange
from goldfruit.newsroom import feed, services
from goldfruit.newsroom.views.public import wire_feed
from tests.conftest import Clock
from tests.newsroom.people import Browser, Editor, published, text

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def parsed(page: str) -> ElementTree.Element:
    return ElementTree.fromstring(page)  # noqa: S314 (our own document)


def texts(root: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.findall(path, ATOM)]


def index_entry(day: str, hour: int) -> feed.Entry:
    at = datetime.fromisoformat(f"{day}T{hour:02d}:00:00+00:00").astimezone(UTC)
    return feed.Entry(
        key=f"index:GFI-D:{day}",
        title=f"GFI-D {day}",
        path="index/GFI-D",
        summary="1,012.35 点",
        published_at=at,
        updated_at=at,
        author="金果网",
        category="index",
    )


def test_tells_news_and_index_values_newest_change_first(
    app: Flask, exchange: Exchange, anna: Editor, clock: Clock
) -> None:
    def entries(_session: Session) -> list[feed.Entry]:
        return [index_entry("2025-10-08", 9), index_entry("2025-10-10", 9)]

    wire_feed(app, entries)
    first = published(exchange, anna, anna, title="第一篇 & <b>")
    clock.move(hours=1)
    published(exchange, anna, anna, title="第二篇")
    clock.move(hours=1)
    with exchange.begin(anna.actor) as work:
        services.correct(work, article_id=first, said=text(title="第一篇，改过"), reason="标题有误")

    answer = Browser(app).get("/feed.xml")

    root = parsed(answer.text)
    updated = texts(root, "a:entry/a:updated")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert texts(root, "a:entry/a:title") == [
        "GFI-D 2025-10-10",
        "第一篇，改过",
        "第二篇",
        "GFI-D 2025-10-08",
    ]
    assert updated == sorted(updated, reverse=True)
    assert texts(root, "a:updated") == updated[:1]
    ids = texts(root, "a:entry/a:id") + texts(root, "a:id")
    assert len(set(ids)) == len(ids) == 5
    assert all(found.startswith("urn:uuid:") for found in ids)
    for link in root.findall("a:entry/a:link", ATOM):
        assert link.get("href", "").startswith("http://localhost/")


def test_an_id_stays_when_the_text_the_time_or_the_language_changes(
    app: Flask, exchange: Exchange, anna: Editor, clock: Clock
) -> None:
    article_id = published(exchange, anna, anna)
    before = parsed(Browser(app).get("/feed.xml").text)
    clock.move(hours=2)
    with exchange.begin(anna.actor) as work:
        services.correct(
            work, article_id=article_id, said=text(title="全新的标题"), reason="更正标题"
        )
    after = parsed(Browser(app).get("/en/feed.xml", host="other.example").text)

    assert texts(before, "a:entry/a:id") == texts(after, "a:entry/a:id")
    assert texts(before, "a:entry/a:updated") < texts(after, "a:entry/a:updated")


def test_the_same_feed_is_sent_once(app: Flask, exchange: Exchange, anna: Editor) -> None:
    published(exchange, anna, anna)
    first = Browser(app).get("/feed.xml")

    again = Browser(app).get("/feed.xml", **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.text) == (304, "")


def test_an_empty_feed_is_a_feed_and_stands_still(app: Flask) -> None:
    first, second = (Browser(app).get("/feed.xml") for _ in range(2))

    assert texts(parsed(first.text), "a:entry") == []
    assert first.headers["ETag"] == second.headers["ETag"]


def test_a_withdrawn_article_is_told_as_withdrawn_without_its_text(
    app: Flask, exchange: Exchange, anna: Editor
) -> None:
    article_id = published(exchange, anna, anna, body="不该说的话。")
    with exchange.begin(anna.actor) as work:
        services.withdraw(work, article_id=article_id, reason="来源有误")

    page = Browser(app).get("/feed.xml").text

    assert texts(parsed(page), "a:entry/a:title") == ["（已撤回）旬邑开库第一天"]
    assert "不该说的话" not in page
