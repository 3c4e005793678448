import threading
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from goldfruit.infra.facts import Fact
from goldfruit.infra.work import Exchange
from goldfruit.kernel.errors import Refusal
from goldfruit.kernel.events import IndexCorrected, IndexPublished
from goldfruit.members.rules.acts import SecondPersonNeeded
from goldfruit.newsroom import queries, services
from goldfruit.newsroom.rules.report import ReportFacts
from goldfruit.newsroom.rules.review import ReportIsDrafted
from goldfruit.newsroom.rules.states import (
    ArticleCannotMove,
    ArticleChanged,
    Kind,
    NoSuchArticle,
    State,
)
from goldfruit.newsroom.rules.text import NothingChanged, TextWrong
from tests.conftest import Clock
from tests.newsroom.people import DAY, Editor, facts, published, submitted, text, written


def names_of_facts(exchange: Exchange) -> list[str]:
    with exchange.reading() as work:
        return list(work.session.scalars(sa.select(Fact.name).order_by(Fact.no)))


def told(exchange: Exchange, article_id: int) -> queries.Story:
    with exchange.reading() as work:
        return queries.story(work.session, article_id)


class TestFromDraftToReader:
    def test_nobody_reads_what_was_not_published(self, exchange: Exchange, anna: Editor) -> None:
        article_id = submitted(exchange, anna)

        with pytest.raises(NoSuchArticle):
            told(exchange, article_id)

    def test_an_editor_publishes_a_plain_notice_alone(
        self, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = published(exchange, anna, anna)

        assert told(exchange, article_id).shown.text.title == "旬邑开库第一天"
        assert names_of_facts(exchange)[-1] == "article-published"

    def test_a_draft_is_not_published_past_the_queue(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article = written(exchange, anna)

        with pytest.raises(ArticleCannotMove), exchange.begin(bella.actor) as work:
            services.publish(work, article_id=article.id)

    def test_what_moves_prices_needs_another_editor_than_its_author(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article_id = submitted(exchange, anna, body="主流 3.20元/斤")

        with pytest.raises(SecondPersonNeeded), exchange.begin(anna.actor) as work:
            services.publish(work, article_id=article_id)
        with exchange.begin(bella.actor) as work:
            services.publish(work, article_id=article_id)

        assert told(exchange, article_id).article.price_sensitive

    def test_the_flag_stays_when_the_prices_are_taken_out(
        self, exchange: Exchange, anna: Editor
    ) -> None:
        article = written(exchange, anna, body="主流 3.20元/斤")
        with exchange.begin(anna.actor) as work:
            services.edit(work, article_id=article.id, said=text())
            services.submit(work, article_id=article.id)

        with pytest.raises(SecondPersonNeeded), exchange.begin(anna.actor) as work:
            services.publish(work, article_id=article.id)

    def test_only_the_revision_that_was_seen_is_published(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article = written(exchange, anna)
        with exchange.begin(anna.actor) as work:
            services.edit(work, article_id=article.id, said=text(body="换了内容。"))
            services.submit(work, article_id=article.id)

        with pytest.raises(ArticleChanged), exchange.begin(bella.actor) as work:
            services.publish(work, article_id=article.id, seen=1)

    def test_a_text_goes_back_with_a_reason(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article_id = submitted(exchange, anna)

        with pytest.raises(TextWrong), exchange.begin(bella.actor) as work:
            services.send_back(work, article_id=article_id, reason=" ")
        with exchange.begin(bella.actor) as work:
            article = services.send_back(work, article_id=article_id, reason="缺来源")

        assert article.state == State.DRAFT
        with exchange.reading() as work:
            assert queries.moves(work.session, article_id)[-1].reason == "缺来源"

    def test_nobody_begins_a_report_by_hand(self, exchange: Exchange, anna: Editor) -> None:
        with pytest.raises(ReportIsDrafted), exchange.begin(anna.actor) as work:
            services.write(work, kind=Kind.REPORT, said=text())

    def test_two_who_publish_at_once_publish_once(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article_id = submitted(exchange, anna)
        start, answers = threading.Barrier(2), list[str]()

        def try_it(who: Editor) -> None:
            start.wait()
            try:
                with exchange.begin(who.actor) as work:
                    services.publish(work, article_id=article_id)
                answers.append("published")
            except Refusal as refusal:
                answers.append(refusal.code)

        threads = [threading.Thread(target=try_it, args=(who,)) for who in (anna, bella)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(answers) == ["article-cannot-move", "published"]
        assert len(told(exchange, article_id).editions) == 1
        assert names_of_facts(exchange).count("article-published") == 1


class TestCorrections:
    def test_a_correction_is_a_new_edition_and_the_old_one_stays(
        self, exchange: Exchange, anna: Editor, clock: Clock
    ) -> None:
        article_id = published(exchange, anna, anna)
        clock.move(hours=1)

        with exchange.begin(anna.actor) as work:
            services.correct(
                work, article_id=article_id, said=text(body="冷库明早开门。"), reason="时间写错"
            )

        first, second = told(exchange, article_id).editions
        assert first.text.body == "冷库今天开门，装车有序。"
        assert (second.text.body, second.reason) == ("冷库明早开门。", "时间写错")
        assert told(exchange, article_id).shown == second

    def test_a_price_sensitive_correction_waits_and_readers_see_what_they_saw(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article_id = published(exchange, anna, bella, body="主流 3.20元/斤")
        with exchange.begin(bella.actor) as work:
            services.correct(
                work, article_id=article_id, said=text(body="主流 3.10元/斤"), reason="录入有误"
            )

        assert told(exchange, article_id).shown.text.body == "主流 3.20元/斤"
        with pytest.raises(SecondPersonNeeded), exchange.begin(bella.actor) as work:
            services.publish(work, article_id=article_id)
        with exchange.begin(anna.actor) as work:
            services.publish(work, article_id=article_id)
        assert told(exchange, article_id).shown.text.body == "主流 3.10元/斤"
        assert told(exchange, article_id).shown.reason == "录入有误"

    def test_a_refused_correction_never_becomes_public_and_another_may_follow(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        article_id = published(exchange, anna, bella, body="主流 3.20元/斤")
        for who, said in ((anna, "主流 9.99元/斤"), (bella, "主流 3.10元/斤")):
            with exchange.begin(who.actor) as work:
                services.correct(work, article_id=article_id, said=text(body=said), reason="更正")
            if who is anna:
                with exchange.begin(bella.actor) as work:
                    services.send_back(work, article_id=article_id, reason="不对")
        with exchange.begin(anna.actor) as work:
            services.publish(work, article_id=article_id)

        bodies = [edition.text.body for edition in told(exchange, article_id).editions]
        assert bodies == ["主流 3.20元/斤", "主流 3.10元/斤"]

    def test_a_correction_that_changes_nothing_is_refused(
        self, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = published(exchange, anna, anna)

        with pytest.raises(NothingChanged), exchange.begin(anna.actor) as work:
            services.correct(work, article_id=article_id, said=text(), reason="更正")

        with exchange.reading() as work:
            assert queries.article(work.session, article_id).newest_revision == 1

    def test_a_withdrawn_article_leaves_its_reason_and_moves_no_more(
        self, exchange: Exchange, anna: Editor
    ) -> None:
        article_id = published(exchange, anna, anna)
        with exchange.begin(anna.actor) as work:
            services.withdraw(work, article_id=article_id, reason="来源有误")

        withdrawn = told(exchange, article_id).withdrawn
        assert withdrawn is not None
        assert withdrawn.reason == "来源有误"
        with pytest.raises(ArticleCannotMove), exchange.begin(anna.actor) as work:
            services.correct(work, article_id=article_id, said=text(body="x"), reason="更正")
        with exchange.reading() as work:
            assert queries.published(work.session) == ([], None)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE article_revisions SET body = 'x'",
            "DELETE FROM article_revisions",
            "UPDATE article_moves SET reason = 'x'",
            "DELETE FROM article_moves",
        ],
    )
    def test_the_database_itself_keeps_what_was_said(
        self, exchange: Exchange, engine: Engine, anna: Editor, statement: str
    ) -> None:
        published(exchange, anna, anna)

        with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
            connection.exec_driver_sql(statement)


def index_published(**said: object) -> IndexPublished:
    values: dict[str, object] = {
        "run_id": 1,
        "index_code": "GFI-D",
        "first_day": DAY,
        "last_day": DAY,
        "values": 1,
        "value": "1012.35",
        "status": "PROV",
    }
    return IndexPublished(**{**values, **said})  # type: ignore[arg-type]


class TestTheDraftedReport:
    def announce(
        self, exchange: Exchange, event: IndexPublished, known: ReportFacts | None = None
    ) -> None:
        draft = services.drafting(lambda _session, _code, _day: known)
        with Exchange(exchange.engine, {IndexPublished: (draft,)}, exchange.clock).begin() as work:
            work.announce(event)

    def test_a_published_index_drafts_its_report_and_one_editor_lets_it_out(
        self, exchange: Exchange, anna: Editor
    ) -> None:
        self.announce(exchange, index_published(), facts())

        with exchange.begin(anna.actor) as work:
            [waiting] = queries.queue(work.session)
            services.publish(work, article_id=waiting.article.id)
        shown = told(exchange, waiting.article.id)
        assert shown.article.report_day == DAY
        assert shown.article.author_id is None
        assert shown.shown.text.title == "10月10日 金果苹果产地日指数 1,012.35 点"
        assert "report-drafted" in names_of_facts(exchange)

    def test_a_report_that_an_editor_rewrote_needs_another_one(
        self, exchange: Exchange, anna: Editor, bella: Editor
    ) -> None:
        self.announce(exchange, index_published(), facts())
        with exchange.begin(anna.actor) as work:
            [waiting] = queries.queue(work.session)
            article_id = waiting.article.id
            services.send_back(work, article_id=article_id, reason="补充走货")
            services.edit(work, article_id=article_id, said=text(body="走货加快。"))
            services.submit(work, article_id=article_id)

        with pytest.raises(SecondPersonNeeded), exchange.begin(anna.actor) as work:
            services.publish(work, article_id=article_id)
        with exchange.begin(bella.actor) as work:
            services.publish(work, article_id=article_id)

    def test_there_is_one_report_for_an_index_and_a_day(self, exchange: Exchange) -> None:
        for _ in range(3):
            self.announce(exchange, index_published(), facts())

        with exchange.reading() as work:
            assert len(queries.queue(work.session)) == 1

    def test_a_day_without_a_value_has_its_report_too(self, exchange: Exchange) -> None:
        without = facts(value=None, change=None, value_reason="数据不足")

        self.announce(exchange, index_published(value=None, status="NP"), without)

        with exchange.reading() as work:
            [waiting] = queries.queue(work.session)
        assert waiting.text.title.endswith("今日不公布")

    def test_a_corrected_index_corrects_its_report_after_an_editor_looked(
        self, exchange: Exchange, anna: Editor, clock: Clock
    ) -> None:
        self.announce(exchange, index_published(), facts())
        with exchange.begin(anna.actor) as work:
            [waiting] = queries.queue(work.session)
            services.publish(work, article_id=waiting.article.id)
        clock.move(hours=20)
        correct = services.redrafting(lambda _session, _code, _day: facts(value="1,010.00"))
        wired = Exchange(exchange.engine, {IndexCorrected: (correct,)}, clock)
        with wired.begin() as work:
            work.announce(
                IndexCorrected(
                    index_code="GFI-D",
                    day=DAY,
                    rev=1,
                    before="1012.35",
                    after="1010.00",
                    reason="报价录入有误",
                )
            )
        assert "1,012.35" in told(exchange, waiting.article.id).shown.text.title
        with exchange.begin(anna.actor) as work:
            services.publish(work, article_id=waiting.article.id)

        first, second = told(exchange, waiting.article.id).editions
        assert "1,012.35" in first.text.title
        assert "1,010.00" in second.text.title
        assert second.reason == "指数修订：报价录入有误"

    def test_a_corrected_index_changes_a_report_that_still_waits(
        self, exchange: Exchange, anna: Editor
    ) -> None:
        self.announce(exchange, index_published(), facts())
        correct = services.redrafting(lambda _session, _code, _day: facts(value="1,010.00"))
        event = IndexCorrected(
            index_code="GFI-D", day=DAY, rev=1, before="1", after="2", reason="有误"
        )
        with Exchange(exchange.engine, {IndexCorrected: (correct,)}).begin() as work:
            work.announce(event)

        with exchange.begin(anna.actor) as work:
            [waiting] = queries.queue(work.session)
            services.publish(work, article_id=waiting.article.id, seen=2)
        assert "1,010.00" in told(exchange, waiting.article.id).shown.text.title

    @pytest.mark.parametrize(
        "event",
        [
            index_published(status="BACKFILL"),
            index_published(first_day=date(2025, 10, 9)),
        ],
    )
    def test_the_past_is_not_news(self, exchange: Exchange, event: IndexPublished) -> None:
        self.announce(exchange, event, facts())

        with exchange.reading() as work:
            assert queries.queue(work.session) == []

    def test_an_index_without_a_report_drafts_none(self, exchange: Exchange) -> None:
        self.announce(exchange, index_published(), None)

        with exchange.reading() as work:
            assert queries.queue(work.session) == []


class TestTheList:
    def test_turns_its_pages_without_losing_or_repeating_one(
        self, exchange: Exchange, anna: Editor, clock: Clock
    ) -> None:
        for at in range(7):
            published(exchange, anna, anna, title=f"第 {at} 篇")
            clock.move(minutes=at % 2)

        seen: list[str] = []
        after = None
        with exchange.reading() as work:
            while True:
                lines, after = queries.published(work.session, after=after, limit=3)
                seen += [each.text.title for each in lines]
                if after is None:
                    break
                assert queries.cursor(str(after)) == after

        assert seen == [f"第 {at} 篇" for at in reversed(range(7))]

    def test_a_cursor_that_names_no_place_is_none(self) -> None:
        assert [queries.cursor(wrong) for wrong in (None, "", "x", "1", "1-", "-1-2")] == [None] * 6
