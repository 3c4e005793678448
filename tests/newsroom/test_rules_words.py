import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.members.rules.acts import SecondPersonNeeded
from goldfruit.newsroom.rules import review
from goldfruit.newsroom.rules.diff import changes
from goldfruit.newsroom.rules.states import (
    MOVES,
    ArticleCannotMove,
    ArticleChanged,
    State,
    move,
    same_revision,
)
from goldfruit.newsroom.rules.text import (
    BODY_MAX,
    HiddenSigns,
    NothingChanged,
    Text,
    TextWrong,
    changed,
    cleaned,
    reason,
)
from tests.newsroom.people import text

HIDDEN = ("\u202e", "\u202a", "\u2066", "\u2069", "\u200f", "\u200b", "\ufeff", "\u2028", "\x00")


def clean(**said: object) -> Text:
    return cleaned(text(**said), origins={"610429"}, varieties={"FJ"})


class TestText:
    def test_keeps_one_spelling(self) -> None:
        said = clean(title="  标题\u3000", body="一\r\n\r\n二\r三\n\n")

        assert (said.title, said.body) == ("标题", "一\n\n二\n三")

    @pytest.mark.parametrize("sign", HIDDEN)
    @pytest.mark.parametrize("name", ["title", "body", "pen_name", "source", "license"])
    def test_refuses_signs_that_hide_or_turn_the_text(self, name: str, sign: str) -> None:
        with pytest.raises(HiddenSigns) as refusal:
            clean(**{name: f"3.20{sign}元"})

        assert refusal.value.field == name
        assert f"U+{ord(sign):04X}" in str(refusal.value)

    def test_a_title_is_one_line(self) -> None:
        with pytest.raises(HiddenSigns):
            clean(title="一\n二")

    @pytest.mark.parametrize("name", ["title", "body", "pen_name"])
    def test_refuses_what_says_nothing(self, name: str) -> None:
        with pytest.raises(TextWrong, match="不能为空"):
            clean(**{name: " \u3000 "})

    def test_refuses_what_is_too_long(self) -> None:
        with pytest.raises(TextWrong, match="超过 60 个字"):
            clean(title="果" * 61)
        with pytest.raises(TextWrong, match="20000"):
            clean(body="果" * (BODY_MAX + 1))
        with pytest.raises(TextWrong, match="行"):
            clean(body="\n".join("果" * 1002))

    def test_tags_come_from_the_lists_once_each_and_in_order(self) -> None:
        assert clean(origins=("610429", "610429")).origins == ("610429",)
        for wrong in ("999999", "<b>", "旬邑"):
            with pytest.raises(TextWrong, match="标签"):
                clean(origins=(wrong,))
        with pytest.raises(TextWrong, match="标签"):
            clean(varieties=("fj",))

    def test_a_reason_says_something(self) -> None:
        assert reason(" 更正最低价 ") == "更正最低价"
        with pytest.raises(TextWrong):
            reason("  ")

    def test_a_correction_changes_what_readers_see(self) -> None:
        with pytest.raises(NothingChanged):
            changed(text(), text(price_sensitive=True))
        assert changed(text(), text(title="另一个标题")).title == "另一个标题"


class TestReview:
    @pytest.mark.parametrize(
        "body",
        ["80#以上主流 3.20元/斤", "库内 1.5 块一斤", "今天价格略有上涨", "客商提价收购", "涨 5%"],
    )
    def test_text_about_prices_is_sensitive_whatever_was_ticked(self, body: str) -> None:
        assert review.sensitive(text(body=body))

    def test_other_text_is_sensitive_only_when_somebody_said_so(self) -> None:
        assert not review.sensitive(text())
        assert review.sensitive(text(price_sensitive=True))

    def test_a_flag_once_set_stays(self) -> None:
        assert review.sensitive(text(), before=True)

    def test_nobody_lets_out_alone_what_moves_prices(self) -> None:
        with pytest.raises(SecondPersonNeeded):
            review.second_editor(price_sensitive=True, writers=[None, 7, 8], publisher=7)

        review.second_editor(price_sensitive=True, writers=[7, 8], publisher=9)
        review.second_editor(price_sensitive=False, writers=[7], publisher=7)

    def test_a_report_that_only_the_machine_wrote_needs_one_editor(self) -> None:
        review.second_editor(price_sensitive=True, writers=[None], publisher=7)

    def test_words_of_forecast_are_pointed_out(self) -> None:
        assert review.forecast_words(text(body="后市看涨")) == ("后市", "看涨")
        assert review.forecast_words(text()) == ()


class TestStates:
    def test_the_table_names_every_state(self) -> None:
        assert set(MOVES) == set(State)
        assert MOVES[State.WITHDRAWN] == frozenset()

    @pytest.mark.parametrize("current", State)
    @pytest.mark.parametrize("wanted", State)
    def test_the_table_is_the_whole_law(self, current: State, wanted: State) -> None:
        if wanted in MOVES[current]:
            assert move(current, wanted) is wanted
        else:
            with pytest.raises(ArticleCannotMove):
                move(current, wanted)

    def test_nothing_is_public_that_was_not_submitted(self) -> None:
        before = {state for state, wanted in MOVES.items() if State.PUBLISHED in wanted}

        assert before == {State.SUBMITTED, State.CORRECTING}

    def test_what_was_seen_is_what_is_acted_on(self) -> None:
        same_revision(3, 3)
        same_revision(None, 3)
        with pytest.raises(ArticleChanged):
            same_revision(2, 3)


WORDS = st.text(alphabet="旬邑果价。！\n|3.2", max_size=80)


class TestDifference:
    @settings(deadline=None, max_examples=150)
    @given(before=WORDS, after=WORDS)
    def test_leads_from_the_old_text_to_the_new(self, before: str, after: str) -> None:
        pieces = changes(before, after)

        assert "".join(p.text for p in pieces if p.kind != "new") == before
        assert "".join(p.text for p in pieces if p.kind != "gone") == after

    def test_shows_the_figure_that_changed_and_no_more(self) -> None:
        pieces = changes("旬邑主流 3.20 元。淳化平稳。", "旬邑主流 3.10 元。淳化平稳。")

        assert [(p.kind, p.text) for p in pieces if p.kind != "same"] == [
            ("gone", "2"),
            ("new", "1"),
        ]
