import re

import pytest
from flask import Flask

from goldfruit.infra.work import Exchange
from goldfruit.members.rules.roles import Role
from goldfruit.newsroom import queries, services
from tests.conftest import Clock
from tests.newsroom.people import Browser, Editor, editor, published, submitted, text

FORM = {
    "kind": "news",
    "category": "origin",
    "title": "淳化入库",
    "body": "## 入库\n\n本周入库加快。",
    "pen_name": "金果网资讯",
    "tags": "淳化县 富士",
}


class TestReading:
    def test_a_guest_reads_the_list_and_an_article_in_both_languages(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = published(exchange, anna, anna, origins=("610429",), varieties=("FJ",))
        guest = Browser(app)

        assert "旬邑开库第一天" in guest.get("/news").text
        page = guest.get(f"/news/{article_id}").text
        assert "冷库今天开门，装车有序。" in page
        assert "旬邑县 · 富士" in page
        assert "以平台公布为准" in page
        assert guest.get(f"/en/news/{article_id}").status_code == 200

    def test_a_category_shows_its_own(self, app: Flask, exchange: Exchange, anna: Editor) -> None:
        published(exchange, anna, anna)

        assert "旬邑开库第一天" in Browser(app).get("/news?category=origin").text
        assert "这里还没有稿件" in Browser(app).get("/news?category=weather").text
        assert Browser(app).get("/news?category=x&after=y").status_code == 200

    def test_a_corrected_article_says_so_and_shows_what_changed(
        self, app: Flask, exchange: Exchange, anna: Editor, clock: Clock
    ) -> None:
        article_id = published(exchange, anna, anna)
        clock.move(hours=1)
        with exchange.begin(anna.actor) as work:
            services.correct(
                work, article_id=article_id, said=text(body="冷库明天开门。"), reason="日期有误"
            )
        guest = Browser(app)

        page = guest.get(f"/news/{article_id}").text
        difference = guest.get(f"/news/{article_id}/revisions/2").text
        old = guest.get(f"/news/{article_id}/revisions/1").text

        assert "本文有更正：日期有误" in page
        assert re.search(r"<del>.*今.*</del>", difference)
        assert re.search(r"<ins>.*明.*</ins>", difference)
        assert "冷库今天开门，装车有序。" in old
        assert "已被更正" in old
        assert "有更正" in guest.get("/news").text

    def test_drafts_refused_texts_and_unknown_numbers_are_not_found(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = submitted(exchange, anna)
        guest = Browser(app)

        for path in (f"/news/{article_id}", f"/news/{article_id}/revisions/1", "/news/999"):
            assert guest.get(path).status_code == 404

    def test_a_withdrawn_article_leaves_a_stub(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = published(exchange, anna, anna)
        with exchange.begin(anna.actor) as work:
            services.withdraw(work, article_id=article_id, reason="来源有误")

        for path in (f"/news/{article_id}", f"/news/{article_id}/revisions/1"):
            answer = Browser(app).get(path)
            assert answer.status_code == 410
            assert "来源有误" in answer.text
            assert "装车有序" not in answer.text


class TestTheDesk:
    def test_is_for_editors(self, app: Flask, exchange: Exchange) -> None:
        clara = editor(exchange, "clara", Role.INDEX_ANALYST)

        for path in ("/news/desk", "/news/desk/new"):
            assert Browser(app).get(path).status_code == 303
            assert Browser(app, clara).get(path).status_code == 403

    def test_an_editor_writes_looks_hands_in_and_publishes(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        desk = Browser(app, anna)

        preview = desk.send("/news/desk/new", {**FORM, "do": "preview"})
        assert "<h2>入库</h2>" in preview.text
        assert "淳化县 富士" in preview.text
        handed_in = desk.send("/news/desk/new", {**FORM, "do": "submit"})
        page = handed_in.headers["Location"]
        assert "淳化入库" in desk.get("/news/desk").text
        desk.send(page, {"do": "publish"})

        assert "本周入库加快。" in Browser(app).get("/news/1").text

    def test_a_form_sent_five_times_makes_one_article(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        answer = Browser(app, anna).send("/news/desk/new", {**FORM, "do": "save"}, times=5)

        assert answer.headers["Location"].endswith("/news/desk/1")
        with exchange.reading() as work:
            assert len(queries.queue(work.session)) == 1

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"title": "价\u202e格"}, "改变阅读方向"),
            ({"body": ""}, "“正文”不能为空"),
            ({"tags": "淳化县 火星"}, "没有“火星”这个标签"),
            ({"category": ""}, "没有选择"),
        ],
    )
    def test_what_was_typed_is_kept_beside_what_is_wrong(
        self, app: Flask, anna: Editor, wrong: dict[str, str], said: str
    ) -> None:
        answer = Browser(app, anna).send("/news/desk/new", {**FORM, **wrong, "do": "save"})

        assert answer.status_code == 422
        assert said in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert "金果网资讯" in answer.text
        if "body" not in wrong:
            assert "本周入库加快。" in answer.text

    def test_says_that_a_second_editor_is_needed_and_shows_no_button(
        self, app: Flask, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article_id = submitted(exchange, anna, body="主流 3.20元/斤")
        page = f"/news/desk/{article_id}"

        own = Browser(app, anna).get(page).text
        assert "须由另一位资讯编辑" in own
        assert 'value="publish"' not in own
        assert "须由另一位资讯编辑" in Browser(app, anna).get("/news/desk").text
        assert Browser(app, anna).send(page, {"do": "publish"}).status_code == 403
        assert Browser(app, bella).send(page, {"do": "publish"}).status_code == 303
        assert Browser(app).get(f"/news/{article_id}").status_code == 200

    def test_points_out_what_sounds_like_a_forecast(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = submitted(exchange, anna, body="业内预计入库加快。")

        assert "预测性说法“预计”" in Browser(app, anna).get(f"/news/desk/{article_id}").text

    def test_a_correction_comes_from_the_page_and_what_is_public_stands_in_the_form(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = published(exchange, anna, anna)
        desk, page = Browser(app, anna), f"/news/desk/{article_id}"
        assert "冷库今天开门，装车有序。" in desk.get(page).text
        values = {**FORM, "body": "冷库明天开门。", "do": "correct"}

        without = desk.send(page, values)
        assert (without.status_code, "“理由”不能为空" in without.text) == (422, True)
        assert desk.send(page, {**values, "reason": "日期有误"}).status_code == 303

        assert "冷库明天开门。" in Browser(app).get(f"/news/{article_id}").text

    def test_a_page_that_was_overtaken_says_so_and_keeps_the_words(
        self, app: Flask, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        Browser(app, anna).send("/news/desk/new", {**FORM, "do": "save"})
        page = "/news/desk/1"
        overtaken = Browser(app, anna)
        Browser(app, bella).send(page, {**FORM, "body": "另一稿。", "do": "save"})

        answer = overtaken.send(page, {**FORM, "body": "我的话。", "seen": "1", "do": "save"})

        assert answer.status_code == 409
        assert "我的话。" in answer.text
        assert "稿件已被他人修改" in answer.text

    def test_a_submitted_text_unchanged_makes_no_new_revision(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        desk = Browser(app, anna)
        desk.send("/news/desk/new", {**FORM, "do": "save"})
        desk.send("/news/desk/1", {**FORM, "do": "submit"})

        with exchange.reading() as work:
            article = queries.article(work.session, 1)
        assert (article.state, article.newest_revision) == ("submitted", 1)

    def test_withdrawing_asks_for_a_reason(
        self, app: Flask, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = published(exchange, anna, anna)
        page = f"/news/desk/{article_id}"

        assert Browser(app, anna).send(page, {"why": " ", "do": "withdraw"}).status_code == 422
        assert (
            Browser(app, anna).send(page, {"why": "来源有误", "do": "withdraw"}).status_code == 303
        )
        assert Browser(app).get(f"/news/{article_id}").status_code == 410
