from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

from flask import Flask

from goldfruit.infra.work import Exchange
from goldfruit.newsroom import services
from goldfruit.prices.models import IndexRun, IndexValue
from tests.conftest import Clock
from tests.newsroom.people import Browser, Editor, published, text

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def parsed(page: str) -> ElementTree.Element:
    return ElementTree.fromstring(page)  # noqa: S314 (our own document)


def texts(root: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.findall(path, ATOM)]


def publish_index(exchange: Exchange, day: date, values: list[int | None], hour: int) -> None:
    """Write the revisions of a published day, an hour apart."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    with exchange.begin() as work:
        run = IndexRun(
            index_code="GFI-D",
            definition_version=1,
            definition_digest="0" * 64,
            kind="daily",
            first_day=day,
            last_day=day,
            state="published",
            code_version="test",
            inputs=0,
            inputs_digest="0" * 64,
            made_by="user:1",
            reason="",
            as_of=at,
            frozen_at=at,
        )
        work.session.add(run)
        work.session.flush()
        for rev, value in enumerate(values):
            work.session.add(
                IndexValue(
                    index_code="GFI-D",
                    day=day,
                    rev=rev,
                    value_e2=value,
                    status="PROV",
                    level="H2",
                    run_id=run.id,
                    reason="",
                    published_at=at + timedelta(hours=rev),
                    published_by="user:2",
                    digest="0" * 64,
                )
            )


def test_tells_news_and_index_values_newest_change_first(
    app: Flask, exchange: Exchange, anna: Editor, clock: Clock
) -> None:
    publish_index(exchange, date(2025, 10, 8), [None], 9)
    publish_index(exchange, date(2025, 10, 10), [101_235, 101_000], 9)
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
        "GFI-D 2025-10-10 1010.00 点（第 1 次修订）",
        "第一篇，改过",
        "第二篇",
        "GFI-D 2025-10-08 不公布",
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
