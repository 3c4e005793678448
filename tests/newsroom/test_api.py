from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from goldfruit.infra.work import Exchange
from goldfruit.members.rules.roles import Role
from goldfruit.newsroom import services
from tests.newsroom.people import Editor, editor, published, text

SAID: dict[str, Any] = {
    "kind": "news",
    "category": "origin",
    "title": "淳化入库",
    "body": "本周入库加快。",
    "pen_name": "金果网资讯",
    "origins": ["610430"],
    "varieties": ["FJ"],
}


def post(app: Flask, who: Editor | None, path: str, key: str = "k1", **body: Any) -> TestResponse:
    headers = {"Idempotency-Key": key, **(who.bearer if who else {})}
    return app.test_client().post(f"/api/v1{path}", json=body, headers=headers)


def get(app: Flask, path: str) -> TestResponse:
    return app.test_client().get(path if path.startswith("/api") else f"/api/v1{path}")


class TestTheLifeOfAnArticle:
    def test_from_draft_to_correction_through_the_api(
        self, app: Flask, anna: Editor, bella: Editor
    ) -> None:
        begun = post(app, anna, "/news", **SAID)
        assert (begun.status_code, begun.get_json()["state"]) == (201, "draft")
        path = f"/news/{begun.get_json()['id']}"
        priced = {**SAID, "body": "主流 3.20元/斤。"}
        del priced["kind"]

        edited = post(app, anna, f"{path}/revisions", "k2", seen=1, **priced)
        assert edited.get_json()["price_sensitive"] is True
        assert post(app, anna, f"{path}/submission", "k3", seen=2).status_code == 200
        alone = post(app, anna, f"{path}/publication", "k4", seen=2)
        assert (alone.status_code, alone.get_json()["code"]) == (403, "second-person-needed")
        assert get(app, path).status_code == 404
        assert post(app, bella, f"{path}/publication", "k5", seen=2).status_code == 200
        corrected = {**priced, "body": "主流 3.10元/斤。", "reason": "录入有误", "seen": 2}
        waits = post(app, bella, f"{path}/corrections", "k6", **corrected)
        assert waits.get_json()["state"] == "correcting"
        assert get(app, path).get_json()["state"] == "published"
        assert post(app, anna, f"{path}/publication", "k7", seen=3).status_code == 200

        shown = get(app, path).get_json()
        assert shown["state"] == "corrected"
        assert [r["body_markdown"] for r in shown["revisions"]] == [
            "主流 3.20元/斤。",
            "主流 3.10元/斤。",
        ]
        assert shown["revisions"][1]["reason"] == "录入有误"
        assert "author_id" not in shown
        assert post(app, anna, f"{path}/withdrawal", "k8", reason="来源有误").status_code == 200
        assert get(app, path).get_json()["withdrawn_reason"] == "来源有误"
        assert get(app, path).get_json()["revisions"] == []

    def test_the_same_command_five_times_has_one_effect(self, app: Flask, anna: Editor) -> None:
        answers = [post(app, anna, "/news", **SAID) for _ in range(5)]
        path = f"/news/{answers[0].get_json()['id']}"
        post(app, anna, f"{path}/submission", "s")
        sent = [post(app, anna, f"{path}/publication", "p") for _ in range(5)]

        assert len({answer.text for answer in answers}) == 1
        assert {answer.status_code for answer in sent} == {200}
        assert len(get(app, "/news").get_json()["items"]) == 1
        assert len(get(app, path).get_json()["revisions"]) == 1

    def test_a_second_command_to_publish_clashes(self, app: Flask, anna: Editor) -> None:
        path = f"/news/{post(app, anna, '/news', **SAID).get_json()['id']}"
        post(app, anna, f"{path}/submission", "s")
        post(app, anna, f"{path}/publication", "p1")

        again = post(app, anna, f"{path}/publication", "p2")

        assert (again.status_code, again.get_json()["code"]) == (409, "article-cannot-move")


class TestWhoAndWhat:
    def test_only_editors_write(self, app: Flask, exchange: Exchange) -> None:
        clara = editor(exchange, "clara", Role.INDEX_ANALYST)

        assert post(app, None, "/news", **SAID).status_code == 401
        assert post(app, clara, "/news", **SAID).status_code == 403

    @pytest.mark.parametrize(
        ("wrong", "status", "code"),
        [
            ({"title": "价格\u202e02.3"}, 422, "text-hides-signs"),
            ({"body": " "}, 422, "article-text-wrong"),
            ({"origins": ["123456"]}, 422, "article-text-wrong"),
            ({"kind": "report"}, 422, "report-is-drafted"),
            ({"kind": "poem"}, 400, "bad-input"),
            ({"category": "gossip"}, 400, "bad-input"),
            ({"title": 7}, 400, "bad-input"),
            ({"author_id": 1}, 400, "bad-input"),
        ],
    )
    def test_bad_input_is_refused_and_nothing_is_written(
        self, app: Flask, anna: Editor, wrong: dict[str, Any], status: int, code: str
    ) -> None:
        answer = post(app, anna, "/news", **{**SAID, **wrong})

        assert (answer.status_code, answer.get_json()["code"]) == (status, code)
        assert post(app, anna, "/news", "k2", **SAID).get_json()["id"] == 1

    def test_the_list_goes_on_where_it_stopped(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        for at in range(5):
            published(exchange, anna, anna, title=f"第 {at} 篇")

        seen, path = [], "/api/v1/news?category=origin&limit=2"
        while path:
            page = get(app, path).get_json()
            seen += [item["title"] for item in page["items"]]
            path = page["next"]

        assert seen == [f"第 {at} 篇" for at in (4, 3, 2, 1, 0)]
        assert get(app, "/news?after=x").status_code == 400

    def test_a_refused_correction_does_not_show(
        self, app: Flask, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article_id = published(exchange, anna, bella, body="主流 3.20元/斤")
        with exchange.begin(anna.actor) as work:
            services.correct(
                work, article_id=article_id, said=text(body="主流 9.90元/斤"), reason="更正"
            )

        assert "9.90" not in get(app, f"/news/{article_id}").text

    def test_the_document_of_the_api_holds(self, app: Flask) -> None:
        document = get(app, "/openapi.json").get_json()

        validate(document)
        assert "/api/v1/news/{article_id}/publication" in document["paths"]
