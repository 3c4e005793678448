from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.newsroom.rendering import as_html
from goldfruit.newsroom.rules.report import COLUMNS, compose, plain
from goldfruit.newsroom.rules.review import forecast_words
from tests.newsroom.people import facts, line, text


def rows(body: str) -> list[list[str]]:
    table = [one for one in body.split("\n") if one.startswith("|")]
    return [[cell.strip() for cell in one.strip("|").split(" | ")] for one in table]


class TestAFullDay:
    def test_names_the_value_the_change_and_the_day_it_is_against(self) -> None:
        title, body = compose(facts())

        assert title == "10月10日 金果苹果产地日指数 1,012.35 点"
        assert body.startswith(
            "2025年10月10日（周五），金果苹果产地日指数报 **1,012.35 点**，"
            "较10月9日 ▲ +3.10 (+0.31%)，行情**偏强**。"
        )
        assert "可信度：H2，中等。" in body
        assert "10月10日 17:00（北京时间）公布" in body

    def test_shows_the_counties_in_the_template_of_the_trade(self) -> None:
        said = line(movement="走货快", buyers="客商多", mood="惜售")

        _, body = compose(facts(lines=(said,)))

        head, _rule, row = rows(body)
        assert tuple(head) == COLUMNS
        assert row[:9] == [
            *("旬邑", "纸袋富士 80\\#以上", "3.00", "3.40", "3.20", "4"),
            *("走货快", "客商多", "惜售"),
        ]

    def test_says_the_year_of_a_day_in_another_year(self) -> None:
        _, body = compose(
            facts(
                day=date(2026, 1, 5),
                change_day=date(2025, 12, 31),
                published_at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
            )
        )

        assert "较2025年12月31日 ▲" in body

    def test_says_nothing_about_tomorrow(self) -> None:
        for said in (facts(), facts(value=None, value_reason="数据不足"), facts(lines=())):
            title, body = compose(said)
            assert forecast_words(text(title=title, body=body)) == ()


class TestAThinDay:
    def test_a_missing_price_is_a_dash_with_its_reason(self) -> None:
        missing = line(low=None, high=None, mostly=None, contributors=0, reason="今日无人报价")

        row = rows(compose(facts(lines=(missing,)))[1])[2]

        assert row[2:6] == ["—", "—", "—", "—"]
        assert row[9] == "今日无人报价"

    def test_a_missing_price_without_a_reason_still_gets_one(self) -> None:
        row = rows(compose(facts(lines=(line(mostly=None),)))[1])[2]

        assert row[2:5] == ["3.00", "3.40", "—"]
        assert row[9] == "没有可用报价"

    @pytest.mark.parametrize("contributors", [1, 2])
    def test_prices_of_fewer_than_three_people_stay_hidden(self, contributors: int) -> None:
        row = rows(compose(facts(lines=(line(contributors=contributors),)))[1])[2]

        assert row[2:5] == ["—", "—", "—"]
        assert row[9] == "报价不足 3 家，不公开"

    def test_a_market_that_publishes_its_quotes_is_no_secret(self) -> None:
        said = facts(lines=(line(contributors=1),), public_source=True)

        assert rows(compose(said)[1])[2][2:5] == ["3.00", "3.40", "3.20"]

    def test_without_counties_it_says_so(self) -> None:
        assert "当日没有收到可用的产区报价。" in compose(facts(lines=()))[1]

    def test_the_first_value_has_no_change(self) -> None:
        _, body = compose(facts(change=None, change_day=None))

        assert "较上一公布日 —（此前没有公布值）" in body


class TestADayWithoutAValue:
    def test_says_that_and_why_nothing_was_published(self) -> None:
        title, body = compose(
            facts(value=None, change=None, value_reason="A—C 级品类权重不足 20%", tone="")
        )

        assert title == "10月10日 金果苹果产地日指数 今日不公布"
        assert "**不公布**：A—C 级品类权重不足 20%。不用旧价代替。上一公布日为10月9日。" in body
        assert "可信度" not in body
        assert "1,012" not in body

    def test_never_writes_a_zero_for_what_is_not_known(self) -> None:
        nothing = line(low=None, high=None, mostly=None, contributors=0)

        for row in rows(compose(facts(value=None, change=None, lines=(nothing,)))[1])[2:]:
            assert "0" not in [*row[2:9]]


@settings(deadline=None, max_examples=150)
@given(word=st.text(max_size=30).filter(lambda said: said.strip()))
def test_no_word_of_the_facts_breaks_the_table_or_becomes_markup(word: str) -> None:
    body = compose(facts(lines=(line(county=word, reason=word),)))[1]

    shown = as_html(body)

    assert shown.count("<tr>") == 2
    assert shown.count("<td") == len(COLUMNS)
    assert "\n" not in plain(word)
